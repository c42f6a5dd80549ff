"""Plan and proof of one market, against the optimum by trying everything, and against HiGHS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import highspy
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.market import Market
from skolnat.network.solve import Effort, Solved, solve
from skolnat.network.tree import latest

seeds = st.integers(0, 10**6)


@pytest.mark.parametrize("few", [5, 0])
@given(seed=seeds)
def test_bound_and_plan_enclose_the_optimum(
    toy: Callable[[int], Any],
    price_of: Callable[..., float],
    small_effort: Effort,
    few: int,
    seed: int,
) -> None:
    case = toy(seed)
    effort = replace(small_effort, few=few)
    found = solve(case.market, case.allowed, options=case.options, effort=effort, seed=seed)
    slack = 1e-6 + 1e-9 * abs(case.optimum)
    assert found.bound <= case.optimum + slack
    assert found.plan.cost >= case.optimum - slack
    assert found.plan.cost == pytest.approx(price_of(case.market, found.plan))
    assert found.gap == pytest.approx(max(found.plan.cost - found.bound, 0.0))
    assert case.options[np.arange(case.closes.size), found.plan.closes].all()


@given(seed=seeds)
def test_branching_keeps_the_proof_and_narrows_it(
    toy: Callable[[int], Any],
    everything: Callable[..., float],
    small_effort: Effort,
    seed: int,
) -> None:
    case = toy(seed)
    effort = replace(small_effort, tolerance=0.0)
    without, with_tree = (
        solve(case.market, case.allowed, effort=replace(effort, nodes=nodes), seed=1)
        for nodes in (0, 60)
    )
    free = everything(case.market, case.allowed)
    slack = 1e-6 + 1e-9 * abs(free)
    assert with_tree.bound <= free + slack
    assert without.bound <= free + slack
    assert with_tree.bound >= without.bound - slack
    assert with_tree.plan.cost >= free - slack


def test_most_small_markets_are_solved_to_the_end(
    toy: Callable[[int], Any], small_effort: Effort
) -> None:
    cases = [toy(seed) for seed in range(30)]
    found = [
        solve(case.market, case.allowed, options=case.options, effort=small_effort)
        for case in cases
    ]
    best = [s.plan.cost <= c.optimum * (1 + 1e-9) for s, c in zip(found, cases, strict=True)]
    assert sum(best) >= 27


def test_the_same_seed_gives_the_same_plan_and_proof(
    larger: Callable[[int], Any], small_effort: Effort
) -> None:
    market, allowed = larger(4)
    one, other = (solve(market, allowed, effort=small_effort, seed=9) for _ in range(2))
    assert (one.plan.closes == other.plan.closes).all()
    assert (one.plan.seat == other.plan.seat).all()
    assert (one.plan.cost, one.bound) == (other.plan.cost, other.bound)


def test_a_known_plan_is_never_made_worse(
    larger: Callable[[int], Any], small_effort: Effort
) -> None:
    market, allowed = larger(6)
    good = solve(market, allowed, effort=replace(small_effort, kicks=60)).plan
    lazy = replace(small_effort, kicks=0, roundings=0, steps=5, nodes=0)
    assert solve(market, allowed, known=[good], effort=lazy).plan.cost <= good.cost


def test_a_cell_without_any_unit_is_refused(toy: Callable[[int], Any]) -> None:
    case = toy(1)
    nothing = case.allowed.copy()
    nothing[0] = False
    with pytest.raises(ValueError, match="a place has no school"):
        solve(case.market, nothing)


def test_the_latest_option_of_each_unit() -> None:
    options = np.array([[True, True, True], [True, False, False], [False, True, False]])
    assert latest(options).tolist() == [2, 0, 1]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_highs_finds_the_same_optimum_where_a_load_costs_by_the_pupil(
    linear: Callable[[int], Any], seed: int
) -> None:
    """An independent solver on a model of its own: y open, x seats, z pupils beyond the seats."""
    market, slope = linear(seed)
    optimum, lower = milp(market, slope)
    found = solve(
        market,
        np.ones_like(market.km, dtype=np.bool_),
        effort=Effort(moves=5_000, last_moves=5_000),
    )
    assert lower <= optimum
    assert found.bound <= optimum * (1 + 1e-6)
    assert found.plan.cost >= lower * (1 - 1e-6)
    assert found.plan.cost <= optimum * 1.01
    assert found.gap <= 0.02 * optimum


def milp(market: Market, slope: np.ndarray) -> tuple[float, float]:
    """Optimum and bound by HiGHS, euros over the horizon."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 1e-6)
    cells, units = range(len(market.cells)), range(len(market.units))
    years, size = float(market.years[0]), market.pupils[0]
    # One period: a unit closes at its start (first column), or never.
    shut, never = market.closing.T
    opened = [solver.addBinary(obj=years * market.fixed[j] + never[j] - shut[j]) for j in units]
    seats = [
        [solver.addBinary(obj=years * size[i] * (market.arc_cost[i, j] + slope[j])) for j in units]
        for i in cells
    ]
    beyond = [solver.addVariable(lb=0.0, obj=years * market.overflow) for _ in units]
    for i in cells:
        solver.addConstr(sum(seats[i]) == 1)
        for j in units:
            solver.addConstr(seats[i][j] <= opened[j])
    for j in units:
        load = sum(float(size[i]) * seats[i][j] for i in cells)
        solver.addConstr(load - beyond[j] <= float(market.capacity[0, j]))
    solver.run()
    info = solver.getInfo()
    closed = float(shut.sum())
    return info.objective_function_value + closed, info.mip_dual_bound + closed


def test_a_watcher_sees_plan_and_bound_close_in_and_may_stop(
    larger: Callable[[int], Any], price_of: Callable[..., float], small_effort: Effort
) -> None:
    market, allowed = larger(5)
    seen: list[Solved] = []

    def watch(found: Solved) -> bool:
        seen.append(found)
        return True

    whole = solve(market, allowed, effort=small_effort, seed=3, watch=watch)
    assert whole.plan.cost == solve(market, allowed, effort=small_effort, seed=3).plan.cost
    assert [s.plan.cost for s in seen] == sorted((s.plan.cost for s in seen), reverse=True)
    assert [s.bound for s in seen] == sorted(s.bound for s in seen)
    assert seen[0].bound == np.minimum(market.closing.min(axis=1), 0.0).sum()
    assert (seen[-1].plan.cost, seen[-1].bound) == (whole.plan.cost, whole.bound)

    stopped = solve(
        market, allowed, effort=small_effort, seed=3, watch=lambda found: found.bound == 0.0
    )
    assert stopped.plan.cost == pytest.approx(price_of(market, stopped.plan))
    assert stopped.bound <= whole.plan.cost
    assert stopped.plan.cost >= whole.plan.cost
