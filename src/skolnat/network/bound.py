"""A lower bound on the cost of every plan: Lagrangian relaxation of "each cell has a seat".

With multipliers u (euros a pupil and year) on the assignment of each cell and period, the
problem falls apart by unit. For one unit and period what remains is a continuous knapsack with
one general cost of load: sort the cells by (journey - u), fill in that order, and read off the
cheapest load. Both the fill and the cost of load are piecewise linear, so the minimum lies at a
breakpoint of one of them and is exact, *whatever the shape of the cost of load*: steps of groups
need not be convex. The unit then chooses the period in which it closes (never to open again).

The bound equals that of Dantzig and Wolfe's decomposition by unit and is at least as tight as
the linear relaxation with x <= y (Geoffrion 1974, *Lagrangean relaxation for integer
programming*). On the way options and loads that no plan cheaper than a known one can use are
forbidden (reduced-cost fixing), which makes the units' problems smaller and the bound better.
Multipliers are improved by Held, Wolfe and Crowder's subgradient step (1974) with the direction
smoothed as in Camerini, Fratta and Maffioli (1975).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from skolnat.network.compiled import compiled, inlined
from skolnat.network.kernel import Problem, load_cost, price_of
from skolnat.network.market import BoolArray, FloatArray, IntArray, Market
from skolnat.network.search import Found


@dataclass(frozen=True)
class Bound:
    """A proven lower bound, in euros over the whole horizon, and what it rests on.

    Parameters
    ----------
    value
        No plan costs less (journeys, units, loads and closings; euros over all years), and no
        more than the known plan whose cost was the target.
    multipliers
        Euros a pupil and year, shape (P, I).
    share
        How often each unit is open in each period over the last steps, between 0 and 1,
        shape (P, J): an estimate of the relaxation's primal solution (Barahona and Anbil 2000).
    load, teaching
        Mean pupils of each unit over the last steps, and mean euros a year of their groups and
        seats, shapes (P, J).
    worth
        Value of each option of each unit at the multipliers, shape (J, P + 1). The bound for
        plans in which unit j closes in q is ``value + worth[j, q] - worth[j].min()``.
    layout
        The problem with the options and loads that a plan cheaper than the target may still use.
    """

    value: float
    multipliers: FloatArray
    share: FloatArray
    load: FloatArray
    teaching: FloatArray
    worth: FloatArray
    layout: Problem


class _Filling(NamedTuple):
    """Cells that a unit takes first, in the order of their reduced costs: room for one unit."""

    cells: IntArray  # (P, I)
    reduced: FloatArray  # (P, I)
    filled: IntArray  # (P,) how many are laid out
    whole: BoolArray  # (P,) whether these are all that the unit may take
    margin: FloatArray  # (J, P) where to stop laying out: kept between steps


_SLACK = 400.0
"""So many euros beyond the margin of the step before are laid out."""


def _room(problem: Problem) -> _Filling:
    periods, places = problem.pupils.shape
    return _Filling(
        np.zeros((periods, places), np.int64), np.zeros((periods, places)),
        np.zeros(periods, np.int64), np.zeros(periods, np.bool_),
        np.zeros((problem.fixed.size, periods)),
    )  # fmt: skip


class _Curve(NamedTuple):
    """Cost of the load of one unit in one period: plain numbers, for the innermost loops."""

    table: FloatArray
    rise: FloatArray
    overflow: float
    shortfall: float
    seats: float
    floor: float
    least: float
    most: float


@compiled
def _curve(problem: Problem, j: int, p: int) -> _Curve:
    return _Curve(
        problem.table, problem.rise, problem.overflow, problem.shortfall, problem.capacity[p, j],
        problem.floor[j], problem.least[j, p], problem.most[j, p],
    )  # fmt: skip


@inlined
def _at(curve: _Curve, load: float) -> float:
    value: float = price_of(
        curve.table, load, curve.seats, curve.overflow, curve.floor, curve.shortfall
    )
    return value


@inlined
def _below(
    cells: IntArray, ways: FloatArray, u: FloatArray, pupils: FloatArray, margin: float,
    found: IntArray, reduced: FloatArray,
) -> tuple[int, bool]:  # fmt: skip
    """Sort the cells whose way less u lies below a margin; how many, and whether that is all.

    Parameters
    ----------
    cells, ways
        What a unit may take, cheapest way first.
    u, pupils
        By cell, of one period.
    margin
        Where to stop.
    found, reduced
        Room for what is found.
    """
    n, whole, top = 0, True, u.max()
    for a in range(cells.size):
        if ways[a] - top >= margin:
            whole = False
            break
        i = cells[a]
        if pupils[i] <= 0.0:
            continue
        value = ways[a] - u[i]
        if value >= margin:
            whole = False
            continue
        reduced[n] = value
        found[n] = i
        n += 1
    order = np.argsort(reduced[:n])
    found[:n] = found[:n][order]
    reduced[:n] = reduced[:n][order]
    return n, whole


@compiled
def _lay_out(
    problem: Problem, j: int, p: int, u: FloatArray, margin: float, filling: _Filling
) -> None:
    """Sort the cells of a unit whose reduced cost lies below a margin."""
    first, last = problem.pair_start[j], problem.pair_start[j + 1]
    filling.margin[j, p] = margin
    filling.filled[p], filling.whole[p] = _below(
        problem.pair_cell[first:last], problem.pair_cost[first:last], u[p], problem.pupils[p],
        margin, filling.cells[p], filling.reduced[p],
    )  # fmt: skip


@inlined
def _next_bend(curve: _Curve, point: float, end: float) -> float:
    """Where the cost of a unit bends next: at whole pupils and at the limits of its load."""
    step: float = min(end, np.floor(point) + 1.0)
    if point < curve.seats < step:
        step = curve.seats
    if point < curve.floor < step:
        step = curve.floor
    if point < curve.least < step:
        step = curve.least
    if point < curve.most < step:
        step = curve.most
    return step


@inlined
def _further(curve: _Curve, load: float) -> float:
    """What each further pupil costs at least in a unit, euros a year."""
    rise: float = curve.rise[min(int(load), curve.rise.size - 1)]
    return rise + (curve.overflow if load >= curve.seats else 0.0)


@inlined
def _cheapest(
    curve: _Curve, cells: IntArray, reduced: FloatArray, pupils: FloatArray, beyond: float
) -> tuple[float, float, int]:
    """Cheapest value of a unit, its load, and how many cells were looked at.

    ``cells`` are in the order of their ``reduced`` costs; those that are not among them cost at
    least ``beyond``, infinite where there are none. When they might be needed the last number
    is -1.
    """
    settled = max(curve.least, curve.floor)
    best, best_load = np.inf, 0.0
    if curve.least <= 0.0:
        best = _at(curve, 0.0)
    load, fill = 0.0, 0.0
    for k in range(cells.size):
        # From here on nothing becomes cheaper.
        if load >= curve.most or (load >= settled and reduced[k] + _further(curve, load) >= 0.0):
            return best, best_load, k
        end = load + pupils[cells[k]]
        point = load if end >= curve.least else end
        while point < end:
            point = _next_bend(curve, point, end)
            if point >= curve.least and point <= curve.most:
                value = _at(curve, point) + fill + reduced[k] * (point - load)
                if value < best:
                    best, best_load = value, point
        fill += reduced[k] * (end - load)
        load = end
    over = beyond == np.inf or load >= curve.most
    over = over or (load >= settled and beyond + _further(curve, load) >= 0.0)
    return best, best_load, cells.size if over else -1


@compiled
def _unit_value(
    problem: Problem, j: int, p: int, u: FloatArray, filling: _Filling
) -> tuple[float, float]:
    """Cheapest value of unit j in period p and the load that has it; lays out its cells."""
    curve, pupils = _curve(problem, j, p), problem.pupils[p]
    margin, more = filling.margin[j, p], 2.0 * _SLACK
    while True:
        _lay_out(problem, j, p, u, margin, filling)
        count = filling.filled[p]
        beyond = np.inf if filling.whole[p] else margin
        best, load, seen = _cheapest(
            curve, filling.cells[p, :count], filling.reduced[p, :count], pupils, beyond
        )
        if seen >= 0:
            break
        margin += more
        more *= 4.0
    if 0 < seen < count:
        filling.margin[j, p] = filling.reduced[p, seen] + _SLACK
    return best, load


@compiled
def _take(cells: IntArray, pupils: FloatArray, load: float, use: FloatArray) -> None:
    """Add to ``use`` (I,) the shares of the cells that fill a load, cells being sorted."""
    left = load
    for i in cells:
        if left <= 0.0:
            break
        use[i] += min(1.0, left / pupils[i])
        left -= pupils[i]


@compiled
def _relaxed(
    problem: Problem, u: FloatArray, filling: _Filling, use: FloatArray, closes: IntArray,
    loads: FloatArray, worth: FloatArray,
) -> float:  # fmt: skip
    """Value of the relaxation at multipliers u.

    Sets ``use`` (P, I) to how many seats each cell got, ``closes`` to the best period of closing
    of each unit, ``loads`` (P, J) to its load there, and ``worth`` (J, P + 1) to the value of
    every such period.
    """
    periods, places = problem.pupils.shape
    value = 0.0
    for p in range(periods):
        for i in range(places):
            use[p, i] = 0.0
            value += problem.years[p] * problem.pupils[p, i] * u[p, i]
    for j in range(problem.fixed.size):
        running, last = 0.0, periods
        while last > 0 and not problem.options[j, last]:
            last -= 1
        for q in range(periods + 1):
            worth[j, q] = running + problem.closing[j, q] if problem.options[j, q] else np.inf
            if q < last:
                best, loads[q, j] = _unit_value(problem, j, q, u, filling)
                running += problem.years[q] * (problem.fixed[j] + best)
        closes[j] = np.argmin(worth[j])
        value += worth[j, closes[j]]
        for p in range(closes[j]):
            cells = filling.cells[p, : filling.filled[p]]
            _take(cells, problem.pupils[p], loads[p, j], use[p])
    return value


@compiled
def _loads_within(
    curve: _Curve, cells: IntArray, reduced: FloatArray, pupils: FloatArray, limit: float
) -> tuple[float, float]:
    """Between which loads the value of a unit is at most a limit; all cells are laid out."""
    settled = max(curve.least, curve.floor)
    low, high = np.inf, -np.inf
    if curve.least <= 0.0 and _at(curve, 0.0) <= limit:
        low, high = 0.0, 0.0
    load, fill, value = 0.0, 0.0, np.inf
    inside = high == 0.0
    for k in range(cells.size):
        rising = load >= settled and reduced[k] + _further(curve, load) >= 0.0
        if load >= curve.most or (rising and value > limit and not inside):
            break
        end = load + pupils[cells[k]]
        point = load
        while point < end:
            before = point
            point = _next_bend(curve, point, end)
            if point < curve.least or point > curve.most:
                continue
            value = _at(curve, point) + fill + reduced[k] * (point - load)
            if value <= limit:
                low, high = min(low, max(before, curve.least)), point
            elif inside:
                high = point
            inside = value <= limit
        fill += reduced[k] * (end - load)
        load = end
    return low, high


@compiled
def _tighten(
    problem: Problem, u: FloatArray, filling: _Filling, worth: FloatArray, value: float,
    cost: float,
) -> None:  # fmt: skip
    """Forbid options and loads, in place, that no plan cheaper than ``cost`` can use."""
    periods = problem.pupils.shape[0]
    for j in range(problem.fixed.size):
        least = worth[j].min()
        for q in range(periods + 1):
            if problem.options[j, q] and worth[j, q] - least > cost - value:
                problem.options[j, q] = False
        for p in range(periods):
            spare = cost - value - (worth[j, p + 1 :].min() - least)
            if not spare >= 0.0:
                continue
            curve, pupils, margin = _curve(problem, j, p), problem.pupils[p], filling.margin[j, p]
            _lay_out(problem, j, p, u, np.inf, filling)
            filling.margin[j, p] = margin
            count = filling.filled[p]
            cells, reduced = filling.cells[p, :count], filling.reduced[p, :count]
            best, _, _ = _cheapest(curve, cells, reduced, pupils, np.inf)
            limit = best + spare / problem.years[p] + 1e-3
            low, high = _loads_within(curve, cells, reduced, pupils, limit)
            # A hair's breadth of slack: sums in another order differ in their last digits.
            problem.least[j, p] = max(problem.least[j, p], low - 1e-6)
            problem.most[j, p] = min(problem.most[j, p], high + 1e-6)


_MEMORY = 0.3
"""How much of the last direction stays in the next one (Camerini, Fratta and Maffioli 1975)."""

_PATIENCE = 20
"""After so many steps without a better bound the steps become shorter."""


class _Means(NamedTuple):
    """Means over the last steps: openness, loads, and what the loads cost, shapes (P, J)."""

    share: FloatArray
    load: FloatArray
    teaching: FloatArray


@compiled
def _record(
    problem: Problem, closes: IntArray, loads: FloatArray, fade: float, means: _Means
) -> None:
    for j in range(closes.size):
        for p in range(problem.years.size):
            open_ = closes[j] > p
            load = loads[p, j] if open_ else 0.0
            teaching = load_cost(problem, p, j, load) if open_ else 0.0
            means.share[p, j] += fade * ((1.0 if open_ else 0.0) - means.share[p, j])
            means.load[p, j] += fade * (load - means.load[p, j])
            means.teaching[p, j] += fade * (teaching - means.teaching[p, j])


@compiled
def _step(
    problem: Problem, u: FloatArray, use: FloatArray, direction: FloatArray, length: float,
    memory: float,
) -> bool:  # fmt: skip
    """Move the multipliers towards what lacks seats; False where every cell has its seat."""
    periods, places = problem.pupils.shape
    norm = 0.0
    for p in range(periods):
        for i in range(places):
            # Scaled by pupils and years, so that a step is in euros a pupil and year.
            direction[p, i] = memory * direction[p, i] + (1.0 - memory) * (1.0 - use[p, i])
            norm += problem.years[p] * problem.pupils[p, i] * direction[p, i] ** 2
    if norm < 1e-12:
        return False
    for p in range(periods):
        for i in range(places):
            u[p, i] += length / norm * direction[p, i]
    return True


@compiled
def _ascend(
    problem: Problem, u: FloatArray, target: float, iterations: int, tolerance: float,
    scale: float, filling: _Filling,
) -> tuple[float, FloatArray, _Means, FloatArray]:  # fmt: skip
    """Subgradient ascent; tightens options and loads of the problem in place on its way."""
    periods, places = problem.pupils.shape
    units = problem.fixed.size
    use, direction = np.empty((periods, places)), np.zeros((periods, places))
    closes, loads = np.empty(units, np.int64), np.zeros((periods, units))
    worth = np.empty((units, periods + 1))
    means = _Means(
        np.zeros((periods, units)), np.zeros((periods, units)), np.zeros((periods, units))
    )
    best, best_u, best_worth = -np.inf, u.copy(), worth.copy()
    stale, tightened = 0, -np.inf
    for iteration in range(iterations):
        value = _relaxed(problem, u, filling, use, closes, loads, worth)
        stale += 1
        if value > best:
            if value > best + 2e-5 * abs(target):
                stale = 0
            best, best_u, best_worth = value, u.copy(), worth.copy()
            if value < target and target - value < 0.9 * (target - tightened):
                _tighten(problem, u, filling, worth, value, target)
                tightened = value
        _record(problem, closes, loads, 1.0 / (1.0 + min(iteration, 30)), means)
        if target - best <= tolerance * abs(target) or scale < 1e-4:
            break
        if stale >= _PATIENCE:
            scale *= 0.6
            stale = 0
            u = best_u.copy()
        if not _step(problem, u, use, direction, scale * max(target - value, 0.0), _MEMORY):
            break
    if best < target:
        _relaxed(problem, best_u, filling, use, closes, loads, best_worth)
        _tighten(problem, best_u, filling, best_worth, best, target)
    return best, best_u, means, best_worth


def average_prices(market: Market, plan: Found) -> FloatArray:
    """First multipliers: what a pupil of each cell costs in a plan, its unit's mean included.

    Returns
    -------
    ndarray
        Euros a pupil and year, shape (P, I).
    """
    prices = np.zeros(market.pupils.shape)
    cells = np.arange(len(market.cells))
    for p in range(market.periods):
        seat = plan.seat[p]
        loads: FloatArray = np.bincount(seat, market.pupils[p], len(market.units)).astype(float)
        mean: FloatArray = (market.fixed + market.load_costs(loads, p)) / np.maximum(loads, 1.0)
        prices[p] = market.arc_cost[cells, seat] + mean[seat]
    return prices


def lagrangian_bound(
    problem: Problem,
    start: FloatArray,
    target: float,
    *,
    iterations: int = 300,
    tolerance: float = 1e-4,
    scale: float = 1.0,
) -> Bound:
    """Bound the cost of every plan from below.

    Parameters
    ----------
    problem
        The market and the pairs of cell and unit it may use.
    start
        First multipliers, euros a pupil and year, shape (P, I).
    target
        Cost of a known plan, euros over the horizon: it sets the length of the steps, and
        options and loads that no cheaper plan can use are forbidden on the way.
    iterations, tolerance
        Stop after so many steps, or when the bound is within this share of the target.
    scale
        First length of step; less than 1 when the multipliers are good already.
    """
    layout = problem._replace(
        options=problem.options.copy(), least=problem.least.copy(), most=problem.most.copy()
    )
    value, multipliers, means, worth = _ascend(
        layout, start.copy(), target, iterations, tolerance, scale, _room(layout)
    )
    return Bound(
        min(float(value), target), multipliers,
        means.share, means.load, means.teaching, worth, layout,
    )  # fmt: skip
