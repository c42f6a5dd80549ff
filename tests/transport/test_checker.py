"""The checker decides whether a child is on time; so it must know a good route and every bad one.

The good routes are written by hand, with times worked out on paper; every breach is made by
changing one thing in a good route.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from bus_problems import BUS, EIGHT, MINUTE, TAXI, group, line, plan_of, problem, school

from skolnat.transport.checker import check, check_changes
from skolnat.transport.problem import Depot, Problem
from skolnat.transport.timetable import BusPlan, Call, Route

# A line of places a minute apart. The bus takes g1 at place 0 and g2 at place 2, and brings both
# to school A at place 5: 2 + 3 minutes of driving, 30 s at each stop, 20 + 2 x 6 = 32 s at school.
MORNING = problem([group("g1", 0), group("g2", 2)], [school("A", 5)])
GOOD = plan_of(
    Call(0, "", ("g1",), (), EIGHT - 360.0, EIGHT - 330.0),
    Call(2, "", ("g2",), (), EIGHT - 210.0, EIGHT - 180.0),
    Call(5, "A", (), ("g1", "g2"), EIGHT, EIGHT + 32.0),
    km=5.0,
    hours=(300.0 + 60.0 + 32.0) / 3600.0,
)


def changed(plan: BusPlan, call: int, **values: object) -> BusPlan:
    route = plan.routes[0]
    calls = list(route.calls)
    calls[call] = replace(calls[call], **values)
    return BusPlan((replace(route, calls=tuple(calls)),))


def kinds(problem: Problem, plan: BusPlan) -> set[str]:
    return {breach.kind for breach in check(problem, plan)}


def test_a_good_morning_is_sound() -> None:
    assert check(MORNING, GOOD) == []


def test_a_good_afternoon_is_sound() -> None:
    afternoon = replace(MORNING, direction="afternoon")
    plan = plan_of(
        Call(5, "A", ("g1", "g2"), (), EIGHT - 32.0, EIGHT),
        Call(2, "", (), ("g2",), EIGHT + 180.0, EIGHT + 210.0),
        Call(0, "", (), ("g1",), EIGHT + 330.0, EIGHT + 360.0),
        km=5.0,
        hours=392.0 / 3600.0,
    )
    assert check(afternoon, plan) == []
    assert kinds(afternoon, changed(plan, 0, leave=EIGHT - 1.0)) == {"outside_window", "short_call"}
    assert kinds(afternoon, changed(plan, 2, place=1)) == {"wrong_place", "wrong_length",
                                                           "wrong_cost"}  # fmt: skip


@pytest.mark.parametrize(
    ("call", "values", "kind"),
    [
        (0, {"leave": EIGHT - 340.0}, "short_call"),
        (1, {"arrive": EIGHT - 211.0}, "too_fast"),
        (2, {"arrive": EIGHT - 5.0}, "outside_window"),
        (2, {"arrive": EIGHT + 601.0, "leave": EIGHT + 640.0}, "outside_window"),
        (2, {"leave": EIGHT + 31.0}, "short_call"),
        (1, {"on": ()}, "not_carried"),
        (1, {"on": ("g2", "g1")}, "carried_twice"),
        (1, {"on": ("g2", "stranger")}, "unknown_group"),
        (2, {"off": ("g1",)}, "left_on_board"),
        (2, {"off": ("g1", "g2", "g2")}, "not_on_board"),
        (1, {"place": 3}, "wrong_place"),
        (2, {"school": "B"}, "wrong_place"),
        (2, {"school": ""}, "wrong_place"),
        (2, {"off": ()}, "empty_call"),
    ],
)
def test_every_slip_is_found(call: int, values: dict[str, object], kind: str) -> None:
    assert kind in kinds(MORNING, changed(GOOD, call, **values))


def test_a_ride_may_last_as_long_as_allowed_and_no_longer() -> None:
    """g1 leaves at EIGHT - 330 s and arrives at EIGHT: 5.5 minutes."""
    exact = replace(MORNING, groups=(group("g1", 0, ride=5.5), group("g2", 2)))
    assert check(exact, GOOD) == []
    tight = replace(MORNING, groups=(group("g1", 0, ride=5.49), group("g2", 2)))
    assert kinds(tight, GOOD) == {"ride_too_long"}


def test_a_bus_has_no_more_pupils_than_seats() -> None:
    full = replace(MORNING, groups=(group("g1", 0, pupils=5), group("g2", 2, pupils=6)))
    assert "too_full" in kinds(full, GOOD)


def test_pupils_of_two_schools_ride_together_only_where_that_is_allowed() -> None:
    groups = [group("g1", 0), group("g2", 2, "B")]
    both = problem(groups, [school("A", 5), school("B", 6)])
    plan = plan_of(
        *GOOD.routes[0].calls[:2],
        Call(5, "A", (), ("g1",), EIGHT, EIGHT + 26.0),
        Call(6, "B", (), ("g2",), EIGHT + 86.0, EIGHT + 112.0),
        km=6.0,
        hours=(360.0 + 60.0 + 52.0) / 3600.0,
    )
    assert check(both, plan) == []
    assert kinds(replace(both, mixed=False), plan) == {"mixed_load"}


def test_length_cost_vehicle_and_depot_are_worked_out_anew() -> None:
    route = GOOD.routes[0]
    assert kinds(MORNING, BusPlan((replace(route, km=4.0),))) == {"wrong_length"}
    assert kinds(MORNING, BusPlan((replace(route, eur=route.eur - 1.0),))) == {"wrong_cost"}
    assert "wrong_vehicle" in kinds(MORNING, BusPlan((replace(route, vehicle=TAXI),)))
    housed = replace(MORNING, depots=(Depot("yard", 9),))
    assert kinds(housed, GOOD) == {"wrong_depot"}
    assert kinds(housed, BusPlan((replace(route, depot="elsewhere"),))) == {"wrong_depot"}
    # From the yard at place 9 to place 0, along the route, and from place 5 back: 9 + 5 + 4 km.
    hours = route.hours + 13 * MINUTE / 3600.0
    at_home = Route(BUS, "yard", route.calls, 18.0, hours, 100.0 + 18.0 + 36.0 * hours)
    assert check(housed, BusPlan((at_home,))) == []


def test_a_way_that_does_not_exist_is_never_fast_enough() -> None:
    seconds = line(10)[0].copy()
    seconds[0, 2] = float("inf")
    assert "too_fast" in kinds(replace(MORNING, seconds=seconds), GOOD)


def test_a_change_is_neither_too_short_nor_too_long() -> None:
    """A feeder sets g1 down at place 5 until EIGHT + 26 s; five minutes later a trunk calls."""
    legs = [group("g1", 0, "A"), replace(group("t", 5, "B"), service=10.0)]
    both = problem(legs, [school("A", 5), school("B", 8)])
    first = Route(BUS, "", (
        Call(0, "", ("g1",), (), EIGHT - 330.0, EIGHT - 300.0),
        Call(5, "A", (), ("g1",), EIGHT, EIGHT + 26.0),
    ), 5.0, 0.1, 108.6)  # fmt: skip
    second = Route(BUS, "", (
        Call(5, "", ("t",), (), EIGHT + 326.0, EIGHT + 336.0),
        Call(8, "B", (), ("t",), EIGHT + 516.0, EIGHT + 542.0),
    ), 3.0, 0.06, 105.16)  # fmt: skip
    plan = BusPlan((first, second))

    def told(shortest: float, longest: float) -> list[str]:
        return [b.kind for b in check_changes(both, plan, {"g1": "t"}, (shortest, longest))]

    assert told(300.0, 300.0) == []
    assert told(301.0, 400.0) == ["change_too_short"]
    assert told(100.0, 299.0) == ["change_too_long"]
