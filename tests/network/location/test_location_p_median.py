"""A p-median that is called proven must be the best there is: brute force says which that is.

The OR-Library's optima are checked by ``benchmarks/p_median.py``; here stand small problems of
every awkward kind (ties, zeros, one site, all sites), whose every plan can be tried.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skolnat.common.faults import InvalidInput
from skolnat.network.location import PMedian, Progress, solve_p_median
from skolnat.network.location.p_median import fixed


def best_cost(problem: PMedian) -> float:
    sites = range(problem.distance.shape[1])
    return min(
        float(problem.distance[:, list(some)].min(axis=1).sum())
        for some in combinations(sites, problem.count)
    )


@st.composite
def problems(draw: st.DrawFn) -> PMedian:
    places, sites = draw(st.integers(1, 12)), draw(st.integers(1, 9))
    most = draw(st.sampled_from([1, 3, 30]))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    distance = rng.integers(0, most + 1, (places, sites)).astype(float)
    if draw(st.booleans()):
        distance += np.round(rng.random((places, sites)), 3)
    return PMedian(distance, draw(st.integers(1, sites)))


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(0, 3), st.sampled_from([None, 0, 1]))
def test_the_plan_is_the_best_and_so_is_the_proof(
    problem: PMedian, seed: int, iterations: int | None
) -> None:
    answer = solve_p_median(problem, seed=seed, iterations=iterations)
    assert answer.plan.cost == pytest.approx(best_cost(problem), abs=1e-6)
    assert answer.proven
    assert answer.bound <= answer.plan.cost
    assert answer.plan.open.size == problem.count
    chosen = problem.distance[np.arange(answer.plan.seat.size), answer.plan.seat]
    assert np.all(chosen == problem.distance[:, answer.plan.open].min(axis=1))
    assert chosen.sum() == pytest.approx(answer.plan.cost)


def on_a_grid(places: int, count: int, seed: int) -> PMedian:
    points = np.random.default_rng(seed).random((places, 2)) * 100.0
    apart = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    return PMedian(apart, count)


@pytest.mark.parametrize(("places", "count"), [(40, 2), (30, 3), (20, 5)])
def test_a_plane_needs_the_tree_and_is_still_proven(places: int, count: int) -> None:
    problem = on_a_grid(places, count, 7)
    answer = solve_p_median(problem, iterations=1)
    assert answer.proven
    assert answer.plan.cost == pytest.approx(best_cost(problem))


def test_the_same_seed_gives_the_same_plan_and_a_warm_start_is_never_left_for_a_worse_one() -> None:
    problem = on_a_grid(60, 4, 3)
    first, again = (solve_p_median(problem, seed=5) for _ in range(2))
    assert np.array_equal(first.plan.open, again.plan.open)
    warm = solve_p_median(problem, seconds=0.0, warm=first.plan)
    assert warm.plan.cost <= first.plan.cost


def test_a_listener_hears_bounds_that_hold_and_can_stop_it() -> None:
    problem = on_a_grid(60, 4, 3)
    best = solve_p_median(problem).plan.cost
    heard: list[Progress] = []

    def stop(progress: Progress) -> bool:
        heard.append(progress)
        return True

    answer = solve_p_median(problem, listener=stop, iterations=3)
    assert len(heard) == 1
    assert heard[0].bound <= best + 1e-9 <= heard[0].cost + 2e-9
    assert answer.bound <= best + 1e-9


@settings(max_examples=100, deadline=None)
@given(problems(), st.data())
def test_no_plan_within_what_is_spare_uses_what_is_left_out(
    problem: PMedian, data: st.DataObject
) -> None:
    """The reduced-cost argument itself, at any multipliers, against every plan there is."""
    sites = problem.distance.shape[1]
    if problem.count == sites:
        return
    u = np.array(data.draw(st.lists(st.integers(0, 40), min_size=1, max_size=1))) * np.ones(
        problem.distance.shape[0]
    )
    rho = np.minimum(0.0, problem.distance - u[:, None]).sum(axis=0)
    bound = u.sum() + np.sort(rho)[: problem.count].sum()
    spare = data.draw(st.floats(0.0, 60.0))
    out, sure = fixed(rho, np.zeros(sites, dtype=bool), problem.count, spare)
    for some in combinations(range(sites), problem.count):
        cost = problem.distance[:, list(some)].min(axis=1).sum()
        assert cost >= bound - 1e-9
        if cost < bound + spare - 1e-9:
            assert not out[list(some)].any()
            assert sure.sum() == sure[list(some)].sum()


def test_what_is_wrong_with_a_problem_is_told_all_at_once() -> None:
    costs = np.array([[1.0, np.nan], [-2.0, 3.0]])
    with pytest.raises(InvalidInput) as raised:
        PMedian(costs, 3)
    assert [fault.code for fault in raised.value.faults] == [
        "network.location_count",
        "network.location_cost_unknown",
    ]
    assert "3 of 2 sites cannot be open" in str(raised.value)
    assert "2 costs are unknown or below 0, first that of customer 1 at site 2" in str(raised.value)
    with pytest.raises(InvalidInput, match="no table of costs"):
        PMedian(np.zeros((0, 3)), 1)
