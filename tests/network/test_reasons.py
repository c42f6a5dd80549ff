"""The cost of keeping a school must enclose the truth: on toys everything can be tried."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.reasons import dearest, once, reasons, yearly_cost
from skolnat.network.solve import Effort, solve


@given(seed=st.integers(0, 10**6))
def test_the_cost_of_keeping_encloses_the_truth(
    toy: Callable[[int], Any], optimum_of: Callable[..., float], small_effort: Effort, seed: int
) -> None:
    case = toy(seed)
    market = case.market
    found = solve(market, case.allowed, options=case.options, effort=small_effort, seed=seed)
    for reason in reasons(market, case.allowed, case.options, found, seed=seed, steps=60):
        if reason.closes < 0:
            continue
        kept = case.options.copy()
        kept[reason.unit] = np.arange(market.periods + 1) == market.periods
        truth = optimum_of(market, case.allowed, kept) - found.plan.cost
        slack = 1e-6 + 1e-9 * abs(found.plan.cost)
        assert reason.low <= truth + slack
        assert truth <= reason.high + slack
        assert reason.closes == found.plan.closes[reason.unit]


@given(seed=st.integers(0, 10**6))
def test_the_answer_turns_where_forcing_the_school_open_begins_to_cost(
    toy: Callable[[int], Any], optimum_of: Callable[..., float], small_effort: Effort, seed: int
) -> None:
    """The unit is forced open through each period; the optimum of that is found by brute force."""
    case = toy(seed)
    market = case.market
    found = solve(market, case.allowed, options=case.options, effort=small_effort, seed=seed)
    slack = 1e-6 + 1e-9 * abs(found.plan.cost)
    for reason in reasons(market, case.allowed, case.options, found, seed=seed, steps=60):
        if reason.closes < 0:
            continue
        truth = []
        for p in range(market.periods):
            forced = case.options.copy()
            forced[reason.unit] &= np.arange(market.periods + 1) > p
            truth.append(optimum_of(market, case.allowed, forced) - found.plan.cost)
        assert (reason.lows <= np.array(truth) + slack).all()
        assert (np.array(truth) <= reason.highs + slack).all()
        assert (np.diff(reason.highs) >= -slack).all(), "longer costs no less"
        costs = np.flatnonzero(np.array(truth) > slack)
        if found.plan.cost <= case.optimum + slack:
            assert reason.turns == (costs[0] if costs.size else None)
        if reason.proven is not None:
            assert reason.proven >= costs[0]
            assert reason.turns is not None
            assert reason.proven >= reason.turns


@given(seed=st.integers(0, 10**6))
def test_the_worth_of_a_site_that_opens_encloses_the_truth(
    toy: Callable[[int], Any], optimum_of: Callable[..., float], small_effort: Effort, seed: int
) -> None:
    case = toy(seed)
    market = dataclasses.replace(case.market, candidate=np.ones(len(case.market.units), np.bool_))
    options = np.zeros_like(case.options)
    options[:, [0, -1]] = True
    found = solve(market, case.allowed, options=options, effort=small_effort, seed=seed)
    told = reasons(market, case.allowed, options, found, seed=seed, steps=60)
    assert all(reason.closes == -1 and reason.turns is None for reason in told)
    for reason in told:
        without = options.copy()
        without[reason.unit, -1] = False
        truth = optimum_of(market, case.allowed, without) - found.plan.cost
        slack = 1e-6 + 1e-9 * abs(found.plan.cost)
        assert reason.low <= truth + slack
        assert truth <= reason.high + slack


def test_years_and_what_is_paid_once_make_the_whole(
    larger: Callable[[int], Any], small_effort: Effort
) -> None:
    market, allowed = larger(3)
    found = solve(market, allowed, effort=small_effort)
    told = reasons(market, allowed, np.ones((8, 3), np.bool_), found)
    assert told
    assert [r.high for r in dearest(told)] == sorted((r.high for r in told), reverse=True)
    plan = found.plan
    whole = yearly_cost(market, plan) @ market.years + once(market, plan).sum()
    assert whole == pytest.approx(plan.cost)
