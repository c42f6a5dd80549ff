"""One decision for several futures: against brute force over closings and over every future."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from skolnat.network.market import FloatArray, IntArray
from skolnat.network.scenarios import Case, solve_in_parts
from skolnat.network.search import Found
from skolnat.network.solve import Effort
from skolnat.network.stochastic import (
    Priced,
    adapted,
    hedge,
    mean_tail,
    narrow,
    seats_of,
    spread,
    tail_weights,
    value_at_risk,
)


def test_the_worst_part_of_the_futures() -> None:
    costs, weights = np.array([10.0, 30.0, 20.0]), np.array([0.5, 0.2, 0.3])
    # The worst half: all of 30 (0.2), and 0.3 of 20.
    assert tail_weights(costs, weights, 0.5).tolist() == pytest.approx([0.0, 0.4, 0.6])
    assert value_at_risk(costs, weights, 0.5) == pytest.approx((10.0, 24.0))
    assert value_at_risk(costs, weights, 0.2) == pytest.approx((20.0, 30.0))
    assert value_at_risk(costs, weights, 1.0)[1] == pytest.approx(weights @ costs)
    assert mean_tail([np.array([1.0, 0.0]), np.array([0.0, 1.0])]).tolist() == [0.5, 0.5]


@given(seed=st.integers(0, 10**6), part=st.floats(0.05, 1.0))
def test_the_tail_is_the_worst_of_all_weights_in_its_set(seed: int, part: float) -> None:
    random = np.random.default_rng(seed)
    costs, weights = random.normal(size=6), random.dirichlet(np.ones(6))
    tail = tail_weights(costs, weights, part)
    assert tail.sum() == pytest.approx(1.0)
    assert (tail <= weights / part + 1e-9).all()
    # Rockafellar and Uryasev's formula: the least over t of t + E[max(cost - t, 0)] / part.
    formula = min(t + weights @ np.maximum(costs - t, 0.0) / part for t in costs)
    assert tail @ costs == pytest.approx(formula)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=6, deadline=None, phases=[Phase.generate])
def test_no_decision_beats_brute_force_over_the_futures_nor_its_bound(
    toy: Callable[[int], Any], optimum_of: Callable[..., float], small_effort: Effort, seed: int
) -> None:
    """Every closing is priced in each future by the optimum of that future."""
    case = toy(seed)
    market, ways = case.market, case.allowed
    random = np.random.default_rng(seed)
    pupils = market.pupils[None] * random.uniform(0.3, 1.6, (3, 1, 1))
    weights = random.dirichlet(np.ones(3))
    best_mean, best_tail = np.inf, np.inf
    choices = [np.flatnonzero(row) for row in case.options]
    for closes in itertools.product(*choices):
        options = np.zeros_like(case.options)
        options[np.arange(len(closes)), closes] = True
        costs = np.array(
            [
                optimum_of(dataclasses.replace(market, pupils=pupils[s]), ways, options)
                for s in range(3)
            ]
        )
        if np.isinf(costs).any():
            continue
        best_mean = min(best_mean, float(weights @ costs))
        best_tail = min(best_tail, value_at_risk(costs, weights, 0.4)[1])
    whole = Case(market, ways, ways, case.options, case.options)

    def solved(chosen: FloatArray) -> tuple[IntArray, float]:
        found = solve_in_parts(spread(whole, pupils, chosen), ways, None, small_effort, 1)
        closes = narrow(found.plan.closes, int((chosen > 0.0).sum()))
        assert case.options[np.arange(closes.size), closes].all()
        return closes, found.bound

    def priced(closes: IntArray, part: float) -> Priced:
        found = [adapted(market, ways, closes, pupils[s]) for s in range(3)]
        costs = np.array([np.inf if one is None else one.cost for one in found])
        return Priced((closes,), costs, value_at_risk(costs, weights, part)[1])

    first = np.array([row[-1] for row in choices])
    for part, best in ((1.0, best_mean), (0.4, best_tail)):
        start = priced(first, part)
        plan, bound = hedge(start, weights, part, solved, lambda c, part=part: priced(c, part))  # type: ignore[misc]
        slack = 1e-6 * max(abs(best), 1.0)
        assert bound <= best + slack, "no closings lie below the bound"
        assert plan.value >= best - slack, "nothing is counted too cheap"
        assert plan.value <= start.value


def test_seats_of_a_future_come_back_from_the_laid_out_plan(
    toy: Callable[[int], Any], small_effort: Effort, price_of: Callable[..., float]
) -> None:
    """The cost of the laid out plan is the mean of its parts, each priced by the plain formula."""
    case = toy(11)
    market, ways = case.market, case.allowed
    pupils = market.pupils[None] * np.array([0.5, 1.0, 1.4])[:, None, None]
    weights = np.array([0.2, 0.0, 0.8])
    whole = Case(market, ways, ways, case.options, case.options)
    found = solve_in_parts(spread(whole, pupils, weights), ways, None, small_effort, 1)
    closes = narrow(found.plan.closes, 2)
    parts = [
        price_of(
            dataclasses.replace(market, pupils=pupils[s]),
            Found(closes, seats_of(found.plan, 2, at), 0.0),
        )
        for at, s in enumerate((0, 2))
    ]
    assert found.plan.cost == pytest.approx(0.2 * parts[0] + 0.8 * parts[1])
