"""The term sheet of each agreement, and what leaving it costs: the exit year."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from skolnat.report.blocks import Block, Cell, Heading, Paragraph, Row, Section, Table
from skolnat.report.context import HIDDEN, Context
from skolnat.report.suppress import is_small


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
        table = _exit(c, sheet, name, k)
        blocks.append(table or Paragraph(c.t("terms.no_exit")))
    return Section("terms", c.t("terms.title"), tuple(blocks))


def _sheet(c: Context, sheet: Mapping[Any, Any], name: str, k: int) -> Table:
    parties = [c.place(code) for code in str(sheet["parties"]).split(";")]
    stages = c.listing([c.stage(stage) for stage in str(sheet["stages"]).split(";")])
    sure = c.t.coded("certainty", str(sheet["certainty"]))
    law = c.paragraph(str(sheet["paragraph"])) or c.t("terms.no_law")
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
        "thresholds": c.t(f"terms.counted_{'together' if sheet['one_provider'] else 'apart'}"),
        "employer": c.t(f"employer.{sheet['employer']}"),
        "decider": c.t(f"decider.{sheet['decider']}"),
        "notice": notice if sheet["notice_agreed"] else c.t("terms.notice_assumed", notice=notice),
        "after_end": c.t(f"after_end.{sheet['after_end']}"),
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
    return c.t(f"price.{sheet['price']}", share=share)


def _exit(c: Context, sheet: Mapping[Any, Any], name: str, k: int) -> Table | None:
    """Return who pays what to whom when notice is given; None where nothing is paid."""
    table = c.results.tables["exit"]
    own = table[table["agreement"] == sheet["agreement"]]
    if own.empty:
        return None
    keys = ["notice_months", "end", "year", "payer", "receiver", "kind"]
    # Small flows are hidden by stage before anything is summed: a sum of two would tell of one.
    hide = pd.Series(is_small(own["pupils"].to_numpy()), index=own.index)
    sums = own.assign(hide=hide).groupby(keys, as_index=False, sort=False)
    found = sums.agg(eur=("eur", "sum"), months=("months", "max"), hide=("hide", "any"))
    order = {"in_force": 0, "lag": 1, "paid_back": 2}
    found = found.assign(order=found["kind"].map(order)).sort_values(
        ["notice_months", "year", "order", "payer", "receiver"]
    )
    rows: list[Row] = []
    for (notice, end), group in found.groupby(["notice_months", "end"], sort=False):
        head = c.t("terms.exit_head", months=int(notice), end=_day(c, str(end)))
        rows.append(Row(Cell(head), (), "group"))
        for row in group.to_dict("records"):
            euros = Cell(HIDDEN, "hidden") if row["hide"] else c.euros(float(row["eur"]))
            rows.append(
                Row(
                    Cell(str(row["year"])),
                    (
                        Cell(f"{c.place(str(row['payer']))} → {c.place(str(row['receiver']))}"),
                        Cell(c.t(f"exit_kind.{row['kind']}")),
                        c.number(float(row["months"]), 1),
                        euros,
                    ),
                )
            )
    years = (int(found["year"].min()), int(found["year"].max()))
    return Table(
        key=f"exit-{k}",
        caption=c.t(
            "terms.exit_caption", name=name, given=_day(c, str(sheet["given"])),
            first=years[0], last=years[1], price_year=c.results.price_year,
        ),
        columns=tuple(
            c.t(f"terms.column_{key}") for key in ("year", "pair", "kind", "months", "euros")
        ),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("terms.exit_note"), c.t("note.hidden")),
    )  # fmt: skip
