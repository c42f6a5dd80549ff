"""Search around what a shake touched: its shortcuts must not lose count of anything.

The search keeps loads, lists and cost up to date piece by piece; a slip there would tell a plan
that does not exist. Here all of it is counted anew from the plan alone.
"""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from skolnat.network.location import Capacitated
from skolnat.network.location.around import improve_around
from skolnat.network.location.capacitated_search import Annealing, tables
from skolnat.network.location.plan import BoolArray, IntArray
from skolnat.network.location.shake import shaken


def made(seed: int, count: int) -> Capacitated:
    """Make a problem with little room to spare."""
    rng = np.random.default_rng(seed)
    places = rng.random((30, 2))
    sites = rng.random((14, 2))
    cost = 100.0 * np.sqrt(((places[:, None] - sites[None]) ** 2).sum(axis=2))
    demand = rng.integers(1, 10, 30)
    capacity = np.full(14, int(demand.sum() / 5) + 9)
    opening = rng.integers(20, 90, 14).astype(float) if not count else np.zeros(14)
    return Capacitated(cost, demand, capacity, opening, count)


def start(problem: Capacitated, seed: int) -> tuple[BoolArray, IntArray]:
    """Open six sites and seat everybody at any of them, too many at some."""
    rng = np.random.default_rng(seed)
    opened = rng.permutation(problem.capacity.size)[:6]
    is_open = np.zeros(problem.capacity.size, dtype=bool)
    is_open[opened] = True
    return is_open, rng.choice(opened, problem.demand.size)


def worth(problem: Capacitated, is_open: BoolArray, seat: IntArray, price: float) -> float:
    """Cost of a plan, what does not fit priced."""
    load = np.bincount(seat, problem.demand, problem.capacity.size)
    over = np.maximum(load - problem.capacity, 0).sum()
    paid = problem.cost[np.arange(seat.size), seat].sum() + problem.opening[is_open].sum()
    return float(paid + price * over)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.sampled_from([0.1, 3.0, 50.0]))
def test_loads_are_right_and_nothing_gets_worse(seed: int, fixed: bool, price: float) -> None:
    problem = made(seed, 6 if fixed else 0)
    laid = tables(problem)
    is_open, seat = start(problem, seed)
    load = np.bincount(seat, problem.demand, problem.capacity.size).astype(np.int64)
    before = worth(problem, is_open, seat, price)
    touched = is_open.copy()
    improve_around(
        laid.to_site, laid.near, laid.near_cost, laid.close, laid.similar, problem.demand,
        problem.capacity, problem.opening, is_open, seat, load, price, not fixed, touched,
        np.empty(14, np.int64), np.empty(30, np.int64), 20,
    )  # fmt: skip
    assert np.array_equal(load, np.bincount(seat, problem.demand, problem.capacity.size))
    assert is_open[seat].all()
    assert not fixed or is_open.sum() == 6
    assert worth(problem, is_open, seat, price) <= before + 1e-6
    assert not touched.any()


def test_what_is_not_touched_stays() -> None:
    problem = made(3, 6)
    laid = tables(problem)
    is_open, seat = start(problem, 3)
    load = np.bincount(seat, problem.demand, problem.capacity.size).astype(np.int64)
    before, free = seat.copy(), False
    improve_around(
        laid.to_site, laid.near, laid.near_cost, laid.close, laid.similar, problem.demand,
        problem.capacity, problem.opening, is_open, seat, load, 3.0, free,
        np.zeros(14, dtype=bool), np.empty(14, np.int64), np.empty(30, np.int64), 20,
    )  # fmt: skip
    assert np.array_equal(seat, before)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_the_cost_kept_piece_by_piece_is_that_of_the_plan(seed: int, fixed: bool) -> None:
    problem = made(seed, 6 if fixed else 0)
    laid = tables(problem)
    is_open, seat = start(problem, seed)
    likely = np.arange(14)
    cost, best_open, best_seat, now_open, now_seat, _ = shaken(
        laid.to_site, laid.near, laid.near_cost, laid.close, laid.similar, problem.demand,
        problem.capacity, problem.opening, likely, is_open, seat, 1.0, not fixed, 300,
        np.random.default_rng(seed), 30.0, 1.0,
    )  # fmt: skip
    assert np.isfinite(cost)
    plan = problem.plan(best_seat, np.nonzero(best_open)[0])
    assert problem.holds(plan)
    assert abs(plan.cost - cost) < 1e-6
    assert now_open[now_seat].all()
    assert not fixed or now_open.sum() == 6


def test_annealing_finds_a_plan_that_fits_from_one_that_does_not() -> None:
    problem = made(5, 6)
    is_open, seat = start(problem, 5)
    rough = problem.plan(seat, np.nonzero(is_open)[0])
    assert not problem.holds(rough)
    # A start that overfills is cheap: what comes out may cost more, and must still be taken.
    *_, last = Annealing(tables(problem), np.zeros(14), rough, 5, 100, 1)
    assert problem.holds(last)
