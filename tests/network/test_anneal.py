"""Annealing moves squares through full units; it must count right, and never leave a plan worse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.anneal import COLD, anneal, best_starts, polish, yearly
from skolnat.network.kernel import problem
from skolnat.network.market import Market
from skolnat.network.search import fill
from skolnat.network.tree import latest


@given(seed=st.integers(0, 10**6), moves=st.integers(1, 3_000), hot=st.floats(100.0, 20_000.0))
def test_what_annealing_says_it_saves_is_what_the_seats_save(
    larger: Callable[[int], Any], seed: int, moves: int, hot: float
) -> None:
    market, allowed = larger(seed)
    layout = problem(market, allowed)
    plan = fill(market, layout, latest(layout.options))
    assert plan is not None
    for p in range(market.periods):
        before = yearly(layout, plan.closes, p, plan.seat[p])
        seat = plan.seat[p].copy()
        more = anneal(layout, plan.closes, p, seat, moves, hot, COLD)
        assert more <= 0.0
        after = yearly(layout, plan.closes, p, seat)
        assert after - before == pytest.approx(more, abs=1e-3)
        assert allowed[np.arange(seat.size), seat].all()


@given(seed=st.integers(0, 10**6))
def test_nobody_is_seated_in_a_closed_unit(larger: Callable[[int], Any], seed: int) -> None:
    market, allowed = larger(seed)
    layout = problem(market, np.ones_like(allowed))
    closes = np.random.default_rng(seed).integers(0, market.periods + 1, len(market.units))
    closes[0] = market.periods
    plan = fill(market, layout, closes)
    assert plan is not None
    better = polish(market, layout, plan, moves=400, seed=seed)
    assert better.cost <= plan.cost
    for p, seat in enumerate(better.seat):
        assert (closes[seat] > p).all()


def test_two_squares_change_places_between_full_units() -> None:
    """Both units are full and each square sits in the other's village: no single move helps."""
    km = np.array([[1.0, 9.0], [9.0, 1.0]])
    market = Market(
        stage="1-6", language="fi", cells=("a", "b"), units=("x:1-6", "y:1-6"),
        cell_municipality=np.zeros(2, np.int64), unit_municipality=np.zeros(2, np.int64),
        candidate=np.zeros(2, np.bool_), pupils=np.array([[10.0, 10.0]]), years=np.ones(1),
        km=km, minutes=km, arc_cost=100.0 * km, capacity=np.full(2, 10.0), fixed=np.ones(2),
        closing=np.ones(2), load_cost=np.zeros(40), overflow=1e6,
    )  # fmt: skip
    layout = problem(market, np.ones((2, 2), np.bool_))
    seat = np.array([1, 0])
    more = anneal(layout, np.ones(2, np.int64), 0, seat, 200, 100.0, COLD)
    assert seat.tolist() == [0, 1]
    assert more == pytest.approx(-2 * 10.0 * 800.0)


def test_of_several_starts_the_cheapest_is_kept_in_each_period(
    larger: Callable[[int], Any],
) -> None:
    market, allowed = larger(4)
    layout = problem(market, allowed)
    plan = fill(market, layout, latest(layout.options))
    assert plan is not None
    other = polish(market, layout, plan, moves=3_000, seed=2)
    starts = np.stack([plan.seat, other.seat])
    best = best_starts(layout, plan.closes, starts, 1, 100.0, 1)
    for p in range(market.periods):
        least = min(yearly(layout, plan.closes, p, start[p]) for start in starts)
        assert yearly(layout, plan.closes, p, best[p]) <= least + 1e-6
