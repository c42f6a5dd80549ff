"""The cost of keeping a school must enclose the truth: on toys everything can be tried."""

from __future__ import annotations

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
        kept = case.options.copy()
        kept[reason.unit] = np.arange(market.periods + 1) == market.periods
        truth = optimum_of(market, case.allowed, kept) - found.plan.cost
        slack = 1e-6 + 1e-9 * abs(found.plan.cost)
        assert reason.low <= truth + slack
        assert truth <= reason.high + slack
        assert reason.closes == found.plan.closes[reason.unit]


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
