"""A split must lose no plan: what one side forbids the other side allows, closings and loads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.bound import Bound, average_prices, lagrangian_bound
from skolnat.network.kernel import Problem, problem
from skolnat.network.market import IntArray, Market
from skolnat.network.search import Found, fill, improve
from skolnat.network.tree import Seat, Tree, TreeEffort, closes_above, latest, nearest, splits


def _seating(market: Market, layout: Problem) -> Seat:
    def seat(_: Bound, closes: IntArray, best: Found) -> Found | None:
        start = fill(market, layout, closes)
        return None if start is None else improve(market, layout, start, kicks=0)

    return seat


@given(seed=st.integers(0, 10**6))
def test_growing_a_tree_keeps_the_proof_and_never_lowers_the_bound(
    toy: Callable[[int], Any], seed: int
) -> None:
    case = toy(seed)
    layout = problem(case.market, case.allowed)._replace(options=case.options)
    plan = fill(case.market, layout, latest(case.options))
    assert plan is not None
    root = lagrangian_bound(layout, average_prices(case.market, plan), plan.cost, iterations=60)
    tree = Tree(case.market, root, plan, _seating(case.market, layout))
    effort = TreeEffort(nodes=40, steps=30, plans=4, tolerance=0.0)
    slack = 1e-6 + 1e-9 * abs(case.optimum)
    before = tree.bound
    while tree.grow(effort):
        assert before - slack <= tree.bound <= case.optimum + slack
        assert tree.best.cost >= case.optimum - slack
        before = tree.bound


def test_the_sides_of_a_split_meet_and_do_not_overlap(toy: Callable[[int], Any]) -> None:
    met = set()
    for seed in range(40):
        case = toy(seed)
        layout = problem(case.market, case.allowed)._replace(options=case.options)
        plan = fill(case.market, layout, latest(case.options))
        assert plan is not None
        node = lagrangian_bound(layout, average_prices(case.market, plan), plan.cost, iterations=60)
        for low, high in splits(node, case.market.years, 4, 2):
            if (low.options != high.options).any():
                met.add("closing")
                assert ((low.options | high.options) == node.layout.options).all()
                row = (low.options != high.options).any(axis=1)
                assert not (low.options & high.options)[row].any()
            else:
                met.add("load")
                unit, period = np.argwhere(low.most != high.most)[0]
                assert low.most[unit, period] == high.least[unit, period]
    assert met == {"closing", "load"}


def test_shares_are_rounded_to_what_is_allowed() -> None:
    share = np.array([[0.9, 0.4, 1.0], [0.6, 0.9, 0.2]])
    wish = closes_above(share, 0.5)
    assert wish.tolist() == [2, 0, 1]
    options = np.array([[True, True, False], [False, True, True], [False, False, True]])
    assert nearest(wish, options).tolist() == [1, 1, 2]


def test_a_tree_without_anything_to_split_has_the_bound_of_its_root(
    toy: Callable[[int], Any],
) -> None:
    case = toy(2)
    layout = problem(case.market, case.allowed)
    plan = fill(case.market, layout, latest(layout.options))
    assert plan is not None
    root = lagrangian_bound(layout, average_prices(case.market, plan), plan.cost, iterations=30)
    tree = Tree(case.market, root, plan, _seating(case.market, layout))
    assert tree.bound == pytest.approx(min(root.value, plan.cost))
    assert not tree.grow(TreeEffort(nodes=0, steps=1, plans=0, tolerance=0.0))
