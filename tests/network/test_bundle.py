"""The bundle must stay a proof, and get where single steps do not, however long they go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from skolnat.network.bound import average_prices, lagrangian_bound
from skolnat.network.bundle import sharpened
from skolnat.network.kernel import problem
from skolnat.network.market import Market
from skolnat.network.search import fill
from skolnat.network.tree import latest

seeds = st.integers(0, 10**6)


@given(seed=seeds, rounds=st.integers(1, 150), floors=st.booleans())
def test_it_never_falls_below_where_it_began_nor_rises_above_the_optimum(
    toy: Callable[..., Any], seed: int, rounds: int, *, floors: bool
) -> None:
    case = toy(seed, floors=floors)
    layout = problem(case.market, case.allowed)._replace(options=case.options)
    plan = fill(case.market, layout, latest(case.options))
    assert plan is not None
    start = lagrangian_bound(
        layout, average_prices(case.market, plan), case.optimum, iterations=1 + seed % 20
    )
    found = sharpened(start, case.optimum, rounds=rounds, tolerance=0.0)
    slack = 1e-6 + 1e-9 * abs(case.optimum)
    assert start.value - slack <= found.value <= case.optimum + slack
    # What is forbidden leaves the best plan standing, or one that is as good.
    assert found.layout.options.any(axis=1).all()
    assert (found.share >= -1e-9).all()
    assert (found.share <= 1.0 + 1e-9).all()


def _plain(seats: float) -> Market:
    """Two schools for three hamlets; a pupil costs the same in both, beyond the seats far more."""
    return Market(
        stage="1-6", language="fi", cells=("a", "b", "c"), units=("x", "y"),
        cell_municipality=np.zeros(3, np.int64), unit_municipality=np.zeros(2, np.int64),
        candidate=np.zeros(2, np.bool_), pupils=np.array([[30.0, 20.0, 25.0]]),
        years=np.ones(1), km=np.array([[1.0, 8.0], [5.0, 6.0], [9.0, 2.0]]),
        minutes=np.array([[12.0, 27.0], [17.0, 22.0], [27.0, 12.0]]),
        arc_cost=np.array([[0.0, 800.0], [500.0, 600.0], [900.0, 200.0]]),
        capacity=np.full(2, seats), fixed=np.full(2, 20_000.0), closing=np.zeros(2),
        load_cost=np.arange(100.0) * 2_000.0, overflow=3_000.0,
    )  # fmt: skip


@pytest.mark.parametrize("seats", [38.0, 45.0])
def test_with_a_convex_cost_it_reaches_the_linear_programme(seats: float) -> None:
    """Against scipy's: both schools stay, so that journeys, seats and overflow are all there is."""
    market = _plain(seats)
    layout = problem(market, np.ones((3, 2), np.bool_))
    options = np.zeros((2, 2), np.bool_)
    options[:, 1] = True
    layout = layout._replace(options=options)
    plan = fill(market, layout, np.ones(2, np.int64))
    assert plan is not None
    n = market.pupils[0]
    # x is the part of each hamlet in each school; then come the pupils beyond the seats.
    money = np.concatenate([(n[:, None] * (market.arc_cost + 2_000.0)).ravel(), [3_000.0, 3_000.0]])
    whole = np.zeros((3, 8))
    load = np.zeros((2, 8))
    for i in range(3):
        whole[i, 2 * i : 2 * i + 2] = 1.0
        for j in range(2):
            load[j, 2 * i + j] = n[i]
    load[0, 6] = load[1, 7] = -1.0
    best = linprog(money, A_ub=load, b_ub=[seats, seats], A_eq=whole, b_eq=np.ones(3))
    start = lagrangian_bound(layout, np.full((1, 3), 9_000.0), 2.0 * plan.cost, iterations=1)
    found = sharpened(start, 2.0 * plan.cost, rounds=300, tolerance=0.0, promise=1e-10)
    assert found.value == pytest.approx(best.fun + 40_000.0, rel=1e-6)
    if seats == 45.0:
        # Room is left over: a pupil more costs what teaching costs, and prices had to fall by
        # thousands.
        assert found.multipliers.max() < 3_000.0
    assert found.load.sum() == pytest.approx(75.0, rel=1e-3)


def test_what_a_node_forbids_stays_forbidden(toy: Callable[[int], Any]) -> None:
    case = toy(5)
    layout = problem(case.market, case.allowed)._replace(options=case.options)
    plan = fill(case.market, layout, latest(case.options))
    assert plan is not None
    start = lagrangian_bound(layout, average_prices(case.market, plan), plan.cost, iterations=20)
    options = start.layout.options.copy()
    unit = int(options.sum(axis=1).argmax())
    options[unit, np.flatnonzero(options[unit])[0]] = False
    node = replace(start, layout=start.layout._replace(options=options))
    before = options.copy()
    found = sharpened(node, plan.cost, rounds=30)
    assert not (found.layout.options & ~before).any()
    assert (node.layout.options == before).all()
