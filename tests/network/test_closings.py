"""Closings are chosen by a bound: it must hold for every plan that has them, and rank them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.bound import average_prices, lagrangian_bound
from skolnat.network.closings import Pools, promising
from skolnat.network.kernel import problem
from skolnat.network.search import Found, cost, fill
from skolnat.network.tree import latest

seeds = st.integers(0, 10**6)


def _begun(case: Any) -> tuple[Any, Any, Found]:
    layout = problem(case.market, case.allowed)._replace(options=case.options)
    plan = fill(case.market, layout, latest(case.options))
    assert plan is not None
    root = lagrangian_bound(layout, average_prices(case.market, plan), plan.cost, iterations=60)
    return layout, root, plan


def _cheapest(case: Any, layout: Any, closes: np.ndarray) -> float:
    """The cheapest plan with some closings: every period by itself, every seat tried."""
    market = case.market
    seat = np.zeros(market.pupils.shape, dtype=np.int64)
    for p in range(market.periods):
        choices = [
            [j for j in range(len(market.units)) if closes[j] > p and case.allowed[i, j]]
            for i in range(len(market.cells))
        ]
        least = np.inf
        for seats in itertools.product(*choices):
            trial = seat.copy()
            trial[p] = seats
            loads = np.bincount(trial[p], market.pupils[p], len(market.units)).astype(float)
            way = market.arc_cost[np.arange(len(market.cells)), trial[p]]
            money = float((way * market.pupils[p]).sum())
            money += float(market.load_costs(loads, p)[closes > p].sum())
            if money < least:
                least, best = money, trial[p]
        if not np.isfinite(least):
            return float("inf")
        seat[p] = best
    return cost(market, layout, closes, seat)


@given(seed=seeds)
def test_no_plan_with_these_closings_costs_less(toy: Callable[[int], Any], seed: int) -> None:
    """Every chain that the pools hold, against every seat; none has an option that is forbidden."""
    case = toy(seed)
    layout, root, plan = _begun(case)
    units, periods = len(case.market.units), case.market.periods
    pools = Pools(layout, root, plan.cost, 60, np.ones((periods, units), np.bool_))
    random = np.random.default_rng(seed)
    for _ in range(3):
        closes = np.array([random.choice(np.flatnonzero(row)) for row in layout.options])
        pools.add([(p, closes > p) for p in range(periods)])
    count = pools.count
    pools.add([(p, closes > p) for p in range(periods)])
    assert pools.count == count
    for found in pools.chains():
        assert layout.options[np.arange(units), found.closes].all()
        least = _cheapest(case, layout, found.closes)
        # What is known of loads holds for plans cheaper than the one in hand.
        if least < plan.cost:
            assert found.value <= least * (1.0 + 1e-9) + 1e-6


@given(seed=seeds)
def test_the_lowest_bound_comes_first_and_none_reaches_the_plan(
    toy: Callable[[int], Any], seed: int
) -> None:
    case = toy(seed)
    layout, root, plan = _begun(case)
    lists = list(promising(layout, root, plan, tries=30, rounds=60, doubtful=8))
    firsts = [one[0].value for one in lists if one]
    assert firsts == sorted(firsts, reverse=True)
    found = lists[-1]
    values = [one.value for one in found]
    assert values == sorted(values)
    assert all(value < plan.cost for value in values)
    for one in found:
        chosen = layout.options[np.arange(one.closes.size), one.closes]
        assert chosen.all()


@given(seed=seeds)
def test_what_is_beyond_the_usual_units_is_bounded_as_well(
    toy: Callable[[int], Any], seed: int
) -> None:
    case = toy(seed)
    layout, root, plan = _begun(case)
    periods, units = case.market.periods, len(case.market.units)
    few = np.zeros((periods, units), np.bool_)
    all_ = np.ones((periods, units), np.bool_)
    found = []
    for usual in (few, all_):
        pools = Pools(layout, root, plan.cost, 60, usual)
        pools.add([(p, plan.closes > p) for p in range(periods)])
        found.append(pools.chains()[0].value)
    least = _cheapest(case, layout, plan.closes)
    # Seats of the plan in hand cost no less than the best ones with its closings.
    assert max(found) <= max(least, plan.cost) * (1.0 + 1e-9) + 1e-6
