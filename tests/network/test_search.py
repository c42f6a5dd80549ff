"""The search keeps a plan whole: every cell in an open unit it may use, priced to the cent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.anneal import polish
from skolnat.network.kernel import problem
from skolnat.network.search import cost, fill, improve, neighbours
from skolnat.network.tree import latest

seeds = st.integers(0, 10**6)


@given(seed=seeds)
def test_plans_are_feasible_priced_by_the_plain_formula_and_never_worse(
    toy: Callable[[int], Any], price_of: Callable[..., float], seed: int
) -> None:
    case = toy(seed)
    market, cells = case.market, np.arange(len(case.market.cells))
    layout = problem(market, case.allowed)._replace(options=case.options)
    first = fill(market, layout, latest(case.options))
    assert first is not None
    better = improve(market, layout, first, kicks=5, seed=seed)
    polished = polish(market, layout, better, moves=200, seed=seed)
    costs = [first.cost, better.cost, polished.cost]
    assert costs == sorted(costs, reverse=True)
    for plan in (first, better, polished):
        assert plan.cost == pytest.approx(price_of(market, plan))
        assert cost(market, layout, plan.closes, plan.seat) == pytest.approx(plan.cost)
        assert case.options[np.arange(plan.closes.size), plan.closes].all()
        for p in range(market.periods):
            taught = market.pupils[p] > 0.0
            assert case.allowed[cells, plan.seat[p]][taught].all()
            assert (plan.closes[plan.seat[p]] > p)[taught].all()
        assert plan.cost >= case.optimum - 1e-6 * abs(case.optimum)


def test_the_plan_given_is_not_written_into(toy: Callable[[int], Any]) -> None:
    case = toy(5)
    layout = problem(case.market, case.allowed)
    first = fill(case.market, layout, latest(layout.options))
    assert first is not None
    closes, seat = first.closes.copy(), first.seat.copy()
    improve(case.market, layout, first, kicks=10, seed=1)
    polish(case.market, layout, first, moves=500, seed=1)
    assert (first.closes == closes).all()
    assert (first.seat == seat).all()


def test_a_cell_without_an_open_unit_is_told(toy: Callable[[int], Any]) -> None:
    case = toy(5)
    layout = problem(case.market, case.allowed)
    assert fill(case.market, layout, np.zeros(len(case.market.units), dtype=np.int64)) is None


def test_the_same_seed_gives_the_same_plan(larger: Callable[[int], Any]) -> None:
    market, allowed = larger(7)
    layout = problem(market, allowed)
    start = fill(market, layout, latest(layout.options))
    assert start is not None
    one, other = (improve(market, layout, start, kicks=20, seed=3) for _ in range(2))
    assert (one.closes == other.closes).all()
    assert (one.seat == other.seat).all()
    assert one.cost == other.cost


def test_neighbours_are_units_that_share_cells(larger: Callable[[int], Any]) -> None:
    market, allowed = larger(2)
    near = neighbours(market, problem(market, allowed), count=3)
    assert near.shape == (8, 3)
    for j, row in enumerate(near):
        told = row[row >= 0]
        assert j not in told
        for k in told:
            assert (allowed[:, j] & allowed[:, k]).any()
