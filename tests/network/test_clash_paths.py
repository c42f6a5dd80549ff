"""Children who must change school too often: proven, smallest, and mended by the least."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from skolnat.network.build import Period
from skolnat.network.clash import Wish
from skolnat.network.clash_paths import find_path_clash
from skolnat.network.cohorts import Cohorts
from skolnat.network.market import Market

PERIODS = (Period((2028, 2029)), Period((2030, 2031, 2032)))
BITS = Cohorts.of(PERIODS).bits("1-6")


@pytest.fixture
def villages() -> Market:
    """Two villages of 10 pupils, 20 km apart, a school in each, and one far off; two periods."""
    km = np.array([[1.0, 20.0, 50.0], [20.0, 1.0, 50.0]])
    return Market(
        stage="1-6", language="fi", cells=("a", "b"), units=("x:1-6", "y:1-6", "z:1-6"),
        cell_municipality=np.array([0, 1]), unit_municipality=np.array([0, 1, 1]),
        candidate=np.zeros(3, np.bool_), pupils=np.full((2, 2), 10.0), years=np.ones(2),
        km=km, minutes=km, arc_cost=np.zeros((2, 3)), capacity=np.full(3, 30.0),
        fixed=np.zeros(3), closing=np.zeros(3), load_cost=np.arange(40.0), overflow=10.0,
    )  # fmt: skip


def changes(most: int) -> Wish:
    return Wish("most_changes", float(most))


CLOSE_X, CLOSE_Y = Wish("close", 0.0, "x:1-6"), Wish("close", 1.0, "y:1-6")
FREE = np.ones((2, 3), np.bool_), np.ones((3, 3), np.bool_)


def test_a_closed_school_and_no_change_at_all(villages: Market) -> None:
    before = np.array([0, 1])
    clash = find_path_clash(villages, *FREE, [changes(0), CLOSE_X], before, BITS)
    assert clash is not None
    assert clash.wishes == (changes(0), CLOSE_X)
    assert (clash.period, clash.places, clash.relaxed) == (0, (0,), (1.0, None))
    assert find_path_clash(villages, *FREE, [changes(1), CLOSE_X], before, BITS) is None


def test_two_closings_and_a_short_way_move_a_child_twice(villages: Market) -> None:
    """Both near schools close and the third is too far: any one of the wishes mends it."""
    wishes = [Wish("longest_km", 30.0), changes(1), CLOSE_X, CLOSE_Y]
    clash = find_path_clash(villages, *FREE, wishes, np.array([0, 1]), BITS)
    assert clash is not None
    # Without z in reach nobody has a school in the end; with it one change is enough.
    assert set(clash.wishes) == set(wishes)
    assert clash.relaxed[clash.wishes.index(Wish("longest_km", 30.0))] == 50.0


def test_children_who_leave_between_two_turns_are_not_counted(villages: Market) -> None:
    """Six years between the turns: no child of grades 1-6 is there at both."""
    late = (Period((2028, 2029, 2030, 2031, 2032, 2033)), Period((2034,)))
    options = FREE[1].copy()
    options[0], options[2] = [True, False, False], [True, False, False]
    allowed = np.array([[True, True, False], [True, True, True]])
    market = dataclasses.replace(villages, years=np.array([6.0, 1.0]))
    later = Cohorts.of(late).bits("1-6")
    wishes = [changes(1), CLOSE_X]
    assert find_path_clash(market, allowed, options, wishes, np.array([0, 0]), later) is None
