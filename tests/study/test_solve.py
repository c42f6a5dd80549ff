"""The four scenarios of a study, solved in any order and number of processes, agree."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from skolnat.network.solve import Effort
from skolnat.plan.scenario import SCENARIOS
from skolnat.study.solve import solve_markets, turns

SLIGHT = Effort(kicks=1, roundings=1, steps=20, moves=500, last_moves=500, nodes=0)


def test_cheaper_scenarios_come_out_cheaper(example: Callable[[str], Any]) -> None:
    for solution in example("tunturi-lappi").solutions:
        cost = {name: solution.solved[name].plan.cost for name in SCENARIOS}
        bound = {name: solution.solved[name].bound for name in SCENARIOS}
        # Tidying may cost a plan 0.2 %.
        assert cost["together"] <= cost["alone"] * 1.002 <= cost["today"] * 1.002**2
        assert cost["together_keeping"] <= cost["today"] + 0.5
        for name in SCENARIOS:
            assert bound[name] <= cost[name]
        assert bound["together"] <= cost["alone"]
        assert bound["together"] <= cost["today"]


def test_plans_are_put_together_with_the_frozen_years(example: Callable[[str], Any]) -> None:
    done = example("tunturi-lappi")
    for name in SCENARIOS:
        for plan, now in zip(done.plans[name], done.plans["today"], strict=True):
            assert plan.periods == done.prepared.periods
            assert plan.seat.shape == plan.market.pupils.shape
            assert (plan.seat[0] == now.seat[0]).all()
            assert plan.open[0].all()
            assert plan.market.years.sum() == 15.0


def test_executors_change_nothing(example: Callable[[str], Any]) -> None:
    cases = example("tunturi-lappi").prepared.cases
    alone = solve_markets(cases, SLIGHT, 1, None)
    with ThreadPoolExecutor(1) as executor:
        beside = solve_markets(cases, SLIGHT, 1, executor)
    for one, other in zip(alone, beside, strict=True):
        for name in SCENARIOS:
            assert one.solved[name].plan.cost == other.solved[name].plan.cost
            assert one.solved[name].bound == other.solved[name].bound
            assert (one.solved[name].plan.seat == other.solved[name].plan.seat).all()


def test_nothing_turns_against_itself_and_closures_are_told(example: Callable[[str], Any]) -> None:
    done = example("tunturi-lappi")
    assert turns(done.solutions, done.solutions, done.prepared.cases) == []
    found = turns(as_today(done.solutions), done.solutions, done.prepared.cases)
    closed = sum(
        int((s.solved[name].plan.closes < c.market.periods).sum())
        for s, c in zip(done.solutions, done.prepared.cases, strict=True)
        for name in ("alone", "together")
    )
    assert len(found) == closed > 0
    assert {name for name, *_ in found} <= {"alone", "together"}


def as_today(solutions: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same solutions, with today's plan in every scenario."""
    return tuple(
        dataclasses.replace(one, solved=dict.fromkeys(SCENARIOS, one.solved["today"]))
        for one in solutions
    )


@pytest.mark.parametrize("name", ["tunturi-lappi"])
def test_every_seat_is_one_that_the_borders_allow(example: Callable[[str], Any], name: str) -> None:
    done = example(name)
    for case, solution in zip(done.prepared.cases, done.solutions, strict=True):
        cells = np.arange(len(case.market.cells))
        for scenario in SCENARIOS:
            allowed = case.closed if scenario in ("today", "alone") else case.open
            plan = solution.solved[scenario].plan
            for p, seat in enumerate(plan.seat):
                assert allowed[cells, seat].all()
                assert (plan.closes[seat] > p).all()
