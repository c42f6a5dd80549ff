"""Siblings at one site and schools that close: a clash between the stages is proven."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from skolnat.network.clash import Wish
from skolnat.network.clash_siblings import Side, find_sibling_clash
from skolnat.network.market import BoolArray, Market
from skolnat.network.siblings import pair_of

TOGETHER = Wish("siblings")


def market(stage: str, *schools: str) -> Market:
    """Two squares of 10 pupils, one period."""
    units = tuple(f"{school}:{stage}" for school in schools)
    km = np.tile(np.arange(1.0, len(units) + 1.0) * 10.0, (2, 1))
    return Market(
        stage=stage, language="fi", cells=("a", "b"), units=units,
        cell_municipality=np.array([0, 1]), unit_municipality=np.zeros(len(units), np.int64),
        candidate=np.zeros(len(units), np.bool_), pupils=np.array([[10.0, 7.0]]),
        years=np.ones(1), km=km, minutes=km, arc_cost=km, capacity=np.full(len(units), 30.0),
        fixed=np.zeros(len(units)), closing=np.zeros(len(units)), load_cost=np.arange(40.0),
        overflow=10.0,
    )  # fmt: skip


@pytest.fixture
def sides() -> tuple[Side, Side]:
    """The site x teaches all grades, y grades 1-6, z grades 7-9; both squares go to x."""
    both = []
    for stage, other in (("1-6", "y"), ("7-9", "z")):
        one = market(stage, "x", other)
        free = np.ones((2, 2), np.bool_)
        both.append(Side(one, free, free.copy(), np.zeros(2, np.int64)))
    return both[0], both[1]


def close(stage: str) -> Wish:
    return Wish("close", 0.0, f"x:{stage}", stage)


def some_plan(lower: Side, upper: Side, shut: set[str], allowed: list[BoolArray]) -> bool:
    """Whether any seats part nobody, by trying all."""
    pair = pair_of(lower.market, upper.market, *allowed, lower.before, upper.before)
    ends = [np.array([int(u not in shut) for u in s.market.units]) for s in (lower, upper)]
    seats = [
        [np.array([s]) for s in itertools.product(range(2), repeat=2)
         if allowed[k][[0, 1], list(s)].all() and (ends[k][list(s)] > 0).all()]
        for k in range(2)
    ]  # fmt: skip
    return any(
        not pair.parted(low, ends[1], up).any() for low, up in itertools.product(seats[0], seats[1])
    )


def test_the_only_site_of_both_stages_closes(sides: tuple[Side, Side]) -> None:
    wishes = [TOGETHER, Wish("longest_km", 30.0, "", "1-6"), close("1-6"), close("7-9")]
    clash = find_sibling_clash(*sides, wishes)
    assert clash is not None
    # Either stage alone suffices: the one asked of last is left.
    assert clash.wishes == (TOGETHER, close("7-9"))
    assert clash.relaxed == (17.0, None)
    assert clash.places == (0, 1)
    free = [side.allowed for side in sides]
    assert not some_plan(*sides, {"x:7-9"}, free)
    assert some_plan(*sides, set(), free)
    assert find_sibling_clash(*sides, wishes[1:]) is None
    assert find_sibling_clash(*sides, wishes[:2]) is None


def test_squares_that_had_two_sites_or_no_way_are_excused(sides: tuple[Side, Side]) -> None:
    lower, upper = sides
    apart = Side(upper.market, upper.allowed, upper.options, np.array([1, 0]))
    clash = find_sibling_clash(lower, apart, [TOGETHER, close("7-9")])
    assert clash is not None
    assert clash.places == (1,)
    assert clash.relaxed == (7.0, None)
    # Beyond the limit of the journey lies no site for both stages: a square is excused.
    far = Side(lower.market, np.array([[False, True], [True, True]]), lower.options, lower.before)
    clash = find_sibling_clash(far, upper, [TOGETHER, close("7-9")])
    assert clash is not None
    assert clash.places == (1,)
