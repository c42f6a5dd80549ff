"""Of the plans of a front none may be better than another in all, and every proof must hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.front import Aim, FrontPlan, aims, apart, best_for, priced, undominated
from skolnat.network.scenarios import Case, today
from skolnat.network.solve import Effort


@given(seed=st.integers(0, 10**6), km=st.floats(0.0, 500.0), moved=st.floats(0.0, 2_000.0))
def test_the_bound_of_an_aim_holds_for_the_best_of_all_plans(
    toy: Callable[[int], Any], optimum_of: Callable[..., float], small_effort: Effort,
    seed: int, km: float, moved: float,
) -> None:  # fmt: skip
    made = toy(seed)
    market = dataclasses.replace(made.market, candidate=np.zeros(len(made.market.units), np.bool_))
    keeping = np.zeros_like(made.options)
    keeping[:, -1] = True
    case = Case(market, made.allowed, made.allowed, made.options, keeping)
    now, aim = today(case).plan, Aim(km, moved)
    solved, sums = best_for(case, made.allowed, now, None, aim, small_effort, seed)
    weighted = priced(market, now.seat[0], aim)
    optimum = optimum_of(weighted, made.allowed, made.options)
    slack = 1e-6 + 1e-9 * abs(optimum)
    assert solved.bound <= optimum + slack
    assert solved.plan.cost >= optimum - slack
    assert sums @ [1.0, km, moved] == pytest.approx(solved.plan.cost)


def plan(cost: float, km: float, moved: float) -> FrontPlan:
    return FrontPlan(Aim(1.0, 2.0), cost, km, moved, 0.0, ())


def test_what_is_dominated_is_left_out_and_twins_stand_once() -> None:
    best, other, worse, twin = (
        plan(1.0, 5.0, 5.0), plan(2.0, 1.0, 5.0), plan(2.0, 5.0, 5.0), plan(1.0, 5.0, 5.0),
    )  # fmt: skip
    assert undominated([other, worse, best, twin]) == (best, other)


def test_plans_that_nobody_can_tell_apart_are_one() -> None:
    cheap, near, far = plan(1.0, 5.0, 5.0), plan(1.001, 4.999, 5.0), plan(2.0, 1.0, 5.0)
    assert apart([cheap, near, far]) == (cheap, far)
    assert apart([]) == ()


def test_the_weighted_sum_and_its_gap() -> None:
    one = dataclasses.replace(plan(10.0, 3.0, 2.0), bound=15.3)
    assert one.weighted == 17.0
    assert one.gap == pytest.approx(0.1)
    assert len(set(aims())) == len(aims()) >= 12
