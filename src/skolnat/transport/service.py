"""The buses of a school day: mornings and afternoons for everybody who is entitled to a ride.

Takes pupils by square and unit, sites, settings and a way to measure travel; places stops, plans
both directions, tries a change at a hub school where one is named and keeps what is cheaper, and
has every plan checked. Nobody is left out silently: who cannot be reached, or rides longer than
is allowed even straight to school, is listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from skolnat.common.faults import InvalidInput
from skolnat.transport.checker import check, check_changes
from skolnat.transport.hub import Changed, with_hub
from skolnat.transport.problem import Depot, Direction, FloatArray, Group, Problem, School
from skolnat.transport.settings import Settings
from skolnat.transport.solve import Effort, plan_buses
from skolnat.transport.stops import Party, Stops, stops_of
from skolnat.transport.timetable import BusPlan
from skolnat.transport.travel import Travel

DIRECTIONS: Final[tuple[Direction, Direction]] = ("morning", "afternoon")


@dataclass(frozen=True, eq=False)
class Network:
    """Everything that buses of a day have to do with, apart from the buses.

    Parameters
    ----------
    riders
        Entitled pupils, see :func:`skolnat.transport.stops.stops_of`.
    units
        ``unit, school, stage, x, y, municipality``: where they go.
    depots
        ``depot, x, y``: where vehicles stand; may be empty.
    """

    riders: pd.DataFrame
    units: pd.DataFrame
    depots: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Shift:
    """All buses of a morning or an afternoon.

    Parameters
    ----------
    problem, plan
        What was to be done, and what was planned; the plan is sound.
    trunk
        Trunk leg of each group that changes at the hub.
    homes
        Pupils of each group by municipality where they live.
    stranded
        Parties that no road reaches: no bus carries them.
    stretched
        Parties whose way is longer than the longest ride even without a stop; they are carried
        straight.
    boarding
        Parties whose day exceeds § 32 even by the straightest ride: they board (§ 33), and no bus
        carries them daily.
    straight_eur
        What the shift costs without changes at the hub; the same as the plan's without a hub.
    """

    problem: Problem
    plan: BusPlan
    trunk: Mapping[str, str]
    homes: Mapping[str, tuple[tuple[str, int], ...]]
    stranded: tuple[Party, ...]
    stretched: tuple[Party, ...]
    straight_eur: float
    boarding: tuple[Party, ...] = ()


@dataclass(frozen=True, eq=False)
class Service:
    """The buses of a school day."""

    network: Network
    settings: Settings
    stops: Stops
    hub: str
    shifts: Mapping[Direction, Shift]


class UnsoundPlanError(Exception):
    """The checker found a breach in a plan: a fault of this program, never of the input."""


def plan_service(
    network: Network,
    settings: Settings,
    travel: Travel,
    *,
    mixed: bool = True,
    hub: str = "",
    effort: Effort | None = None,
    seed: int = 1,
    walk: Travel | None = None,
) -> Service:
    """Plan the buses of a school day.

    Parameters
    ----------
    network
        Pupils, units and depots.
    settings
        Vehicles, halts, bells, limits.
    travel
        Measures travel between places.
    mixed
        Whether pupils of different units may ride together.
    hub
        Id of a school at which pupils may change buses; "" for none.
    effort, seed
        Of the search.
    walk
        Measures the walk to a stop; as a bus drives where it is not told.

    Raises
    ------
    InvalidInput
        When a party cannot be carried at all within the hours of its school.
    UnsoundPlanError
        When the checker refuses a plan.
    """
    seats = max(vehicle.seats for vehicle in settings.vehicles)
    squares = network.riders.drop_duplicates("cell")[["x", "y"]].to_numpy(np.float64)
    stops = stops_of(network.riders, (walk or travel)(squares)[1], settings.walk_km, seats)
    places = [stops.table, network.units, network.depots]
    points = np.vstack([table[["x", "y"]].to_numpy(np.float64) for table in places])
    seconds, km = travel(points)
    boarding = _boarding(network, settings, stops, seconds)
    shifts = {}
    for direction in DIRECTIONS:
        shifts[direction] = _shift(
            network, settings, stops, boarding, seconds, km, direction, mixed, hub, effort, seed
        )
    return Service(network, settings, stops, hub, shifts)


def _boarding(
    network: Network, settings: Settings, stops: Stops, seconds: FloatArray
) -> tuple[Party, ...]:
    """Parties of whom everybody's day is longer than the law allows, however straight they ride."""
    place = {unit: len(stops.table) + k for k, unit in enumerate(network.units["unit"])}
    stage = dict(zip(network.units["unit"], network.units["stage"], strict=True))
    walks = stops.walks.groupby("stop")["walk_km"].max()
    names = stops.table["stop"].tolist()
    found = []
    for party in stops.parties:
        there, back = (party.stop, place[party.unit]), (place[party.unit], party.stop)
        rides = float(seconds[there] + seconds[back])
        if not np.isfinite(rides):
            continue
        walk = float(walks[names[party.stop]]) / settings.walk_km_h * 3600.0
        waits = settings.wait + settings.arrive[1] + settings.leave[0]
        if (rides + 2.0 * walk + waits) / 60.0 > settings.daily_minutes[stage[party.unit]]:
            found.append(party)
    return tuple(found)


