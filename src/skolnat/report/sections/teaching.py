"""Groups, combined classes and the teaching hours that they need."""

from __future__ import annotations

import math
from typing import Any

from skolnat.plan.scenario import WITH_AGREEMENT
from skolnat.report import teaching_tables
from skolnat.report.blocks import Block, Cell, Paragraph, Row, Section, Table
from skolnat.report.context import HIDDEN, Context
from skolnat.report.results import keyed


def teaching(c: Context) -> Section:
    """Return groups by municipality, hours by provider, small groups by subject."""
    blocks: list[Block] = [
        Paragraph(c.t("teaching.text", period=c.last_period)),
        _groups(c),
        _hours(c),
        Paragraph(c.t("teaching.estimated")),
        _subjects(c),
    ]
    scenario = next((name for name in WITH_AGREEMENT if name in c.results.scenarios), None)
    if scenario is not None and len(c.names) > 1:
        blocks.append(_recount(c, scenario))
    return Section("teaching", c.t("teaching.title"), tuple(blocks))


def _groups(c: Context) -> Table:
    at = keyed(teaching_tables.groups(c.results), "scenario", "municipality")

    def cell(row: dict[str, Any] | None) -> Cell:
        if row is None:
            return c.number(0.0)
        if math.isnan(row["groups"]):
            return Cell(HIDDEN, "hidden")
        shown = {
            key: c.n.number(row[key], digits)
            for key, digits in (("groups", 0), ("combined", 0), ("size", 1))
        }
        return Cell(c.t("teaching.groups_cell", **shown), "number")

    rows = [
        Row(
            Cell(c.place(code)),
            tuple(cell(at.get((name, code))) for name in c.results.scenarios),
            "" if code else "total",
        )
        for code in (*c.names, "")
    ]
    return _table(
        c, "groups", rows, (c.t("word.municipality"), *_scenarios(c)),
        (c.t("teaching.groups_note"), c.t("note.hidden")),
    )  # fmt: skip


def _hours(c: Context) -> Table:
    at = keyed(teaching_tables.hours(c.results), "scenario", "municipality")
    rows = []
    for code in (*c.names, ""):
        there = [at.get((name, code)) for name in c.results.scenarios]
        known = [row["available"] for row in there if row is not None]
        available = known[0] if known else float("nan")
        cells = [Cell(c.n.number(None if math.isnan(available) else available), "number")]
        rows.append(
            Row(
                Cell(c.place(code)),
                (*cells, *(_hours_cell(c, row) for row in there)),
                "" if code else "total",
            )
        )
    columns = (c.t("word.municipality"), c.t("teaching.available"), *_scenarios(c))
    return _table(c, "hours", rows, columns, (c.t("teaching.hours_note"),))


def _hours_cell(c: Context, row: dict[str, Any] | None) -> Cell:
    if row is None:
        return c.number(0.0)
    lines = [
        c.t(
            "teaching.hours_cell",
            hours=c.n.number(row["required"]),
            teachers=c.n.number(row["teachers"], 1),
        )
    ]
    if row["shared"] >= 0.5:  # half an hour is the least that rounds to something
        lines.append(c.t("teaching.shared_cell", shared=c.n.number(row["shared"])))
    return Cell("\n".join(lines), "number")


def _subjects(c: Context) -> Table:
    told = teaching_tables.subjects(c.results)
    at = keyed(told, "scenario", "subject")

    def cell(row: dict[str, Any] | None) -> Cell:
        if row is None:
            return c.number(0.0)
        if math.isnan(row["hours"]):
            return Cell(HIDDEN, "hidden")
        key = "teaching.subjects_cell" if row["groups"] > 0.0 else "teaching.subjects_cell_linear"
        pupils = HIDDEN if math.isnan(row["pupils"]) else c.n.number(row["pupils"])
        shown = {"pupils": pupils, "hours": c.n.number(row["hours"])}
        if row["groups"] > 0.0:
            shown["groups"] = c.n.number(row["groups"], 1)
        return Cell(c.t(key, **shown), "number")

    marked = told.groupby("subject")["estimated"].any()
    rows = [
        Row(
            Cell(c.subject(subject), marks=(c.t("badge.estimated"),) if marked[subject] else ()),
            tuple(cell(at.get((name, subject))) for name in c.results.scenarios),
        )
        for subject in sorted(set(told["subject"]))
    ]
    columns = (c.t("teaching.subject"), *_scenarios(c))
    return _table(c, "subjects", rows, columns, (c.t("teaching.subjects_note"), c.t("note.hidden")))


def _recount(c: Context, scenario: str) -> Table:
    told = teaching_tables.recount(c.results)
    rows = [
        Row(
            Cell(c.subject(str(row["subject"]))),
            tuple(c.count(row[key]) for key in ("entitled", "pupils", "pupils_together")),
        )
        for row in told[told["scenario"] == scenario].to_dict("records")
    ]
    heads = ("subject", "entitled", "apart", "joined")
    columns = tuple(c.t(f"teaching.{head}") for head in heads)
    notes = (c.t("teaching.recount_note"), c.t("note.hidden"))
    return _table(c, "recount", rows, columns, notes, scenario=c.scenario(scenario))


def _scenarios(c: Context) -> tuple[str, ...]:
    return tuple(c.scenario(name) for name in c.results.scenarios)


def _table(
    c: Context, key: str, rows: list[Row], columns: tuple[str, ...], notes: tuple[str, ...],
    **values: str,
) -> Table:  # fmt: skip
    return Table(
        key=f"teaching-{key}",
        caption=c.t(f"teaching.{key}_caption", period=c.last_period, **values),
        columns=columns,
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=notes,
    )
