"""Compiled code and the market's own words for a cost must say the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.kernel import least_rise, load_cost, problem
from skolnat.network.market import Market


def market_of(load_cost: list[float], capacity: float, overflow: float) -> Market:
    one = np.ones((1, 1))
    return Market(
        stage="1-6", language="fi", cells=("c",), units=("s:1-6",),
        cell_municipality=np.zeros(1, np.int64), unit_municipality=np.zeros(1, np.int64),
        candidate=np.zeros(1, np.bool_), pupils=one, years=np.ones(1), km=one, minutes=one,
        arc_cost=one, capacity=np.array([capacity]), fixed=np.ones(1), closing=np.ones(1),
        load_cost=np.array(load_cost), overflow=overflow,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("load", "cost"),
    [(0.0, 0.0), (1.0, 10.0), (1.5, 25.0), (2.0, 40.0), (3.0, 40.0 + 5.0), (5.0, 40.0 + 15.0)],
)
def test_a_load_costs_its_groups_and_the_seats_that_lack(load: float, cost: float) -> None:
    market = market_of([0.0, 10.0, 40.0, 40.0], 2.0, 5.0)
    assert load_cost(problem(market, np.ones((1, 1), np.bool_)), 0, 0, load) == cost
    assert market.load_costs(np.array([load]), 0).tolist() == [cost]


def test_beyond_the_table_the_last_slope_goes_on() -> None:
    market = market_of([0.0, 10.0, 40.0], 100.0, 5.0)
    assert market.load_costs(np.array([4.0]), 0).tolist() == [100.0]
    assert load_cost(problem(market, np.ones((1, 1), np.bool_)), 0, 0, 4.0) == 100.0


@given(
    seed=st.integers(0, 10**6),
    loads=st.lists(st.floats(0.0, 200.0), min_size=8, max_size=8),
)
def test_the_two_costs_of_a_load_agree(
    larger: Callable[[int], Any], seed: int, loads: list[float]
) -> None:
    market, allowed = larger(seed)
    layout = problem(market, allowed)
    everywhere = market.load_costs(np.tile(loads, (market.periods, 1)))
    for p in range(market.periods):
        found = [load_cost(layout, p, j, load) for j, load in enumerate(loads)]
        assert found == pytest.approx(market.load_costs(np.array(loads), p).tolist(), abs=1e-6)
        assert found == pytest.approx(everywhere[p].tolist(), abs=1e-6)


@given(seed=st.integers(0, 10**6), reach=st.integers(1, 10))
def test_the_layout_names_every_allowed_pair_cheapest_first(
    larger: Callable[[int], Any], seed: int, reach: int
) -> None:
    market, allowed = larger(seed)
    layout = problem(market, allowed, reach=reach)
    near: set[tuple[int, int]] = set()
    for i in range(len(market.cells)):
        mine = layout.cell_unit[layout.cell_start[i] : layout.cell_start[i + 1]]
        assert sorted(mine) == np.flatnonzero(allowed[i]).tolist()
        keys = [(market.arc_cost[i, j], market.km[i, j]) for j in mine]
        assert keys == sorted(keys)
        near |= {(i, int(j)) for j in mine[:reach]}
    told = {
        (int(i), j)
        for j in range(len(market.units))
        for i in layout.unit_cell[layout.unit_start[j] : layout.unit_start[j + 1]]
    }
    assert told == near
    assert np.isinf(layout.journey[~allowed]).all()


@given(
    jumps=st.lists(st.floats(0.0, 100.0), min_size=2, max_size=12),
    low=st.floats(0.0, 14.0),
    more=st.floats(0.01, 20.0),
)
def test_no_further_pupil_costs_less_than_the_least_rise(
    jumps: list[float], low: float, more: float
) -> None:
    market = market_of([0.0, *np.cumsum(jumps)], 1e9, 0.0)
    one, other = (market.load_costs(np.array([load]), 0)[0] for load in (low, low + more))
    rise = least_rise(market.load_cost)[min(int(low), len(jumps) - 1)]
    assert other - one >= rise * more - 1e-6
