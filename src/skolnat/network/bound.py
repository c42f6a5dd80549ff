"""A lower bound on the cost of every plan: Lagrangian relaxation of "each cell has a seat".

With multipliers u (euros a pupil and year) on the assignment of each cell and period, the
problem falls apart by unit. For one unit and period what remains is a continuous knapsack with
one general cost of load: sort the cells by (journey - u), fill in that order, and read off the
cheapest load. Both the fill and the cost of load are piecewise linear, so the minimum lies at a
breakpoint of one of them and is exact, *whatever the shape of the cost of load*: steps of groups
need not be convex. The unit then chooses the period in which it closes (never to open again).

The bound equals that of Dantzig and Wolfe's decomposition by unit and is at least as tight as
the linear relaxation with x <= y (Geoffrion 1974, *Lagrangean relaxation for integer
programming*). Multipliers are improved by Held, Wolfe and Crowder's subgradient step (1974) with
the direction smoothed as in Camerini, Fratta and Maffioli (1975).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skolnat.network.compiled import compiled
from skolnat.network.kernel import Problem, load_cost
from skolnat.network.market import BoolArray, FloatArray, IntArray, Market
from skolnat.network.search import Found


@dataclass(frozen=True)
class Bound:
    """A proven lower bound, in euros over the whole horizon, and what it rests on.

    Parameters
    ----------
    value
        No plan costs less (journeys, units, loads and closings; euros over all years).
    multipliers
        Euros a pupil and year, shape (P, I).
    share
        How often each unit is open in each period over the last steps, between 0 and 1,
        shape (P, J): an estimate of the relaxation's primal solution (Barahona and Anbil 2000).
    worth
        Value of each option of each unit at the multipliers, shape (J, P + 1). The bound for
        plans in which unit j closes in q is ``value + worth[j, q] - worth[j].min()``.
    """

    value: float
    multipliers: FloatArray
    share: FloatArray
    worth: FloatArray


@compiled
def _cheapest_load(
    problem: Problem, j: int, p: int, cells: IntArray, reduced: FloatArray
) -> tuple[float, float]:
    """Cheapest load of unit j in period p, cells given in order of reduced cost."""
    capacity, floor, overflow = problem.capacity[j], problem.floor[j], problem.overflow
    best, best_load = load_cost(problem, j, 0.0), 0.0
    load, fill = 0.0, 0.0
    for k in range(cells.size):
        if load > capacity and load > floor and reduced[k] + overflow >= 0.0:
            break
        end = load + problem.pupils[p, cells[k]]
        point = load
        while point < end:
            step = min(end, np.floor(point) + 1.0)
            # The cost bends at whole pupils, at the capacity and at the floor.
            if point < capacity < step:
                step = capacity
            if point < floor < step:
                step = floor
            value = load_cost(problem, j, step) + fill + reduced[k] * (step - load)
            if value < best:
                best, best_load = value, step
            point = step
        fill += reduced[k] * (end - load)
        load = end
    return best, best_load


@compiled
def _unit_value(problem: Problem, j: int, p: int, u: FloatArray, taken: FloatArray) -> float:
    """Cheapest value of unit j in period p; sets ``taken`` (I,) to the shares of its cells."""
    places = problem.pupils.shape[1]
    cells = np.empty(places, np.int64)
    reduced = np.empty(places, np.float64)
    count = 0
    # A unit that should have pupils may take some that it would else not want.
    wanted = problem.shortfall if problem.floor[j] > 0.0 else 0.0
    for i in range(places):
        taken[i] = 0.0
        if problem.pupils[p, i] > 0.0 and problem.journey[i, j] < u[p, i] + wanted:
            cells[count] = i
            reduced[count] = problem.journey[i, j] - u[p, i]
            count += 1
    if count == 0:
        return load_cost(problem, j, 0.0)
    order = np.argsort(reduced[:count])
    cells, reduced = cells[:count][order], reduced[:count][order]
    best, best_load = _cheapest_load(problem, j, p, cells, reduced)
    load = 0.0
    for k in range(count):
        i = cells[k]
        if load >= best_load:
            break
        taken[i] = min(1.0, (best_load - load) / problem.pupils[p, i])
        load += problem.pupils[p, i]
    return best


@compiled
def _relaxed(
    problem: Problem, u: FloatArray, use: FloatArray, closes: IntArray, worth: FloatArray
) -> float:
    """Value of the relaxation at u.

    Fills ``use`` (P, I) with how often each cell is taken, ``closes`` (J,) with each unit's best
    period of closing, and ``worth`` (J, P + 1) with the value of every such period.
    """
    periods, places = problem.pupils.shape
    value = 0.0
    for p in range(periods):
        for i in range(places):
            use[p, i] = 0.0
            value += problem.years[p] * problem.pupils[p, i] * u[p, i]
    taken = np.empty((periods, places))
    for j in range(problem.capacity.size):
        running, last = 0.0, periods
        while last > 0 and not problem.options[j, last]:
            last -= 1
        for q in range(periods + 1):
            closing = problem.closing[j] if q < periods else 0.0
            worth[j, q] = running + closing if problem.options[j, q] else np.inf
            if q < last:
                step = problem.fixed[j] + _unit_value(problem, j, q, u, taken[q])
                running += problem.years[q] * step
        closes[j] = np.argmin(worth[j])
        value += worth[j, closes[j]]
        for p in range(closes[j]):
            for i in range(places):
                use[p, i] += taken[p, i]
    return value


@compiled
def _ascend(
    problem: Problem, u: FloatArray, target: float, iterations: int, tolerance: float, scale: float
) -> tuple[float, FloatArray, FloatArray, FloatArray]:
    """Subgradient ascent; returns best value, multipliers, mean openness, worth of options."""
    periods, places = problem.pupils.shape
    units = problem.capacity.size
    use = np.empty((periods, places))
    closes = np.empty(units, np.int64)
    worth = np.empty((units, periods + 1))
    direction = np.zeros((periods, places))
    best, best_u, best_worth = -np.inf, u.copy(), worth.copy()
    share = np.zeros((periods, units))
    stale = 0
    for iteration in range(iterations):
        value = _relaxed(problem, u, use, closes, worth)
        stale += 1
        if value > best:
            if value > best + 2e-5 * abs(target):
                stale = 0
            best, best_u, best_worth = value, u.copy(), worth.copy()
        fade = 1.0 / (1.0 + min(iteration, 20))
        for j in range(units):
            for p in range(periods):
                share[p, j] += fade * ((1.0 if closes[j] > p else 0.0) - share[p, j])
        if target - best <= tolerance * abs(target) or scale < 1e-4:
            break
        if stale >= 20:
            scale *= 0.6
            stale = 0
            u = best_u.copy()
        norm = 0.0
        for p in range(periods):
            for i in range(places):
                # Scaled by pupils and years, so that a step is in euros a pupil and year.
                direction[p, i] = 0.3 * direction[p, i] + 0.7 * (1.0 - use[p, i])
                norm += problem.years[p] * problem.pupils[p, i] * direction[p, i] ** 2
        if norm < 1e-12:
            break
        step = scale * max(target - value, 0.0) / norm
        for p in range(periods):
            for i in range(places):
                u[p, i] += step * direction[p, i]
    return best, best_u, share, best_worth


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
        mean: FloatArray = (market.fixed + market.load_costs(loads)) / np.maximum(loads, 1.0)
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
        Cost of a known plan, euros over the horizon: it sets the length of the steps.
    iterations, tolerance
        Stop after so many steps, or when the bound is within this share of the target.
    scale
        First length of step; less than 1 when the multipliers are good already.
    """
    value, multipliers, share, worth = _ascend(
        problem, start.copy(), target, iterations, tolerance, scale
    )
    return Bound(float(value), multipliers, share, worth)


def surviving_options(bound: Bound, options: BoolArray, cost: float) -> BoolArray:
    """Options that a plan cheaper than ``cost`` may still use (reduced-cost fixing).

    Parameters
    ----------
    bound
        A bound with the worth of each option.
    options
        Options that were open when it was computed, shape (J, P + 1).
    cost
        Cost of the best known plan, euros over the horizon.
    """
    spare = cost - bound.value
    loss = bound.worth - bound.worth.min(axis=1, keepdims=True)
    kept: BoolArray = options & (loss <= spare)
    return kept