def _shift(
    network: Network, settings: Settings, stops: Stops, boarding: tuple[Party, ...],
    seconds: FloatArray, km: FloatArray, direction: Direction, mixed: bool, hub: str,
    effort: Effort | None, seed: int,
) -> Shift:  # fmt: skip
    first = len(stops.table)
    place = {unit: first + k for k, unit in enumerate(network.units["unit"])}
    schools = _schools(network.units, place, settings, direction)
    depots = tuple(
        Depot(str(name), first + len(place) + k) for k, name in enumerate(network.depots["depot"])
    )
    groups: list[Group] = []
    stranded, stretched = [], []
    away = {party.name for party in boarding}
    for party in stops.parties:
        if party.name in away:
            continue
        pair = (party.stop, place[party.unit])
        drive = float(seconds[pair if direction == "morning" else pair[::-1]])
        if not np.isfinite(drive):
            stranded.append(party)
            continue
        if drive > settings.longest_ride:
            stretched.append(party)
        halt = settings.stop + settings.stop_pupil * party.pupils
        longest = max(settings.longest_ride, drive + 1.0)
        groups.append(Group(party.name, party.stop, party.unit, party.pupils, longest, halt))
    problem = Problem(
        tuple(groups),
        schools,
        settings.vehicles,
        seconds,
        km,
        depots,
        direction,
        mixed,
        settings.waiting_paid,
    )
    plan = _sound(problem, effort, seed)
    homes = {party.name: party.homes for party in stops.parties}
    shift = Shift(problem, plan, {}, homes, tuple(stranded), tuple(stretched), plan.eur, boarding)
    sites = network.units.loc[network.units["school"] == hub, "unit"].tolist()
    return _changing(shift, place[sites[0]], hub, settings, effort, seed) if sites else shift


def _schools(
    units: pd.DataFrame, place: Mapping[str, int], settings: Settings, direction: Direction
) -> tuple[School, ...]:
    schools = []
    for unit, school, stage in units[["unit", "school", "stage"]].itertuples(index=False):
        bells = settings.bells_of(school, stage)
        if direction == "morning":
            opens, closes = (bells.begins - early for early in settings.arrive)
        else:
            opens, closes = (bells.ends + late for late in settings.leave)
        schools.append(
            School(unit, place[unit], opens, closes, settings.school, settings.school_pupil)
        )
    return tuple(schools)


def _changing(
    shift: Shift, place: int, hub: str, settings: Settings, effort: Effort | None, seed: int
) -> Shift:
    """Plan with changes at a hub as well; keep what is cheaper."""
    changed: Changed = with_hub(shift.problem, place, hub, settings.change)
    if not changed.trunk:
        return shift
    try:
        plan = _sound(changed.problem, effort, seed)
    except InvalidInput:  # no trunk fits between the hours of hub and school
        return shift
    missed = check_changes(changed.problem, plan, changed.trunk, settings.change)
    if missed:
        raise UnsoundPlanError(str(missed[:5]))
    if plan.eur >= shift.plan.eur:
        return shift
    homes = dict(shift.homes)
    for leg in dict.fromkeys(changed.trunk.values()):
        riders = [shift.homes[group] for group, its in changed.trunk.items() if its == leg]
        homes[leg] = _together(riders)
    return replace(shift, problem=changed.problem, plan=plan, trunk=changed.trunk, homes=homes)


def _together(parts: list[tuple[tuple[str, int], ...]]) -> tuple[tuple[str, int], ...]:
    sums: dict[str, int] = {}
    for part in parts:
        for home, pupils in part:
            sums[home] = sums.get(home, 0) + pupils
    return tuple(sorted(sums.items()))


def _sound(problem: Problem, effort: Effort | None, seed: int) -> BusPlan:
    plan = plan_buses(problem, effort=effort, seed=seed)
    breaches = check(problem, plan)
    if breaches:
        raise UnsoundPlanError(str(breaches[:5]))
    return plan
