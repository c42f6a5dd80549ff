r"""Children by cell: a municipality's futures laid on its squares, coherent in every draw.

A cell's part of a cohort is Dirichlet-multinomial in its first two moments. With expected parts
:math:`p_c` and *N* children of the cohort in the municipality, the parts are Dirichlet with
concentration :math:`N / \varphi`, so that a cell's count has variance
:math:`\varphi N p_c (1 - p_c)`: that of a multinomial where :math:`\varphi = 1`. The parts of a
cohort stay with it as it grows older, for the same children live there, and drift with the
neighbourhood. Parts sum to one in every draw, so cells always sum to the municipality's own draw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from skolnat.common.faults import Fault, raise_if_any
from skolnat.forecast.homes import Homes, homes
from skolnat.forecast.result import Forecast

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Array32 = NDArray[np.float32]

DRIFT: Final = 0.03
"""Standard deviation of a neighbourhood's yearly log change against its municipality: of the
postal areas of Paavo, 2013-2017, 0.026-0.034."""
THREADS: Final = 2


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
    postal: pd.DataFrame | None = None,
    cohorts: pd.DataFrame | None = None,
) -> CellForecast:
    """Lay a forecast on cells.

    Parameters
    ----------
    future
        Forecast that holds every municipality of the cells.
    cells
        Columns ``cell, municipality, children, population``, and ``postal_code`` where
        ``postal`` is given; children are a weight.
    ages, years
        Ages and years to lay out; all years of the forecast when None.
    draws
        The first so many draws of the forecast; all when None. Memory is
        draws x cells x years x ages x 4 bytes.
    seed
        Same seed, same bytes.
    postal
        Children by postal area, as :func:`skolnat.sources.reference.postal_ages`.
    cohorts
        Counted children of the base year where they are known: ``cell, age, persons``. Each cell's
        own cohorts are then aged, shrunk towards the expected ones by size.

    Raises
    ------
    InvalidInput
        When a cell's municipality is not in the forecast.
    """
    wanted = tuple(years) if years is not None else future.years
    table = cells.sort_values(["municipality", "cell"]).reset_index(drop=True)
    missing = sorted(set(table["municipality"]) - set(future.municipalities))
    raise_if_any(Fault("forecast.cell_municipality", values={"code": c}) for c in missing)
    codes = sorted(set(table["municipality"]))
    area_of = None
    if postal is not None:
        area_of = dict(zip(table["cell"], table["postal_code"], strict=True))
    born = range(
        min(wanted[0], future.base_year) - max(*ages, 15), max(wanted[-1], future.base_year) + 1
    )
    where = homes(table, codes, born, postal=postal, area_of=area_of)
    if cohorts is not None:
        where = where.with_counted(cohorts, future.base_year)
    count = len(future.draws) if draws is None else min(draws, len(future.draws))
    out = np.empty((count, len(table), len(wanted), len(ages)), np.float32)

    def fill(m: int) -> None:
        rows = np.flatnonzero(where.home == m)
        for y, a, counts in sampled(where, m, future, wanted, tuple(ages), seed, count):
            out[:, rows, y, a] = counts

    in_threads(fill, len(codes))
    return CellForecast(
        tuple(table["cell"]), tuple(table["municipality"]), wanted, tuple(ages), out
    )


def in_threads(work: Callable[[int], None], count: int) -> None:
    """Do ``work(0)`` … ``work(count - 1)``, a few side by side; numpy lets go of the lock."""
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(work, range(count)))


def sampled(
    where: Homes,
    municipality: int,
    future: Forecast,
    years: Sequence[int],
    ages: Sequence[int],
    seed: int,
    draws: int | None = None,
) -> Iterator[tuple[int, int, Array32]]:
    """Sample the squares of one municipality, year by year and age by age.

    Parameters
    ----------
    where
        Where cohorts are expected to live.
    municipality
        Index of the municipality in ``where``.
    future
        Its forecast, among others.
    years, ages
        Years, in order, and ages.
    seed
        Same seed, same bytes, whatever the other municipalities.
    draws
        The first so many draws; all when None.

    Yields
    ------
    y, a, counts
        Index of year and age, and persons, float32, shape (draw, squares of the municipality);
        they sum to the municipality's own in every draw.
    """
    code = where.codes[municipality]
    own = future.draws[:draws, future.municipalities.index(code)]
    rng = np.random.Generator(np.random.SFC64([seed, int(code)]))
    rows = np.flatnonzero(where.home == municipality)
    _, area = np.unique(where.area[rows], return_inverse=True)
    drift = np.zeros((len(own), int(area.max(initial=-1)) + 1), np.float32)
    scatter = _Scatter(where, municipality, rows, own, future, rng)
    at = min(int(where.since[municipality]), years[0])
    for y, year in enumerate(years):
        while at < year:
            drift += np.float32(DRIFT) * rng.standard_normal(drift.shape, np.float32)
            at += 1
        growth = np.exp(drift)[:, area]
        for a, age in enumerate(ages):
            counts = scatter.of(year, age) * growth
            total = own[:, future.years.index(year), future.ages.index(age)]
            counts *= (total / counts.sum(axis=1))[:, None]
            yield y, a, counts


class _Scatter:
    """Gamma weights of the squares of one municipality, drawn once for each cohort."""

    def __init__(
        self, where: Homes, municipality: int, rows: NDArray[np.intp], own: Array32,
        future: Forecast, rng: np.random.Generator,
    ) -> None:  # fmt: skip
        self._where, self._municipality, self._rows = where, municipality, rows
        self._own, self._future, self._rng = own, future, rng
        self._drawn: dict[int, Array32] = {}

    def of(self, year: int, age: int) -> Array32:
        """Return the weights of those who are of an age in a year, shape (draw, square)."""
        born = year - age
        if born not in self._drawn:
            self._drawn = {b: drawn for b, drawn in self._drawn.items() if b > year - 17}
            self._drawn[born] = self._draw(born, year, age)
        return self._drawn[born]

    def _draw(self, born: int, year: int, age: int) -> Array32:
        parts = self._where.of(year, age)[self._rows]
        shape = parts * self._size(born, year, age)
        shape /= self._where.scatter_of(self._municipality, born)
        wanted = (len(self._own), len(parts))
        shape = np.maximum(shape, 1e-4).astype(np.float32)
        gamma = self._rng.standard_gamma(shape, wanted, np.float32)
        gamma += (np.float32(1e-6) * parts).astype(np.float32)
        return gamma

    def _size(self, born: int, year: int, age: int) -> float:
        """Return the cohort's mean size in the base year, or when it is born."""
        future = self._future
        first = max(future.years[0], born)
        if first in future.years and first - born in future.ages:
            year, age = first, first - born
        counted = self._own[:, future.years.index(year), future.ages.index(age)]
        return float(counted.mean())
