r"""Where in its municipality each cohort lives: expected parts of the squares, by year of birth.

Two things are known below the municipality: how many children each square held in the census
(or the pupils that the municipality itself has counted), and which age classes each postal area
held in Paavo. The first says how much lives where, the second how old it is. The part of square
*c* in the cohort born in *b* is proportional to

.. math:: w_c \, R_{zb}, \qquad R_{zb} = \frac{n_{zb} + K \rho_b}{\sum_{b'} n_{zb'} + K}

with *w* the square's weight, *n* the children of the postal area *z* by year of birth, the sum
over the cohorts that the weight counted, and :math:`\rho_b` the same ratio in the whole
municipality, so that a small area is taken to be like the rest. Cohorts born later than the
postal areas tell take half of what the youngest class says, and less the later they are born:
new houses do not stay new.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from skolnat.common.faults import Fault, raise_if_any
from skolnat.forecast.result import AGES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

GRID_YEAR: Final = 2021
"""Year at whose end the census counted the squares' children under 15."""
UNDER_15: Final = range(15)
"""Ages of the census's children."""
PUPILS: Final = range(7, 16)
"""Ages of pupils, whom a municipality counts itself."""
LIKE_THE_REST: Final = 10.0
"""Children of a postal area that count for its municipality's mean age structure instead."""
UNBORN: Final = 0.5
"""Weight of a postal area's youngest class for the first cohort that was not born yet ..."""
FADING: Final = 0.9
"""... and what is left of that weight with every later year of birth."""
COUNTED_SCATTER: Final = 0.7
"""Variance over mean of what is not foreseen of a cohort seen in its postal area."""
SCATTER: Final = 1.5
"""The same where only the number of all children is known. Families have more than one child,
and live near their like: more than multinomial variance."""
OWN_SCATTER: Final = 0.5
"""The same of a cohort that was counted in its own square."""
OWN_WEIGHT: Final = 10.0
"""Children of the expected number that a square's own counted cohort is mixed with."""
EMPTY_PART: Final = 1e-3
"""Children that a populated square without children counts for: families may move in."""
WIDTHS: Final[Mapping[str, int]] = {"0-2": 3, "3-6": 4, "7-12": 6, "13-15": 3}
"""Single ages in each class of the postal areas, in order of age."""


@dataclass(frozen=True)
class Homes:
    """Expected part of each square in the cohorts of its municipality.

    Parameters
    ----------
    cells
        Ids of the I squares.
    codes
        Municipalities.
    home, area
        Index of each square's municipality, and of its neighbourhood (the squares that rise and
        fall together), shape (I,).
    born
        Years of birth told of.
    parts
        Shape (I, len(born)); those of one municipality and cohort sum to 1.
    scatter
        Variance over mean of what is not foreseen of a square's part, shape (M, len(born)).
    since
        Year at whose end each municipality's squares were counted, shape (M,): they drift from
        then on.
    """

    cells: tuple[str, ...]
    codes: tuple[str, ...]
    home: IntArray
    area: IntArray
    born: range
    parts: Array
    scatter: Array
    since: IntArray

    def of(self, year: int, age: int) -> Array:
        """Return the parts of those who are of an age at the end of a year, shape (I,)."""
        parts: Array = self.parts[:, self._place(year - age)]
        return parts

    def mean_of(self, year: int, ages: Sequence[int]) -> Array:
        """Return the mean parts of some ages at the end of a year, shape (I,)."""
        parts: Array = np.mean([self.of(year, age) for age in ages], axis=0)
        return parts

    def scatter_of(self, municipality: int, born: int) -> float:
        """Return variance over mean of a municipality's cohort."""
        return float(self.scatter[municipality, self._place(born)])

    def only(self, kept: NDArray[np.bool_]) -> Homes:
        """Return some of the squares; their parts are scaled to sum to 1 again."""
        home, parts = self.home[kept], self.parts[kept]
        return replace(
            self,
            cells=tuple(cell for cell, keep in zip(self.cells, kept, strict=True) if keep),
            home=home,
            area=self.area[kept],
            parts=_normalised(parts, home, len(self.codes)),
        )

    def with_counted(self, counted: pd.DataFrame, year: int) -> Homes:
        """Return the same with cohorts that were counted square by square.

        Parameters
        ----------
        counted
            Columns ``cell, age, persons``, at the end of ``year``; each is aged in its own
            square, mixed with the expected parts by its size.
        """
        place = {cell: i for i, cell in enumerate(self.cells)}
        parts, scatter, size = self.parts.copy(), self.scatter.copy(), len(self.codes)
        inside = counted[counted["cell"].isin(place)]
        for age, group in inside.groupby("age"):
            born = year - int(float(str(age)))
            if born not in self.born:
                continue
            at = self._place(born)
            own = np.zeros(len(self.cells))
            np.add.at(own, group["cell"].map(place).to_numpy(), group["persons"].to_numpy(float))
            total = np.bincount(self.home, own, size)
            known = total > 0.0
            mixed = (own + OWN_WEIGHT * parts[:, at]) / (total + OWN_WEIGHT)[self.home]
            parts[:, at] = np.where(known[self.home], mixed, parts[:, at])
            scatter[:, at] = np.where(known, OWN_SCATTER, scatter[:, at])
        return replace(self, parts=parts, scatter=scatter)

    def _place(self, born: int) -> int:
        if born not in self.born:
            raise KeyError(f"born {born} is outside {self.born.start}-{self.born.stop - 1}")
        return self.born.index(born)


