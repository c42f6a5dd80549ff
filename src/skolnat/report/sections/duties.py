"""What a council must weigh beside money: the rules, how sure it is, and the children."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from skolnat.report import money_tables, tables
from skolnat.report.blocks import Block, Cell, Paragraph, Row, Section, Table
from skolnat.report.context import HIDDEN, Context

_CODE = re.compile(r"(?P<what>[a-z_]+?)(?:_(?P<stage>1-6|7-9))?(?:_(?P<language>fi|sv|se))?$")


def breaches(c: Context) -> Section:
    """Return breaches of rules, and notes, by scenario."""
    told = tables.breaches(c.results)
    blocks: list[Block] = [Paragraph(c.t("breaches.text"))]
    for severity in ("breach", "note"):
        mine = told[told["severity"] == severity]
        if mine.empty:
            blocks.append(Paragraph(c.t(f"breaches.none_{severity}")))
        else:
            blocks.append(_breach_table(c, mine, severity))
    due = tables.duties(c.results)
    blocks.append(_duty_table(c, due) if len(due) else Paragraph(c.t("breaches.none_duty")))
    return Section("breaches", c.t("breaches.title"), tuple(blocks))


def _breach_table(c: Context, told: pd.DataFrame, severity: str) -> Table:
    """Return one row a finding, with its pupils in each scenario."""
    order = {code: k for k, code in enumerate(c.names)}
    findings = ["municipality", "school", "rule", "detail_code", "subject"]
    told = told.sort_values("municipality", key=lambda s: s.map(order), kind="stable")
    rows = []
    for _, group in told.groupby(findings, sort=False):
        at = {str(row["scenario"]): row for row in group.to_dict("records")}
        one = next(iter(at.values()))
        rows.append(
            Row(
                Cell(_place(c, one)),
                (
                    Cell(_rule(c, one)),
                    *(_pupils(c, at.get(scenario)) for scenario in c.results.scenarios),
                    Cell(c.t.coded("remedy", str(one["remedy_code"]))),
                    Cell(c.t.coded("certainty", str(one["certainty"]))),
                ),
            )
        )
    columns = (
        c.t("breaches.place"), c.t("breaches.what"),
        *(c.scenario(scenario) for scenario in c.results.scenarios),
        c.t("breaches.remedy"), c.t("breaches.certainty"),
    )  # fmt: skip
    return Table(
        key=f"breaches-{severity}",
        caption=c.t(f"breaches.caption_{severity}", years=c.years),
        columns=columns,
        groups=(("", 2), (c.t("breaches.pupils"), len(c.results.scenarios)), ("", 2)),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("breaches.note"), c.t("note.hidden")),
    )


def _duty_table(c: Context, told: pd.DataFrame) -> Table:
    """Return one row a duty of the whole region, with its pupils in each scenario."""
    rows = []
    for _, group in told.groupby(["rule", "detail_code", "subject"], sort=False):
        at = {str(row["scenario"]): row for row in group.to_dict("records")}
        one = next(iter(at.values()))
        rows.append(
            Row(
                Cell(_rule(c, one)),
                (
                    *(
                        c.count(at[name]["pupils"]) if name in at else c.number(0.0)
                        for name in c.results.scenarios
                    ),
                    Cell(c.t.coded("remedy", str(one["remedy_code"]))),
                    Cell(c.t.coded("certainty", str(one["certainty"]))),
                ),
            )
        )
    return Table(
        key="breaches-duty",
        caption=c.t("breaches.caption_duty", years=c.years),
        columns=(
            c.t("breaches.what"), *(c.scenario(name) for name in c.results.scenarios),
            c.t("breaches.remedy"), c.t("breaches.certainty"),
        ),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("breaches.note_duty"), c.t("note.hidden")),
    )  # fmt: skip


def _place(c: Context, row: Mapping[Any, Any]) -> str:
    place = c.place(str(row["municipality"]))
    if not row["school"]:
        return place
    schools = c.results.tables["schools"].set_index("school")["name"]
    return f"{place}\n{schools.get(row['school'], row['school'])}"


def _rule(c: Context, row: Mapping[Any, Any]) -> str:
    """Return the finding, and the paragraph of the law it is about."""
    found = detail(c, str(row["detail_code"]))
    if row["subject"]:
        found = f"{c.subject(str(row['subject'])).capitalize()}. {found}"
    paragraph = c.paragraph(str(row["paragraph"] or ""))
    return f"{found}\n{paragraph}" if paragraph else found


def _pupils(c: Context, row: Mapping[Any, Any] | None) -> Cell:
    if row is None:
        return c.number(0.0)
    if math.isnan(row["high"]):
        return Cell(HIDDEN, "hidden")
    text = c.n.interval(c.n.number(row["low"]), c.n.number(row["high"]))
    return Cell(f"{text}\n{row['years']}" if row["years"] else text, "number")


def detail(c: Context, code: str) -> str:
    """Return what a code of a breach says: the finding, with its stage and language."""
    match = _CODE.match(code)
    what = match["what"] if match else code
    text = c.t.coded("breach", what)
    if match is None or text == what:
        return code if text == what else text
    parts = [c.stage(match["stage"])] if match["stage"] else []
    parts += [c.t(f"language.{match['language']}_teaching").lower()] if match["language"] else []
    return f"{text} ({', '.join(parts)})" if parts else text


def sensitivity(c: Context) -> Section:
    """Return what turns when every capacity is lower or higher."""
    table = c.results.tables["sensitivity"]
    factors = sorted(set(table["capacity_factor"].astype(float)))
    named = c.listing([f"×{c.n.number(factor, 1)}" for factor in factors])
    blocks: list[Block] = [Paragraph(c.t("sensitivity.text", factors=named))]
    gains = money_tables.sensitivity_of_gains(c.results)
    if len(gains):
        blocks.append(_gains_table(c, gains))
    closures = table[(table["what"] == "closure") & table["turns"].astype(bool)]
    if closures.empty:
        blocks.append(Paragraph(c.t("sensitivity.no_closure")))
    else:
        blocks.append(_closures(c, closures))
    return Section("sensitivity", c.t("sensitivity.title"), tuple(blocks))


def _gains_table(c: Context, gains: pd.DataFrame) -> Table:
    table = c.results.tables["sensitivity"]
    turned = table[(table["what"] == "gain") & table["turns"].astype(bool)]
    shaky = set(turned["municipality"].astype(str))
    rows = []
    for code in [*c.names, ""]:
        if code not in gains.index:
            continue
        marks = (c.t("mark.not_robust"),) if code in shaky else ()
        cells = tuple(c.euros(gains[factor][code], signed=True) for factor in gains.columns)
        rows.append(Row(Cell(c.place(code), marks=marks), cells, "" if code else "total"))
    return Table(
        key="sensitivity-gains",
        caption=c.t("sensitivity.gains_caption", years=c.years, price_year=c.results.price_year),
        columns=(
            c.t("word.municipality"),
            *(
                c.t("sensitivity.factor", factor=c.n.number(float(str(f)), 1))
                for f in gains.columns
            ),
        ),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("sensitivity.gains_note"),),
    )


def _closures(c: Context, closures: pd.DataFrame) -> Table:
    names = c.results.tables["schools"].set_index("school")["name"]
    order = {code: k for k, code in enumerate(c.names)}
    turned = closures.sort_values("municipality", key=lambda s: s.map(order), kind="stable")
    rows = []
    for row in turned.to_dict("records"):
        school, _, stage = str(row["unit"]).partition(":")
        stage = stage.partition(":")[0]
        rows.append(
            Row(
                Cell(c.unit(str(names.get(school, school)), stage)),
                (
                    Cell(c.place(str(row["municipality"]))),
                    Cell(c.scenario(str(row["scenario"])) if row.get("scenario") else ""),
                    Cell(f"×{c.n.number(float(row['capacity_factor']), 1)}"),
                    Cell(_state(c, float(row["base"]))),
                    Cell(_state(c, float(row["value"]))),
                ),
            )
        )
    heads = ("unit", "municipality", "scenario", "capacity", "base", "value")
    return Table(
        key="sensitivity-closures",
        caption=c.t("sensitivity.closures_caption"),
        columns=tuple(c.t(f"sensitivity.{head}") for head in heads),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
    )


def _state(c: Context, value: float) -> str:
    """Return whether a unit closes: 1 (closes) or 0."""
    return c.t("sensitivity.closes" if value > 0.5 else "sensitivity.stays")


def impact(c: Context) -> Section:
    """Return what the figures say to a child-impact assessment, which others must make."""
    told = tables.child_impact(c.results)
    shown = {
        "moved": [c.count(v) for v in told["moved"]],
        "moved_share": [c.percent(v, 1) for v in told["moved_share"]],
        "mean_km_1_6": [c.number(v, 1) for v in told["mean_km_1_6"]],
        "mean_km_7_9": [c.number(v, 1) for v in told["mean_km_7_9"]],
        "over_5": [c.count(v) for v in told["over_5"]],
        "over_5_share": [c.percent(v) for v in told["over_5_share"]],
        "over_limit": [c.count(v) for v in told["over_limit"]],
        "choice": [c.percent(v) for v in told["choice"]],
        "schools_open": [c.number(v) for v in told["schools_open"]],
        "group_size": [c.number(v, 1) for v in told["group_size"]],
    }
    table = Table(
        key="impact-table",
        caption=c.t("impact.caption", years=c.years),
        columns=(c.t("impact.measure"), *(c.scenario(name) for name in told["scenario"])),
        rows=tuple(Row(Cell(c.t(f"measure.{key}")), tuple(v)) for key, v in shown.items()),
        badges=c.badges,
        source=c.source,
        notes=(c.t("note.hidden"),),
    )
    return Section(
        "impact",
        c.t("impact.title"),
        (
            Paragraph(c.t("impact.text")),
            table,
            Paragraph(c.t("impact.missing"), "warning"),
            Paragraph(c.t("impact.prepared_by")),
        ),
    )
