"""Catchments that hang together and children who stay: a clash is proven, and mended least."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skolnat.network.build import Period
from skolnat.network.catchments import Neighbours, cut_off
from skolnat.network.clash import Wish
from skolnat.network.clash_map import find_map_clash
from skolnat.network.cohorts import Cohorts
from skolnat.network.market import Market

PERIODS = (Period((2028, 2029)), Period((2030, 2031, 2032)))
COHORTS = Cohorts.of(PERIODS)
WHOLE = Wish("contiguous")


def changes(most: int) -> Wish:
    return Wish("most_changes", float(most))


def in_line(places: int, sites: list[int]) -> Neighbours:
    """Squares in a line, a unit in some of them."""
    lists = [[k for k in (i - 1, i + 1) if 0 <= k < places] for i in range(places)]
    lists += [[i] for i in sites]
    start = np.concatenate([[0], np.cumsum([len(one) for one in lists])])
    return start.astype(np.int64), np.array([k for one in lists for k in one], dtype=np.int64)


@pytest.fixture
def street() -> Market:
    """Three squares in a line, schools x in the first and y in the middle; two periods."""
    km = np.array([[1.0, 5.0], [5.0, 1.0], [9.0, 5.0]])
    return Market(
        stage="1-6", language="fi", cells=("a", "b", "c"), units=("x:1-6", "y:1-6"),
        cell_municipality=np.array([0, 0, 1]), unit_municipality=np.array([0, 0]),
        candidate=np.zeros(2, np.bool_), pupils=np.full((2, 3), 10.0), years=np.ones(2),
        km=km, minutes=km, arc_cost=np.zeros((3, 2)), capacity=np.full(2, 30.0),
        fixed=np.zeros(2), closing=np.zeros(2), load_cost=np.arange(40.0), overflow=10.0,
    )  # fmt: skip


def test_who_may_not_change_school_lies_behind_another_catchment(street: Market) -> None:
    """The third square goes to x today, past the second, which goes to y and may not change."""
    free, options = np.ones((3, 2), np.bool_), np.ones((2, 3), np.bool_)
    asked = (np.array([0, 1, 0]), COHORTS.bits("1-6"), in_line(3, [0, 1]))
    wishes = [Wish("longest_km", 20.0), changes(0), WHOLE]
    clash = find_map_clash(street, free, options, wishes, *asked)
    assert clash is not None
    assert clash.wishes == (changes(0), WHOLE)
    assert (clash.period, clash.places, clash.relaxed) == (0, (1,), (1.0, None))
    assert find_map_clash(street, free, options, [changes(1), WHOLE], *asked) is None
    assert find_map_clash(street, free, options, [changes(0)], *asked) is None


def test_a_square_that_may_not_go_there_stands_in_nobodys_way(street: Market) -> None:
    options = np.ones((2, 3), np.bool_)
    asked = (np.array([0, 1, 0]), COHORTS.bits("1-6"), in_line(3, [0, 1]))
    enclave = np.array([[True, True], [False, True], [True, True]])
    assert find_map_clash(street, enclave, options, [changes(0), WHOLE], *asked) is None
    # Nor does one without pupils.
    pupils = street.pupils.copy()
    pupils[:, 1] = 0.0
    empty = dataclasses.replace(street, pupils=pupils)
    assert find_map_clash(empty, enclave | True, options, [changes(0), WHOLE], *asked) is None


@given(seed=st.integers(0, 10**6), most=st.integers(0, 1))
@settings(max_examples=40, deadline=None)
def test_no_plan_keeps_wishes_that_are_told_to_clash(
    toy: Callable[[int], Any], seed: int, most: int
) -> None:
    """Every plan of a small market is tried, with the checker of catchments that searches use."""
    case = toy(seed)
    random = np.random.default_rng(seed)
    market = case.market
    pupils = np.resize(market.pupils, (2, len(market.cells)))[:, :4] + 0.1
    cells = market.cells[:4]
    rows = slice(0, len(cells))
    units = 2
    market = Market(
        stage="1-6", language="fi", cells=cells, units=market.units[:units],
        cell_municipality=market.cell_municipality[rows],
        unit_municipality=market.unit_municipality[:units], candidate=np.zeros(units, np.bool_),
        pupils=pupils, years=np.ones(2), km=market.km[rows, :units],
        minutes=market.minutes[rows, :units], arc_cost=market.arc_cost[rows, :units],
        capacity=np.full(units, 50.0), fixed=np.zeros(units), closing=np.zeros(units),
        load_cost=market.load_cost, overflow=1.0,
    )  # fmt: skip
    places = len(cells)
    allowed = random.random((places, units)) < 0.85
    allowed[np.arange(places), random.integers(0, units, places)] = True
    before = np.array([random.choice(np.flatnonzero(row)) for row in allowed])
    around = in_line(places, [0, places - 1])
    options = np.ones((units, 3), np.bool_)
    wishes = [changes(most), WHOLE]
    if seed % 3 == 0:
        wishes.append(Wish("close", float(seed % 2), market.units[0]))
        options[0] = np.arange(3) == seed % 2
    clash = find_map_clash(market, allowed, np.ones_like(options), wishes, before,
                           COHORTS.bits("1-6"), around)  # fmt: skip
    kept = False
    ways = [np.flatnonzero(row) for row in allowed]
    for closes in itertools.product(*(np.flatnonzero(row) for row in options)):
        end = np.array(closes)
        for flat in itertools.product(*ways, *ways):
            seat = np.array(flat).reshape(2, places)
            if (end[seat] <= np.arange(2)[:, None]).any():
                continue
            if COHORTS.changes("1-6", seat, before).max() > most:
                continue
            kept |= not cut_off(market, allowed, around, end, seat).any()
    if clash is not None:
        assert not kept, "a plan keeps what is told to clash"