def homes(
    cells: pd.DataFrame,
    codes: Sequence[str],
    born: range,
    *,
    postal: pd.DataFrame | None = None,
    area_of: Mapping[str, str] | None = None,
    pupils_in: Collection[str] = (),
    counted_in: int = GRID_YEAR,
    since: int = GRID_YEAR,
) -> Homes:
    """Tell where each cohort is expected to live.

    Parameters
    ----------
    cells
        Columns ``cell, municipality, children, population``; the children are a weight, and the
        population where a municipality has no square with children.
    codes
        Municipalities, in the order wanted.
    born
        Years of birth.
    postal
        Children by postal area (``postal_code, year, age_class, persons``); the last year counts.
        None leaves every cohort where the weights are.
    area_of
        Square to postal area. A square without one makes a neighbourhood with the others of its
        municipality that have none.
    pupils_in
        Municipalities whose weights are pupils that they have counted, in place of the census's
        children under 15.
    counted_in
        Year at whose end they were counted.
    since
        Year at whose end the census was taken.

    Raises
    ------
    InvalidInput
        Naming every municipality of the cells that is not among the codes.
    """
    place = {code: m for m, code in enumerate(codes)}
    missing = sorted(set(cells["municipality"]) - set(place))
    raise_if_any(Fault("forecast.cell_municipality", values={"code": c}) for c in missing)
    home: IntArray = np.array([place[code] for code in cells["municipality"]], dtype=np.int64)
    weight = _weights(cells, home, len(place))
    names = [
        f"{code}/{(area_of or {}).get(cell, '')}"
        for cell, code in zip(cells["cell"], cells["municipality"], strict=True)
    ]
    areas, area = np.unique(np.array(names, dtype=str), return_inverse=True)
    parts = np.repeat(weight[:, None], len(born), axis=1)
    scatter = np.full((len(place), len(born)), SCATTER)
    if postal is not None and len(postal):
        year = int(postal["year"].max())
        owner = np.array([place[name.partition("/")[0]] for name in areas])
        wide = _by_area(postal[postal["year"] == year], [name.partition("/")[2] for name in areas])
        counted = np.array([code in set(pupils_in) for code in codes], dtype=bool)
        for own in (False, True):
            chosen = counted[owner] == own
            seen = _seen(year, counted_in, PUPILS) if own else _seen(year, since, UNDER_15)
            factor = age_structure(wide, owner, len(place), [year - b for b in born], seen)
            parts *= np.where(chosen[:, None], factor, 1.0)[area]
        scatter[:, [b <= year and year - b in AGES for b in born]] = COUNTED_SCATTER
    own_year = np.array([counted_in if code in set(pupils_in) else since for code in codes])
    return Homes(
        tuple(cells["cell"]), tuple(codes), home, area.astype(np.int64), born,
        _normalised(parts, home, len(place)), scatter, own_year.astype(np.int64),
    )  # fmt: skip


def age_structure(
    children: Array, owner: IntArray, places: int, ages: Sequence[int], seen: Sequence[int]
) -> Array:
    """Return how many of a cohort live in each area for every child that the weights counted.

    Parameters
    ----------
    children
        Children of each area by single age, shape (Z, 16); 0 where hidden.
    owner
        Municipality of each area, shape (Z,).
    places
        Number of municipalities.
    ages
        Ages of the cohorts in the year of the areas; negative where they were not born yet.
    seen
        Ages, in that year, of those whom the weights counted.

    Returns
    -------
    ndarray
        Shape (Z, len(ages)), in proportion.
    """
    base = children[:, list(seen)].sum(axis=1)
    whole = np.bincount(owner, base, places)[owner]
    out = np.empty((len(children), len(ages)))
    for k, age in enumerate(ages):
        cohort = children[:, min(max(age, 0), children.shape[1] - 1)]
        ratio = np.bincount(owner, cohort, places)[owner] / np.maximum(whole, 1e-12)
        told = ratio > 0.0  # where a municipality has none of a class, the area tells nothing
        expected = (base + LIKE_THE_REST) * np.where(told, ratio, 1.0)
        out[:, k] = np.where(told, (cohort + LIKE_THE_REST * ratio) / expected, 1.0)
        if age < 0:
            out[:, k] = 1.0 + UNBORN * FADING ** (-age - 1) * (out[:, k] - 1.0)
    return out


def _seen(year: int, since: int, ages: range) -> list[int]:
    """Return ages, in ``year``, of those who were of some ages when the squares were counted."""
    then = [age - (since - year) for age in ages]
    return [age for age in then if age in AGES] or list(AGES)


def _by_area(postal: pd.DataFrame, areas: Sequence[str]) -> Array:
    """Return children by area and single age, shape (Z, 16): classes are spread evenly."""
    wide = postal.pivot_table(index="postal_code", columns="age_class", values="persons")
    wide = wide.reindex(index=list(areas), columns=list(WIDTHS)).fillna(0.0)
    widths = np.array(list(WIDTHS.values()))
    single: Array = np.repeat(wide.to_numpy(np.float64) / widths, widths, axis=1)
    return single


def _weights(cells: pd.DataFrame, home: IntArray, places: int) -> Array:
    weight = cells["children"].to_numpy(dtype=np.float64)
    bare = np.bincount(home, weight, places) == 0.0
    population = cells["population"].to_numpy(dtype=np.float64)
    weight = np.where(bare[home], population, weight)
    return np.where((population > 0.0) & (weight == 0.0), EMPTY_PART, weight)


def _normalised(parts: Array, home: IntArray, places: int) -> Array:
    sums = np.zeros((places, parts.shape[1]))
    np.add.at(sums, home, parts)
    normal: Array = parts / np.maximum(sums[home], 1e-300)
    return normal
