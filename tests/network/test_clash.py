"""Wishes that clash: the set must be smallest, the mending least, and nobody accused wrongly.

Two villages of 10 pupils, 20 km apart, and a school in each, of 12 and of 30 seats.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.clash import Wish, find_clash
from skolnat.network.market import Market
from skolnat.network.scenarios import Case
from skolnat.network.wishes import DETERRENT, Wishes, broken, wished


@pytest.fixture
def villages() -> Market:
    """The two villages of this page."""
    return Market(
        stage="1-6", language="fi", cells=("a", "b"), units=("x:1-6", "y:1-6"),
        cell_municipality=np.array([0, 1]), unit_municipality=np.array([0, 1]),
        candidate=np.zeros(2, np.bool_), pupils=np.full((1, 2), 10.0), years=np.ones(1),
        km=np.array([[1.0, 20.0], [20.0, 1.0]]), minutes=np.ones((2, 2)),
        arc_cost=np.zeros((2, 2)), capacity=np.array([12.0, 30.0]), fixed=np.zeros(2),
        closing=np.zeros(2), load_cost=np.arange(40.0), overflow=10.0,
    )  # fmt: skip


def clash_of(market: Market, *wishes: Wish) -> Any:
    free = np.ones((2, 2), np.bool_)
    return find_clash(market, free, free, wishes)


KM, SMALL, SEATS = Wish("longest_km", 5.0), Wish("smallest", 15.0), Wish("within_seats")
KEEP_X, KEEP_Y = Wish("keep", unit="x:1-6"), Wish("keep", unit="y:1-6")
CLOSE_X, CLOSE_Y = Wish("close", unit="x:1-6"), Wish("close", unit="y:1-6")


def test_wishes_that_can_be_had_do_not_clash(villages: Market) -> None:
    assert clash_of(villages, KM, SEATS, KEEP_X, KEEP_Y) is None
    assert clash_of(villages, SMALL, SEATS, CLOSE_X) is None


def test_a_closed_school_and_a_short_way(villages: Market) -> None:
    clash = clash_of(villages, SEATS, KM, CLOSE_X)
    assert clash.wishes == (KM, CLOSE_X)
    assert clash.places == (0,)
    assert clash.relaxed == (20.0, None)


def test_a_smallest_school_that_both_villages_together_cannot_fill_twice(villages: Market) -> None:
    clash = clash_of(villages, KM, SMALL, KEEP_X, KEEP_Y)
    assert clash.wishes == (SMALL, KEEP_X, KEEP_Y) or clash.wishes == (KM, SMALL)
    assert clash.relaxed[clash.wishes.index(SMALL)] == 10.0


def test_seats_that_do_not_suffice(villages: Market) -> None:
    clash = clash_of(villages, SEATS, CLOSE_Y, SMALL)
    assert clash.wishes == (SEATS, CLOSE_Y)
    assert clash.relaxed == (8.0, None)


def test_a_school_that_closes_later_stands_until_then(villages: Market) -> None:
    """Closing in the second of two periods clashes there and not in the first."""
    two = dataclasses.replace(
        villages, pupils=np.full((2, 2), 10.0), years=np.ones(2), capacity=villages.capacity[0],
        closing=np.zeros(2),
    )  # fmt: skip
    late = dataclasses.replace(CLOSE_X, value=1.0)
    clash = find_clash(two, np.ones((2, 2), np.bool_), np.ones((2, 3), np.bool_), [KM, late])
    assert clash is not None
    assert (clash.period, clash.wishes) == (1, (KM, late))


@given(seed=st.integers(0, 10**6), longest=st.floats(1.0, 30.0), smallest=st.floats(0.5, 20.0))
def test_a_clash_is_never_told_of_wishes_that_a_plan_keeps(
    toy: Callable[[int], Any], seed: int, longest: float, smallest: float
) -> None:
    """The optimum of the toy keeps some wishes: those must not clash."""
    case = toy(seed)
    market, free = case.market, case.allowed
    seat = np.where(free, market.km, np.inf).argmin(axis=1)
    way = market.km[np.arange(seat.size), seat].max()
    loads = np.array([np.bincount(seat, p, len(market.units)) for p in market.pupils])
    wishes = [Wish("longest_km", longest), Wish("smallest", smallest), Wish("within_seats")]
    kept = [way <= longest, loads.min() >= smallest, (loads <= market.capacity).all()]
    true = [wish for wish, holds in zip(wishes, kept, strict=True) if holds]
    options = np.ones((len(market.units), market.periods + 1), np.bool_)
    assert find_clash(market, free, options, true) is None


def test_wishes_narrow_a_market(villages: Market) -> None:
    free = np.ones((2, 2), np.bool_)
    case = Case(villages, np.eye(2, dtype=np.bool_), free, free, free)
    wishes = Wishes(
        longest_km={"1-6": 5.0}, smallest={"1-6": 15.0}, within_seats=True, keep=("x",),
        close={"y": 2030}, agreements=((0,), (1,)),
    )  # fmt: skip
    left = wished(case, free, wishes, (2030,))
    assert left.allowed.tolist() == [[True, False], [False, True]]
    assert left.options.tolist() == [[False, True], [True, False]]
    assert left.market.overflow == DETERRENT
    assert left.market.floor is not None
    assert left.market.floor.tolist() == [15.0, 15.0]
    together = wished(case, free, dataclasses.replace(wishes, agreements=((0, 1),)), (2030,))
    assert (together.allowed == (villages.km <= 5.0)).all()


def test_what_a_plan_breaks_is_told(villages: Market) -> None:
    from skolnat.network.search import Found

    plan = Found(np.array([1, 1]), np.array([[0, 0]]), 0.0)
    lacking, beyond = broken(villages, plan, Wishes(smallest={"1-6": 15.0}, within_seats=True))
    assert lacking.tolist() == [[0.0, 15.0]]
    assert beyond.tolist() == [[8.0, 0.0]]
    assert broken(villages, plan, Wishes())[0].sum() == 0.0
