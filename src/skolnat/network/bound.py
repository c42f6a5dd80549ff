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

from skolnat.network.compiled import compiled
from skolnat.network.kernel import Problem, load_cost
from skolnat.network.market import FloatArray, IntArray, Market
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


class _Order(NamedTuple):
    """Cells of each unit and period in the order of their reduced costs, kept between steps."""

    cells: IntArray  # (J, P, I)
    filled: IntArray  # (J, P) how many of them there are


@compiled
def _first_order(problem: Problem, u: FloatArray) -> _Order:
    periods, places = problem.pupils.shape
    units = problem.fixed.size
    cells = np.zeros((units, periods, places), np.int64)
    count = np.zeros((units, periods), np.int64)
    reduced = np.empty(places)
    for j in range(units):
        for p in range(periods):
            n = 0
            for i in range(places):
                if problem.pupils[p, i] > 0.0 and problem.journey[i, j] < np.inf:
                    cells[j, p, n] = i
                    reduced[n] = problem.journey[i, j] - u[p, i]
                    n += 1
            count[j, p] = n
            cells[j, p, :n] = cells[j, p, :n][np.argsort(reduced[:n])]
    return _Order(cells, count)


@compiled
def _sorted(
    problem: Problem, j: int, p: int, u: FloatArray, order: _Order, reduced: FloatArray
) -> None:
    """Sort a unit's cells by reduced cost; from one step to the next they hardly move."""
    cells = order.cells[j, p]
    for k in range(order.filled[j, p]):
        i = cells[k]
        value = problem.journey[i, j] - u[p, i]
        at = k
        while at > 0 and reduced[at - 1] > value:
            reduced[at] = reduced[at - 1]
            cells[at] = cells[at - 1]
            at -= 1
        reduced[at] = value
        cells[at] = i


@compiled
def _next_bend(problem: Problem, j: int, p: int, point: float, end: float) -> float:
    """Where the cost of a unit bends next: at whole pupils and at the limits of its load."""
    step: float = min(end, np.floor(point) + 1.0)
    if point < problem.capacity[p, j] < step:
        step = problem.capacity[p, j]
    if point < problem.floor[j] < step:
        step = problem.floor[j]
    if point < problem.least[j, p] < step:
        step = problem.least[j, p]
    if point < problem.most[j, p] < step:
        step = problem.most[j, p]
    return step


@compiled
def _unit_value(
    problem: Problem, j: int, p: int, order: _Order, reduced: FloatArray
) -> tuple[float, float]:
    """Cheapest value of unit j in period p and the load that has it, cells being sorted."""
    least, most = problem.least[j, p], problem.most[j, p]
    settled = max(least, problem.floor[j])
    best, best_load = np.inf, 0.0
    if least <= 0.0:
        best = load_cost(problem, p, j, 0.0)
    load, fill = 0.0, 0.0
    for k in range(order.filled[j, p]):
        over = problem.overflow if load > problem.capacity[p, j] else 0.0
        # The cost of a load never falls: from here on nothing becomes cheaper.
        if load >= most or (load >= settled and reduced[k] + over >= 0.0):
            break
        end = load + problem.pupils[p, order.cells[j, p, k]]
        point = load if end >= least else end
        while point < end:
            point = _next_bend(problem, j, p, point, end)
            if point >= least and point <= most:
                value = load_cost(problem, p, j, point) + fill + reduced[k] * (point - load)
                if value < best:
                    best, best_load = value, point
        fill += reduced[k] * (end - load)
        load = end
    return best, best_load


@compiled
def _take(
    problem: Problem, j: int, p: int, order: _Order, best_load: float, taken: FloatArray
) -> None:
    """Set ``taken`` (I,) to the shares of the cells that fill a load."""
    taken[:] = 0.0
    load = 0.0
    for k in range(order.filled[j, p]):
        if load >= best_load:
            break
        i = order.cells[j, p, k]
        taken[i] = min(1.0, (best_load - load) / problem.pupils[p, i])
        load += problem.pupils[p, i]


