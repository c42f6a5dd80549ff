"""The term sheet of each agreement, and what leaving it costs: the exit year."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from skolnat.report import exit_tables
from skolnat.report.blocks import Block, Cell, Heading, Paragraph, Row, Section, Table
from skolnat.report.context import HIDDEN, Context
from skolnat.report.sections.accounts import account, is_authority


def terms(c: Context) -> Section:
    """Return the term sheets, each with the account of its exit year."""
    sheets = c.results.tables["agreements"]
    blocks: list[Block] = [Paragraph(c.t("terms.text"))]
    if sheets.empty:
        blocks.append(Paragraph(c.t("terms.none")))
    for k, sheet in enumerate(sheets.to_dict("records")):
        name = c.t("terms.draft") if sheet["draft"] else str(sheet["agreement"])
        blocks.append(Heading(name))
        if sheet["draft"]:
            blocks.append(Paragraph(c.t("terms.draft_text"), "warning"))
        blocks.append(_sheet(c, sheet, name, k))
        blocks += account(c, sheet, name, k)
        blocks += _exit(c, sheet, name, k)
    return Section("terms", c.t("terms.title"), tuple(blocks))


def _sheet(c: Context, sheet: Mapping[Any, Any], name: str, k: int) -> Table:
    parties = [c.place(code) for code in str(sheet["parties"]).split(";")]
    stages = c.listing([c.stage(stage) for stage in str(sheet["stages"]).split(";")])
    sure = c.t.coded("certainty", str(sheet["certainty"]))
    rules = c.results.tables["rules"].set_index("rule")
    source = f"source_{c.language}" if f"source_{c.language}" in rules else "source"
    law = str(rules.at[f"forms.{sheet['form']}.one_provider", source])
    after = c.t("terms.until_further_notice")
    notice = c.t("terms.months", count=int(sheet["notice_months"]))
    rows = {
        "parties": c.listing(parties),
        "form": c.t(f"form.{sheet['form']}"),
        "law": f"{law} ({sure})",
        "responsible": c.place(str(sheet["responsible"])) if sheet["responsible"] else "",
        "stages": stages,
        "start": _day(c, str(sheet["start"])),
        "end": _day(c, str(sheet["end"])) if sheet["end"] else after,
        "price": _price(c, sheet),
        "account": _holder(c, sheet),
        "key": _key(c, sheet),
        "thresholds": c.t(f"terms.counted_{'together' if sheet['one_provider'] else 'apart'}"),
        "employer": c.t(f"employer.{sheet['employer']}"),
        "decider": c.t(f"decider.{sheet['decider']}"),
        "notice": notice if sheet["notice_agreed"] else c.t("terms.notice_assumed", notice=notice),
        "after_end": c.t(f"after_end.{_after_end(sheet)}"),
    }
    return Table(
        key=f"terms-{k}",
        caption=c.t("terms.caption", name=name),
        columns=(c.t("terms.term"), c.t("terms.content")),
        rows=tuple(
            Row(Cell(c.t(f"terms.row_{key}")), (Cell(text),)) for key, text in rows.items() if text
        ),
        source=c.t("terms.source"),
    )


def _day(c: Context, text: str) -> str:
    day = date.fromisoformat(text)
    if c.language == "en":
        return f"{day.day} {c.t(f'month.{day.month}')} {day.year}"
    return f"{day.day}.{day.month}.{day.year}"


def _price(c: Context, sheet: Mapping[Any, Any]) -> str:
    if sheet["price"] == "fixed":
        told = [
            f"{c.stage(stage)} {c.t('word.euros', amount=c.n.number(float(sheet[key])))}"
            for stage, key in (("1-6", "price_eur_1_6"), ("7-9", "price_eur_7_9"))
            if not math.isnan(float(sheet[key]))
        ]
        return c.t("price.fixed", prices=c.listing(told))
    share = c.n.percent(float(sheet["compensation_share"]))
    if sheet["price"] == "shared" and is_authority(sheet):
        return c.t("price.shared_authority", share=share)
    return c.t(f"price.{sheet['price']}", share=share)


def _after_end(sheet: Mapping[Any, Any]) -> str:
    """An authority keeps nothing that the statute pays it after the end."""
    after = str(sheet["after_end"])
    return "returned" if after == "statute" and is_authority(sheet) else after


def _holder(c: Context, sheet: Mapping[Any, Any]) -> str:
    holder = str(sheet.get("account", ""))
    if not holder or is_authority(sheet):
        return c.t("terms.account_authority") if holder else ""
    return c.t("terms.account_of", name=c.place(holder))


def _key(c: Context, sheet: Mapping[Any, Any]) -> str:
    """Return by what the cost of an account is shared; "" where there is none."""
    key = str(sheet.get("key", ""))
    if key != "shares":
        return c.t(f"key.{key}") if key else ""
    parts = [part.partition("=") for part in str(sheet["shares"]).split(";")]
    told = [f"{c.place(code)} {c.n.percent(float(part), 1)}" for code, _, part in parts]
    return c.t("key.shares", shares=c.listing(told))


def _exit(c: Context, sheet: Mapping[Any, Any], name: str, k: int) -> list[Block]:
    """Return what leaving costs by length of notice, and who pays it to whom."""
    told = exit_tables.by_notice(c.results, str(sheet["agreement"]))
    if told.empty:
        return [Paragraph(c.t("terms.no_exit"))]
    given = _day(c, str(sheet["given"]))
    return [
        _notices(c, told, c.t("terms.exit_caption", name=name, given=given), k),
        _pairs(c, sheet, name, k),
    ]


def _notices(c: Context, told: pd.DataFrame, caption: str, k: int) -> Table:
    rows = [
        Row(
            Cell(c.t("terms.months", count=int(row["notice_months"]))),
            (
                Cell(_day(c, str(row["end"]))),
                c.euros(float(row["in_force"])),
                c.number(float(row["months"]), 0),
                c.euros(float(row["lag"])),
                c.euros(float(row["paid_back"]), signed=True),
                Cell(str(int(row["last_year"])), "number"),
            ),
        )
        for row in told.to_dict("records")
    ]
    heads = ("notice", "end", "in_force", "months", "lag", "paid_back", "last")
    return Table(
        key=f"exit-{k}",
        caption=f"{caption}, {c.t('fact.prices_short', year=c.results.price_year)}",
        columns=tuple(c.t(f"terms.column_{head}") for head in heads),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("terms.exit_note"),),
    )


def _pairs(c: Context, sheet: Mapping[Any, Any], name: str, k: int) -> Table:
    notice = int(sheet["notice_months"])
    told = exit_tables.by_pair(c.results, str(sheet["agreement"]), notice)

    def euros(row: Mapping[Any, Any], column: str) -> Cell:
        value = float(row[column])
        return Cell(HIDDEN, "hidden") if math.isnan(value) else c.euros(value)

    rows = [
        Row(
            Cell(f"{c.place(str(row['payer']))} → {c.place(str(row['receiver']))}"),
            tuple(euros(row, column) for column in ("in_force", "lag", "paid_back")),
        )
        for row in told.to_dict("records")
    ]
    return Table(
        key=f"exit-pairs-{k}",
        caption=c.t(
            "terms.pairs_caption", name=name, months=notice, price_year=c.results.price_year
        ),
        columns=tuple(c.t(f"terms.column_{h}") for h in ("pair", "in_force", "lag", "paid_back")),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("note.hidden"),),
    )
