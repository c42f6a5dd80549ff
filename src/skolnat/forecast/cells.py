r"""Children by cell: a municipality's futures laid on its squares, coherent in every draw.

A cell's part of a cohort is Dirichlet-multinomial in its first two moments. With expected parts
:math:`p_c` and *N* children of the cohort in the municipality, the parts are Dirichlet with
concentration :math:`N / \varphi`, so that a cell's count has variance
:math:`\varphi N p_c (1 - p_c)`: that of a multinomial where :math:`\varphi = 1`. The parts of a
cohort stay with it as it grows older, for the same children live there, and drift with the cell.
Parts sum to one in every draw, so cells always sum to the municipality's own draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from skolnat.common.faults import Fault, raise_if_any
from skolnat.forecast.result import Forecast

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Array32 = NDArray[np.float32]

DISPERSION: Final = 1.5
"""Families have more than one child, and live near their like: more than multinomial variance."""
DRIFT: Final = 0.03
"""Standard deviation of a cell's yearly log change against its municipality. An assumption."""
OWN_WEIGHT: Final = 10.0
"""Children of the expected number that a cell's own counted cohort is mixed with."""
TURNOVER: Final = 0.25
"""Part of the dispersion that is left where a cell's own cohort is counted."""
EMPTY_PART: Final = 1e-3
"""Children that a populated cell without children counts for: families may move in."""


@dataclass(frozen=True)
class CellForecast:
    """Sampled futures by cell.

    Parameters
    ----------
    cells
        Ids, in the order of the second axis of ``draws``.
    municipalities
        Municipality of each cell.
    years, ages
        Third and fourth axis.
    draws
        Persons, float32, shape (draw, cell, year, age).
    """

    cells: tuple[str, ...]
    municipalities: tuple[str, ...]
    years: tuple[int, ...]
    ages: tuple[int, ...]
    draws: Array32

    def mean(self) -> Array:
        """Return the mean over draws, shape (cell, year, age)."""
        mean: Array = self.draws.mean(axis=0, dtype=np.float64)
        return mean

    def taught_in(self, shares: Array) -> CellForecast:
        """Return the children of one teaching language.

        Parameters
        ----------
        shares
            Share of the language in each cell, shape (cell,).
        """
        part = shares.astype(np.float32)[None, :, None, None]
        return CellForecast(
            self.cells, self.municipalities, self.years, self.ages, self.draws * part
        )


def split_to_cells(
    future: Forecast,
    cells: pd.DataFrame,
    *,
    ages: range = range(7, 16),
    years: range | None = None,
    draws: int | None = None,
    seed: int = 1,
    cohorts: pd.DataFrame | None = None,
) -> CellForecast:
    """Lay a forecast on cells.

    Parameters
    ----------
    future
        Forecast that holds every municipality of the cells.
    cells
        Columns ``cell, municipality, children, population``; children are a weight.
    ages, years
        Ages and years to lay out; all years of the forecast when None.
    draws
        The first so many draws of the forecast; all when None. Memory is
        draws x cells x years x ages x 4 bytes.
    seed
        Same seed, same bytes.
    cohorts
        Counted children of the base year where they are known: ``cell, age, persons``. Each cell's
        own cohorts are then aged, shrunk towards the municipality's by size.

    Raises
    ------
    InvalidInput
        When a cell's municipality is not in the forecast, or has no populated cell.
    """
    wanted = tuple(years) if years is not None else future.years
    table = cells.sort_values(["municipality", "cell"]).reset_index(drop=True)
    missing = sorted(set(table["municipality"]) - set(future.municipalities))
    raise_if_any(Fault("forecast.cell_municipality", values={"code": c}) for c in missing)
    count = len(future.draws) if draws is None else min(draws, len(future.draws))
    out = np.empty((count, len(table), len(wanted), len(ages)), np.float32)
    for code in sorted(set(table["municipality"])):
        rows = np.flatnonzero((table["municipality"] == code).to_numpy())
        own = future.select([code]).draws[:count, 0]
        rng = np.random.Generator(np.random.SFC64([seed, int(code)]))
        split = _Split(table.iloc[rows], cohorts, future.base_year, own, future, rng)
        split.fill(out, rows, wanted, ages)
    return CellForecast(
        tuple(table["cell"]), tuple(table["municipality"]), wanted, tuple(ages), out
    )


class _Split:
    """The cells of one municipality."""

    def __init__(
        self,
        table: pd.DataFrame,
        cohorts: pd.DataFrame | None,
        base_year: int,
        own: Array32,
        future: Forecast,
        rng: np.random.Generator,
    ) -> None:
        weight = table["children"].to_numpy(dtype=np.float64)
        if weight.sum() <= 0.0:
            weight = table["population"].to_numpy(dtype=np.float64)
        weight = weight + EMPTY_PART
        self._parts = weight / weight.sum()
        self._own, self._future, self._rng, self._base = own, future, rng, base_year
        self._counted = _counted(table, cohorts)
        self._scatter: dict[int, Array32] = {}

    def fill(self, out: Array32, rows: NDArray[np.intp], years: tuple[int, ...], ages: range
    ) -> None:  # fmt: skip
        """Write the cells' children into ``out[:, rows]``."""
        drift = np.zeros((len(out), len(rows)), np.float32)
        step = 0
        for y, year in enumerate(years):
            for _ in range(max(year - self._base, 0) - step):
                drift += np.float32(DRIFT) * self._rng.standard_normal(drift.shape, np.float32)
                step += 1
            growth = np.exp(drift)
            for a, age in enumerate(ages):
                parts = self._cohort(year - age, age) * growth
                parts /= parts.sum(axis=1, keepdims=True)
                total = self._total(year, age)
                out[:, rows, y, a] = parts * total[:, None]

    def _total(self, year: int, age: int) -> Array32:
        total: Array32 = self._own[:, self._future.years.index(year), self._future.ages.index(age)]
        return total

    def _cohort(self, born: int, age: int) -> Array32:
        """Return the gamma weights of a cohort's cells, drawn once, shape (draw, cell)."""
        if born not in self._scatter:
            at_base = self._base - born
            seen_age = min(max(at_base, 0), max(self._future.ages))
            seen_year = max(self._base, born)
            if seen_year not in self._future.years:
                seen_year, seen_age = self._future.years[-1], age
            size = float(self._total(seen_year, seen_age).mean())
            parts, dispersion = self._parts, DISPERSION
            own = self._counted.get(at_base)
            if own is not None and own.sum() > 0.0:
                parts = (own + OWN_WEIGHT * self._parts) / (own.sum() + OWN_WEIGHT)
                dispersion = DISPERSION * TURNOVER
            shape = np.maximum(parts * size / dispersion, 1e-4)
            draws = len(self._own)
            gamma = self._rng.standard_gamma(
                shape.astype(np.float32), (draws, len(shape)), np.float32
            )
            gamma += (np.float32(1e-6) * parts).astype(np.float32)
            self._scatter[born] = gamma
        return self._scatter[born]


def _counted(table: pd.DataFrame, cohorts: pd.DataFrame | None) -> dict[int, Array]:
    """Return the counted children of the cells by age, each of shape (cell,)."""
    if cohorts is None:
        return {}
    place = {cell: i for i, cell in enumerate(table["cell"])}
    out: dict[int, Array] = {}
    inside = cohorts[cohorts["cell"].isin(place)]
    for cell, age, persons in zip(inside["cell"], inside["age"], inside["persons"], strict=True):
        out.setdefault(int(age), np.zeros(len(place)))[place[cell]] += float(persons)
    return out