@compiled
def _relaxed(
    problem: Problem, u: FloatArray, order: _Order, use: FloatArray, closes: IntArray,
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
    taken = np.empty((periods, places))
    reduced = np.empty(places)
    for j in range(problem.fixed.size):
        running, last = 0.0, periods
        while last > 0 and not problem.options[j, last]:
            last -= 1
        for q in range(periods + 1):
            worth[j, q] = running + problem.closing[j, q] if problem.options[j, q] else np.inf
            if q < last:
                _sorted(problem, j, q, u, order, reduced)
                best, loads[q, j] = _unit_value(problem, j, q, order, reduced)
                _take(problem, j, q, order, loads[q, j], taken[q])
                running += problem.years[q] * (problem.fixed[j] + best)
        closes[j] = np.argmin(worth[j])
        value += worth[j, closes[j]]
        for p in range(closes[j]):
            for i in range(places):
                use[p, i] += taken[p, i]
    return value


@compiled
def _loads_within(
    problem: Problem, j: int, p: int, order: _Order, reduced: FloatArray, limit: float
) -> tuple[float, float]:
    """Between which loads the value of a unit is at most a limit."""
    least, most = problem.least[j, p], problem.most[j, p]
    settled = max(least, problem.floor[j])
    low, high = np.inf, -np.inf
    if least <= 0.0 and load_cost(problem, p, j, 0.0) <= limit:
        low, high = 0.0, 0.0
    load, fill, value = 0.0, 0.0, np.inf
    inside = high == 0.0
    for k in range(order.filled[j, p]):
        over = problem.overflow if load > problem.capacity[p, j] else 0.0
        rising = load >= settled and reduced[k] + over >= 0.0
        if load >= most or (rising and value > limit and not inside):
            break
        end = load + problem.pupils[p, order.cells[j, p, k]]
        point = load
        while point < end:
            before = point
            point = _next_bend(problem, j, p, point, end)
            if point < least or point > most:
                continue
            value = load_cost(problem, p, j, point) + fill + reduced[k] * (point - load)
            if value <= limit:
                low, high = min(low, max(before, least)), point
            elif inside:
                high = point
            inside = value <= limit
        fill += reduced[k] * (end - load)
        load = end
    return low, high


@compiled
def _tighten(
    problem: Problem, u: FloatArray, order: _Order, worth: FloatArray, value: float, cost: float
) -> None:
    """Forbid options and loads, in place, that no plan cheaper than ``cost`` can use."""
    periods, places = problem.pupils.shape
    reduced = np.empty(places)
    for j in range(problem.fixed.size):
        least = worth[j].min()
        for q in range(periods + 1):
            if problem.options[j, q] and worth[j, q] - least > cost - value:
                problem.options[j, q] = False
        for p in range(periods):
            spare = cost - value - (worth[j, p + 1 :].min() - least)
            if not spare >= 0.0:
                continue
            _sorted(problem, j, p, u, order, reduced)
            best, _ = _unit_value(problem, j, p, order, reduced)
            limit = best + spare / problem.years[p] + 1e-3
            low, high = _loads_within(problem, j, p, order, reduced, limit)
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
    scale: float,
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
    order = _first_order(problem, u)
    best, best_u, best_worth = -np.inf, u.copy(), worth.copy()
    stale, tightened = 0, -np.inf
    for iteration in range(iterations):
        value = _relaxed(problem, u, order, use, closes, loads, worth)
        stale += 1
        if value > best:
            if value > best + 2e-5 * abs(target):
                stale = 0
            best, best_u, best_worth = value, u.copy(), worth.copy()
            if value < target and target - value < 0.9 * (target - tightened):
                _tighten(problem, u, order, worth, value, target)
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
        _relaxed(problem, best_u, order, use, closes, loads, best_worth)
        _tighten(problem, best_u, order, best_worth, best, target)
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
        layout, start.copy(), target, iterations, tolerance, scale
    )
    return Bound(
        min(float(value), target), multipliers,
        means.share, means.load, means.teaching, worth, layout,
    )  # fmt: skip
