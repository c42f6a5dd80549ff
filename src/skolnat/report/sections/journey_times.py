"""How long the journeys take: classes of minutes, maps of equal time, and the ten longest."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import pandas as pd

from skolnat.report import charts, journey_tables
from skolnat.report.blocks import Block, Cell, Figure, Paragraph, Picture, Row, Swatch, Table
from skolnat.report.bus_tables import has_routes
from skolnat.report.context import Context
from skolnat.report.journey_tables import ENDS
from skolnat.report.svg_map import MINUTE_CLASSES, View

SHOWN: Final = ("today", "alone", "together")
MAPPED: Final = ("today", "together")

_SHORT: Final = (
    f"\u2264{ENDS[0]}",
    *(f"{low}\u2013{high}" for low, high in pairwise(ENDS[:-1])),
    f">{ENDS[-2]}",
)
"""Classes of minutes as they stand below the bars of a small chart."""


def journey_times(c: Context) -> list[Block]:
    """Return the blocks on the time that journeys take."""
    told = journey_tables.histogram(c.results)
    return [
        Paragraph(_grounds(c)),
        _histogram(c, told),
        _classes(c, told),
        *_isochrones(c),
        _worst(c),
    ]


def _grounds(c: Context) -> str:
    """Tell along what the journeys were measured, with source and date of the roads."""
    roads = c.results.summary.get("roads")
    timetable = f" {c.t('journeys.by_timetable')}" if has_routes(c.results) else ""
    if not roads:
        return c.t("journeys.without_roads") + timetable
    day = roads["date"] or c.t("journeys.no_date")
    told = c.t("journeys.with_roads", source=roads["source"], date=day, licence=roads["licence"])
    return told + timetable


def _name(c: Context, end: str) -> str:
    """Return a class of minutes as text: up to 15, 15–30, ..., over 90."""
    if end == "more":
        return c.t("journeys.minutes_over", minutes=ENDS[-2])
    place = ENDS.index(end)
    if place == 0:
        return c.t("journeys.minutes_up_to", minutes=end)
    return c.t("journeys.minutes_between", low=ENDS[place - 1], high=end)


def _scenarios(c: Context) -> list[str]:
    return [name for name in SHOWN if name in c.results.scenarios]


def _histogram(c: Context, told: pd.DataFrame) -> Figure:
    wide = told[told["minutes"] != ""].pivot(index="scenario", columns="minutes", values="pupils")
    most = float(wide.max().max())
    pictures = []
    for scenario in _scenarios(c):
        counts = wide.loc[scenario].reindex(ENDS)
        bars = pd.DataFrame(
            {"label": [_name(c, end) for end in ENDS], "pupils": counts.to_numpy()}
        ).dropna()
        described = ", ".join(
            f"{label}: {c.n.number(float(count))}"
            for label, count in zip(bars["label"], bars["pupils"], strict=True)
        )
        bars["label"] = [_SHORT[ENDS.index(end)] for end in counts.dropna().index]
        spec = charts.histogram(bars, _SHORT, most, c.t("journeys.minutes_one_way"))
        svg = charts.to_svg(spec, c.language, f"minutes-{scenario}", described)
        pictures.append(Picture(svg, c.scenario(scenario)))
    return Figure(
        key="journey-minutes",
        caption=c.t("journeys.histogram_caption", years=c.years),
        pictures=tuple(pictures),
        badges=c.badges,
        source=c.source,
        notes=(c.t("note.hidden"),),
        layout="many",
    )


def _classes(c: Context, told: pd.DataFrame) -> Table:
    at = told.set_index(["scenario", "minutes"])["pupils"]
    scenarios = list(c.results.scenarios)
    rows = [
        Row(Cell(_name(c, end)), tuple(c.count(float(at[name, end])) for name in scenarios))
        for end in ENDS
    ]
    sums = tuple(c.count(float(at[name, ""])) for name in scenarios)
    rows.append(Row(Cell(c.t("word.pupils")), sums, "total"))
    return Table(
        key="journey-classes",
        caption=c.t("journeys.classes_caption", years=c.years),
        columns=(c.t("journeys.minutes_one_way"), *(c.scenario(name) for name in scenarios)),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("note.hidden"),),
    )


def _isochrones(c: Context) -> list[Block]:
    """Return maps of the time to school; the language that most pupils are taught in."""
    rows = c.results.tables["assignments"]
    if rows.empty:
        return []
    language = str(rows.groupby("language")["pupils"].sum().idxmax())
    period = int(c.results.periods["period"].max())
    pictures = []
    for scenario in [name for name in MAPPED if name in c.results.scenarios]:
        for stage in ("1-6", "7-9"):
            view = View(scenario, period, stage, language)
            title = f"{c.scenario(scenario)}, {c.stage(stage)}"
            svg = c.atlas.draw_minutes(
                view, "journey-ground", title, c.t("journeys.map_described"), c.t("borders.scale")
            )
            pictures.append(Picture(svg, title))
    legend = tuple(
        Swatch(
            f'<rect class="own t{k}" x="3" y="2" width="12" height="12"/>',
            c.t("journeys.minutes_over", minutes=MINUTE_CLASSES[-1])
            if k == len(MINUTE_CLASSES)
            else c.t("journeys.minutes_up_to", minutes=MINUTE_CLASSES[k]),
        )
        for k in range(len(MINUTE_CLASSES) + 1)
    )
    caption = c.t(
        "journeys.map_caption", period=c.last_period, language=c.t(f"language.{language}")
    )
    figure = Figure(
        key="journey-maps",
        caption=caption,
        pictures=tuple(pictures),
        legend=legend,
        badges=c.badges,
        source=c.t("source.map"),
        notes=(c.t("journeys.map_note"),),
        layout="pairs",
        ground=c.atlas.ground("journey-ground"),
    )
    return [figure]


def _worst(c: Context) -> Table:
    worst = journey_tables.worst_areas(c.results)
    schools = c.results.tables["schools"].set_index("school")["name"]
    rows = []
    for scenario in _scenarios(c):
        rows.append(Row(Cell(c.scenario(scenario)), kind="group"))
        for one in worst[worst["scenario"] == scenario].to_dict("records"):
            cells = (
                Cell(c.place(str(one["municipality"]))),
                Cell(c.stage(str(one["stage"]))),
                Cell(str(schools.get(one["school"], one["school"]))),
                c.number(one["minutes"]),
                c.number(one["km"], 1),
            )
            rows.append(Row(Cell(str(schools.get(one["area"], one["area"]))), cells))
    return Table(
        key="journey-worst",
        caption=c.t("journeys.worst_caption", period=c.last_period),
        columns=(
            c.t("journeys.area"), c.t("word.municipality"), c.t("journeys.stage"),
            c.t("journeys.goes_to"), c.t("journeys.minutes_one_way"), c.t("journeys.km_one_way"),
        ),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("journeys.worst_note"),),
    )  # fmt: skip
