"""The buses of a day as tables: routes, their calls, the pupils' days, and who pays.

All but the last hold counts of single stops or squares and are not for publishing;
:mod:`skolnat.transport.public` makes what may be shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from skolnat.access.journeys import share_over_limit
from skolnat.rules.rules import Rules
from skolnat.transport.service import DIRECTIONS, Service, Shift
from skolnat.transport.shares import pupil_km, shares
from skolnat.transport.stops import Party
from skolnat.transport.timetable import Call, Route

Tables = Mapping[str, pd.DataFrame]

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "bus_routes": (
        "route", "direction", "vehicle", "seats", "depot", "begins", "ends", "pupils", "peak",
        "mixed", "km", "hours", "eur", "schools",
    ),
    "route_stops": (
        "route", "direction", "call", "kind", "stop", "unit", "x", "y", "municipality", "arrive",
        "leave", "on", "off", "load",
    ),
    "bus_days": (
        "stop", "unit", "stage", "home", "pupils", "walk_minutes", "morning_minutes",
        "afternoon_minutes", "daily_minutes", "over_limit", "changes", "carried",
    ),
    "bus_squares": (
        "cell", "unit", "stage", "home", "stop", "pupils", "walk_km", "daily_minutes", "over_limit",
        "carried",
    ),
    "bus_costs": (
        "municipality", "pupils", "pupil_km_a_day", "eur_a_day", "eur_a_year",
    ),
}  # fmt: skip
"""Columns of each table; docs/transport.md tells what they are."""


def tables_of(service: Service, rules: Rules, year: int) -> dict[str, pd.DataFrame]:
    """Return all tables of a service by name; times of day in seconds after midnight."""
    rows: dict[str, list[dict[str, Any]]] = {"bus_routes": [], "route_stops": []}
    for direction in DIRECTIONS:
        shift = service.shifts[direction]
        for number, route in enumerate(shift.plan.routes, start=1):
            name = f"{direction[0].upper()}{number:03d}"
            rows["bus_routes"].append(_route_row(shift, route) | {"route": name})
            calls = _call_rows(service, shift, route)
            rows["route_stops"] += [row | {"route": name} for row in calls]
    days = _days(service)
    rows["bus_days"] = list(_day_rows(service, days, rules, year))
    rows["bus_squares"] = list(_square_rows(service, days, rules, year))
    rows["bus_costs"] = _cost_rows(service)
    return {
        name: pd.DataFrame(rows[name], columns=list(columns)) for name, columns in COLUMNS.items()
    }


def _route_row(shift: Shift, route: Route) -> dict[str, Any]:
    problem = shift.problem
    pupils = {group.name: group.pupils for group in problem.groups}
    school = {group.name: group.school for group in problem.groups}
    load = peak = 0
    aboard: set[str] = set()
    mixed = False
    for call in route.calls:
        aboard = (aboard - set(call.off)) | set(call.on)
        load = sum(pupils[name] for name in aboard)
        peak = max(peak, load)
        mixed = mixed or len({school[name] for name in aboard}) > 1
    called = [call.school for call in route.calls if call.school]
    return {
        "direction": problem.direction,
        "vehicle": route.vehicle.name,
        "seats": route.vehicle.seats,
        "depot": route.depot,
        "begins": round(route.calls[0].arrive),
        "ends": round(route.calls[-1].leave),
        "pupils": sum(pupils[name] for call in route.calls for name in call.on),
        "peak": peak,
        "mixed": mixed,
        "km": route.km,
        "hours": route.hours,
        "eur": route.eur,
        "schools": ";".join(dict.fromkeys(called)),
    }


def _call_rows(service: Service, shift: Shift, route: Route) -> Iterator[dict[str, Any]]:
    pupils = {group.name: group.pupils for group in shift.problem.groups}
    load = 0
    for number, calls in enumerate(_merged(route.calls), start=1):
        on = sum(pupils[name] for call in calls for name in call.on)
        off = sum(pupils[name] for call in calls for name in call.off)
        load += on - off
        yield _where(service, calls[0]) | {
            "direction": shift.problem.direction,
            "call": number,
            "arrive": round(calls[0].arrive),
            "leave": round(calls[-1].leave),
            "on": on,
            "off": off,
            "load": load,
        }


def _merged(calls: tuple[Call, ...]) -> list[list[Call]]:
    """Calls one after another at the same stop are one stop to whoever waits there."""
    together: list[list[Call]] = []
    for call in calls:
        before = together[-1][-1] if together else None
        same = before is not None and not (call.school or before.school)
        if before is not None and same and before.place == call.place:
            together[-1].append(call)
        else:
            together.append([call])
    return together


def _where(service: Service, call: Call) -> dict[str, Any]:
    """Tell what stands at a place: a stop, a unit, or a hub where pupils change."""
    stops, units = service.stops.table, service.network.units
    if call.place < len(stops):
        row, kind, stop, unit = stops.iloc[call.place], "stop", "", ""
        stop = str(row["stop"])
    else:
        row = units.iloc[call.place - len(stops)]
        hub = call.school != row["unit"]
        kind, stop, unit = ("hub" if hub else "school"), str(row["school"]), str(row["unit"])
    return {
        "kind": kind,
        "stop": stop,
        "unit": unit,
        "x": float(row["x"]),
        "y": float(row["y"]),
        "municipality": str(row["municipality"]),
    }


def _rides(shift: Shift) -> dict[str, tuple[float, float]]:
    """When each group gets on its bus, and off it: when the bus leaves, and arrives."""
    on: dict[str, float] = {}
    off: dict[str, float] = {}
    for route in shift.plan.routes:
        for call in route.calls:
            on |= dict.fromkeys(call.on, call.leave)
            off |= dict.fromkeys(call.off, call.arrive)
    return {name: (on[name], off[name]) for name in on}


@dataclass(frozen=True)
class _Day:
    """The day of a party from its stop and back, minutes without the walk; NaN: not carried.

    ``boards`` tells whose day is longer than § 32 allows however straight they ride.
    """

    morning: float
    afternoon: float
    boards: bool


def _days(service: Service) -> dict[str, _Day]:
    """Return the day of each party by the timetable."""
    units = service.network.units.set_index("unit")
    options = service.settings
    rides = {direction: _rides(service.shifts[direction]) for direction in DIRECTIONS}
    away = {party.name for party in service.shifts["morning"].boarding}
    days = {}
    for party in service.stops.parties:
        unit = units.loc[party.unit]
        bells = options.bells_of(str(unit["school"]), str(unit["stage"]))
        morning = afternoon = np.nan
        if all(party.name in rides[direction] for direction in DIRECTIONS):
            start, end = rides["morning"][party.name][0], rides["afternoon"][party.name][1]
            morning = (bells.begins - start + options.wait) / 60.0
            afternoon = (end - bells.ends) / 60.0
        days[party.name] = _Day(morning, afternoon, party.name in away)
    return days


def _share_over(day: _Day, walk: float, stage: str, rules: Rules, year: int) -> float:
    """Part of a party over the limit of § 32 with a walk of so many minutes; NaN: no bus goes."""
    if day.boards:
        return 1.0
    half = (day.morning + day.afternoon) / 2.0 + walk
    if np.isnan(half):
        return np.nan
    return float(share_over_limit(np.array([half]), stage, rules, year)[0])


def _day_rows(
    service: Service, days: Mapping[str, _Day], rules: Rules, year: int
) -> Iterator[dict[str, Any]]:
    """One row a party and home: minutes door to door, waits for bus and bell included."""
    stages = service.network.units.set_index("unit")["stage"]
    walks = service.stops.walks.groupby("stop")["walk_km"].max()
    names = service.stops.table["stop"].tolist()
    trunks = {direction: service.shifts[direction].trunk for direction in DIRECTIONS}
    for party in service.stops.parties:
        stage, day = str(stages[party.unit]), days[party.name]
        walk = float(walks[names[party.stop]]) / service.settings.walk_km_h * 60.0
        over = _share_over(day, walk, stage, rules, year)
        for home, pupils in party.homes:
            yield {
                "stop": names[party.stop],
                "unit": party.unit,
                "stage": stage,
                "home": home,
                "pupils": pupils,
                "walk_minutes": walk,
                "morning_minutes": walk + day.morning,
                "afternoon_minutes": walk + day.afternoon,
                "daily_minutes": 2.0 * walk + day.morning + day.afternoon,
                "over_limit": (0.0 if np.isnan(over) else over) * pupils,
                "changes": any(party.name in trunk for trunk in trunks.values()),
                "carried": not np.isnan(day.morning),
            }


def _square_rows(
    service: Service, days: Mapping[str, _Day], rules: Rules, year: int
) -> Iterator[dict[str, Any]]:
    """One row a square, unit and home: its stop, its own walk and its pupils' day, expected ones.

    Where a party is divided among buses, the mean day of its parts. Squares whose few riders round
    to none have no day: no bus calls for them alone.
    """
    stages = service.network.units.set_index("unit")["stage"]
    walks = service.stops.walks
    at = dict(zip(walks["cell"], zip(walks["stop"], walks["walk_km"], strict=True), strict=True))
    names = service.stops.table["stop"].tolist()
    parties: dict[tuple[str, str], list[Party]] = {}
    for party in service.stops.parties:
        parties.setdefault((names[party.stop], party.unit), []).append(party)
    columns = ["cell", "unit", "home", "pupils"]
    for cell, unit, home, pupils in service.network.riders[columns].itertuples(index=False):
        stop, walk_km = at[cell]
        walk, stage = walk_km / service.settings.walk_km_h * 60.0, str(stages[unit])
        daily, over, carried = np.nan, np.nan, False
        found = parties.get((stop, unit), [])
        if found:
            weight = np.array([party.pupils for party in found]) / sum(p.pupils for p in found)
            own = [days[party.name] for party in found]
            daily = float(weight @ [2.0 * walk + day.morning + day.afternoon for day in own])
            late = np.array([_share_over(day, walk, stage, rules, year) for day in own])
            # Whom no road reaches has no journey that is short enough.
            over = float(weight @ np.where(np.isnan(late), 1.0, late))
            carried = not np.isnan(daily)
        yield {
            "cell": cell,
            "unit": unit,
            "stage": stage,
            "home": home,
            "stop": stop,
            "pupils": pupils,
            "walk_km": walk_km,
            "daily_minutes": daily,
            "over_limit": over * pupils,
            "carried": carried,
        }


def _cost_rows(service: Service) -> list[dict[str, Any]]:
    eur: dict[str, float] = {}
    way: dict[str, float] = {}
    for shift in service.shifts.values():
        for route in shift.plan.routes:
            split = shares(
                shift.problem, route, shift.homes, by_pupil_km=service.settings.by_pupil_km
            )
            for home, part in split.items():
                eur[home] = eur.get(home, 0.0) + part
            for home, km in pupil_km(shift.problem, route, shift.homes).items():
                way[home] = way.get(home, 0.0) + km
    pupils: dict[str, int] = {}
    for party in service.stops.parties:
        for home, count in party.homes:
            pupils[home] = pupils.get(home, 0) + count
    return [
        {
            "municipality": home,
            "pupils": pupils[home],
            "pupil_km_a_day": way.get(home, 0.0),
            "eur_a_day": eur.get(home, 0.0),
            "eur_a_year": eur.get(home, 0.0) * service.settings.school_days,
        }
        for home in sorted(pupils)
    ]
