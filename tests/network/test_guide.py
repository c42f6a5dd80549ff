"""A bound for some closings holds for every plan with them, and what is seated is such a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.bound import average_prices
from skolnat.network.guide import Guide, guided
from skolnat.network.kernel import problem
from skolnat.network.search import fill

FEW = Guide(settle=20, starts=2, moves=300)


@given(seed=st.integers(0, 10**6))
def test_the_bound_of_some_closings_holds_for_their_best_plan(
    toy: Callable[[int], Any], optimum_of: Callable[..., float], seed: int
) -> None:
    """Against trying everything; the plan that is returned has these closings and costs no less."""
    case = toy(seed)
    market = case.market
    layout = problem(market, case.allowed)
    random = np.random.default_rng(seed)
    closes = random.integers(0, market.periods + 1, len(market.units))
    plan = fill(market, layout, closes)
    if plan is None:
        return
    fixed = np.zeros_like(case.options)
    fixed[np.arange(closes.size), closes] = True
    optimum = optimum_of(market, case.allowed, fixed)
    prices = average_prices(market, plan) * random.uniform(0.5, 1.5)
    bound, found = guided(market, layout, prices, closes, plan.cost * 1.01 + 1.0, FEW)
    assert bound <= optimum * (1 + 1e-9) + 1e-6
    if found is not None:
        assert found.closes.tolist() == closes.tolist()
        assert found.cost >= optimum - 1e-6


def test_where_the_bound_is_above_the_target_nobody_is_seated(toy: Callable[[int], Any]) -> None:
    case = toy(5)
    layout = problem(case.market, case.allowed)
    plan = fill(case.market, layout, case.closes)
    assert plan is not None
    prices = average_prices(case.market, plan)
    bound, found = guided(case.market, layout, prices, case.closes, 1.0, FEW)
    assert found is None
    assert bound >= 1.0


def test_a_place_without_an_open_unit_has_no_plan(toy: Callable[[int], Any]) -> None:
    case = toy(7)
    layout = problem(case.market, case.allowed)
    nothing = np.zeros(len(case.market.units), np.int64)
    prices = np.zeros(case.market.pupils.shape)
    assert guided(case.market, layout, prices, nothing, 1e9, FEW)[1] is None


def test_the_same_seed_seats_the_same_plan(larger: Callable[[int], Any]) -> None:
    market, allowed = larger(9)
    layout = problem(market, allowed)
    closes = np.full(len(market.units), market.periods)
    plan = fill(market, layout, closes)
    assert plan is not None
    prices = average_prices(market, plan)
    one, other = (
        guided(market, layout, prices, closes, plan.cost * 1.1, FEW, seed=3)[1] for _ in range(2)
    )
    assert one is not None
    assert other is not None
    assert one.cost == pytest.approx(other.cost, abs=0.0)
    assert one.seat.tolist() == other.seat.tolist()
