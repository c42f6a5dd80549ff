"""Periods apart must cost what the whole costs, and a chain must be a plan that may be had."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.apart import apart, chains
from skolnat.network.bound import average_prices, lagrangian_bound
from skolnat.network.kernel import problem
from skolnat.network.search import cost, fill
from skolnat.network.tree import latest

seeds = st.integers(0, 10**6)


def _parts(case: Any) -> tuple[Any, Any]:
    layout = problem(case.market, case.allowed)._replace(options=case.options)
    plan = fill(case.market, layout, latest(case.options))
    assert plan is not None
    root = lagrangian_bound(layout, average_prices(case.market, plan), 1e12, iterations=1)
    return layout, apart(layout, root)


@given(seed=seeds)
def test_the_parts_of_a_plan_cost_what_the_plan_costs(toy: Callable[[int], Any], seed: int) -> None:
    """One-off costs too: they are laid on the periods in which a unit is closed."""
    case = toy(seed)
    layout, parts = _parts(case)
    random = np.random.default_rng(seed)
    closes = random.integers(0, case.market.periods + 1, len(case.market.units))
    plan = fill(case.market, layout, closes)
    if plan is None:
        return
    total = parts.rest
    for p, part in enumerate(parts.periods):
        now = (closes > p).astype(np.int64)
        one = case.market.load_costs(
            np.bincount(plan.seat[p], part.pupils[0], closes.size).astype(float), p
        )
        way = case.market.arc_cost[np.arange(plan.seat.shape[1]), plan.seat[p]] @ part.pupils[0]
        total += part.years[0] * (way + one[now == 1].sum() + part.fixed[now == 1].sum())
        total += part.closing[np.arange(closes.size), now].sum()
    assert total == pytest.approx(cost(case.market, layout, closes, plan.seat), rel=1e-9, abs=1e-6)


@given(seed=seeds)
def test_the_cheapest_chain_is_the_cheapest_of_all_that_may_be(
    toy: Callable[[int], Any], seed: int
) -> None:
    """Every combination of sets is looked at by hand: closed is closed, by allowed options only."""
    case = toy(seed)
    _, parts = _parts(case)
    random = np.random.default_rng(seed)
    periods, units = case.market.periods, len(case.market.units)
    open_ = [random.random((int(random.integers(1, 5)), units)) < 0.6 for _ in range(periods)]
    values = [np.round(random.uniform(0.0, 100.0, len(sets)), 3) for sets in open_]
    least = np.inf
    for chain in itertools.product(*[range(len(sets)) for sets in open_]):
        stack = np.array([open_[p][k] for p, k in enumerate(chain)])
        if (stack[1:] & ~stack[:-1]).any():
            continue
        closes = stack.sum(axis=0)
        if not case.options[np.arange(units), closes].all():
            continue
        least = min(least, sum(values[p][k] for p, k in enumerate(chain)) + parts.rest)
    found = chains(parts, values, open_)
    assert [value for value, _ in found] == sorted(value for value, _ in found)
    if found:
        assert found[0][0] == pytest.approx(least)
    else:
        assert least == np.inf
