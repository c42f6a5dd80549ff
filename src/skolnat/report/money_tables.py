"""Tables of money: what a scenario costs, to whom, for what, and who gains by cooperating.

Euros a year are means over the years of the plan, in real prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from skolnat.plan.scenario import PAYMENTS
from skolnat.report.results import Results, once

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "teaching": ("teaching", "pupil_teaching", "shared_teaching"),
    "leadership": ("leadership",),
    "property": ("property", "extension", "closing"),
    "transport": ("transport", "boarding"),
    "distance_groups": ("distance_groups",),
    "other": ("pupil_other",),
}
"""Items of the ledger, put together to what a council budgets by."""

STEPS: Final = (("today", "alone"), ("alone", "together"))
"""Steps of the waterfall."""

KIND_OF: Final = {item: kind for kind, items in KINDS.items() for item in items}


@dataclass(frozen=True)
class Nominal:
    """A gross cost, euros a year: real, nominal, and the rise of prices a year between them."""

    real: float
    nominal: float
    growth: float


def real_and_nominal(results: Results, scenario: str) -> Nominal | None:
    """Return a scenario's gross cost in both; None where nominal euros are not told."""
    ledger = results.tables["ledger"]
    if "eur_nominal" not in ledger:
        return None
    own = ledger[(ledger["scenario"] == scenario) & ~ledger["item"].isin(PAYMENTS)]
    years = results.years[1] - results.years[0] + 1
    rules = results.tables["rules"].set_index("rule")["value"]
    return Nominal(
        float(own["eur"].sum() / years),
        float(own["eur_nominal"].sum() / years),
        float(rules["price.growth"]),
    )


@once
def mean_ledger(results: Results) -> pd.DataFrame:
    """Return the mean year: ``scenario, municipality, item, eur``."""
    first, last = results.years
    ledger = results.tables["ledger"]
    sums = ledger.groupby(["scenario", "municipality", "item"])["eur"].sum().reset_index()
    sums["eur"] = sums["eur"] / (last - first + 1)
    return sums


@once
def by_item(results: Results) -> pd.DataFrame:
    """Return the region's gross cost: index ``item``, one column a scenario, euros a year."""
    gross = mean_ledger(results).query("item not in @PAYMENTS")
    wide = gross.pivot_table(index="item", columns="scenario", values="eur", aggfunc="sum")
    items = [item for items in KINDS.values() for item in items if item in wide.index]
    return wide.reindex(index=items, columns=list(results.scenarios)).fillna(0.0)


@once
def by_municipality(results: Results) -> pd.DataFrame:
    """Return what each municipality pays.

    Returns
    -------
    DataFrame
        ``scenario, municipality, gross, compensation`` (above zero: pays), ``net``; euros a
        year.
    """
    ledger = mean_ledger(results)
    paid = ledger["item"].isin(PAYMENTS)
    frame = ledger.assign(
        gross=ledger["eur"].where(~paid, 0.0), compensation=ledger["eur"].where(paid, 0.0)
    )
    sums = frame.groupby(["scenario", "municipality"], as_index=False)[
        ["gross", "compensation"]
    ].sum()
    return sums.assign(net=sums["gross"] + sums["compensation"])


def by_kind(results: Results, scenario: str) -> pd.DataFrame:
    """Return a scenario's gross cost: index ``municipality``, one column a kind of cost."""
    ledger = mean_ledger(results)
    mine = ledger[(ledger["scenario"] == scenario) & ~ledger["item"].isin(PAYMENTS)]
    mine = mine.assign(kind=mine["item"].map(KIND_OF))
    wide = mine.pivot_table(index="municipality", columns="kind", values="eur", aggfunc="sum")
    own = results.tables["municipalities"]["municipality"].astype(str)
    # An account of several is no municipality, and bears costs all the same.
    codes = [*sorted(own), *sorted(set(ledger["municipality"].astype(str)) - set(own))]
    full: pd.DataFrame = wide.reindex(index=codes, columns=list(KINDS)).fillna(0.0)
    return full


def kinds_of_change(results: Results) -> list[str]:
    """Return the kinds of cost that differ by a euro or more between scenarios."""
    items = by_item(results)
    kinds = items.groupby(items.index.map(KIND_OF)).sum()
    spread = kinds.max(axis=1) - kinds.min(axis=1)
    return [kind for kind in KINDS if spread.get(kind, 0.0) >= 1.0]


@once
def waterfall(results: Results) -> pd.DataFrame:
    """Return the steps from today's cost to that of cooperation.

    Returns
    -------
    DataFrame
        In order: ``step`` ("today>alone" …), ``kind`` (a kind of cost, or the name of the
        scenario that is reached), ``start, end`` (euros a year, against today's cost),
        ``total`` (whether the row is a sum).
    """
    items = by_item(results)
    kinds = items.groupby(items.index.map(KIND_OF)).sum()
    rows: list[tuple[str, str, float, float, bool]] = []
    level = 0.0
    for before, after in STEPS:
        for kind in kinds_of_change(results):
            change = float(kinds[after][kind] - kinds[before][kind])
            if abs(change) < 1.0:
                continue
            rows.append((f"{before}>{after}", kind, level, level + change, False))
            level += change
        rows.append((f"{before}>{after}", after, 0.0, level, True))
    return pd.DataFrame(rows, columns=["step", "kind", "start", "end", "total"])


def gains(results: Results) -> pd.DataFrame:
    """Return what each municipality gains by cooperating, alone → together, euros a year.

    Returns
    -------
    DataFrame
        ``municipality, before_transfer, share, transfer, standard_error`` (NaN: withheld),
        ``net_of_compensation, robust, withheld`` (why: "",
        "no_proven_gain" or "too_uncertain").
    """
    table = results.tables["gains"].copy()
    for column in ("share", "transfer", "standard_error"):
        table[column] = table[column].astype("float64")
    inferred = "too_uncertain" if results.proven else "no_proven_gain"
    reason = results.summary.get("gain_withheld") or inferred
    table["withheld"] = np.where(table["share"].isna(), reason, "")
    table["robust"] = table["robust"].astype(bool)
    return table


def sensitivity_of_gains(results: Results) -> pd.DataFrame:
    """Return each municipality's gain under other capacities.

    Returns
    -------
    DataFrame
        Index ``municipality`` ("": region, where it is told), one column a factor, the base as
        1.0; euros a year.
    """
    table = results.tables["sensitivity"]
    table = table[table["what"] == "gain"]
    if table.empty:
        return pd.DataFrame()
    wide = table.pivot_table(
        index="municipality", columns="capacity_factor", values="value", aggfunc="first"
    )
    wide[1.0] = table.groupby("municipality")["base"].first()
    return wide[sorted(wide.columns)]
