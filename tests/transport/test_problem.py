"""What cannot be planned is said before planning: all of it at once, with what mends it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bus_problems import BUS, EIGHT, MINUTE, TAXI, group, line, problem, school

from skolnat.common.faults import InvalidInput
from skolnat.transport.problem import Problem, VehicleType

GOOD = problem([group("g1", 0), group("g2", 2)], [school("A", 5)])


def codes(**changes: object) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        replace(GOOD, **changes)
    return [fault.code.removeprefix("transport.") for fault in caught.value.faults]


def test_a_bus_with_no_seats_and_one_that_pays_us() -> None:
    vehicles = (replace(BUS, seats=0), VehicleType("gift", 8, -1.0, 0.0, float("inf")), TAXI)
    assert codes(vehicles=vehicles) == ["no_seats", "negative_cost", "negative_cost"]
    assert codes(vehicles=()) == ["no_vehicle"]


def test_hours_that_are_no_hours() -> None:
    assert codes(schools=(school("A", 5, float("nan")),)) == ["no_bell"]
    assert codes(schools=(school("A", 5, minutes=-1),)) == ["bell_reversed"]
    assert codes(schools=(school("A", 5, 25 * 3600.0),)) == ["not_in_a_day"]


def test_groups_that_cannot_be_carried() -> None:
    groups = (
        group("g1", 0),
        group("g1", 0),
        group("g2", 1, "B"),
        group("g3", 1, pupils=0),
        group("g4", 1, pupils=11),
        group("g5", 0, ride=4.9),
    )
    assert codes(groups=groups) == [
        "group_twice",
        "unknown_school",
        "empty_group",
        "group_too_large",
        "ride_too_long",
    ]


def test_a_child_on_an_island_with_no_ferry() -> None:
    seconds, _ = line(10)
    cut = seconds.copy()
    cut[2, 5] = np.inf
    assert codes(seconds=cut) == ["unreachable"]
    back = seconds.copy()
    back[5, 2] = np.inf
    assert replace(GOOD, seconds=back).groups == GOOD.groups
    with pytest.raises(InvalidInput):
        replace(GOOD, seconds=back, direction="afternoon")


def test_tables_that_do_not_fit() -> None:
    small, _ = line(5)
    assert codes(seconds=small) == ["tables_do_not_fit"]
    assert codes(seconds=small, km=small) == ["tables_do_not_fit"]
    assert codes(seconds=-GOOD.seconds) == ["bad_time"]


def test_a_ride_of_exactly_the_longest_is_allowed() -> None:
    five = replace(group("g1", 0), longest_ride=5 * MINUTE)
    assert isinstance(problem([five], [school("A", 5, EIGHT)]), Problem)
