"""Journeys to school: how long, and how many exceed the limits of the law."""

from __future__ import annotations

import pandas as pd

from skolnat.report import charts, tables
from skolnat.report.blocks import (
    Cell,
    Figure,
    Paragraph,
    Picture,
    Row,
    Section,
    Swatch,
    Table,
)  # fmt: skip
from skolnat.report.context import Context
from skolnat.report.results import keyed
from skolnat.report.sections.buses import bus_blocks
from skolnat.report.sections.journey_times import journey_times


def journeys(c: Context) -> Section:
    """Return the journeys of each scenario."""
    told = tables.journeys(c.results)
    blocks = (
        Paragraph(c.t("journeys.text")), _figure(c, told), _table(c, told), _places(c),
        *journey_times(c), *bus_blocks(c),
    )  # fmt: skip
    return Section("journeys", c.t("journeys.title"), blocks)


def _figure(c: Context, told: pd.DataFrame) -> Figure:
    region = told[told["stage"] == ""]
    long = region.melt(["scenario"], list(tables.BANDS), var_name="part", value_name="share")
    long["share"] = long["share"] / long.groupby("scenario")["share"].transform("sum")
    long = long.fillna({"share": 0.0}).rename(columns={"scenario": "row"})
    long["text"] = [c.n.percent(share) for share in long["share"]]
    names = {name: c.scenario(name) for name in c.results.scenarios}
    spec = charts.stacked(long, c.results.scenarios, tables.BANDS, names)
    shares = long.set_index(["row", "part"])["text"]
    described = " ".join(
        c.t(
            "journeys.described", scenario=names[name],
            **{band: shares[name, band] for band in tables.BANDS},
        )
        for name in c.results.scenarios
    )  # fmt: skip
    inks = ("--line", "--sky", "--blue")
    legend = tuple(
        Swatch(
            f'<rect x="3" y="2" width="13" height="12" fill="var({ink})"/>',
            c.t(f"journeys.{band}"),
        )
        for band, ink in zip(tables.BANDS, inks, strict=True)
    )
    return Figure(
        key="journey-bands",
        caption=c.t("journeys.figure_caption", years=c.years),
        pictures=(Picture(charts.to_svg(spec, c.language, "bands", described)),),
        legend=legend,
        badges=c.badges,
        source=c.source,
    )


def _table(c: Context, told: pd.DataFrame) -> Table:
    over = tables.over_limit(c.results)
    limit = keyed(over[over["municipality"] == ""], "scenario", "stage")
    region = keyed(told, "scenario", "stage")
    rows = []
    for stage in ("1-6", "7-9", ""):
        rows.append(Row(Cell(c.stage(stage)), kind="group"))
        for scenario in c.results.scenarios:
            if (scenario, stage) not in region:
                continue
            at = region[scenario, stage]
            cells = (
                *(c.count(at[name]) for name in ("pupils", *tables.BANDS)),
                c.number(at["mean_km"], 1),
                c.number(at["mean_minutes"]),
                c.count(limit[scenario, stage]["pupils"]),
            )
            rows.append(Row(Cell(c.scenario(scenario)), cells))
    return Table(
        key="journeys-region",
        caption=c.t("journeys.table_caption", years=c.years),
        columns=(
            c.t("word.scenario"), c.t("word.pupils"),
            *(c.t(f"journeys.{band}") for band in tables.BANDS),
            c.t("journeys.mean_km"), c.t("journeys.mean_minutes"), c.t("journeys.over_limit"),
        ),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("journeys.limit_note"), c.t("note.hidden")),
    )  # fmt: skip


PLACES = ("today", "alone", "together")


def _places(c: Context) -> Table:
    """Return the journeys by municipality: mean, pupils over 5 km and the longest."""
    longest = tables.longest_journeys(c.results)
    minutes = keyed(longest, "scenario", "municipality")
    every = keyed(tables.journeys_by_municipality(c.results), "scenario", "municipality")
    rows = []
    for code, name in c.names.items():
        at = [every[scenario, code] for scenario in PLACES]
        cells = [c.number(row["mean_km"], 1) for row in at]
        cells += [c.count(row["over_5"]) for row in at]
        cells += [c.number(minutes[scenario, code]["minutes"]) for scenario in PLACES]
        rows.append(Row(Cell(name), tuple(cells)))
    heads = [c.scenario(scenario) for scenario in PLACES]
    return Table(
        key="journeys-places",
        caption=c.t("journeys.places_caption", years=c.years),
        columns=(c.t("word.municipality"), *heads, *heads, *heads),
        groups=(
            ("", 1), (c.t("journeys.mean_km"), 3), (c.t("journeys.over_5_pupils"), 3),
            (c.t("journeys.longest"), 3),
        ),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("journeys.longest_note"), c.t("note.hidden")),
    )  # fmt: skip
