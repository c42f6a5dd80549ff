"""Why a plan closes what it closes: what keeping each school would cost, whom, and until when.

For each unit that stands today and closes in the plan the best plan *with* the unit is sought,
and bounded from below. The difference is the cost of keeping it.
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
    """Why one unit closes.

    Parameters
    ----------
    unit
        The unit, as an index of the market.
    closes
        Period in which the plan closes it.
    low, high
        Cost of keeping it to the end, euros over the planned years, lies between: from the bound
        of all plans with it, and from the best plan with it that was found. Where ``low`` is not
        above zero, it is not proven that keeping it costs anything.
    yearly
        What the best plan with it costs more in each period, euros a year, one-off costs apart,
        shape (P,).
    turns
        First period from whose end on keeping it has cost more than closing it, one-off costs
        included; None: in no period.
    squares
        Squares (indices) that go to another unit when it is kept, those with most pupils first.
    pupils
        Pupils of these squares in the last period.
    """

    unit: int
    closes: int
    low: float
    high: float
    yearly: FloatArray
    turns: int | None
    squares: IntArray
    pupils: float


def reasons(
    market: Market, allowed: BoolArray, options: BoolArray, solved: Solved, *, seed: int = 1,
    steps: int = 150,
) -> tuple[Reason, ...]:  # fmt: skip
    """Tell of each unit that closes what keeping it would cost.

    Parameters
    ----------
    market, allowed, options
        The market, its border regime, and the options of its units.
    solved
        The plan and its bound.
    seed, steps
        Of the searches; subgradient steps of the bound.
    """
    plan = solved.plan
    layout = problem(market, allowed)._replace(options=options)
    closed = np.flatnonzero((plan.closes < market.periods) & ~market.candidate)
    if closed.size == 0:
        return ()
    bound = lagrangian_bound(
        layout, average_prices(market, plan), ROOM * plan.cost, iterations=steps, tolerance=0.0
    )
    return tuple(
        _reason(market, layout, solved, bound, int(unit), seed)
        for unit in closed
        if options[unit, market.periods]
    )


def _reason(
    market: Market, layout: Problem, solved: Solved, bound: Bound, unit: int, seed: int
) -> Reason:
    plan, periods = solved.plan, market.periods
    kept = layout.options.copy()
    kept[unit] = np.arange(periods + 1) == periods
    with_it = layout._replace(options=kept)
    start = changed(market, with_it, plan, unit, periods)
    assert start is not None, "an open unit takes nobody's school away"
    best = improve(market, with_it, start, kicks=2, seed=seed)
    loss = bound.worth[unit, periods] - bound.worth[unit].min()
    least = min(bound.value + loss, ROOM * plan.cost, best.cost)
    # Every plan with the unit is a plan: the bound of all holds for it too.
    least = max(least, min(solved.bound, best.cost))
    yearly = yearly_cost(market, best) - yearly_cost(market, plan)
    total = np.cumsum(yearly * market.years + once(market, best) - once(market, plan))
    cheap = np.flatnonzero(total <= 0.0)
    first = int(cheap[-1]) + 1 if cheap.size else 0
    differs = np.flatnonzero((best.seat[-1] != plan.seat[-1]) & (market.pupils[-1] > 0.0))
    order = np.argsort(-market.pupils[-1, differs], kind="stable")
    return Reason(
        unit=unit,
        closes=int(plan.closes[unit]),
        low=float(least - plan.cost),
        high=float(best.cost - plan.cost),
        yearly=yearly,
        turns=first if first < periods else None,
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
