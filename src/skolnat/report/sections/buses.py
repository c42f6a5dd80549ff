"""Bus routes: vehicles, cost and who pays, a map, and the page of timetables."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any, Final

import pandas as pd

from skolnat.report import bus_tables
from skolnat.report.blocks import (
    Block,
    Cell,
    Document,
    Figure,
    Heading,
    Link,
    Paragraph,
    Picture,
    Row,
    Section,
    Table,
)
from skolnat.report.context import Context
from skolnat.report.results import keyed
from skolnat.transport.settings import VEHICLES

PAGE: Final = "buses.html"
"""The page of timetables, beside the report."""

TOLD: Final = "together"
"""The scenario of which routes are drawn and timetables are told."""


def bus_blocks(c: Context) -> list[Block]:
    """Return the blocks on bus routes; none where a study has not planned them."""
    if not bus_tables.has_routes(c.results):
        return []
    return [
        Heading(c.t("buses.title")),
        Paragraph(c.t("buses.text", scenario=c.scenario(TOLD).lower())),
        _scenarios(c),
        _costs(c),
        _map(c),
        Link(c.t("buses.to_timetables", scenario=c.scenario(TOLD), period=c.last_period), PAGE),
    ]


def timetables(c: Context) -> Document:
    """Return the page of timetables of the last period, a section for each direction."""
    told = bus_tables.public_routes(c.results, TOLD, _last(c))
    names = _names(c)
    sections = tuple(
        Section(
            direction,
            c.t(f"buses.{direction}"),
            (_timetable(c, told, direction, names),),
        )
        for direction in ("morning", "afternoon")
    )
    return Document(
        language=c.language,
        title=c.region,
        subtitle=c.t("buses.timetables", scenario=c.scenario(TOLD), period=c.last_period),
        facts=((c.t("buses.what"), c.t("buses.what_text")),),
        badges=(("indicative", c.t("buses.indicative")),),
        sections=sections,
    )


def _last(c: Context) -> int:
    return int(c.results.periods["period"].max())


def _scenarios(c: Context) -> Table:
    told = keyed(bus_tables.by_scenario(c.results), "scenario")
    summary = c.results.summary["scenarios"]
    rows = []
    for name in c.results.scenarios:
        one = told[name]
        cells = (
            c.number(one["morning"]),
            c.number(one["afternoon"]),
            c.number(one["pupils"]),
            c.number(one["km"]),
            c.number(one["minutes"]),
            c.count(one["over"]),
            c.euros(one["eur"]),
            c.euros(summary[name]["routes_instead_eur_per_year"], signed=True),
        )
        rows.append(Row(Cell(c.scenario(name)), cells))
    return Table(
        key="bus-scenarios",
        caption=c.t("buses.scenarios_caption", years=c.years, period=c.last_period),
        columns=(
            c.t("word.scenario"), c.t("buses.vehicles_morning"), c.t("buses.vehicles_afternoon"),
            c.t("buses.pupils"), c.t("buses.km"), c.t("buses.minutes"), c.t("buses.over"),
            c.t("buses.eur"), c.t("buses.instead"),
        ),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("buses.instead_note"), c.t("buses.over_note"), c.t("note.hidden")),
    )  # fmt: skip


def _costs(c: Context) -> Table:
    told = bus_tables.by_municipality(c.results).set_index(["scenario", "municipality"])["eur"]
    rows = []
    for code, name in c.names.items():
        cells = []
        for scenario in c.results.scenarios:
            eur = float(told.get((scenario, code), 0.0))
            cells.append(c.count(eur) if pd.isna(eur) else c.euros(eur))
        rows.append(Row(Cell(name), tuple(cells)))
    return Table(
        key="bus-costs",
        caption=c.t("buses.costs_caption", years=c.years),
        columns=(c.t("word.municipality"), *(c.scenario(name) for name in c.results.scenarios)),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("buses.costs_note"), c.t("note.hidden")),
    )


def _map(c: Context) -> Figure:
    told = bus_tables.public_routes(c.results, TOLD, _last(c))
    calls = told["route_stops"]
    calls = calls[calls["direction"] == "morning"]
    svg = c.atlas.draw_routes(
        calls,
        "bus-ground",
        c.t("buses.map_title"),
        c.t("buses.map_described"),
        c.t("borders.scale"),
    )
    return Figure(
        key="bus-map",
        caption=c.t("buses.map_caption", scenario=c.scenario(TOLD), period=c.last_period),
        pictures=(Picture(svg),),
        badges=c.badges,
        source=c.t("source.map"),
        notes=(c.t("buses.map_note"),),
        ground=c.atlas.ground("bus-ground"),
    )


def _names(c: Context) -> dict[str, str]:
    schools = c.results.tables["schools"]
    return dict(zip(schools["school"].astype(str), schools["name"].astype(str), strict=True))


def _timetable(
    c: Context, told: dict[str, pd.DataFrame], direction: str, names: dict[str, str]
) -> Table:
    vehicles = {str(row["route"]): row for row in told["bus_routes"].to_dict("records")}
    calls = told["route_stops"]
    calls = calls[calls["direction"] == direction].sort_values(["route", "call"])
    rows = []
    for route, group in groupby(calls.to_dict("records"), key=lambda call: str(call["route"])):
        at = vehicles[route]
        vehicle = str(at["vehicle"])
        kind = c.t(f"buses.vehicle_{vehicle}") if vehicle in VEHICLES else vehicle
        head = c.t("buses.route", route=route, vehicle=kind, seats=int(at["seats"]))
        rows.append(Row(Cell(head), kind="group"))
        rows += [Row(Cell(_time(call)), _place(c, call, names)) for call in group]
    if not rows:
        rows.append(Row(Cell(c.t("buses.none"))))
    return Table(
        key=f"timetable-{direction}",
        caption=c.t(f"buses.{direction}_caption"),
        columns=(c.t("buses.time"), c.t("buses.stop"), c.t("word.municipality")),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("buses.public_note"),),
    )


def _time(call: Mapping[Any, Any]) -> str:
    """When pupils get on (the bus leaves) or off (it arrives).

    No bus leaves before its printed minute has begun, or arrives after it.
    """
    on = (call["kind"] == "stop") == (call["direction"] == "morning")
    seconds = float(call["leave" if on else "arrive"])
    minutes = int(seconds // 60.0 if on else -(-seconds // 60.0))
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _place(c: Context, call: Mapping[Any, Any], names: Mapping[str, str]) -> tuple[Cell, Cell]:
    """Name a call and where it is: a school by its name, a stop by municipality and number."""
    stop, home = str(call["stop"]), c.place(str(call["municipality"]))
    if call["kind"] == "stop":
        told = c.t("buses.stop_of", place=home, number=stop.partition("-")[2])
        return Cell(told), Cell(home)
    return Cell(names.get(stop, stop)), Cell(home)
