"""From the order of calls to a timetable: who gets on where and when, in which vehicle.

The search settles that a route can be driven. Here its times are chosen: pupils get on as late as
all windows and rides allow (in the afternoon they get off as early), so that their day is as short
as can be; then every school is reached as early as that leaves (left as late), so that what waiting
is left is spent at school or at home, not on the bus, and the shift is no longer than it has to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from skolnat.transport.layout import FloatArray, Layout
from skolnat.transport.problem import Problem, VehicleType


@dataclass(frozen=True)
class Call:
    """One stop of a bus.

    Parameters
    ----------
    place
        Row in the tables of travel.
    school
        Name of the school; "" at a stop.
    on, off
        Names of the groups that get on and off.
    arrive, leave
        Seconds after midnight: when getting on and off begins, and when the bus drives on.
    """

    place: int
    school: str
    on: tuple[str, ...]
    off: tuple[str, ...]
    arrive: float
    leave: float


@dataclass(frozen=True)
class Route:
    """What one vehicle drives in a morning or an afternoon.

    Parameters
    ----------
    vehicle
        Its type.
    depot
        Name of the depot it comes from and returns to; "" where none is known.
    calls
        In order.
    km, hours
        Driven, and from the first call to the end of the last (without waiting where that is not
        paid); with empty running.
    eur
        Cost of the shift.
    """

    vehicle: VehicleType
    depot: str
    calls: tuple[Call, ...]
    km: float
    hours: float
    eur: float


@dataclass(frozen=True)
class BusPlan:
    """All routes of a morning or an afternoon."""

    routes: tuple[Route, ...]

    @property
    def buses(self) -> int:
        """Number of vehicles."""
        return len(self.routes)

    @property
    def eur(self) -> float:
        """Cost, euros."""
        return sum(route.eur for route in self.routes)


def timetable(problem: Problem, layout: Layout, nodes: Sequence[int]) -> Route:
    """Return a route that can be driven, with its times.

    Parameters
    ----------
    problem, layout
        The problem, and the same laid out.
    nodes
        Groups and schools of the layout, in the order of a morning.
    """
    serve, off = _service(layout, nodes)
    start = _sooner_at_schools(layout, nodes, serve, _latest(layout, nodes, serve))
    end = start + serve
    names = [group.name for group in problem.groups]
    calls = []
    for k, v in enumerate(nodes):
        pupil = v < len(names)
        groups = (names[v],) if pupil else tuple(names[i] for i in off[k])
        node = problem.groups[v] if pupil else problem.schools[v - len(names)]
        school = "" if pupil else node.name
        if problem.direction == "morning":
            on, gone = (groups, ()) if pupil else ((), groups)
            calls.append(Call(node.place, school, on, gone, float(start[k]), float(end[k])))
        else:
            on, gone = ((), groups) if pupil else (groups, ())
            calls.append(Call(node.place, school, on, gone, -float(end[k]), -float(start[k])))
    if problem.direction == "afternoon":
        calls.reverse()
    return _priced(problem, layout, nodes, tuple(calls))


def _service(layout: Layout, nodes: Sequence[int]) -> tuple[FloatArray, dict[int, list[int]]]:
    """Seconds of service at each node, and which groups get off at each call."""
    n = layout.pupils.size
    aboard: dict[int, list[int]] = {}
    serve, off = np.zeros(len(nodes)), {}
    for k, v in enumerate(nodes):
        if v < n:
            aboard.setdefault(int(layout.school[v]), []).append(v)
            serve[k] = layout.board[v]
        else:
            off[k] = aboard.pop(v - n)
            pupils = sum(int(layout.pupils[i]) for i in off[k])
            serve[k] = layout.call[v - n] + layout.alight[v - n] * pupils
    return serve, off


def _latest(layout: Layout, nodes: Sequence[int], serve: FloatArray) -> FloatArray:
    """Latest start of service at each node that keeps every window and every longest ride.

    The greatest solution of differences along a chain: backward for the windows, forward for
    the rides (compare :mod:`skolnat.transport.schedule`, which finds the least).
    """
    n, size = layout.pupils.size, len(nodes)
    drive = np.array([layout.travel[a, b] for a, b in pairwise(nodes)])
    start = np.zeros(size)
    start[-1] = layout.closes[nodes[-1]]
    for k in range(size - 2, -1, -1):
        start[k] = min(layout.closes[nodes[k]], start[k + 1] - drive[k] - serve[k])
    for j, v in enumerate(nodes):
        if v < n:
            continue
        previous = max((k for k in range(j) if nodes[k] == v), default=-1)
        for k in range(previous + 1, j):
            if nodes[k] < n and layout.school[nodes[k]] == v - n:
                start[j] = min(start[j], start[k] + serve[k] + layout.ride[nodes[k]])
        for k in range(j - 1, -1, -1):
            start[k] = min(start[k], start[k + 1] - drive[k] - serve[k])
    return start


def _sooner_at_schools(
    layout: Layout, nodes: Sequence[int], serve: FloatArray, latest: FloatArray
) -> FloatArray:
    """Move the calls at schools forward as far as the calls before them allow."""
    start = latest.copy()
    for k in range(1, len(nodes)):
        if nodes[k] >= layout.pupils.size:
            come = start[k - 1] + serve[k - 1] + float(layout.travel[nodes[k - 1], nodes[k]])
            start[k] = max(layout.opens[nodes[k]], come)
    return start


def _priced(
    problem: Problem, layout: Layout, nodes: Sequence[int], calls: tuple[Call, ...]
) -> Route:
    pairs = list(pairwise(nodes))
    first, last = nodes[0], nodes[-1]
    km = sum(float(layout.km[a, b]) for a, b in pairs) + float(layout.home_km[first, last])
    seconds = calls[-1].leave - calls[0].arrive
    if not problem.waiting_paid:
        seconds = sum(call.leave - call.arrive for call in calls)
        seconds += sum(float(layout.travel[a, b]) for a, b in pairs)
    hours = (seconds + float(layout.home[first, last])) / 3600.0
    load = peak = 0
    pupils = {group.name: group.pupils for group in problem.groups}
    for call in calls:
        load += sum(pupils[name] for name in call.on) - sum(pupils[name] for name in call.off)
        peak = max(peak, load)
    fitting = [vehicle for vehicle in problem.vehicles if vehicle.seats >= peak]

    def cost(vehicle: VehicleType) -> float:
        return vehicle.shift_eur + vehicle.km_eur * km + vehicle.hour_eur * hours

    vehicle = min(fitting, key=lambda one: (cost(one), one.seats, one.name))
    return Route(vehicle, _depot(problem, calls), calls, km, hours, cost(vehicle))


def _depot(problem: Problem, calls: tuple[Call, ...]) -> str:
    """Name of the depot that makes the empty running shortest."""
    if not problem.depots:
        return ""
    best = min(
        problem.depots,
        key=lambda depot: (
            problem.seconds[depot.place, calls[0].place]
            + problem.seconds[calls[-1].place, depot.place]
        ),
    )
    return best.name
