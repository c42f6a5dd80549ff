"""What happens to each school in each scenario, and which schools the plan leaves alone."""

from __future__ import annotations

import pandas as pd

from skolnat.report import school_tables
from skolnat.report.blocks import Block, Cell, CellKind, Paragraph, Row, Section, Table
from skolnat.report.context import HIDDEN, Context


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
    at = fates.set_index(["unit", "scenario"])
    rows = []
    for unit in fates["unit"].drop_duplicates():
        one = at.loc[unit].iloc[0]
        head = c.unit(str(one["name"]), str(one["stage"]))
        if several:
            head += "\n" + c.t.coded("language", str(one["language"]))
        marks = tuple(
            c.t(f"mark.{column}") for column in _marks(str(one["estimated"])) if column in _MARKED
        )
        cells = [Cell(c.n.number(float(one["capacity"])), "number")]
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
        number_heads=False,
    )


_MARKED = ("grades", "language")
"""Estimates marked on each school; capacities and pupils are told of once, in the caption."""


def _marks(estimated: str) -> list[str]:
    return [mark for mark in estimated.split(";") if mark]


def _cell(c: Context, at: pd.DataFrame, unit: str, scenario: str) -> Cell:
    """Return the fate of a unit in a scenario, and its last figures."""
    if (unit, scenario) not in at.index:
        return Cell(c.n.number(None))
    row = at.loc[(unit, scenario)]
    year = "" if pd.isna(row["year"]) else int(row["year"])
    fate = c.t(f"fate.{row['fate']}", year=year)
    marks = (c.t("mark.not_robust"),) if row["not_robust"] else ()
    kind: CellKind = "ends" if row["fate"] in ("closes", "never") else "text"
    if row["fate"] == "never":
        return Cell(fate, kind, marks=marks)
    if row["small"]:
        return Cell(f"{fate}\n{HIDDEN}", kind, marks=marks)
    figures = c.t(
        "schools.figures",
        pupils=c.n.number(float(row["pupils"])),
        use=c.n.percent(float(row["use"])),
        groups=c.n.number(float(row["groups"]), 1),
    )
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
        number_heads=False,
    )  # fmt: skip
