"""The account that several municipalities have in common: what it bears, and who pays it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from skolnat.plan.agreement import AUTHORITY
from skolnat.report.blocks import Block, Cell, Row, Table
from skolnat.report.context import HIDDEN, Context
from skolnat.report.suppress import hidden, is_small

PAID = ("compensation", "given_back", "share", "pays")
"""Columns of what is paid, beside the cost of the schools."""


def is_authority(sheet: Mapping[Any, Any]) -> bool:
    """Whether an agreement's account is that of a joint authority."""
    return str(sheet.get("account", "")).startswith(AUTHORITY)


def account(c: Context, sheet: Mapping[Any, Any], name: str, k: int) -> list[Block]:
    """Return the account of an agreement when together; nothing where there is none."""
    holder = str(sheet.get("account", ""))
    if not holder or "accounts" not in c.results.tables:
        return []
    table = c.results.tables["accounts"]
    own = table[(table["scenario"] == "together") & (table["agreement"] == sheet["agreement"])]
    if own.empty:
        return []
    own = _hidden(own)
    rows = [_row(c, c.place(str(row["municipality"])), row) for row in own.to_dict("records")]
    sums = table.loc[own.index, ["cost", *PAID]].sum().to_dict()
    head = c.t("word.total")
    rows.append(Row(Cell(head), _row(c, head, sums).cells, "total"))
    notes = ["account_note" if is_authority(sheet) else "account_note_head"]
    return [
        Table(
            key=f"account-{k}",
            caption=c.t(
                "terms.account_caption", name=name, years=c.years, price_year=c.results.price_year
            ),
            columns=(
                c.t("word.municipality"), c.t("terms.column_account_cost"),
                *(c.t(f"terms.column_{column}") for column in PAID),
            ),
            rows=tuple(rows),
            badges=c.badges,
            source=c.source,
            notes=(
                *(c.t(f"terms.{note}") for note in notes),
                c.t("terms.account_zero", id=f"together/{holder}"),
                *((c.t("note.hidden"),) if own["pays"].isna().any() else ()),
            ),
        )
    ]  # fmt: skip


def _hidden(own: pd.DataFrame) -> pd.DataFrame:
    """Hide what is paid for few pupils: euros by statute over the base are a count of pupils."""
    pupils = own["pupils"].fillna(0.0).to_numpy(np.float64)
    small = np.where(is_small(pupils), 1.0, np.maximum(pupils, 100.0) * (pupils > 0.0))
    size = len(own)
    hide = hidden(np.append(small, small.sum()), [(size, tuple(range(size)))])[:size]
    return own.assign(**{column: own[column].mask(hide) for column in PAID})


def _row(c: Context, name: str, row: Mapping[Any, Any]) -> Row:
    cells = [c.euros(float(row["cost"]))]
    for column in PAID:
        value = float(row[column])
        signed = column != "pays"
        hide = math.isnan(value)
        cells.append(Cell(HIDDEN, "hidden") if hide else c.euros(value, signed=signed))
    return Row(Cell(name), tuple(cells))
