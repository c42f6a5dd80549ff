"""What it costs and who gains: cost, waterfall, compensation, gains and their transfer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from skolnat.plan.scenario import SCENARIOS
from skolnat.report import charts, money_tables
from skolnat.report.blocks import (
    Block,
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
from skolnat.report.sections.buildings import buildings
from skolnat.report.sections.measures import measures

COMPARED = ("today", "alone", "together")
SIDE = {"gross": "/gross", "compensation": "/payments", "net": ""}
"""Columns of what a municipality pays, and the step of a cost id that each is."""


def cost(c: Context) -> Section:
    """Return cost by item, the waterfall, and cost by municipality, gross and net."""
    blocks = (
        Paragraph(c.t("cost.text", price_year=c.results.price_year)),
        *_nominal(c),
        _waterfall(c),
        _items(c),
        _municipalities(c),
        _kinds(c),
        *measures(c),
        *buildings(c),
    )
    return Section("cost", c.t("cost.title"), blocks)


def _nominal(c: Context) -> list[Block]:
    """Return what the cost is in euros of each year, beside the real one."""
    told = money_tables.real_and_nominal(c.results, "together")
    if told is None:
        return []
    growth = c.n.percent(told.growth, 1 if told.growth % 0.01 else 0)
    return [
        Paragraph(
            c.t(
                "cost.nominal", growth=growth, price_year=c.results.price_year,
                real=c.money(told.real), nominal=c.money(told.nominal),
            )
        )
    ]  # fmt: skip


def _id(c: Context, path: str) -> Cell:
    """Return the id of a row's figures, the scenario left open where all have it."""
    having = [name for name in c.results.scenarios if f"{name}/{path}" in c.figures]
    if len(having) in (0, len(c.results.scenarios)):
        return Cell(f"*/{path}")
    return Cell(f"{'together' if 'together' in having else having[0]}/{path}")


def _waterfall(c: Context) -> Figure:
    steps = money_tables.waterfall(c.results)
    labels = [_step(c, kind) for kind in steps["kind"]]
    spec = charts.waterfall(steps, labels, c.n)
    described = "; ".join(
        f"{label} {c.n.millions(change, signed=True)}"
        for label, change in zip(labels, steps["end"] - steps["start"], strict=True)
    )
    inks = (("--sand", "less"), ("--rust", "more"), ("--blue", "sum"))
    return Figure(
        key="waterfall",
        caption=c.t("cost.waterfall_caption", years=c.years, price_year=c.results.price_year),
        pictures=(Picture(charts.to_svg(spec, c.language, "waterfall", described)),),
        legend=tuple(
            Swatch(
                f'<rect x="3" y="2" width="13" height="12" fill="var({ink})"/>',
                c.t(f"cost.legend_{key}"),
            )
            for ink, key in inks
        ),
        badges=c.badges,
        source=c.source,
    )


def _step(c: Context, kind: str) -> str:
    return c.scenario(kind) if kind in SCENARIOS else c.t(f"kind_of_cost.{kind}")


def _items(c: Context) -> Table:
    items = money_tables.by_item(c.results)
    rows = [
        Row(
            Cell(c.t(f"item.{item}")),
            (*_row(c, items.loc[item], f"all/gross/{item}"), _id(c, f"all/gross/{item}")),
        )
        for item in items.index
    ]
    total = (*_row(c, items.sum(), "all/gross"), _id(c, "all/gross"))
    rows.append(Row(Cell(c.t("word.total")), total, "total"))
    return Table(
        key="cost-items",
        caption=c.t("cost.items_caption", years=c.years, price_year=c.results.price_year),
        columns=(c.t("cost.item"), *(c.scenario(n) for n in items.columns), c.t("cost.id")),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("cost.id_note", example="together/all/gross/teaching"), *_state_share(c)),
    )


def _row(c: Context, values: pd.Series, path: str) -> list[Cell]:
    """Return a figure of every scenario, each leading to its parts."""
    return [c.figure(float(eur), f"{scenario}/{path}") for scenario, eur in values.items()]


def _state_share(c: Context) -> tuple[str, ...]:
    told = c.results.summary.get("state_share_eur_per_year")
    if not told:
        return ()
    return (c.t("cost.state_share", share=c.money(sum(told.values()))),)


def _municipalities(c: Context) -> Table:
    told = money_tables.by_municipality(c.results)
    at = keyed(told, "scenario", "municipality")
    columns = ("gross", "compensation", "net")
    rows = []
    for code, name in (c.names | c.accounts).items():
        cells = [
            c.figure(
                _of(at, scenario, code, column),
                f"{scenario}/{code}{SIDE[column]}",
                signed=column == "compensation",
            )
            for scenario in COMPARED
            for column in columns
        ]
        rows.append(Row(Cell(name), (*cells, _id(c, code))))
    cells = []
    for scenario in COMPARED:
        mine = told[told["scenario"] == scenario]
        cells += [
            c.figure(mine["gross"].sum(), f"{scenario}/all/gross"),
            c.euros(0.0),
            c.figure(mine["net"].sum(), f"{scenario}/all"),
        ]
    cells.append(_id(c, "all"))
    rows.append(Row(Cell(c.place("")), tuple(cells), "total"))
    heads = [c.t(f"cost.{column}") for column in columns]
    return Table(
        key="cost-municipalities",
        caption=c.t("cost.municipalities_caption", years=c.years, price_year=c.results.price_year),
        columns=(c.t("word.municipality"), *heads, *heads, *heads, c.t("cost.id")),
        groups=(("", 1), *((c.scenario(scenario), 3) for scenario in COMPARED), ("", 1)),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(
            c.t("cost.compensation_note"),
            c.t("cost.id_note", example=f"together/{next(iter(c.names))}/gross"),
        ),
    )


