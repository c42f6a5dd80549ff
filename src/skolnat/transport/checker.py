"""Check bus routes by themselves: every time, ride, load and window, from calls and problem alone.

Written apart from the search and sharing nothing with it, in plain Python: it does not plan, it
goes along each route as an inspector with a watch and a pupil list would. A plan is sound when
the list of what it found is empty.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from skolnat.transport.problem import Group, Problem, School
from skolnat.transport.timetable import BusPlan, Call, Route

TOLERANCE = 1e-3
"""Seconds, kilometres and euros that rounding may take."""

Kind = Literal[
    "not_carried", "carried_twice", "unknown_group", "wrong_place", "not_on_board", "left_on_board",
    "too_fast", "short_call", "outside_window", "ride_too_long", "too_full", "mixed_load",
    "empty_call", "wrong_length", "wrong_cost", "wrong_vehicle", "wrong_depot",
    "change_too_short", "change_too_long",
]  # fmt: skip


@dataclass(frozen=True)
class Breach:
    """Something that a route may not do.

    Parameters
    ----------
    kind
        What.
    route
        Number of the route from 0; -1 where it concerns none.
    call
        Number of the call from 0; -1 where it concerns the whole route.
    detail
        Figures, in English, for whoever looks for the cause.
    """

    kind: Kind
    route: int
    call: int
    detail: str


def check(problem: Problem, plan: BusPlan) -> list[Breach]:
    """Return everything that is wrong with a plan; an empty list for a sound one."""
    groups = {group.name: group for group in problem.groups}
    schools = {school.name: school for school in problem.schools}
    breaches = []
    taken: Counter[str] = Counter()
    for number, route in enumerate(plan.routes):
        taken.update(name for call in route.calls for name in call.on)
        inspector = _Inspector(problem, groups, schools, route, number)
        breaches += list(inspector.walk())
    for name in groups:
        if taken[name] == 0:
            breaches.append(Breach("not_carried", -1, -1, name))
        elif taken[name] > 1:
            breaches.append(Breach("carried_twice", -1, -1, f"{name}: {taken[name]} times"))
    for name in taken.keys() - groups.keys():
        breaches.append(Breach("unknown_group", -1, -1, name))
    return breaches


def check_changes(
    problem: Problem, plan: BusPlan, trunk: Mapping[str, str], change: tuple[float, float]
) -> list[Breach]:
    """Return changes of bus that are too short, or in which somebody waits too long.

    Parameters
    ----------
    problem, plan
        As for :func:`check`.
    trunk
        The second leg (in the afternoon the first) of each group that changes.
    change
        Shortest and longest time between getting off one bus and the call of the next: in the
        morning until getting on begins, in the afternoon until the bus leaves.
    """
    on = {name: call for route in plan.routes for call in route.calls for name in call.on}
    off = {name: call for route in plan.routes for call in route.calls for name in call.off}
    breaches = []
    for group, leg in trunk.items():
        if problem.direction == "morning":
            wait = on[leg].arrive - off[group].leave
        else:
            wait = on[group].leave - off[leg].leave
        if wait < change[0] - TOLERANCE:
            breaches.append(Breach("change_too_short", -1, -1, f"{group}: {wait:.1f} s"))
        elif wait > change[1] + TOLERANCE:
            breaches.append(Breach("change_too_long", -1, -1, f"{group}: {wait:.1f} s"))
    return breaches


class _Inspector:
    """Rides along one route with a watch and a list of who is on board."""

    def __init__(
        self, problem: Problem, groups: dict[str, Group], schools: dict[str, School],
        route: Route, number: int,
    ) -> None:  # fmt: skip
        self.problem, self.groups, self.schools = problem, groups, schools
        self.route, self.number = route, number
        self.morning = problem.direction == "morning"
        self.aboard: dict[str, float] = {}  # group to when its bus left with it
        self.peak = 0

    def walk(self) -> Iterator[Breach]:
        for k, call in enumerate(self.route.calls):
            if k > 0:
                yield from self._driven(k, self.route.calls[k - 1], call)
            yield from self._served(k, call)
            yield from self._got_off(k, call)
            yield from self._got_on(k, call)
        for name in self.aboard:
            yield self._breach("left_on_board", -1, name)
        yield from self._whole()

    def _breach(self, kind: Kind, call: int, detail: str) -> Breach:
        return Breach(kind, self.number, call, detail)

    def _driven(self, k: int, before: Call, call: Call) -> Iterator[Breach]:
        needed = float(self.problem.seconds[before.place, call.place])
        taken = call.arrive - before.leave
        if not taken >= needed - TOLERANCE:
            yield self._breach("too_fast", k, f"{taken:.1f} s of {needed:.1f} s")

    def _served(self, k: int, call: Call) -> Iterator[Breach]:
        """Windows and length of a call."""
        moving = [self.groups[name] for name in (*call.on, *call.off) if name in self.groups]
        if not moving:
            yield self._breach("empty_call", k, call.school)
        if call.school:
            school = self.schools.get(call.school)
            if school is None or school.place != call.place:
                yield self._breach("wrong_place", k, call.school)
                return
            needed = school.call_seconds + school.pupil_seconds * sum(g.pupils for g in moving)
            at = call.arrive if self.morning else call.leave
            inside = school.opens - TOLERANCE <= at <= school.closes + TOLERANCE
        else:
            needed = sum(group.service for group in moving)
            at = call.arrive if self.morning else call.leave
            inside = all(g.earliest - TOLERANCE <= at <= g.latest + TOLERANCE for g in moving)
        if not inside:
            yield self._breach("outside_window", k, f"{call.school} at {at:.1f} s")
        if not call.leave - call.arrive >= needed - TOLERANCE:
            yield self._breach("short_call", k, f"{call.leave - call.arrive:.1f} of {needed:.1f} s")

    def _got_off(self, k: int, call: Call) -> Iterator[Breach]:
        for name in call.off:
            group = self.groups.get(name)
            if group is None:
                continue
            if name not in self.aboard:
                yield self._breach("not_on_board", k, name)
                continue
            ride = call.arrive - self.aboard.pop(name)
            if ride > group.longest_ride + TOLERANCE:
                yield self._breach("ride_too_long", k, f"{name}: {ride:.1f} s")
            right = call.school == group.school if self.morning else not call.school
            if not right or (not self.morning and call.place != group.place):
                yield self._breach("wrong_place", k, name)

    def _got_on(self, k: int, call: Call) -> Iterator[Breach]:
        for name in call.on:
            group = self.groups.get(name)
            if group is None:
                continue
            right = not call.school if self.morning else call.school == group.school
            if not right or (self.morning and call.place != group.place):
                yield self._breach("wrong_place", k, name)
            self.aboard[name] = call.leave
        load = sum(self.groups[name].pupils for name in self.aboard)
        self.peak = max(self.peak, load)
        if load > self.route.vehicle.seats:
            yield self._breach("too_full", k, f"{load} on {self.route.vehicle.seats} seats")
        schools = {self.groups[name].school for name in self.aboard}
        if len(schools) > 1 and not self.problem.mixed:
            yield self._breach("mixed_load", k, ", ".join(sorted(schools)))

    def _whole(self) -> Iterator[Breach]:
        """Length, hours and cost of the whole shift."""
        route, calls, problem = self.route, self.route.calls, self.problem
        if route.vehicle not in problem.vehicles:
            yield self._breach("wrong_vehicle", -1, route.vehicle.name)
        places = [call.place for call in calls]
        seconds = calls[-1].leave - calls[0].arrive
        if not problem.waiting_paid:
            seconds = math.fsum(call.leave - call.arrive for call in calls)
            seconds += math.fsum(float(problem.seconds[a, b]) for a, b in pairwise(places))
        if route.depot:
            depots = [depot.place for depot in problem.depots if depot.name == route.depot]
            if not depots:
                yield self._breach("wrong_depot", -1, route.depot)
                return
            seconds += float(problem.seconds[depots[0], places[0]])
            seconds += float(problem.seconds[places[-1], depots[0]])
            places = [depots[0], *places, depots[0]]
        elif problem.depots:
            yield self._breach("wrong_depot", -1, "none")
        legs = list(pairwise(places))
        km = math.fsum(float(problem.km[a, b]) for a, b in legs)
        if abs(km - route.km) > TOLERANCE or abs(seconds / 3600.0 - route.hours) > TOLERANCE:
            yield self._breach("wrong_length", -1, f"{km:.3f} km, {seconds:.1f} s")
        vehicle = route.vehicle
        eur = vehicle.shift_eur + vehicle.km_eur * km + vehicle.hour_eur * seconds / 3600.0
        if abs(eur - route.eur) > max(TOLERANCE, 1e-6 * eur):
            yield self._breach("wrong_cost", -1, f"{eur:.4f} EUR")
