"""The four scenarios keep their promises: nothing changes, each at home, all together, no loss."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.borders import closed, opened
from skolnat.network.market import BoolArray, Market
from skolnat.network.scenarios import Case, components, keeping, part_of, solve_in_parts, today
from skolnat.network.solve import Effort, solve

NO_FLOWS = pd.DataFrame({"residence": [], "provider": [], "pupils": []}, dtype="float64")
seeds = st.integers(0, 10**6)


def case_of(market: Market) -> Case:
    """Borders closed and open; whatever stands may close, a candidate is open or never."""
    border = closed(market, NO_FLOWS).allowed
    options = np.ones((len(market.units), market.periods + 1), dtype=np.bool_)
    options[market.candidate, 1:-1] = False
    keep = options.copy()
    keep[~market.candidate, :-1] = False
    return Case(market, border, opened(market, border, range(9)), options, keep)


@given(seed=seeds)
def test_today_nothing_changes(
    larger: Callable[[int], Any], price_of: Callable[..., float], seed: int
) -> None:
    case = case_of(larger(seed)[0])
    market, now = case.market, today(case)
    assert now.bound == now.plan.cost == pytest.approx(price_of(market, now.plan))
    assert now.plan.closes.tolist() == np.where(market.candidate, 0, market.periods).tolist()
    cells = np.arange(len(market.cells))
    for p in range(market.periods):
        taught = market.pupils[p] > 0
        assert case.closed[cells, now.plan.seat[p]][taught].all()


def test_today_children_go_to_the_nearest_unit_of_their_own_municipality(
    larger: Callable[[int], Any],
) -> None:
    market = dataclasses.replace(
        larger(8)[0], capacity=np.full(8, 1e6), candidate=np.zeros(8, np.bool_)
    )
    case = case_of(market)
    seat = today(case).plan.seat
    nearest = np.where(case.closed, market.km, np.inf).argmin(axis=1)
    for p in range(market.periods):
        taught = market.pupils[p] > 0
        assert (seat[p] == nearest)[taught].all()


def village(pupils: float, today_: tuple[float, float]) -> Case:
    """Ten squares of equal size beside two units, the first a little nearer to all of them."""
    market = Market(
        stage="1-6", language="fi", cells=tuple(f"c{i}" for i in range(10)),
        units=("a:1-6", "b:1-6"), cell_municipality=np.zeros(10, np.int64),
        unit_municipality=np.zeros(2, np.int64), candidate=np.zeros(2, np.bool_),
        pupils=np.full((1, 10), pupils / 10), years=np.ones(1),
        km=np.column_stack([np.full(10, 1.0), np.linspace(1.1, 2.0, 10)]),
        minutes=np.ones((10, 2)), arc_cost=np.zeros((10, 2)), capacity=np.full(2, 1e3),
        fixed=np.ones(2), closing=np.ones(2), load_cost=np.zeros(50), overflow=0.0,
    )  # fmt: skip
    allowed, free = np.ones((10, 2), np.bool_), np.ones((2, 2), np.bool_)
    keep = np.array([[False, True]] * 2)
    return Case(market, allowed, allowed, free, keep, np.array(today_))


@pytest.mark.parametrize("pupils", [100.0, 50.0])
def test_today_keeps_the_proportions_of_two_schools_in_one_village(pupils: float) -> None:
    """Of ten squares the nearer unit has room for 0.6 × 1.1: six."""
    seat = today(village(pupils, (60.0, 40.0))).plan.seat[0]
    assert np.bincount(seat).tolist() == [6, 4]


@given(seed=seeds)
def test_keeping_closes_nothing_costs_no_more_and_travels_no_further(
    larger: Callable[[int], Any], price_of: Callable[..., float], seed: int
) -> None:
    case = case_of(larger(seed)[0])
    now = today(case).plan
    found, weight = keeping(case, now, Effort(steps=40))
    assert found.plan.cost <= now.cost + 0.5
    assert found.plan.cost == pytest.approx(price_of(case.market, found.plan))
    assert found.bound <= found.plan.cost
    stands = ~case.market.candidate
    assert (found.plan.closes[stands] == case.market.periods).all()
    assert weight >= 0.0


@given(seed=seeds)
def test_together_is_never_dearer_than_alone_nor_alone_than_what_stands(
    larger: Callable[[int], Any], small_effort: Effort, seed: int
) -> None:
    case = case_of(larger(seed)[0])
    now = today(case).plan
    effort = dataclasses.replace(small_effort, nodes=4)
    alone = solve_in_parts(case, case.closed, now, effort, 1)
    together = solve_in_parts(case, case.open, alone.plan, effort, 1)
    assert together.plan.cost <= alone.plan.cost <= now.cost
    assert together.bound <= together.plan.cost
    assert alone.bound <= alone.plan.cost
    assert together.bound <= alone.plan.cost


@given(seed=seeds)
def test_parts_are_solved_as_the_whole(
    toy: Callable[[int], Any],
    price_of: Callable[..., float],
    everything: Callable[[Market, BoolArray], float],
    small_effort: Effort,
    seed: int,
) -> None:
    """Plans and bounds of parts add up, and enclose the optimum of the whole market."""
    market = toy(seed).market
    if not set(market.cell_municipality) <= set(market.unit_municipality[~market.candidate]):
        return
    case = case_of(market)
    free = dataclasses.replace(case, options=np.ones_like(case.options))
    found = solve_in_parts(free, case.closed, None, small_effort, 1)
    optimum = everything(market, case.closed)
    slack = 1e-6 + 1e-9 * optimum
    assert found.bound <= optimum + slack
    assert found.plan.cost >= optimum - slack
    assert found.plan.cost == pytest.approx(price_of(market, found.plan))
    whole = solve(market, case.closed, effort=small_effort)
    assert found.bound <= whole.plan.cost + slack
    assert whole.bound <= found.plan.cost + slack


def test_parts_of_a_separable_market_add_up_exactly(
    toy: Callable[[int], Any], small_effort: Effort
) -> None:
    market = dataclasses.replace(
        toy(4).market, cell_municipality=np.zeros(len(toy(4).market.cells), np.int64)
    )
    half = len(market.cells) // 2
    allowed = np.zeros((len(market.cells), len(market.units)), dtype=np.bool_)
    allowed[:half, 0] = True
    allowed[half:, 1:] = True
    case = Case(
        market, allowed, allowed, *(np.ones((len(market.units), market.periods + 1), bool),) * 2
    )
    parts = components(market, allowed)
    assert [units.tolist() for _, units in parts] == [[0], list(range(1, len(market.units)))]
    solved = [
        solve(part_of(market, cells, units), allowed[np.ix_(cells, units)], effort=small_effort)
        for cells, units in parts
    ]
    found = solve_in_parts(case, allowed, None, small_effort, 1)
    assert found.plan.cost == pytest.approx(sum(part.plan.cost for part in solved))
    assert found.bound == pytest.approx(sum(part.bound for part in solved))


@pytest.mark.parametrize(
    ("options", "closes", "cost"),
    [
        # Two periods of 1 and 3 years at 1 000 a year; to close costs 2 500.
        ([True, True, True], 0, 2_500.0),
        ([False, True, True], 1, 1_000.0 + 2_500.0),
        ([False, False, True], 2, 4_000.0),
    ],
)
def test_a_unit_that_nobody_may_use_does_what_costs_least(
    options: list[bool], closes: int, cost: float
) -> None:
    case = idle_case(options, closing=2_500.0)
    found = solve_in_parts(case, case.closed, None, Effort(moves=10), 1)
    used = 50.0 * 4 + 10.0 * 4  # the other unit: fixed, and one pupil's teaching
    assert found.plan.closes.tolist() == [2, closes]
    assert found.plan.cost == pytest.approx(used + cost)
    assert found.bound <= found.plan.cost


def test_an_idle_unit_stays_where_closing_costs_more_than_standing() -> None:
    case = idle_case([True, True, True], closing=9_000.0)
    found = solve_in_parts(case, case.closed, None, Effort(moves=10), 1)
    assert found.plan.closes.tolist() == [2, 2]
    assert found.plan.cost == pytest.approx(240.0 + 4_000.0)


def idle_case(options: list[bool], closing: float) -> Case:
    """One cell that may use the first of two units only."""
    market = Market(
        stage="1-6", language="fi", cells=("c",), units=("a:1-6", "b:1-6"),
        cell_municipality=np.zeros(1, np.int64), unit_municipality=np.arange(2),
        candidate=np.zeros(2, np.bool_), pupils=np.ones((2, 1)), years=np.array([1.0, 3.0]),
        km=np.ones((1, 2)), minutes=np.ones((1, 2)), arc_cost=np.zeros((1, 2)),
        capacity=np.full(2, 10.0), fixed=np.array([50.0, 1_000.0]),
        closing=np.array([1e6, closing]), load_cost=np.arange(10.0) * 10.0, overflow=0.0,
    )  # fmt: skip
    allowed = np.array([[True, False]])
    free = np.array([[True] * 3, options])
    return Case(market, allowed, allowed, free, free)
