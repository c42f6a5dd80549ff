"""Change of bus at a hub school: feeders bring pupils there, and one bus takes them on.

Every group for which the way past the hub is hardly a detour is cut in two: a *feeder* leg
between its stop and the hub, and a *trunk* leg, together with the others, between the hub and the
school. Trunks call at the hub within a few minutes that are fixed beforehand; feeders call so
that nobody changes in less, or waits longer, than allowed. The two legs and the change take no
longer than the longest ride. Whether that is cheaper than going straight, only planning tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from skolnat.transport.problem import Group, Problem, School, direct_seconds

DETOUR = 1.25
"""Past the hub the way is at most so many times the way straight on, and a little."""

SPREAD = 180.0
"""Seconds within which a trunk calls at the hub."""

LEEWAY = 1.15
"""A trunk leg may take so many times the way straight on."""


@dataclass(frozen=True, eq=False)
class Changed:
    """A problem in which some groups change at a hub.

    Parameters
    ----------
    problem
        With feeder and trunk legs in place of those groups. A feeder leg bears its group's name
        and goes to a school ``HUB>SCHOOL`` of its own, which lies at the hub.
    trunk
        Trunk leg by group that changes.
    """

    problem: Problem
    trunk: Mapping[str, str]


def with_hub(problem: Problem, hub: int, name: str, change: tuple[float, float]) -> Changed:
    """Let groups change at a hub where that is hardly a detour.

    Parameters
    ----------
    problem
        Of groups that all go straight.
    hub
        Place of the hub.
    name
        Name of the hub, for the legs.
    change
        Shortest and longest time of changing, seconds.
    """
    parted: dict[str, list[Group]] = {}
    for group in problem.groups:
        school = problem.schools[problem.school_index[group.school]]
        if school.place != hub and _on_the_way(problem, group, school, hub, change):
            parted.setdefault(school.name, []).append(group)
    groups, schools = list(problem.groups), list(problem.schools)
    trunk: dict[str, str] = {}
    for target, members in parted.items():
        school = problem.schools[problem.school_index[target]]
        at_hub, trunks = _legs(problem, school, members, hub, f"{name}>{target}", change)
        if at_hub is None:
            continue
        schools.append(at_hub)
        for leg, riders in trunks:
            groups.append(leg)
            trunk |= {group.name: leg.name for group in riders}
    feeders = [
        replace(
            group,
            school=f"{name}>{group.school}",
            longest_ride=_left_for_feeder(problem, group, hub, change),
        )
        if group.name in trunk
        else group
        for group in groups
    ]
    return Changed(replace(problem, groups=tuple(feeders), schools=tuple(schools)), trunk)


def _onward(problem: Problem, hub: int, school: School) -> float:
    """Seconds between the hub and a school, in the direction of the problem."""
    pair = (hub, school.place) if problem.direction == "morning" else (school.place, hub)
    return float(problem.seconds[pair])


def _left_for_feeder(
    problem: Problem, group: Group, hub: int, change: tuple[float, float]
) -> float:
    """Seconds that are left for the feeder of the longest ride."""
    school = problem.schools[problem.school_index[group.school]]
    return group.longest_ride - LEEWAY * _onward(problem, hub, school) - change[1]


def _on_the_way(
    problem: Problem, group: Group, school: School, hub: int, change: tuple[float, float]
) -> bool:
    first = direct_seconds(problem, group, replace(school, place=hub))
    straight = direct_seconds(problem, group, school)
    second = _onward(problem, hub, school)
    left = _left_for_feeder(problem, group, hub, change)
    near = 0.0 < first <= min(straight, left) and second > 0.0
    return near and first + second <= DETOUR * straight + change[0]


def _legs(
    problem: Problem, school: School, members: list[Group], hub: int, name: str,
    change: tuple[float, float],
) -> tuple[School | None, list[tuple[Group, list[Group]]]]:  # fmt: skip
    """Return the hub as a school for feeders, and the trunk legs with those who ride in them."""
    packs = _packed(members, problem.most_seats)
    drive = _onward(problem, hub, school)
    halt = max(group.service for group in members)
    full = school.call_seconds + school.pupil_seconds * problem.most_seats
    if problem.direction == "morning":
        # Trunks begin to take on at `begin` at the earliest, and still reach the school in time.
        begin = school.closes - drive * LEEWAY - _service(members) - SPREAD
        opens, closes = begin + SPREAD - change[1], begin - change[0] - full
    else:
        # Trunks have set down at the hub at `begin` at the earliest.
        begin = school.opens + drive + _service(members)
        opens, closes = begin + SPREAD + change[0], begin + change[1]
    if opens > closes:
        return None, []
    trunks = [
        (
            Group(
                f"{name}|{k + 1}",
                hub,
                school.name,
                sum(group.pupils for group in pack),
                LEEWAY * drive,
                halt + school.pupil_seconds * sum(group.pupils for group in pack),
                begin,
                begin + SPREAD,
            ),
            pack,
        )
        for k, pack in enumerate(packs)
    ]
    return School(name, hub, opens, closes, school.call_seconds, school.pupil_seconds), trunks


def _service(members: list[Group]) -> float:
    """Seconds in which the trunks' riders get on at the hub, more than enough."""
    return max(group.service for group in members) + 2.0 * sum(group.pupils for group in members)


def _packed(members: list[Group], seats: int) -> list[list[Group]]:
    """Divide groups among as few trunk legs as first-fit decreasing finds."""
    packs: list[list[Group]] = []
    order = sorted(range(len(members)), key=lambda k: (-members[k].pupils, k))
    for group in (members[k] for k in order):
        for pack in packs:
            if sum(one.pupils for one in pack) + group.pupils <= seats:
                pack.append(group)
                break
        else:
            packs.append([group])
    return packs
