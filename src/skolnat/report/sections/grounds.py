"""What the report rests on: rules, sources, method, what is weak, and what the words mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from skolnat.common.faults import Fault, render
from skolnat.report.blocks import Block, Cell, Heading, Items, Paragraph, Row, Section, Table, Terms
from skolnat.report.context import Context
from skolnat.sources import reference

USED = (
    "municipalities", "boundaries", "population", "regional_population", "regional_projection",
    "regional_fertility", "age_classes", "postal_ages", "totals", "migration", "language_shares",
    "grid", "schools",
)  # fmt: skip
"""Reference tables that a study's figures rest on."""

DEFINED = (
    "cost", "changeable", "gap", "gain", "share", "transfer", "moved", "over_limit", "journey",
    "capacity", "use", "groups", "choice", "school_open", "interval", "robust", "hidden",
)  # fmt: skip
"""Figures that are defined, in the order in which they appear."""


def grounds(c: Context) -> Section:
    """Return assumptions, sources, method, weaknesses and definitions."""
    blocks: list[Block] = [
        Heading(c.t("grounds.weak_title")),
        Items(_weak(c)),
        *_warnings(c),
        Heading(c.t("grounds.method_title")),
        *(Paragraph(c.t(f"grounds.method_{k}")) for k in ("1", _on_roads(c, "2"), "3", "4", "5")),
        Heading(c.t("grounds.definitions_title")),
        Terms(tuple((c.t(f"define.{key}"), c.t(f"definition.{key}")) for key in DEFINED)),
        Heading(c.t("grounds.rules_title")),
        Paragraph(c.t("grounds.rules_text")),
        *_overrides(c),
        *(_rules(c, file) for file in ("law", "money", "teaching", "assumptions", "buildings")),
        Heading(c.t("grounds.sources_title")),
        _sources(c),
        Paragraph(c.t("grounds.attribution")),
    ]
    return Section("grounds", c.t("grounds.title"), tuple(blocks))


def _on_roads(c: Context, key: str) -> str:
    """Return the key of what is told where journeys follow real roads, or of what is without."""
    return f"{key}_roads" if c.results.summary.get("roads") else key


def _weak(c: Context) -> tuple[str, ...]:
    estimated = [str(code) for code in c.results.summary.get("estimated", [])]
    named = ", ".join(dict.fromkeys(c.t.coded("estimate", code) for code in estimated))
    items = [c.t("weak.estimated", inputs=named)] if named else []
    items += [
        c.t(f"weak.{key}")
        for key in (
            _on_roads(c, "journeys"),
            "capacity",
            "cost",
            "language",
            "places",
            "pupils",
            "buildings",
        )
    ]
    return tuple(items)


def _warnings(c: Context) -> list[Block]:
    """Return what was noticed in the inputs and did not stop the work."""
    found: list[Mapping[str, Any]] = list(c.results.summary.get("warnings", []))
    if not found:
        return []
    texts = [
        render(Fault(str(one["code"]), values=dict(one.get("values", {}))), c.language)
        for one in found
    ]
    return [Heading(c.t("grounds.warnings_title")), Items(tuple(dict.fromkeys(texts)))]


def _overrides(c: Context) -> list[Block]:
    rules = c.results.tables["rules"]
    own = rules[rules["overridden"].astype(bool)]
    if own.empty:
        return [Paragraph(c.t("grounds.no_overrides"))]
    rows = tuple(
        Row(
            Cell(str(row[f"name_{c.language}"])),
            (value_cell(c, row), Cell(_unit(c, str(row["unit"]))), Cell(str(row["why"]))),
        )
        for row in own.to_dict("records")
    )
    heads = ("rule", "value", "unit", "why")
    table = Table(
        key="overrides",
        caption=c.t("grounds.overrides_caption"),
        columns=tuple(c.t(f"grounds.{head}") for head in heads),
        rows=rows,
    )
    return [table]


