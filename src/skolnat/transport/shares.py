"""Who pays for a shared route: its cost split among the municipalities of those who ride.

By pupil-kilometres: pupils times the kilometres they ride along the route, detours included; or
by pupils, as the rule ``buses.share_by_pupil_km`` says. The shares of a route sum to its cost.
"""

from __future__ import annotations

from collections.abc import Mapping

from skolnat.transport.problem import Problem
from skolnat.transport.timetable import Route

Homes = Mapping[str, tuple[tuple[str, int], ...]]
"""Pupils of each group by municipality."""


def pupil_km(problem: Problem, route: Route, homes: Homes) -> dict[str, float]:
    """Return pupil-kilometres on a route by municipality."""
    at = 0.0
    along: dict[str, float] = {}
    sums: dict[str, float] = {}
    for k, call in enumerate(route.calls):
        if k > 0:
            at += float(problem.km[route.calls[k - 1].place, call.place])
        for name in call.off:
            for home, pupils in homes[name]:
                sums[home] = sums.get(home, 0.0) + pupils * (at - along[name])
        along |= dict.fromkeys(call.on, at)
    return sums


def pupils_of(route: Route, homes: Homes) -> dict[str, float]:
    """Return pupils on a route by municipality."""
    sums: dict[str, float] = {}
    for call in route.calls:
        for name in call.on:
            for home, pupils in homes[name]:
                sums[home] = sums.get(home, 0.0) + pupils
    return sums


def shares(problem: Problem, route: Route, homes: Homes, *, by_pupil_km: bool) -> dict[str, float]:
    """Return what each municipality pays of a route, euros; the sum is the route's cost.

    Where nobody rides any way at all, it is split by pupils.
    """
    key = pupil_km(problem, route, homes) if by_pupil_km else {}
    if sum(key.values()) <= 0.0:
        key = pupils_of(route, homes)
    total = sum(key.values())
    return {home: route.eur * part / total for home, part in sorted(key.items())}
