"""A change of bus is only worth something when both legs meet, and nobody waits too long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from bus_problems import BUS, MINUTE, TAXI, group, problem, school

from skolnat.transport.checker import check, check_changes
from skolnat.transport.hub import with_hub
from skolnat.transport.problem import Direction, Problem
from skolnat.transport.solve import Effort, plan_buses
from skolnat.transport.timetable import BusPlan

CHANGE = (2 * MINUTE, 12 * MINUTE)
HUB = 6


def far_away(direction: Direction) -> Problem:
    """Four groups of four on a line behind the hub at place 6; the school is 20 minutes on."""
    groups = [group(f"g{k}", k, pupils=2, ride=45) for k in range(4)]
    return problem(
        groups, [school("A", 26, minutes=15), school("H", HUB)], places=30,
        vehicles=(TAXI, BUS), direction=direction,
    )  # fmt: skip


def times(plan: BusPlan) -> Mapping[str, tuple[float, float]]:
    """When each leg's bus has let it on, and when it arrives."""
    on, off = {}, {}
    for route in plan.routes:
        for call in route.calls:
            on |= dict.fromkeys(call.on, call)
            off |= dict.fromkeys(call.off, call)
    return {name: (on[name].leave, off[name].arrive) for name in on}


@pytest.mark.parametrize("direction", ["morning", "afternoon"])
def test_legs_meet_and_the_whole_journey_is_no_longer_than_allowed(direction: Direction) -> None:
    straight = far_away(direction)
    changed = with_hub(straight, HUB, "H", CHANGE)
    assert set(changed.trunk) == {"g0", "g1", "g2", "g3"}
    assert set(changed.trunk.values()) == {"H>A|1"}
    plan = plan_buses(changed.problem, effort=Effort(0, 2000))
    assert check(changed.problem, plan) == []
    assert check_changes(changed.problem, plan, changed.trunk, CHANGE) == []
    at = times(plan)
    for feeder, trunk in changed.trunk.items():
        first, second = (feeder, trunk) if direction == "morning" else (trunk, feeder)
        assert at[second][1] - at[first][0] <= 45 * MINUTE


def test_who_lives_beyond_the_school_or_goes_to_the_hub_itself_does_not_change() -> None:
    here = far_away("morning")
    groups = (group("beyond", 28, ride=45), group("home", 0, "H", ride=45))
    assert with_hub(replace(here, groups=groups), HUB, "H", CHANGE).trunk == {}


def test_a_ride_too_long_with_a_change_goes_straight() -> None:
    here = far_away("morning")
    tight = tuple(replace(one, longest_ride=27 * MINUTE) for one in here.groups)
    assert with_hub(replace(here, groups=tight), HUB, "H", CHANGE).trunk == {}
