"""Small problems for the tests of buses: a line of places one minute apart, and random ones."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from skolnat.transport.problem import Depot, Direction, Group, Problem, School, VehicleType
from skolnat.transport.timetable import BusPlan, Call, Route

MINUTE = 60.0
EIGHT = 8 * 3600.0
BUS = VehicleType("bus", 10, 100.0, 1.0, 36.0)
TAXI = VehicleType("taxi", 4, 40.0, 0.8, 36.0)


def line(length: int) -> tuple[np.ndarray, np.ndarray]:
    """Seconds and kilometres between places on a line, one minute and one kilometre apart."""
    at = np.arange(length, dtype=np.float64)
    gaps = np.abs(at[:, None] - at[None, :])
    return gaps * MINUTE, gaps


def group(name: str, place: int, school: str = "A", pupils: int = 3, ride: float = 10) -> Group:
    return Group(name, place, school, pupils, ride * MINUTE, 30.0)


def school(name: str, place: int, opens: float = EIGHT, minutes: float = 10) -> School:
    return School(name, place, opens, opens + minutes * MINUTE, 20.0, 2.0)


def problem(
    groups: list[Group],
    schools: list[School],
    *,
    places: int = 10,
    vehicles: tuple[VehicleType, ...] = (BUS,),
    depots: tuple[Depot, ...] = (),
    direction: Direction = "morning",
    mixed: bool = True,
) -> Problem:
    seconds, km = line(places)
    return Problem(tuple(groups), tuple(schools), vehicles, seconds, km, depots, direction, mixed)


@st.composite
def problems(draw: st.DrawFn, most: int = 4) -> Problem:
    """Random problems on a grid: one to three schools, mixed loads or not, either direction."""
    size = draw(st.integers(1, most))
    schools = draw(st.integers(1, min(3, size)))
    points = draw(
        st.lists(
            st.tuples(st.integers(0, 12), st.integers(0, 12)),
            min_size=size + schools + 1,
            max_size=size + schools + 1,
        )
    )
    xy = np.array(points, dtype=np.float64)
    km = np.abs(xy[:, None, :] - xy[None, :, :]).sum(axis=2)
    direction = draw(st.sampled_from(["morning", "afternoon"]))
    hours = [EIGHT + 15 * MINUTE * draw(st.integers(0, 3)) for _ in range(schools)]
    wide = [draw(st.sampled_from([2, 10, 25])) for _ in range(schools)]
    ride = draw(st.sampled_from([26, 40]))
    groups = [
        group(f"g{i}", i, f"S{draw(st.integers(0, schools - 1))}", draw(st.integers(1, 6)), ride)
        for i in range(size)
    ]
    return Problem(
        tuple(groups),
        tuple(school(f"S{s}", size + s, hours[s], wide[s]) for s in range(schools)),
        (TAXI, BUS),
        km * MINUTE,
        km,
        (Depot("yard", size + schools),) if draw(st.booleans()) else (),
        direction,
        draw(st.booleans()),
    )


def plan_of(*calls: Call, km: float, hours: float, vehicle: VehicleType = BUS) -> BusPlan:
    """A plan of one route without a depot, priced as it should be."""
    eur = vehicle.shift_eur + vehicle.km_eur * km + vehicle.hour_eur * hours
    return BusPlan((Route(vehicle, "", tuple(calls), km, hours, eur),))
