"""Why a plan closes and opens what it does: what the opposite would cost, whom, from when.

For each unit that stands today and closes in the plan the best plan *with* the unit is sought, and
bounded from below: to the end, and through each period from which the plan closes it. For each site
that the plan opens it is the best plan without. The difference is the cost of the opposite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from skolnat.network.bound import Bound, average_prices, lagrangian_bound
from skolnat.network.kernel import Problem, problem
from skolnat.network.market import BoolArray, FloatArray, IntArray, Market
from skolnat.network.search import Found, changed, cost, improve
from skolnat.network.solve import Solved

ROOM: Final = 1.03
"""Plans that cost up to so many times the best one are told apart by the bound."""


@dataclass(frozen=True)
class Reason:
    """Why one unit closes, or why one site opens.

    Parameters
    ----------
    unit
        The unit, as an index of the market.
    closes
        Period in which the plan closes it; -1 where the plan opens it.
    low, high
        Cost of keeping it to the end (of doing without it), euros over the planned years, lies
        between: from the bound of all such plans, and from the best that was found. Where ``low``
        is not above zero, it is not proven that keeping it costs anything.
    lows, highs
        The same of keeping it open at least through each period, shape (P,): zero as long as the
        plan keeps it; empty where the plan opens it.
    yearly
        What the best plan with it costs more in each period, euros a year, one-off costs apart,
        shape (P,).
    turns
        First period through which keeping it open costs something, all years counted: the answer
        turns from keeping to closing there. None: in no period.
    proven
        First period through which keeping it open is proven to cost something; None: in none.
    even
        First period from whose end on the best plan that keeps it to the end has cost more than
        the plan, one-off costs included; None: in no period.
    squares
        Squares (indices) that go to another unit in the opposite, those with most pupils first.
    pupils
        Pupils of these squares in the last period.
    """

    unit: int
    closes: int
    low: float
    high: float
    lows: FloatArray
    highs: FloatArray
    yearly: FloatArray
    turns: int | None
    proven: int | None
    even: int | None
    squares: IntArray
    pupils: float


def reasons(
    market: Market, allowed: BoolArray, options: BoolArray, solved: Solved, *, seed: int = 1,
    steps: int = 150,
) -> tuple[Reason, ...]:  # fmt: skip
    """Tell of each unit that closes, and of each site that opens, what the opposite would cost.

    Parameters
    ----------
    market, allowed, options
        The market, its border regime, and the options of its units.
    solved
        The plan and its bound.
    seed, steps
        Of the searches; subgradient steps of the bound.
    """
    plan, last = solved.plan, market.periods
    layout = problem(market, allowed)._replace(options=options)
    closed = np.flatnonzero((plan.closes < last) & ~market.candidate & options[:, last])
    opened = np.flatnonzero((plan.closes > 0) & market.candidate & options[:, 0])
    if closed.size + opened.size == 0:
        return ()
    bound = lagrangian_bound(
        layout, average_prices(market, plan), ROOM * plan.cost, iterations=steps, tolerance=0.0
    )
    found = [_kept(market, layout, solved, bound, int(unit), seed) for unit in closed]
    without = (_without(market, layout, solved, bound, int(unit), seed) for unit in opened)
    return (*found, *(one for one in without if one is not None))


def _kept(
    market: Market, layout: Problem, solved: Solved, bound: Bound, unit: int, seed: int
) -> Reason:
    """Keep a unit that closes: to the end, and at least through each period."""
    plan, periods = solved.plan, market.periods
    closes = int(plan.closes[unit])
    when = np.arange(periods + 1)
    best = _opposite(market, layout, plan, unit, when == periods, seed)
    assert best is not None, "an open unit takes nobody's school away"
    lows, highs = np.zeros(periods), np.zeros(periods)
    least = best.cost
    # What is kept longer is kept through the earlier periods too: from the last to the first.
    for p in range(periods - 1, closes - 1, -1):
        later = layout.options[unit] & (when > p)
        found = best if p == periods - 1 else _through(market, layout, plan, unit, later, p, seed)
        least = min(least, found.cost)
        highs[p] = least - plan.cost
        lows[p] = _least(bound, solved, unit, later, least) - plan.cost
    # And what is kept longer costs no less.
    lows[closes:] = np.minimum(np.maximum.accumulate(lows[closes:]), highs[closes:])
    total = np.cumsum(
        (yearly_cost(market, best) - yearly_cost(market, plan)) * market.years
        + once(market, best) - once(market, plan)
    )  # fmt: skip
    slack = 1e-9 * abs(plan.cost)
    return _told(
        market, plan, best, unit, closes, lows, highs, _first(highs > slack),
        _first(lows > slack), _first(np.logical_and.accumulate((total > 0.0)[::-1])[::-1]),
    )  # fmt: skip


def _through(
    market: Market, layout: Problem, plan: Found, unit: int, later: BoolArray, p: int, seed: int
) -> Found:
    found = _opposite(market, layout, plan, unit, later & (np.arange(later.size) == p + 1), seed)
    if found is None:
        found = _opposite(market, layout, plan, unit, later, seed)
    assert found is not None, "an open unit takes nobody's school away"
    return found


def _without(
    market: Market, layout: Problem, solved: Solved, bound: Bound, unit: int, seed: int
) -> Reason | None:
    """Do without a site that opens; None where nobody could go elsewhere."""
    never = np.arange(market.periods + 1) == 0
    best = _opposite(market, layout, solved.plan, unit, never, seed)
    if best is None:
        return None
    high = np.array([best.cost - solved.plan.cost])
    low = np.array([_least(bound, solved, unit, never, best.cost) - solved.plan.cost])
    return _told(market, solved.plan, best, unit, -1, low, high, None, None, None)


def _opposite(
    market: Market, layout: Problem, plan: Found, unit: int, wanted: BoolArray, seed: int
) -> Found | None:
    """The best plan found in which a unit closes in one of some periods; None where none can be."""
    options = layout.options.copy()
    options[unit] &= wanted
    if not options[unit].any():
        return None
    limited = layout._replace(options=options)
    start = changed(market, limited, plan, unit, int(np.flatnonzero(options[unit])[0]))
    return None if start is None else improve(market, limited, start, kicks=2, seed=seed)


def _least(bound: Bound, solved: Solved, unit: int, wanted: BoolArray, found: float) -> float:
    """What no plan has below it in which a unit closes in one of some periods."""
    loss = bound.worth[unit, wanted].min() - bound.worth[unit].min()
    least = min(bound.value + loss, ROOM * solved.plan.cost, found)
    # Every such plan is a plan: the bound of all holds for it too.
    return float(max(least, min(solved.bound, found)))


def _first(where: BoolArray) -> int | None:
    return int(where.argmax()) if where.any() else None


def _told(
    market: Market, plan: Found, best: Found, unit: int, closes: int, lows: FloatArray,
    highs: FloatArray, turns: int | None, proven: int | None, even: int | None,
) -> Reason:  # fmt: skip
    differs = np.flatnonzero((best.seat[-1] != plan.seat[-1]) & (market.pupils[-1] > 0.0))
    order = np.argsort(-market.pupils[-1, differs], kind="stable")
    return Reason(
        unit=unit,
        closes=closes,
        low=float(lows[-1]),
        high=float(highs[-1]),
        lows=lows if closes >= 0 else np.zeros(0),
        highs=highs if closes >= 0 else np.zeros(0),
        yearly=yearly_cost(market, best) - yearly_cost(market, plan),
        turns=turns,
        proven=proven,
        even=even,
        squares=differs[order].astype(np.int64),
        pupils=float(market.pupils[-1, differs].sum()),
    )


def yearly_cost(market: Market, plan: Found) -> FloatArray:
    """Euros a year in each period, without what is paid once, shape (P,)."""
    found = np.empty(market.periods)
    layout = problem(market, np.ones_like(market.km, dtype=np.bool_))
    for p in range(market.periods):
        years = np.zeros(market.periods)
        years[p] = 1.0
        one = layout._replace(years=years, closing=np.zeros_like(layout.closing))
        found[p] = cost(market, one, plan.closes, plan.seat)
    return found


def once(market: Market, plan: Found) -> FloatArray:
    """Euros that follow from the years of closing, by the period in which they fall, shape (P,)."""
    if market.buildings is not None:
        whole: FloatArray = market.buildings.by_period(plan.closes).sum(axis=1)
        return whole
    ends = np.arange(market.periods)[:, None] == np.minimum(plan.closes, market.periods - 1)
    result: FloatArray = (ends * market.option_costs(plan.closes)).sum(axis=1)
    return result


def dearest(found: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Return reasons by the cost of keeping, highest first."""
    return tuple(sorted(found, key=lambda reason: -reason.high))
