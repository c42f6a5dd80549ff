"""One decision for several futures: against brute force over closings and over every future."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from skolnat.network.scenarios import Case, solve_in_parts
from skolnat.network.solve import Effort
from skolnat.network.stochastic import (
    adapted,
    mean_tail,
    narrow,
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
    import dataclasses

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
    for chosen, best in (
        (weights, best_mean),
        (tail_weights(np.arange(3.0), weights, 0.4), best_tail),
    ):
        wide = spread(whole, pupils, chosen)
        solved = solve_in_parts(wide, ways, None, small_effort, 1)
        slack = 1e-6 * max(abs(best), 1.0)
        assert solved.bound <= best + slack
        closes = narrow(solved.plan.closes, int((chosen > 0.0).sum()))
        assert case.options[np.arange(closes.size), closes].all()
    wide = spread(whole, pupils, weights)
    solved = solve_in_parts(wide, ways, None, small_effort, 1)
    closes = narrow(solved.plan.closes, 3)
    found = [adapted(market, ways, closes, pupils[s]) for s in range(3)]
    mean = sum(w * one.cost for w, one in zip(weights, found, strict=True) if one is not None)
    assert solved.plan.cost >= best_mean - 1e-6 * max(abs(best_mean), 1.0)
    assert mean >= best_mean - 1e-6 * max(abs(best_mean), 1.0)
