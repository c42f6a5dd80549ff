"""Capacitated location: what is called proven is the best, and a bound always holds.

Brute force tries every plan of tiny problems; HiGHS solves the plain model of small ones, on its
own and without anything that this package leaves out beforehand.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from skolnat.common.faults import InvalidInput
from skolnat.network.location import Capacitated, Plan, Progress, solve_capacitated
from skolnat.network.location.capacitated_kernels import knapsack, relaxed_knapsack
from skolnat.network.location.capacitated_tree import penalties


def brute_force(problem: Capacitated) -> float:
    """Cost of the best plan; infinite where there is none."""
    places, sites = problem.cost.shape
    best = np.inf
    for seats in product(range(sites), repeat=places):
        seat = np.array(seats)
        load = np.bincount(seat, problem.demand, sites)
        used = np.unique(seat)
        if np.any(load > problem.capacity) or (problem.count and used.size > problem.count):
            continue
        opening = problem.opening[used].sum()
        if problem.count:
            rest = np.sort(np.delete(problem.opening, used))
            opening += rest[: problem.count - used.size].sum()
        cost = problem.cost[np.arange(places), seat].sum() + opening
        best = min(best, float(cost))
    return best


@st.composite
def problems(draw: st.DrawFn) -> Capacitated:
    places, sites = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    cost = rng.integers(0, 20, (places, sites)).astype(float)
    if draw(st.booleans()):
        cost += np.round(rng.random(cost.shape), 2)
    count = draw(st.integers(0, sites))
    opening = rng.integers(0, 15, sites) if draw(st.booleans()) else np.zeros(sites)
    demand = rng.integers(draw(st.integers(0, 1)), 6, places)
    capacity = rng.integers(int(demand.max()), 13, sites)
    if draw(st.booleans()):
        cost[rng.random(cost.shape) < 0.15] = np.inf
    return Capacitated(cost, demand, capacity, opening.astype(float), count)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(0, 3))
def test_the_plan_is_the_best_and_so_is_the_proof(data: st.DataObject, seed: int) -> None:
    try:
        problem = data.draw(problems())
    except InvalidInput:
        return  # too little room is told before anything is solved: tested below
    best = brute_force(problem)
    if not np.isfinite(best):
        with pytest.raises(InvalidInput, match="no plan keeps every capacity"):
            solve_capacitated(problem, seed=seed)
        return
    answer = solve_capacitated(problem, seed=seed)
    assert problem.holds(answer.plan)
    assert answer.plan.cost == pytest.approx(best, abs=1e-5)
    assert answer.proven
    assert answer.bound <= answer.plan.cost


def on_a_plane(places: int, count: int, seed: int, *, opening: float = 0.0) -> Capacitated:
    rng = np.random.default_rng(seed)
    points = rng.random((places, 2)) * 100.0
    apart = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    demand = rng.integers(1, 30, places)
    number = count or max(2, places // 8)
    capacity = np.full(places, int(1.15 * demand.sum() / number) + 3)
    fixed = np.full(places, opening) + rng.random(places) * opening
    return Capacitated(apart, demand, capacity, fixed, count)


def by_highs(problem: Capacitated) -> float:
    """Solve the textbook's model: x <= y, one seat each, capacities, the count."""
    places, sites = problem.cost.shape
    size = sites + places * sites
    seats, loads, links = [], [], []
    for i in range(places):
        row = np.zeros(size)
        row[sites + i * sites : sites + (i + 1) * sites] = 1.0
        seats.append(row)
        for j in range(sites):
            link = np.zeros(size)
            link[sites + i * sites + j], link[j] = 1.0, -1.0
            links.append(link)
    for j in range(sites):
        row = np.zeros(size)
        row[sites + j :: sites] = problem.demand
        row[j] = -problem.capacity[j]
        loads.append(row)
    count = np.concatenate((np.ones(sites), np.zeros(size - sites)))
    rules = [
        LinearConstraint(np.array(seats), 1.0, 1.0),
        LinearConstraint(np.array(loads + links), -np.inf, 0.0),
    ]
    if problem.count:
        rules.append(LinearConstraint(count[None, :], problem.count, problem.count))
    cost = np.concatenate((problem.opening, problem.cost.ravel()))
    found = milp(
        cost,
        constraints=rules,
        integrality=np.ones(size),
        bounds=Bounds(0.0, 1.0),
        options={"mip_rel_gap": 1e-9},
    )
    assert found.success
    return float(found.fun)


