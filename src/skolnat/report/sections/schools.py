"""What happens to each school in each scenario, and which schools the plan leaves alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from skolnat.report import school_tables
from skolnat.report.blocks import Block, Cell, CellKind, Paragraph, Row, Section, Table
from skolnat.report.context import HIDDEN, Context
from skolnat.report.numbers import NO_BREAK
from skolnat.report.results import keyed

Rows = Mapping[tuple[str, str], Mapping[str, Any]]
"""Fates by unit and scenario."""


def schools(c: Context) -> Section:
    """Return the schools, one table a municipality."""
    fates = school_tables.fates(c.results)
    blocks: list[Block] = [Paragraph(c.t("schools.text", period=c.last_period)), _open_table(c)]
    for code, name in c.names.items():
        mine = fates[fates["municipality"] == code]
        if len(mine):
            blocks.append(_table(c, code, name, mine))
    outside = school_tables.outside_plan(c.results)
    if len(outside):
        blocks.append(_outside(c, outside))
    return Section("schools", c.t("schools.title"), tuple(blocks))


def _open_table(c: Context) -> Table:
    """Return how many schools each municipality has open at the end."""
    counts = school_tables.schools_open(c.results)
    first, last = counts["period"].min(), counts["period"].max()
    at = counts.set_index(["scenario", "municipality", "period"])["schools"]
    rows = []
    totals = [0] * (1 + len(c.results.scenarios))
    for code, name in c.names.items():
        wanted = [("today", first), *((scenario, last) for scenario in c.results.scenarios)]
        found = [int(at.get((scenario, code, period), 0)) for scenario, period in wanted]
        totals = [total + count for total, count in zip(totals, found, strict=True)]
        rows.append(Row(Cell(name), tuple(c.number(count) for count in found)))
    rows.append(Row(Cell(c.place("")), tuple(c.number(count) for count in totals), "total"))
    years = c.results.periods["years"]
    return Table(
        key="schools-open",
        caption=c.t("schools.open_caption"),
        columns=(
            c.t("word.municipality"),
            f"{years.iloc[0]}",
            *(c.scenario(name) for name in c.results.scenarios),
        ),
        groups=(("", 2), (years.iloc[-1], len(c.results.scenarios))),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
    )


def _table(c: Context, code: str, name: str, fates: pd.DataFrame) -> Table:
    several = fates["language"].nunique() > 1
    at = keyed(fates, "unit", "scenario")
    estimated = [set(filter(None, str(marks).split(";"))) for marks in fates["estimated"]]
    common = set.intersection(*estimated)
    rows = []
    for unit in fates["unit"].drop_duplicates():
        one = next(row for (name, _), row in at.items() if name == unit)
        head = c.unit(str(one["name"]), str(one["stage"]))
        if several:
            head += "\n" + c.t.coded("language", str(one["language"]))
        marks = tuple(
            c.t(f"mark.{column}")
            for column in str(one["estimated"]).split(";")
            if column in _MARKED and column not in common
        )
        cells = [Cell(c.n.number(one["capacity"]), "number")]
        cells += [_cell(c, at, unit, scenario) for scenario in c.results.scenarios]
        rows.append(Row(Cell(head, marks=marks), tuple(cells)))
    return Table(
        key=f"schools-{code}",
        caption=c.t("schools.caption", municipality=name),
        columns=(
            c.t("word.school"),
            c.t("schools.capacity"),
            *(c.scenario(scenario) for scenario in c.results.scenarios),
        ),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=_estimated(c, common),
    )


_MARKED = ("grades", "language", "capacity", "pupils")
"""Estimates marked on a school when not all schools of the table share them."""


def _estimated(c: Context, columns: set[str]) -> tuple[str, ...]:
    """Return the note that tells what is estimated of all schools of a table."""
    named = [c.t.coded("estimate", column) for column in sorted(columns)]
    return (c.t("schools.estimated", columns=c.listing(named)),) if named else ()


def _cell(c: Context, at: Rows, unit: str, scenario: str) -> Cell:
    """Return the fate of a unit in a scenario, and its last figures."""
    if (unit, scenario) not in at:
        return Cell(c.n.number(None))
    row = at[unit, scenario]
    year = "" if math.isnan(row["year"]) else str(int(row["year"]))
    fate = c.t(f"fate.{row['fate']}", year=year).replace(" ", NO_BREAK)
    marks = (c.t("mark.not_robust"),) if row["not_robust"] else ()
    kind: CellKind = "ends" if row["fate"] in ("closes", "never") else "text"
    if row["fate"] == "never":
        return Cell(fate, kind, marks=marks)
    if row["small"]:
        return Cell(f"{fate}\n{HIDDEN}", kind, marks=marks)
    figures = c.t(
        "schools.figures",
        pupils=c.n.number(row["pupils"]),
        use=c.n.percent(row["use"]),
        groups=c.n.number(row["groups"], 1),
    ).replace(" ", NO_BREAK)
    return Cell(f"{fate}\n{figures}", kind, marks=marks)


def _outside(c: Context, outside: pd.DataFrame) -> Table:
    order = {code: k for k, code in enumerate(c.names)}
    outside = outside.sort_values("municipality", key=lambda s: s.map(order), kind="stable")
    rows = tuple(
        Row(
            Cell(str(row.name)),
            (
                Cell(c.place(str(row.municipality))),
                Cell(c.t.coded("provider", str(row.provider))),
                Cell(c.t.coded("kind", str(row.kind))),
                Cell(c.t.coded("language", str(row.language))),
            ),
        )
        for row in outside.rename_axis(None).itertuples(index=False)
    )
    return Table(
        key="schools-outside",
        caption=c.t("schools.outside_caption"),
        columns=(
            c.t("word.school"), c.t("word.municipality"), c.t("schools.provider"),
            c.t("schools.kind"), c.t("schools.language"),
        ),
        rows=rows,
        source=c.t("source.schools"),
        notes=(c.t("schools.outside_note"),),
    )  # fmt: skip