def _of(at: Mapping[Any, Mapping[str, Any]], scenario: str, code: str, column: str) -> float:
    """What one pays in a scenario; an account is none where the agreement does not hold."""
    return float(at[scenario, code][column]) if (scenario, code) in at else 0.0


def _kinds(c: Context) -> Table:
    """Return each municipality's cost together by kind, and the change from alone."""
    together = money_tables.by_kind(c.results, "together")
    alone = money_tables.by_kind(c.results, "alone")
    change = together.sub(alone, fill_value=0.0)
    accounts = {code: name for code, name in c.accounts.items() if code in together.index}
    kinds = [kind for kind in together.columns if together[kind].abs().sum() >= 1.0]
    rows = []
    for code, name in [*c.names.items(), *accounts.items(), ("", c.place(""))]:
        now = (together.loc[[code]] if code else together).sum()
        less = (change.loc[[code]] if code else change).sum()
        cells = [_with_change(c, float(now[k]), float(less[k])) for k in kinds]
        cells.append(_with_change(c, float(now.sum()), float(less.sum())))
        rows.append(Row(Cell(name), tuple(cells), "" if code else "total"))
    return Table(
        key="cost-kinds",
        caption=c.t("cost.kinds_caption", years=c.years, price_year=c.results.price_year),
        columns=(
            c.t("word.municipality"),
            *(c.t(f"kind_of_cost.{kind}") for kind in kinds),
            c.t("word.total"),
        ),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("cost.kinds_note"),),
    )


def _with_change(c: Context, now: float, change: float) -> Cell:
    text = c.n.thousand_euros(change, signed=True)
    return Cell(f"{c.n.thousand_euros(now)}\n({text})", "number")


def gains(c: Context) -> Section:
    """Return who gains by cooperating, before and after a fair transfer."""
    told = money_tables.gains(c.results)
    low, high = c.results.gain
    interval = c.money(low, high)
    blocks: list[Block] = [Paragraph(c.t("gains.text", interval=interval))]
    reasons = sorted(set(told["withheld"]) - {""})
    blocks += [Paragraph(c.t.coded("gains_withheld", reason), "warning") for reason in reasons]
    blocks += [_winners(c, told), _gain_table(c, told), Paragraph(c.t("gains.compensation_text"))]
    return Section("gains", c.t("gains.title"), tuple(blocks))


def _winners(c: Context, told: pd.DataFrame) -> Figure:
    frame = told.assign(name=[c.place(code) for code in told["municipality"]])
    frame[["before_transfer", "share"]] = frame[["before_transfer", "share"]] / 1e3
    spec = charts.winners(frame, c.n)
    described = "; ".join(
        f"{name} {c.n.number(gain, signed=True)}"
        for name, gain in zip(frame["name"], frame["before_transfer"], strict=True)
    )
    signs = [
        ('<rect x="3" y="2" width="13" height="12" fill="var(--blue)"/>', "wins"),
        ('<rect x="3" y="2" width="13" height="12" fill="var(--rust)"/>', "loses"),
    ]
    if frame["share"].notna().any():
        signs.append(('<path d="M10 2l6 6l-6 6l-6 -6z" fill="var(--sand)"/>', "share"))
    return Figure(
        key="winners",
        caption=c.t("gains.figure_caption", years=c.years, price_year=c.results.price_year),
        pictures=(Picture(charts.to_svg(spec, c.language, "winners", described)),),
        legend=tuple(Swatch(svg, c.t(f"gains.legend_{key}")) for svg, key in signs),
        badges=c.badges,
        source=c.source,
    )


def _gain_table(c: Context, told: pd.DataFrame) -> Table:
    at = keyed(told, "municipality")
    rows = []
    for code, name in c.names.items():
        row = at[code]
        marks = () if row["robust"] else (c.t("mark.not_robust"),)
        rows.append(
            Row(
                Cell(name, marks=marks),
                (
                    c.euros(row["before_transfer"], signed=True),
                    _or_withheld(c, row["share"]),
                    _or_withheld(c, row["transfer"]),
                    _error(c, row["standard_error"], row["share"]),
                    c.euros(row["net_of_compensation"], signed=True),
                ),
            )
        )
    sums = told[["before_transfer", "share", "transfer", "net_of_compensation"]].sum(min_count=1)
    whole = not told["share"].isna().any()
    rows.append(
        Row(
            Cell(c.place("")),
            (
                c.euros(float(sums["before_transfer"]), signed=True),
                c.euros(float(sums["share"]), signed=True) if whole else c.withheld(),
                c.euros(0.0) if whole else c.withheld(),
                c.number(float("nan")),
                c.euros(float(sums["net_of_compensation"]), signed=True),
            ),
            "total",
        )
    )
    columns = ("before", "share", "transfer", "error", "net")
    return Table(
        key="gains-table",
        caption=c.t("gains.table_caption", years=c.years, price_year=c.results.price_year),
        columns=(c.t("word.municipality"), *(c.t(f"gains.{column}") for column in columns)),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("gains.transfer_note"), c.t("gains.method_note")),
    )


def _or_withheld(c: Context, euros: float) -> Cell:
    return c.withheld() if math.isnan(euros) else c.euros(euros, signed=True)


def _error(c: Context, error: float, share: float) -> Cell:
    if math.isnan(share):
        return c.withheld()
    if error == 0.0:
        return Cell(c.t("gains.exact"), "number")
    return Cell(f"±{c.n.thousand_euros(error)}", "number")