@pytest.mark.parametrize(
    ("places", "count", "opening", "seed"),
    [(16, 3, 0.0, 1), (22, 4, 0.0, 2), (18, 0, 40.0, 3), (22, 0, 60.0, 4)],
)
def test_highs_finds_nothing_better_on_the_whole_model(
    places: int, count: int, opening: float, seed: int
) -> None:
    problem = on_a_plane(places, count, seed, opening=opening)
    answer = solve_capacitated(problem, seed=seed)
    assert answer.proven
    assert problem.holds(answer.plan)
    assert answer.plan.cost == pytest.approx(by_highs(problem), rel=1e-6)


def test_bounds_on_the_way_hold_and_a_listener_can_stop_it() -> None:
    problem = on_a_plane(60, 6, 5)
    best = solve_capacitated(problem)
    assert best.proven
    heard: list[Progress] = []

    def stop(progress: Progress) -> bool:
        heard.append(progress)
        return len(heard) == 4

    answer = solve_capacitated(problem, listener=stop)
    assert len(heard) == 4
    assert all(one.bound <= best.plan.cost + 1e-6 for one in heard)
    assert answer.bound <= best.plan.cost + 1e-6 <= answer.plan.cost + 2e-6
    again = solve_capacitated(problem, listener=lambda _: True, warm=best.plan)
    assert again.plan.cost <= best.plan.cost


def test_the_same_seed_gives_the_same_plan() -> None:
    problem = on_a_plane(40, 5, 5)
    plans = [solve_capacitated(problem, seed=3, iterations=1).plan for _ in range(2)]
    assert np.array_equal(plans[0].seat, plans[1].seat)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-30, -1)), max_size=9), st.integers(0, 25))
def test_a_knapsack_is_exact(items: list[tuple[int, int]], capacity: int) -> None:
    weights = np.array([w for w, _ in items], dtype=np.int64)
    worth = np.array([v for _, v in items], dtype=float) + 0.25
    taken = np.empty(weights.size, dtype=bool)
    value = knapsack(weights, worth, capacity, taken)
    every = (np.array(some, dtype=bool) for some in product((0, 1), repeat=weights.size))
    best = min(worth[some].sum() for some in every if weights[some].sum() <= capacity)
    assert value == pytest.approx(best)
    assert weights[taken].sum() <= capacity
    assert worth[taken].sum() == pytest.approx(best)
    relaxed, greedy, price, _ = relaxed_knapsack(weights, worth, capacity)
    assert relaxed <= best + 1e-9 <= greedy + 2e-9
    # The price of room proves the relaxed value: the argument behind leaving out pairs.
    proven = price * capacity + np.minimum(0.0, worth - price * weights).sum()
    assert proven == pytest.approx(relaxed)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(-9, 9), min_size=1, max_size=7),
    st.lists(st.booleans(), min_size=7, max_size=7),
    st.integers(0, 7),
)
def test_penalties_are_what_opening_or_closing_a_site_adds(
    worth: list[int], fixed: list[bool], count: int
) -> None:
    value, must = np.array(worth, dtype=float), np.array(fixed[: len(worth)])
    count = min(count, value.size)
    if count and must.sum() > count:
        return
    chosen, opens, closes = penalties(value, must, count)

    def least(site: int | None, is_open: int) -> float:
        plans = (np.array(some, dtype=bool) for some in product((0, 1), repeat=value.size))
        return min(
            (
                float(value[some].sum())
                for some in plans
                if (not count or some.sum() == count)
                and np.all(some[must])
                and (site is None or some[site] == is_open)
            ),
            default=np.inf,
        )

    assert value[chosen].sum() == least(None, 0)
    for j in range(value.size):
        assert value[chosen].sum() + opens[j] == least(j, 1)
        assert (value[chosen].sum() + closes[j] if chosen[j] else least(None, 0)) == least(j, 0)


def test_what_is_wrong_with_a_problem_is_told_all_at_once() -> None:
    cost = np.array([[1.0, -2.0], [np.nan, 3.0]])
    with pytest.raises(InvalidInput) as raised:
        Capacitated(cost, np.array([1.5, 2]), np.array([4, -1]), np.array([0.0, np.inf]), 3)
    assert [fault.code.removeprefix("network.location_") for fault in raised.value.faults] == [
        "demand",
        "capacity",
        "cost_unknown",
        "opening",
        "count",
    ]
    with pytest.raises(InvalidInput, match="do not fit together"):
        Capacitated(np.ones((2, 2)), np.ones(3), np.ones(2), np.ones(2))


def test_a_warm_start_of_another_problem_is_refused() -> None:
    problem = on_a_plane(10, 3, 1)
    with pytest.raises(InvalidInput, match="of another problem"):
        solve_capacitated(problem, warm=Plan(np.array([0]), np.zeros(4, np.int64), 0.0))
