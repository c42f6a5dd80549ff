"""What buses are planned with: vehicles, halts, bells and limits, from the rules or from files.

The rules hold assumptions that serve until somebody knows better. A region brings its own
contracts as a file of vehicles and its own hours as a file of bells.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from skolnat.common.faults import Fault, InvalidInput, raise_if_any
from skolnat.rules.rules import Rules
from skolnat.transport.problem import VehicleType, clock, vehicle_faults

VEHICLES: Final = ("taxi", "minibus", "midibus", "bus")
"""Types that the rules tell of."""

MORNING: Final = (6 * 3600.0, 12 * 3600.0)
NOON: Final = (9 * 3600.0, 18 * 3600.0)
"""School begins and ends within these hours; a bell outside them is a slip of the pen."""

STAGES: Final = ("1-6", "7-9")

_TIME: Final = re.compile(r"^(\d{1,2})[:.](\d{2})$")


@dataclass(frozen=True)
class Bells:
    """When school begins and ends, seconds after midnight."""

    begins: float
    ends: float


@dataclass(frozen=True)
class Settings:
    """What buses are planned with; lengths of time in seconds.

    Parameters
    ----------
    vehicles
        Types of vehicle.
    bells
        By stage (``"1-6"``, ``"7-9"``), by school (its id) where a file tells of it, and by unit
        (``"03911:7-9"``) where it tells of the school's stages apart.
    km_per_second
        Speed between stops.
    stop, stop_pupil, school, school_pupil
        Halts: fixed part, and for each pupil.
    arrive, leave
        A bus reaches a school between these lengths of time before it begins (first, last), and
        leaves between these after it ends.
    change
        Shortest and longest time between two buses at a hub school.
    walk_km, walk_km_h, wait
        Longest way to a stop, speed on foot, and how long before the bus a pupil is there.
    longest_ride
        On the bus, one way.
    daily_minutes
        Longest daily journey of the eldest of each stage, minutes: whose day is longer by the
        straightest ride boards (§ 33), and is not carried daily.
    by_pupil_km
        Whether the cost of a shared route is split by pupil-kilometres, else by pupils.
    school_days
        A year.
    waiting_paid
        Whether an hour's price holds while a bus waits for a later bell.
    """

    vehicles: tuple[VehicleType, ...]
    bells: Mapping[str, Bells]
    km_per_second: float
    stop: float
    stop_pupil: float
    school: float
    school_pupil: float
    arrive: tuple[float, float]
    leave: tuple[float, float]
    change: tuple[float, float]
    walk_km: float
    walk_km_h: float
    wait: float
    longest_ride: float
    daily_minutes: Mapping[str, float]
    by_pupil_km: bool
    school_days: float
    waiting_paid: bool

    def bells_of(self, school: str, stage: str) -> Bells:
        """Return the bells of a school and stage."""
        usual = self.bells.get(school, self.bells[stage])
        return self.bells.get(f"{school}:{stage}", usual)


def settings(
    rules: Rules,
    year: int,
    *,
    vehicles: tuple[VehicleType, ...] | None = None,
    bells: Mapping[str, Bells] | None = None,
) -> Settings:
    """Read the settings that hold in the autumn of a year.

    The longest ride follows from § 32: half of the longest daily journey, less the walk and the
    wait of one way. The limit of the younger holds for all, since part of grade 7 is still 12.

    Parameters
    ----------
    rules, year
        The rules, overrides included.
    vehicles, bells
        A region's own, in place of those of the rules; bells by school.
    """

    def number(name: str) -> float:
        return rules.number(f"buses.{name}", year)

    usual = {
        stage: Bells(number(f"begins_{suffix}") * 60.0, number(f"ends_{suffix}") * 60.0)
        for stage, suffix in (("1-6", "1_6"), ("7-9", "7_9"))
    }
    one_way = rules.number("journey.daily_minutes", year) / 2.0
    walking = number("walk_to_stop_km") / rules.number("journey.walk_km_h", year) * 60.0
    waiting = number("wait_at_stop_minutes") + number("arrive_last_minutes")
    return Settings(
        vehicles=vehicles or tuple(_vehicle(name, rules, year) for name in VEHICLES),
        bells={**usual, **(bells or {})},
        km_per_second=number("speed_km_h") / 3600.0,
        stop=number("stop_seconds"),
        stop_pupil=number("stop_pupil_seconds"),
        school=number("school_seconds"),
        school_pupil=number("school_pupil_seconds"),
        arrive=(number("arrive_first_minutes") * 60.0, number("arrive_last_minutes") * 60.0),
        leave=(number("leave_first_minutes") * 60.0, number("leave_last_minutes") * 60.0),
        change=(number("change_minutes") * 60.0, number("change_last_minutes") * 60.0),
        walk_km=number("walk_to_stop_km"),
        walk_km_h=rules.number("journey.walk_km_h", year),
        wait=number("wait_at_stop_minutes") * 60.0,
        longest_ride=(one_way - walking - waiting) * 60.0,
        daily_minutes={
            "1-6": rules.number("journey.daily_minutes", year),
            "7-9": rules.number("journey.daily_minutes_from_13", year),
        },
        by_pupil_km=bool(number("share_by_pupil_km")),
        waiting_paid=bool(number("pay_waiting")),
        school_days=rules.number("transport.school_days", year),
    )


def _vehicle(name: str, rules: Rules, year: int) -> VehicleType:
    return VehicleType(
        name,
        int(rules.number(f"buses.{name}_seats", year)),
        rules.number(f"buses.{name}_shift_eur", year),
        rules.number(f"buses.{name}_km_eur", year),
        rules.number(f"buses.{name}_hour_eur", year),
    )


def read_vehicles(path: Path) -> tuple[VehicleType, ...]:
    """Read a region's own vehicles.

    Parameters
    ----------
    path
        CSV (comma, semicolon or tab) with ``name, seats, shift_eur, km_eur, hour_eur``.

    Raises
    ------
    InvalidInput
        With every fault and its row: no seats, a cost that is no number or below zero, a name that
        stands twice.
    """
    table = _table(path, ("name", "seats", "shift_eur", "km_eur", "hour_eur"))
    faults: list[Fault] = []
    vehicles: list[VehicleType] = []
    for row, record in enumerate(table.to_dict("records"), start=2):
        seats, shift, km, hour = (
            _number(str(record[name]), path, row, name, faults)
            for name in ("seats", "shift_eur", "km_eur", "hour_eur")
        )
        name = str(record["name"])
        if any(vehicle.name == name for vehicle in vehicles):
            named = {"vehicle": name}
            faults.append(Fault("transport.vehicle_twice", str(path), row, "name", named))
        vehicles.append(VehicleType(name, int(seats), shift, km, hour))
    raise_if_any([*faults, *vehicle_faults(tuple(vehicles), str(path))])
    return tuple(vehicles)


def read_bells(path: Path, schools: Collection[str]) -> dict[str, Bells]:
    """Read when each school begins and ends.

    Parameters
    ----------
    path
        CSV (comma, semicolon or tab) with ``school`` (its id), ``begins`` and ``ends`` (08:30),
        and ``grades`` (``1-6``, ``7-9``; empty: all) where a school's stages have other hours.
    schools
        Ids that are known.

    Raises
    ------
    InvalidInput
        With every fault and its row: an unknown school or one that stands twice, no time of day, a
        bell in the night.
    """
    table = _table(path, ("school", "begins", "ends"))
    faults: list[Fault] = []
    bells = {}
    for row, record in enumerate(table.to_dict("records"), start=2):
        school = str(record["school"])
        if school not in schools:
            values = {"school": school}
            faults.append(Fault("transport.no_such_school", str(path), row, "school", values))
        grades = str(record.get("grades") or "").strip().replace("–", "-")
        if grades and grades not in STAGES:
            told = {"value": grades, "known": ", ".join(STAGES)}
            faults.append(Fault("transport.no_such_grades", str(path), row, "grades", told))
        begins = _bell(str(record["begins"]), MORNING, path, row, "begins", faults)
        ends = _bell(str(record["ends"]), NOON, path, row, "ends", faults)
        if begins >= ends > 0.0:
            faults.append(Fault("transport.ends_before_it_begins", str(path), row, "ends"))
        key = f"{school}:{grades}" if grades else school
        if key in bells:
            values = {"school": school}
            faults.append(Fault("transport.school_twice", str(path), row, "school", values))
        bells[key] = Bells(begins, ends)
    raise_if_any(faults)
    return bells


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    if not path.is_file():
        raise InvalidInput([Fault("transport.no_file", file=str(path))])
    try:
        with warnings.catch_warnings():
            # Rows longer than the heading: which column is which cannot be told.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(
                path, sep=None, engine="python", dtype=str, keep_default_na=False, index_col=False,
                encoding="utf-8-sig",
            )  # fmt: skip
    except (ValueError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.ParserWarning):
        raise InvalidInput([Fault("transport.not_csv", file=str(path))]) from None
    table.columns = [str(name).strip() for name in table.columns]
    missing = [name for name in columns if name not in table]
    raise_if_any(Fault("transport.no_column", file=str(path), column=name) for name in missing)
    for name in columns:
        table[name] = table[name].str.strip()
    return table


def _number(text: str, path: Path, row: int, column: str, faults: list[Fault]) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = float("nan")
    if not math.isfinite(value) or (column == "seats" and value != int(value)):
        faults.append(Fault("transport.no_number", str(path), row, column, {"value": text}))
        return 1.0
    return value


def _bell(
    text: str, hours: tuple[float, float], path: Path, row: int, column: str, faults: list[Fault]
) -> float:
    """Seconds after midnight; 0 and a fault where the text is no hour of a school day."""
    found = _TIME.match(text)
    if found is None or int(found[2]) > 59 or int(found[1]) > 23:
        faults.append(Fault("transport.no_time", str(path), row, column, {"value": text}))
        return 0.0
    seconds = int(found[1]) * 3600.0 + int(found[2]) * 60.0
    if not hours[0] <= seconds <= hours[1]:
        values = {"value": text, "first": clock(hours[0]), "last": clock(hours[1])}
        faults.append(Fault("transport.bell_at_night", str(path), row, column, values))
        return 0.0
    return seconds
