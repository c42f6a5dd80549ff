"""The answer in a few sentences, and the scenarios side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from skolnat.report import school_tables, tables
from skolnat.report.blocks import Block, Cell, Items, Paragraph, Row, Section, Table
from skolnat.report.bus_tables import has_routes
from skolnat.report.context import Context
from skolnat.report.results import keyed

Facts = Mapping[str, Mapping[str, Any]]
"""Figures of each scenario."""


def answer(c: Context) -> Section:
    """Return the answer in five sentences."""
    facts = keyed(tables.scenarios(c.results), "scenario")
    sentences = (
        children(c),
        _alone(c, facts),
        _together(c, facts),
        gain(c),
        robustness(c),
    )
    blocks: tuple[Block, ...] = (
        Items(sentences, numbered=True),
        Paragraph(c.t("answer.basis", years=c.years, price_year=c.results.price_year)),
    )
    return Section("answer", c.t("answer.title"), blocks)


def children(c: Context) -> str:
    """Tell how the number of children changes, with its interval."""
    forecast = tables.forecast(c.results)
    region = keyed(forecast[forecast["municipality"] == ""], "year")
    first, last = min(region), max(region)
    end = region[last]
    low, high = end["change_low"], end["change_high"]
    key = "falls" if high < 0.0 else "rises" if low > 0.0 else "unclear"
    middle = end["change"]
    sizes = sorted((abs(low), abs(high))) if key != "unclear" else [low, high]
    return c.t(
        f"answer.children_{key}",
        region=c.region, first=first, last=last,
        start=c.n.number(_tens(region[first]["p50"])),
        end=c.n.number(_tens(end["p50"])),
        change=c.n.percent(abs(middle) if key != "unclear" else middle, signed=key == "unclear"),
        interval=c.n.interval(c.n.number(100.0 * sizes[0]), c.n.percent(sizes[1])),
    )  # fmt: skip


def _tens(value: float) -> float:
    """Round large counts to tens: the last digit of a forecast says nothing."""
    return float(round(value, -1)) if value >= 1000.0 else value


def _alone(c: Context, facts: Facts) -> str:
    row = facts["alone"]
    return c.t(
        "answer.alone",
        saving=c.money(row["saving"]),
        today=int(facts["today"]["schools_open"]),
        schools=int(row["schools_open"]),
        year=c.results.years[1],
        moved=_few(c, row["moved"]),
    )


def _together(c: Context, facts: Facts) -> str:
    row, alone = facts["together"], facts["alone"]
    return c.t(
        "answer.together",
        saving=c.money(row["saving"]),
        schools=int(row["schools_open"]),
        year=c.results.years[1],
        moved=_few(c, row["moved"]),
        km=c.n.number(row["mean_km"], 1),
        km_alone=c.n.number(alone["mean_km"], 1),
        km_today=c.n.number(facts["today"]["mean_km"], 1),
        over=_few(c, row["over_limit"]),
    )


def _few(c: Context, count: float) -> str:
    return c.t("word.under_three") if math.isnan(count) else c.n.number(count)


def gain(c: Context) -> str:
    """Tell the gain of cooperating as a proven interval, or that none is proven."""
    low, high = c.results.gain
    key = "gain_not_proven"
    if c.results.proven:
        key = "gain_proven_withheld" if tables_withheld(c) else "gain_proven"
    told = f"{c.t(f'answer.{key}', interval=c.money(low, high))} {_small_groups(c)}"
    return f"{told} {_routes(c)}" if has_routes(c.results) else told


def _routes(c: Context) -> str:
    """Tell what bus routes change in the gain: the proven interval knows distances alone."""
    told = c.results.summary["scenarios"]
    more = [float(told[name]["routes_instead_eur_per_year"]) for name in ("alone", "together")]
    less = more[0] - more[1]
    return c.t(f"answer.routes_{'more' if less < 0.0 else 'less'}", amount=c.money(abs(less)))


def _small_groups(c: Context) -> str:
    """Tell what small groups cost alone less together: the proven interval does not hold it."""
    less = float(c.results.summary["gain"]["small_groups"])
    return c.t(f"answer.small_groups_{'more' if less < 0.0 else 'less'}", amount=c.money(abs(less)))


def tables_withheld(c: Context) -> bool:
    """Return whether any share is withheld."""
    return bool(c.results.tables["gains"]["share"].isna().any())


def robustness(c: Context) -> str:
    """Tell what turns when capacities change."""
    table = c.results.tables["sensitivity"]
    factors = c.listing([f"×{c.n.number(f, 1)}" for f in sorted(set(table["capacity_factor"]))])
    units = {unit for _, unit in school_tables.not_robust_units(c.results)}
    turned = table[(table["what"] == "gain") & table["turns"].astype(bool)]
    codes = sorted(set(turned["municipality"]) - {""}, key=list(c.names).index)
    places = c.listing([c.place(code) for code in codes])
    if not units and not codes:
        return c.t("answer.robust", factors=factors)
    if not codes:
        return c.t("answer.not_robust_units", factors=factors, units=len(units))
    return c.t("answer.not_robust", factors=factors, units=len(units), places=places)


def scenarios(c: Context) -> Section:
    """Return the scenarios side by side."""
    facts = tables.scenarios(c.results)
    rows = [
        _row(c, "cost", [c.euros(v) for v in facts["cost"]]),
        _row(c, "changeable", [c.euros(v) for v in facts["changeable"]]),
        _row(c, "small_groups", [c.euros(v) for v in facts["small_groups"]]),
        _row(
            c,
            "cost_interval",
            [
                Cell(c.n.interval(c.n.thousand_euros(low), c.n.thousand_euros(high)), "number")
                for low, high in zip(facts["cost_low"], facts["cost_high"], strict=True)
            ],
        ),
        _row(c, "saving", [c.euros(v) for v in facts["saving"]]),
        _row(
            c,
            "gap",
            [_gap(c, name, v) for name, v in zip(facts["scenario"], facts["gap"], strict=True)],
        ),
        _row(c, "schools_open", [c.number(v) for v in facts["schools_open"]]),
        _row(c, "moved", [c.count(v) for v in facts["moved"]]),
        _row(c, "mean_km", [c.number(v, 1) for v in facts["mean_km"]]),
        _row(c, "mean_minutes", [c.number(v) for v in facts["mean_minutes"]]),
        _row(c, "over_limit", [c.count(v) for v in facts["over_limit"]]),
        _row(c, "choice", [c.percent(v) for v in facts["choice"]]),
    ]
    table = Table(
        key="scenario-table",
        caption=c.t("scenarios.caption", years=c.years, price_year=c.results.price_year),
        columns=(c.t("scenarios.measure"), *(c.scenario(name) for name in facts["scenario"])),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(
            c.t("scenarios.note_gap"),
            _least_small_groups(c),
            _in_futures(c),
            c.t("note.hidden"),
        ),
    )
    told = Items(tuple(c.t(f"scenario_text.{name}") for name in facts["scenario"]))
    return Section("scenarios", c.t("scenarios.title"), (told, table))


def _least_small_groups(c: Context) -> str:
    """Return the note on small groups, with the least that they can cost where plans differ."""
    least = c.results.summary["scenarios"]["together"]["small_groups_least_eur_per_year"]
    return c.t("scenarios.note_small_groups", least=c.money(least))


def _in_futures(c: Context) -> str:
    """Return the note on what the costs are computed for."""
    gain = c.results.summary["gain_in_futures"]
    low, high = c.n.number(gain["p10"]), c.n.number(gain["p90"])
    return c.t("scenarios.note_forecast", low=low, high=high)


def _row(c: Context, key: str, cells: list[Cell]) -> Row:
    return Row(Cell(c.t(f"measure.{key}")), tuple(cells))


def _gap(c: Context, scenario: str, gap: float) -> Cell:
    if scenario == "today":
        return Cell(c.t("scenarios.no_gap"), "number")
    return c.percent(gap, 2)
