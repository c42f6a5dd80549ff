"""A bound is a proof: on markets where everything can be tried it must never exceed the optimum.

The cost of load is at random and not convex, some pairs of cell and unit are forbidden, and some
units may not close when they like.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.bound import average_prices, lagrangian_bound
from skolnat.network.filling import room, unit_value
from skolnat.network.kernel import load_cost, problem
from skolnat.network.market import Market
from skolnat.network.search import fill
from skolnat.network.tree import latest

seeds = st.integers(0, 10**6)


@given(seed=seeds, level=st.floats(0.0, 5_000.0), steps=st.integers(1, 150))
def test_no_multipliers_bound_above_the_optimum(
    toy: Callable[[int], Any], seed: int, level: float, steps: int
) -> None:
    case = toy(seed)
    layout = problem(case.market, case.allowed)._replace(options=case.options)
    random = np.random.default_rng(seed)
    start = random.uniform(-level, 2.0 * level, case.market.pupils.shape)
    bound = lagrangian_bound(layout, start, case.optimum, iterations=steps)
    assert bound.value <= case.optimum * (1 + 1e-9) + 1e-6


@given(seed=seeds, floors=st.booleans())
def test_the_best_load_of_a_unit_is_found_wherever_it_lies(
    toy: Callable[..., Any], seed: int, *, floors: bool
) -> None:
    """Against a fine grid of loads, cells taken in the order in which they are worth it."""
    market = toy(seed, floors=floors).market
    layout = problem(market, np.ones_like(market.km, dtype=np.bool_))
    random = np.random.default_rng(seed)
    u = random.uniform(-500.0, 6_000.0, market.pupils.shape)
    j, p = seed % len(market.units), 0
    filling = room(layout)
    # Wherever the step before left the margin, what lies beyond it is not overlooked.
    filling.margin[j, p] = random.uniform(-9_000.0, 9_000.0)
    found, load = unit_value(layout, j, p, u, filling)

    reduced = market.arc_cost[:, j] - u[p]
    order = np.argsort(reduced)
    ends = np.concatenate([[0.0], np.cumsum(market.pupils[p, order])])
    worth = np.concatenate([[0.0], np.cumsum(market.pupils[p, order] * reduced[order])])
    bends = [market.capacity[p, j], *([] if market.floor is None else [market.floor[j]])]
    loads = np.concatenate([np.linspace(0.0, ends[-1], 4_001), np.minimum(bends, ends[-1])])
    values = [load_cost(layout, p, j, load) + np.interp(load, ends, worth) for load in loads]
    assert found <= min(values) + 1e-6
    assert found == pytest.approx(
        load_cost(layout, p, j, load) + float(np.interp(load, ends, worth)), abs=1e-6
    )


@given(seed=seeds, steps=st.integers(1, 150))
def test_a_floor_on_the_pupils_of_a_unit_leaves_the_bound_a_bound(
    toy: Callable[..., Any], seed: int, steps: int
) -> None:
    """The cost of a load falls up to the floor, which lies between whole pupils."""
    case = toy(seed, floors=True)
    layout = problem(case.market, case.allowed)._replace(options=case.options)
    plan = fill(case.market, layout, latest(case.options))
    assert plan is not None
    start = average_prices(case.market, plan)
    bound = lagrangian_bound(layout, start, case.optimum, iterations=steps)
    assert bound.value <= case.optimum * (1 + 1e-9) + 1e-6
    assert plan.cost >= case.optimum - 1e-6


@given(seed=seeds)
def test_fixing_by_reduced_cost_never_forbids_the_optimum(
    toy: Callable[[int], Any], seed: int
) -> None:
    case = toy(seed)
    layout = problem(case.market, case.allowed)._replace(options=case.options)
    plan = fill(case.market, layout, latest(case.options))
    assert plan is not None
    start = average_prices(case.market, plan)
    least = case.optimum * (1 + 1e-9) + 1e-6
    left = lagrangian_bound(layout, start, least, iterations=100).layout
    assert left.options[np.arange(case.closes.size), case.closes].all()
    assert not (left.options & ~case.options).any()
    best = best_seats(case.market, case.allowed, case.closes)
    for p, seat in enumerate(best):
        loads = np.bincount(seat, case.market.pupils[p], case.closes.size)
        open_ = case.closes > p
        assert (loads >= left.least[:, p])[open_].all()
        assert (loads <= left.most[:, p])[open_].all()


def best_seats(market: Market, allowed: np.ndarray, closes: np.ndarray) -> list[np.ndarray]:
    """The cheapest seats of every period given the closings, by trying all."""
    found = []
    for p in range(market.periods):
        open_ = closes > p
        choices = [np.flatnonzero(row & open_) for row in allowed]

        def price(seat: tuple[int, ...], p: int = p) -> float:
            loads = np.bincount(seat, market.pupils[p], closes.size)
            way = market.arc_cost[np.arange(len(seat)), seat] @ market.pupils[p]
            return float(way + market.load_costs(loads, p)[closes > p].sum())

        found.append(np.array(min(itertools.product(*choices), key=price)))
    return found


@given(seed=seeds)
def test_the_worth_of_an_option_bounds_every_plan_that_uses_it(
    toy: Callable[[int], Any], seed: int
) -> None:
    """``value + worth[j, q] - min worth[j]`` is no more than the optimum with that closing."""
    case = toy(seed)
    layout = problem(case.market, case.allowed)._replace(options=case.options)
    plan = fill(case.market, layout, latest(case.options))
    assert plan is not None
    # A hair above the optimum: what only plans as dear as the target use may be forbidden.
    target = case.optimum * (1 + 1e-9) + 1e-6
    bound = lagrangian_bound(layout, average_prices(case.market, plan), target)
    j = seed % case.closes.size
    loss = bound.worth[j] - bound.worth[j].min()
    assert bound.value + loss[case.closes[j]] <= case.optimum * (1 + 1e-9) + 1e-6
    assert np.isinf(bound.worth[j][~case.options[j]]).all()


def test_the_bound_meets_the_optimum_where_nothing_is_to_be_chosen(
    toy: Callable[[int], Any],
) -> None:
    """One unit only, full to the last: every cell pays its journey, and the unit its cost."""
    import dataclasses

    market = toy(3).market
    one = dataclasses.replace(
        market, units=market.units[:1], unit_municipality=market.unit_municipality[:1],
        candidate=np.zeros(1, np.bool_), km=market.km[:, :1], minutes=market.minutes[:, :1],
        arc_cost=market.arc_cost[:, :1], capacity=market.capacity[:, :1], fixed=market.fixed[:1],
        closing=market.closing[:1],
    )  # fmt: skip
    layout = problem(one, np.ones((len(one.cells), 1), np.bool_))
    plan = fill(one, layout, np.array([one.periods]))
    assert plan is not None
    bound = lagrangian_bound(layout, average_prices(one, plan), plan.cost, iterations=2000)
    assert bound.value == pytest.approx(plan.cost, rel=1e-3)


def test_average_prices_share_the_cost_of_a_year(toy: Callable[[int], Any]) -> None:
    """Pupils times their prices is what the plan costs, but for units without pupils."""
    market = toy(11).market
    layout = problem(market, np.ones_like(market.km, dtype=np.bool_))
    plan = fill(market, layout, np.full(len(market.units), market.periods))
    assert plan is not None
    prices = average_prices(market, plan)
    for p in range(market.periods):
        loads = np.bincount(plan.seat[p], market.pupils[p], len(market.units))
        here = loads >= 1.0
        cells = np.arange(len(market.cells))
        paid = market.arc_cost[cells, plan.seat[p]] * market.pupils[p]
        expected = (market.fixed + market.load_costs(loads, p))[here].sum()
        mine = here[plan.seat[p]]
        assert (prices[p] * market.pupils[p])[mine].sum() == pytest.approx(
            expected + paid[mine].sum()
        )
