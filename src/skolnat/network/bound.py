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
from skolnat.network.filling import (
    Room,
    cheapest,
    curve_of,
    lay_out,
    loads_within,
    room,
    take,
    unit_value,
)
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

    @property
    def loss(self) -> FloatArray:
        """What each option costs more than the best of its unit, infinite if forbidden."""
        lost: FloatArray = self.worth - self.worth.min(axis=1, keepdims=True)
        return lost


def own_limits(problem: Problem) -> Problem:
    """Return the problem with limits of its own, which fixing may narrow in place."""
    return problem._replace(
        options=problem.options.copy(), least=problem.least.copy(), most=problem.most.copy()
    )


@compiled
def relaxed(
    problem: Problem, u: FloatArray, filling: Room, use: FloatArray, closes: IntArray,
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
                best, loads[q, j] = unit_value(problem, j, q, u, filling)
                running += problem.years[q] * (problem.fixed[j] + best)
        closes[j] = np.argmin(worth[j])
        value += worth[j, closes[j]]
        for p in range(closes[j]):
            cells = filling.cells[p, : filling.filled[p]]
            take(cells, problem.pupils[p], loads[p, j], use[p])
    return value


@compiled
def tighten(
    problem: Problem, u: FloatArray, filling: Room, worth: FloatArray, value: float,
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
            curve, pupils, margin = curve_of(problem, j, p), problem.pupils[p], filling.margin[j, p]
            lay_out(problem, j, p, u, np.inf, filling)
            filling.margin[j, p] = margin
            count = filling.filled[p]
            cells, reduced = filling.cells[p, :count], filling.reduced[p, :count]
            best, _, _ = cheapest(curve, cells, reduced, pupils, np.inf)
            limit = best + spare / problem.years[p] + 1e-3
            low, high = loads_within(curve, cells, reduced, pupils, limit)
            # A hair's breadth of slack: sums in another order differ in their last digits.
            problem.least[j, p] = max(problem.least[j, p], low - 1e-6)
            problem.most[j, p] = min(problem.most[j, p], high + 1e-6)


_MEMORY = 0.3
"""How much of the last direction stays in the next one (Camerini, Fratta and Maffioli 1975)."""

LEVEL = 30.0
"""How much longer a step is along the level of all prices of a period.

Where room is scarce a seat costs what its unit costs on the whole; where a little is left over,
what one more pupil costs. When a unit closes all prices change together, which a step that looks
at one square at a time reaches only after thousands.
"""

_NEAR = 0.1
"""While the gap is wider than this part of the target little can be forbidden, and nothing is."""

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
    level = np.zeros(periods)
    norm = 0.0
    for p in range(periods):
        children = 0.0
        for i in range(places):
            # Scaled by pupils and years, so that a step is in euros a pupil and year.
            direction[p, i] = memory * direction[p, i] + (1.0 - memory) * (1.0 - use[p, i])
            weight = problem.pupils[p, i]
            norm += problem.years[p] * weight * direction[p, i] ** 2
            level[p] += weight * direction[p, i]
            children += weight
        level[p] /= max(children, 1e-9)
        norm += LEVEL * problem.years[p] * children * level[p] ** 2
    if norm < 1e-12:
        return False
    for p in range(periods):
        for i in range(places):
            u[p, i] += length / norm * (direction[p, i] + LEVEL * level[p])
    return True


@compiled
def _ascend(
    problem: Problem, u: FloatArray, target: float, iterations: int, tolerance: float,
    scale: float, filling: Room,
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
        value = relaxed(problem, u, filling, use, closes, loads, worth)
        stale += 1
        if value > best:
            if value > best + 2e-5 * abs(target):
                stale = 0
            best, best_u, best_worth = value, u.copy(), worth.copy()
            near = target - value < _NEAR * abs(target)
            if near and value < target and target - value < 0.9 * (target - tightened):
                tighten(problem, u, filling, worth, value, target)
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
        relaxed(problem, best_u, filling, use, closes, loads, best_worth)
        tighten(problem, best_u, filling, best_worth, best, target)
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
    layout = own_limits(problem)
    value, multipliers, means, worth = _ascend(
        layout, start.copy(), target, iterations, tolerance, scale, room(layout)
    )
    return Bound(
        min(float(value), target), multipliers,
        means.share, means.load, means.teaching, worth, layout,
    )  # fmt: skip
