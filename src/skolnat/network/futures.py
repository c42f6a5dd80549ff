"""Pupils by square in every sampled future, and what a plan costs in each of them.

The seats of a plan stay as decided; what changes from future to future is how many pupils each
square has: those of the municipality's forecast, parted by squares anew in every future, cohort
by cohort (:mod:`skolnat.forecast.cells`). The means over the futures are those of
:class:`skolnat.network.demand.Demand`, which plans are made with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from skolnat.economy.prices import boarding_cost, transport_cost
from skolnat.forecast.cells import in_threads, sampled
from skolnat.forecast.result import Forecast
from skolnat.network.build import Period
from skolnat.network.demand import AGES, STAGE_AGES, Demand
from skolnat.network.evaluate import Planned, first_year
from skolnat.network.market import FloatArray
from skolnat.rules.rules import Rules

Array32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class CellFutures:
    """Pupils of every square in some futures.

    Parameters
    ----------
    demand
        Squares, languages, and who leaves.
    periods
        Periods over whose years the means are taken.
    counts
        By stage or grade (``"1-6"``, ``"7-9"``; ``"1"`` ... ``"9"``): pupils of both languages,
        float32, shape (draws, P, I).
    draws
        Which draws of the forecast they are, shape (draws,).
    weights
        Weight of each future, shape (draws,); they sum to 1.
    """

    demand: Demand
    periods: tuple[Period, ...]
    counts: Mapping[str, Array32]
    draws: npt.NDArray[np.int64]
    weights: FloatArray

    def pupils(self, stage: str, language: str, cells: Sequence[str] | None = None) -> Array32:
        """Return the pupils who are taught in a language and stay, shape (draws, P, I).

        Parameters
        ----------
        stage
            A stage.
        language
            Teaching language.
        cells
            Squares wanted, in their order; all when None.
        """
        return self._taught(self.counts[stage], stage, language, cells)

    def grade(self, grade: int, language: str, cells: Sequence[str] | None = None) -> Array32:
        """Return the pupils of one grade, as :meth:`pupils`; only where grades were asked for."""
        stage = next(name for name, ages in STAGE_AGES.items() if AGES[grade - 1] in ages)
        return self._taught(self.counts[str(grade)], stage, language, cells)

    def _taught(
        self, counts: Array32, stage: str, language: str, cells: Sequence[str] | None
    ) -> Array32:
        part = self.demand.taught(stage, language)[self.demand.homes.home].astype(np.float32)
        if cells is None:
            return counts * part
        place = {cell: i for i, cell in enumerate(self.demand.cells["cell"])}
        rows = [place[cell] for cell in cells]
        return counts[:, :, rows] * part[rows]


def cell_futures(
    demand: Demand,
    forecast: Forecast,
    periods: tuple[Period, ...],
    *,
    seed: int = 1,
    grades: bool = False,
    draws: Sequence[int] | None = None,
    weights: FloatArray | None = None,
) -> CellFutures:
    """Lay every future on the squares.

    Parameters
    ----------
    demand
        The region's pupils, with the squares' expected parts.
    forecast
        Futures of its municipalities.
    periods
        Periods over whose years the means are taken.
    seed
        Same seed, same bytes; each draw is the same whichever of them are kept.
    grades
        True for pupils by grade, otherwise by stage. Memory is draws x P x I x 4 bytes for each.
    draws
        Draws to keep, such as those of :func:`representative`; all when None.
    weights
        Their weights; equal when None.

    Returns
    -------
    CellFutures
        In every draw and year the squares of a municipality sum to its own forecast.
    """
    kept = np.arange(len(forecast.draws)) if draws is None else np.asarray(draws, dtype=np.int64)
    names = {age: str(g) for g, age in enumerate(AGES, start=1)}
    if not grades:
        names = {age: stage for stage, ages in STAGE_AGES.items() for age in ages}
    shape = (len(kept), len(periods), len(demand.cells))
    counts = {name: np.zeros(shape, np.float32) for name in names.values()}
    years = [year for period in periods for year in period.years]
    of = [(p, np.float32(1.0 / len(t.years))) for p, t in enumerate(periods) for _ in t.years]
    whole = draws is None

    def lay(m: int) -> None:
        rows = np.flatnonzero(demand.homes.home == m)
        if not rows.size:
            return
        mine = {name: np.zeros((len(kept), len(periods), len(rows)), np.float32) for name in counts}
        for y, a, found in sampled(demand.homes, m, forecast, years, AGES, seed):
            period, weight = of[y]
            mine[names[AGES[a]]][:, period] += (found if whole else found[kept]) * weight
        for name, part in mine.items():
            counts[name][:, :, rows] = part

    in_threads(lay, len(demand.homes.codes))
    equal = np.full(len(kept), 1.0 / max(len(kept), 1))
    return CellFutures(demand, periods, counts, kept, equal if weights is None else weights)


def representative(
    forecast: Forecast, periods: tuple[Period, ...], count: int,
    among: npt.NDArray[np.int64] | None = None,
) -> tuple[npt.NDArray[np.int64], FloatArray]:  # fmt: skip
    """Choose a few draws that stand for all of them, or for some.

    Parameters
    ----------
    forecast
        Futures of the region's municipalities.
    periods
        Planning periods.
    count
        How many draws to choose.
    among
        The draws that are stood for, and chosen from; all when None.

    Returns
    -------
    draws
        Indices, in order, shape (count,) or fewer where there are fewer draws.
    weights
        Part of these draws that are nearest to each, shape (count,); they sum to 1.

    Notes
    -----
    Fast forward selection: the next draw is the one that leaves the least mean distance from all
    draws to the nearest chosen one, so the chosen and their weights are near all draws in
    Kantorovich distance (Heitsch and Römisch 2003, Computational Optimization and Applications
    24). The distance is Euclidean over pupils by municipality, stage and period, which is what
    seats are planned for; chance within a municipality is not chosen for, but comes with the draw.
    """
    points = _points(forecast, periods)
    those = np.arange(len(points)) if among is None else among
    points = points[those]
    squares = (points**2).sum(axis=1)
    gaps = np.maximum(squares[:, None] + squares[None, :] - 2.0 * points @ points.T, 0.0)
    gaps = np.sqrt(gaps)
    np.fill_diagonal(gaps, 0.0)
    nearest = np.full(len(points), np.inf)
    chosen: list[int] = []
    for _ in range(min(count, len(points))):
        left = np.minimum(gaps, nearest[None, :]).mean(axis=1)
        left[chosen] = np.inf
        best = int(np.argmin(left))
        chosen.append(best)
        nearest = np.minimum(nearest, gaps[best])
    draws = np.array(sorted(chosen), dtype=np.int64)
    belongs = np.argmin(gaps[:, draws], axis=1)
    weights = np.bincount(belongs, minlength=len(draws)) / len(points)
    return those[draws], weights


def _points(forecast: Forecast, periods: tuple[Period, ...]) -> FloatArray:
    """Pupils of every draw by stage, period and municipality, shape (draws, S x P x M)."""
    parts = []
    for ages in STAGE_AGES.values():
        totals = forecast.total(ages)
        for period in periods:
            columns = [forecast.years.index(year) for year in period.years]
            parts.append(totals[:, :, columns].mean(axis=2))
    points: FloatArray = np.concatenate(parts, axis=1)
    return points


def costs_in_futures(plan: Planned, futures: CellFutures, rules: Rules) -> FloatArray:
    """Gross cost of a plan in each future, euros a year.

    Parameters
    ----------
    plan
        The plan.
    futures
        Pupils of every square, by stage, over the plan's periods.
    rules
        Prices.

    Returns
    -------
    ndarray
        Shape (draws,): means over the years of the plan. With the pupils that the plan was made
        for, it is the sum of the plan's ledger over its years.
    """
    market = plan.market
    pupils = futures.pupils(market.stage, market.language, market.cells)
    return costs_with(plan, pupils, rules)


def costs_with(plan: Planned, pupils: npt.NDArray[np.floating], rules: Rules) -> FloatArray:
    """Gross cost of a plan with other numbers of pupils, euros a year, shape (draws,).

    Parameters
    ----------
    plan
        The plan; every square keeps its seat.
    pupils
        Pupils by square of the plan's market, shape (draws, P, I).
    rules
        Prices.
    """
    market, price = plan.market, plan.price
    count = len(market.cells)
    cells = np.arange(count)
    year = first_year(plan)
    total = np.zeros(len(pupils))
    for p in range(len(plan.periods)):
        seat = plan.seat[p]
        way = transport_cost(*market.ride(seat), rules, year)
        way += boarding_cost(market.minutes[cells, seat], market.stage, rules, year)
        here = pupils[:, p].astype(np.float64)
        seats = csr_array((np.ones(count), (cells, seat)), shape=(count, len(market.units)))
        loads = np.asarray(here @ seats)
        taught = np.where(plan.open[p], market.load_costs(loads, p), 0.0).sum(axis=1)
        standing = market.fixed[plan.open[p]].sum()
        yearly = taught + loads.sum(axis=1) * price.pupil + standing + here @ way
        total += market.years[p] * yearly
    whole: FloatArray = (total + market.option_costs(plan.closes).sum()) / market.years.sum()
    return whole
