"""PyVRP on what it can express of an instance: single loads, school by school.

A school by itself, its bell fixed at the earliest hour, is a vehicle routing problem with a limit
on the length of routes: buses begin at their first stop and end at the school. Both searches get
the same problems and, school by school, the same seconds of one core; the checker goes through
both plans.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from skolnat.transport.checker import check
from skolnat.transport.lay import lay_out
from skolnat.transport.problem import Problem
from skolnat.transport.solve import Effort, plan_buses
from skolnat.transport.timetable import BusPlan, timetable

PARTS = 10
"""PyVRP counts in whole numbers: tenths of a second, always rounded up."""

FIXED = 100_000
"""Cost of a bus, nearly three hours of driving: few buses come first."""

LAST_PART = 0.3
"""Share of the time that our own search keeps for shortening the routes of the fewest buses."""


@dataclass(frozen=True)
class Side:
    """What one search has found for all schools of an instance."""

    buses: int
    hours: float
    seconds: float
    faults: int


def single_loads(problem: Problem) -> list[Problem]:
    """Return a problem of its own for each school, every bus there at the earliest hour."""
    found = []
    for school in problem.schools:
        groups = tuple(group for group in problem.groups if group.school == school.name)
        if groups:
            fixed = replace(school, closes=school.opens)
            found.append(replace(problem, groups=groups, schools=(fixed,), mixed=False))
    return found


def compared(problem: Problem, seconds: float, seed: int) -> tuple[Side, Side]:
    """Return what our search and PyVRP need for the single loads of an instance.

    Parameters
    ----------
    problem
        The instance.
    seconds
        For each of the two, divided among the schools by their groups.
    seed
        Of both.
    """
    parts = single_loads(problem)
    every = sum(len(part.groups) for part in parts)
    plan_buses(parts[0], effort=Effort(fewest=50, cheapest=50))  # compiles
    sides = []
    for search in (_ours, _by_pyvrp):
        begun = time.monotonic()
        plans = [search(part, seconds * len(part.groups) / every, seed) for part in parts]
        taken = time.monotonic() - begun
        sides.append(
            Side(
                buses=sum(plan.buses for plan in plans),
                hours=sum(plan.eur for plan in plans),
                seconds=taken,
                faults=sum(len(check(*pair)) for pair in zip(parts, plans, strict=True)),
            )
        )
    return sides[0], sides[1]


def _ours(problem: Problem, seconds: float, seed: int) -> BusPlan:
    end = time.monotonic() + seconds
    until = {"fewest": end - LAST_PART * seconds, "cheapest": end}
    return plan_buses(
        problem,
        effort=Effort(fewest=10**9, cheapest=max(100, round(3_000 * LAST_PART * seconds))),
        seed=seed,
        enough=lambda phase, _buses: time.monotonic() >= until[phase],
    )


def _by_pyvrp(problem: Problem, seconds: float, seed: int) -> BusPlan:
    from pyvrp import Model
    from pyvrp.stop import MaxRuntime

    school = problem.schools[0]
    longest = max(group.longest_ride for group in problem.groups)
    model = Model()
    at = [group.place for group in problem.groups]
    yard = model.add_location(0.0, 0.0)
    stops = [model.add_location(0.0, 0.0) for _ in problem.groups]
    depot = model.add_depot(yard)
    for stop, group in zip(stops, problem.groups, strict=True):
        model.add_client(stop, delivery=group.pupils)
    model.add_vehicle_type(
        num_available=len(stops), capacity=problem.most_seats, start_depot=depot, end_depot=depot,
        fixed_cost=FIXED, shift_duration=int(longest * PARTS),
    )  # fmt: skip
    for i, group in enumerate(problem.groups):
        # A route begins at its first stop; what its riders may ride less than others is taken off.
        model.add_edge(yard, stops[i], 0, _parts(longest - group.longest_ride))
        drive = _parts(float(problem.seconds[at[i], school.place]))
        model.add_edge(stops[i], yard, drive, drive)
        for j, other in enumerate(problem.groups):
            if i != j:
                drive = _parts(float(problem.seconds[at[i], at[j]]))
                halt = _parts(other.service)
                model.add_edge(stops[i], stops[j], drive, drive + halt)
    found = model.solve(stop=MaxRuntime(seconds), seed=seed, display=False)
    layout = lay_out(problem)
    routes = []
    for route in found.best.routes():
        visits = [visit.idx for visit in route.schedule() if visit.is_client()]
        routes.append(timetable(problem, layout, [*visits, len(problem.groups)]))
    return BusPlan(tuple(routes))


def _parts(seconds: float) -> int:
    return int(np.ceil(seconds * PARTS - 1e-9))