def _rules(c: Context, file: str) -> Table:
    rules = c.results.tables["rules"]
    rows = [
        Row(
            _rule_head(c, row),
            (
                value_cell(c, row),
                Cell(_unit(c, str(row["unit"]))),
                Cell(_since(c, row)),
                _source_of_rule(c, row),
                Cell(c.t.coded("certainty", str(row["certainty"]))),
            ),
        )
        for row in rules[rules["file"] == file].to_dict("records")
    ]
    heads = ("rule", "value", "unit", "since", "source", "certainty")
    return Table(
        key=f"rules-{file}",
        caption=c.t(f"grounds.caption_{file}"),
        columns=tuple(c.t(f"grounds.{head}") for head in heads),
        rows=tuple(rows),
    )


def _rule_head(c: Context, row: Mapping[Any, Any]) -> Cell:
    name = str(row[f"name_{c.language}"])
    paragraph = c.paragraph(str(row["paragraph"] or ""))
    marks = (c.t("mark.overridden"),) if row["overridden"] else ()
    return Cell(f"{name}\n{paragraph}" if paragraph else name, marks=marks)


def value_cell(c: Context, row: Mapping[Any, Any]) -> Cell:
    """Return the value of a rule: a number, or yes or no."""
    text = str(row["value"])
    if text in ("True", "False") or row["unit"] == "":
        return Cell(c.t("word.no" if text in ("False", "0", "0.0") else "word.yes"), "number")
    value = float(text)
    if row["unit"] == "year":
        return Cell(f"{value:.0f}", "number")
    digits = next((d for d in (0, 1, 2) if abs(value - round(value, d)) < 1e-9), 3)
    return c.number(value, digits)


def _unit(c: Context, unit: str) -> str:
    return c.t.coded("unit", unit) if unit else ""


def _since(c: Context, row: Mapping[Any, Any]) -> str:
    text = str(row["valid_from"] or "")
    if row["overridden"] or not text[:4].isdigit():
        return c.t("grounds.all_years")
    day = date.fromisoformat(text[:10])
    if day.year <= 1000:
        return c.t("grounds.all_years")
    if c.language == "en":
        return f"{day.day} {_month_name(c, day.month)} {day.year}"
    return f"{day.day}.{day.month}.{day.year}"


def _source_of_rule(c: Context, row: Mapping[Any, Any]) -> Cell:
    own = row.get(f"source_{c.language}")
    if own and not pd.isna(own):
        return Cell(str(own))
    # Results of an older version tell their sources in Swedish alone.
    lang = "" if c.language == "sv" or row["overridden"] else "sv"
    return Cell(str(row["source"]), lang=lang)


def _sources(c: Context) -> Table:
    told = reference.sources()
    rows = tuple(
        Row(
            Cell(c.t(f"source_title.{name}")),
            (
                Cell(c.t.coded("holder", told[name].holder)),
                Cell(_dates(c, told[name].year)),
                Cell(told[name].licence),
                Cell(_month(c, told[name].retrieved)),
            ),
        )
        for name in USED
    )
    heads = ("source_data", "holder", "year", "licence", "retrieved")
    return Table(
        key="sources",
        caption=c.t("grounds.sources_caption"),
        columns=tuple(c.t(f"grounds.{head}") for head in heads),
        rows=rows,
    )


def _dates(c: Context, text: str) -> str:
    """Return the years of a source in the report's language: they come as short English."""
    return (
        text.replace("31 December", c.t("word.31_december"))
        .replace(" and ", c.t("word.and"))
        .replace("carried to", c.t("word.carried_to"))
        .replace("-", "–")
    )


def _month(c: Context, text: str) -> str:
    """Return a month, written 2026-11 at the source."""
    year, _, month = text.partition("-")
    return f"{_month_name(c, int(month))} {year}"


def _month_name(c: Context, month: int) -> str:
    return c.t(f"month.{month}")
