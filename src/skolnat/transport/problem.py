"""What buses are planned from: groups of pupils, schools with bells, vehicles, travel times.

Times are seconds after midnight, lengths of time seconds, distances kilometres. Travel times and
distances come as plain tables between *places* (rows of the tables), so that a road graph, a
settlement graph and a benchmark serve alike. Every group is carried once in the morning, from its
stop to its school, or once in the afternoon, from its school to its stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from skolnat.common.faults import Fault, raise_if_any

FloatArray = npt.NDArray[np.float64]
Direction = Literal["morning", "afternoon"]

DAY_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Group:
    """Pupils of one school who get on (or off) together at one stop.

    Parameters
    ----------
    name
        Identifier, unlike that of any other group.
    place
        Row of the stop in the tables.
    school
        Name of the school, as in :class:`School`.
    pupils
        How many, at least 1 and no more than the largest vehicle seats: a group is not divided.
    longest_ride
        Seconds on the bus at most: from leaving the stop to arriving at the school, or from
        leaving the school to arriving at the stop.
    service
        Seconds that getting on (off) takes at the stop.
    earliest, latest
        Bounds on the start of getting on (morning), or on the end of getting off (afternoon).
    """

    name: str
    place: int
    school: str
    pupils: int
    longest_ride: float
    service: float
    earliest: float = -np.inf
    latest: float = np.inf


@dataclass(frozen=True)
class School:
    """A school as buses see it.

    Parameters
    ----------
    name
        Identifier.
    place
        Row in the tables.
    opens, closes
        A bus may arrive (morning) or leave (afternoon) from ``opens`` to ``closes``.
    call_seconds
        Length of a call, whoever gets off or on.
    pupil_seconds
        And for each pupil who gets off or on.
    """

    name: str
    place: int
    opens: float
    closes: float
    call_seconds: float
    pupil_seconds: float


@dataclass(frozen=True)
class VehicleType:
    """A kind of vehicle, of which there are as many as are needed.

    Parameters
    ----------
    name
        Identifier.
    seats
        Pupils it carries at once.
    shift_eur
        Euros for having it out in a morning, or in an afternoon.
    km_eur, hour_eur
        Euros a kilometre, and an hour, see :class:`Problem`; with empty running.
    """

    name: str
    seats: int
    shift_eur: float
    km_eur: float
    hour_eur: float


@dataclass(frozen=True)
class Depot:
    """Where vehicles stand; a route begins and ends at the depot that makes it shortest."""

    name: str
    place: int


@dataclass(frozen=True, eq=False)
class Problem:
    """One morning or afternoon to be planned.

    Parameters
    ----------
    groups, schools, vehicles, depots
        At least one vehicle type. Without depots a route begins at its first call.
    seconds, km
        Travel between places, shape (P, P); infinite where there is no way. No detour may be
        shorter than the way straight on.
    direction
        ``"morning"`` or ``"afternoon"``.
    mixed
        Whether pupils of different schools may sit on a bus at the same time.
    waiting_paid
        Whether the hours of a route are all from its first call to its last; else driving and
        halts alone.

    Raises
    ------
    InvalidInput
        With every fault.
    """

    groups: tuple[Group, ...]
    schools: tuple[School, ...]
    vehicles: tuple[VehicleType, ...]
    seconds: FloatArray
    km: FloatArray
    depots: tuple[Depot, ...] = ()
    direction: Direction = "morning"
    mixed: bool = True
    waiting_paid: bool = True

    def __post_init__(self) -> None:
        raise_if_any(_faults(self))

    @cached_property
    def school_index(self) -> dict[str, int]:
        """Position of each school by its name."""
        return {school.name: s for s, school in enumerate(self.schools)}

    @property
    def most_seats(self) -> int:
        """Seats of the largest vehicle."""
        return max(vehicle.seats for vehicle in self.vehicles)


def _faults(problem: Problem) -> list[Fault]:
    faults = [*vehicle_faults(problem.vehicles), *_school_faults(problem)]
    if faults:
        return faults
    return [*_group_faults(problem), *_table_faults(problem)]


def vehicle_faults(vehicles: tuple[VehicleType, ...], file: str = "") -> list[Fault]:
    """Return what is wrong with vehicles: no seats, a cost below zero, none at all."""
    faults = []
    if not vehicles:
        faults.append(Fault("transport.no_vehicle", file=file))
    for row, vehicle in enumerate(vehicles, start=2):
        at = row if file else None
        if vehicle.seats < 1:
            told: dict[str, str | int | float] = {"vehicle": vehicle.name, "seats": vehicle.seats}
            faults.append(Fault("transport.no_seats", file, at, "seats", told))
        for column in ("shift_eur", "km_eur", "hour_eur"):
            cost = getattr(vehicle, column)
            if not 0.0 <= cost < np.inf:
                named = {"vehicle": vehicle.name, "value": str(cost)}
                faults.append(Fault("transport.negative_cost", file, at, column, named))
    return faults


def clock(seconds: float) -> str:
    """Return a time of day as it is written, ``08:05``; seconds are cut off."""
    minutes = int(seconds // 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _school_faults(problem: Problem) -> list[Fault]:
    faults = []
    for school in problem.schools:
        named: dict[str, str | int | float] = {"school": school.name}
        if not (np.isfinite(school.opens) and np.isfinite(school.closes)):
            faults.append(Fault("transport.no_bell", values=named))
            continue
        named["opens"], named["closes"] = clock(school.opens), clock(school.closes)
        if school.opens > school.closes:
            faults.append(Fault("transport.bell_reversed", values=named))
        elif not (school.opens >= 0.0 and school.closes <= DAY_SECONDS):
            faults.append(Fault("transport.not_in_a_day", values=named))
    return faults


def _group_faults(problem: Problem) -> list[Fault]:
    faults = []
    seen: set[str] = set()
    for group in problem.groups:
        named: dict[str, str | int | float] = {"group": group.name, "school": group.school}
        if group.name in seen:
            faults.append(Fault("transport.group_twice", values=named))
        seen.add(group.name)
        if group.school not in problem.school_index:
            faults.append(Fault("transport.unknown_school", values=named))
            continue
        sized = {**named, "pupils": group.pupils, "seats": problem.most_seats}
        if group.pupils < 1:
            faults.append(Fault("transport.empty_group", values=sized))
        elif group.pupils > problem.most_seats:
            faults.append(Fault("transport.group_too_large", values=sized))
    return faults


def _table_faults(problem: Problem) -> list[Fault]:
    places = [group.place for group in problem.groups]
    places += [school.place for school in problem.schools]
    places += [depot.place for depot in problem.depots]
    least = max(places, default=-1) + 1
    shapes = (problem.seconds.shape, problem.km.shape)
    square = all(len(shape) == 2 and shape[0] == shape[1] >= least for shape in shapes)
    if not square or shapes[0] != shapes[1]:
        return [Fault("transport.tables_do_not_fit", values={"places": least})]
    if np.isnan(problem.seconds).any() or (problem.seconds < 0).any():
        return [Fault("transport.bad_time")]
    faults = []
    for group in problem.groups:
        if group.school not in problem.school_index:
            continue
        school = problem.schools[problem.school_index[group.school]]
        drive = direct_seconds(problem, group, school)
        named: dict[str, str | int | float] = {"group": group.name, "school": group.school}
        if not np.isfinite(drive):
            faults.append(Fault("transport.unreachable", values=named))
        elif drive > group.longest_ride + 1e-6:
            named |= {"minutes": round(drive / 60), "limit": round(group.longest_ride / 60)}
            faults.append(Fault("transport.ride_too_long", values=named))
    return faults


def direct_seconds(problem: Problem, group: Group, school: School) -> float:
    """Return the seconds from stop to school (afternoon: from school to stop) without a stop."""
    ends = (group.place, school.place)
    origin, target = ends if problem.direction == "morning" else ends[::-1]
    return float(problem.seconds[origin, target])
