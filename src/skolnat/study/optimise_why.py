"""Why a study's plan closes and opens what it does: a table by unit, areas told by their school."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from skolnat.common.languages import Language, catalogue
from skolnat.network.market import IntArray, Market
from skolnat.network.reasons import Reason, dearest, reasons
from skolnat.network.solve import Solved
from skolnat.network.wishes import Wished
from skolnat.report.suppress import THRESHOLD
from skolnat.study.prepare import Prepared

REASON_COLUMNS: Final = [
    "unit", "name", "municipality", "what", "closes", "keeping_low_eur_per_year",
    "keeping_high_eur_per_year", "turns", "turns_proven", "even", "squares", "pupils", "areas",
]  # fmt: skip


def reasons_table(
    prepared: Prepared, markets: Sequence[Wished], solved: Sequence[Solved],
    before: Sequence[IntArray], *, priced: bool,
) -> pd.DataFrame:  # fmt: skip
    """Return what the opposite of each closing and opening costs, the dearest of a market first.

    Parameters
    ----------
    prepared, markets, solved
        The study, its markets as the wishes left them, and the plan of each.
    before
        Unit of each square before the plan, by market.
    priced
        Whether the search had prices on broken wishes, so that its bound says nothing here.

    Returns
    -------
    DataFrame
        Columns :data:`REASON_COLUMNS`; see :meth:`skolnat.study.optimise.Optimum.reasons`.
    """
    starts = [period.years[0] for period in prepared.periods if not period.frozen]
    names = prepared.region.schools.set_index("school")["name"]
    years = float(prepared.cases[0].market.years.sum())
    rows = []
    for k, (case, wish, one) in enumerate(zip(prepared.cases, markets, solved, strict=True)):
        market = case.market
        told = reasons(
            market, wish.allowed, case.options, Solved(one.plan, 0.0 if priced else one.bound),
            seed=prepared.study.seed,
        )  # fmt: skip
        for reason in dearest(told):
            unit = market.units[reason.unit]
            home = int(market.unit_municipality[reason.unit])
            rows.append(
                {
                    "unit": unit,
                    "name": names[unit.rpartition(":")[0]],
                    "municipality": prepared.region.codes[home],
                    "what": "opens" if reason.closes < 0 else "closes",
                    "closes": None if reason.closes < 0 else starts[reason.closes],
                    "keeping_low_eur_per_year": reason.low / years,
                    "keeping_high_eur_per_year": reason.high / years,
                    "turns": _year(reason.turns, starts),
                    "turns_proven": _year(reason.proven, starts),
                    "even": _year(reason.even, starts),
                    "squares": reason.squares.size,
                    "pupils": reason.pupils,
                    "areas": "; ".join(areas(prepared, market, before[k], reason)),
                }
            )
    years_of = dict.fromkeys(("closes", "turns", "turns_proven", "even"), "Int64")
    return pd.DataFrame(rows, columns=REASON_COLUMNS).astype(years_of)


def _year(period: int | None, starts: Sequence[int]) -> int | None:
    return None if period is None else starts[period]


def areas(prepared: Prepared, market: Market, before: IntArray, reason: Reason) -> list[str]:
    """Return the areas that decide, those with most pupils first, as they may be told in public.

    An area is what goes to one school before the plan, and bears its name; that of another
    municipality than the unit's has the code behind it. Never told: squares, pupils, and areas with
    fewer than :data:`~skolnat.report.suppress.THRESHOLD` pupils among those that decide.
    """
    pupils = np.bincount(
        before[reason.squares], market.pupils[-1, reason.squares], len(market.units)
    )
    names = prepared.region.schools.set_index("school")["name"]
    home = int(market.unit_municipality[reason.unit])
    found = []
    for unit in np.argsort(-pupils, kind="stable"):
        if pupils[unit] < THRESHOLD:
            break
        name = str(names[market.units[unit].rpartition(":")[0]])
        there = int(market.unit_municipality[unit])
        found.append(name if there == home else f"{name} ({prepared.region.codes[there]})")
    return found


def told_reasons(table: pd.DataFrame, language: Language) -> list[str]:
    """Tell of reasons in words that may stand in public: no squares, no counts of pupils.

    Parameters
    ----------
    table
        Of :func:`reasons_table`.
    language
        Of the words.
    """
    words = catalogue("skolnat.study", "optimise_why", language)
    lines = []
    for row in table.to_dict("records"):
        low, high = row["keeping_low_eur_per_year"], row["keeping_high_eur_per_year"]
        kind = f"{row['what']}_{'proven' if low > 0.0 else 'open'}"
        if high <= 0.0:
            kind = f"{row['what']}_not"
        values = {"low": f"{low:,.0f}", "high": f"{max(high, 0.0):,.0f}"}
        line = words[kind].format(
            name=row["name"], stage=row["unit"].rpartition(":")[2], year=row["closes"],
            **{key: text.replace(",", " ") for key, text in values.items()},
        )  # fmt: skip
        parts = [line]
        if row["what"] == "closes" and not pd.isna(row["turns"]):
            parts.append(words["turns"].format(year=row["turns"]))
            if not pd.isna(row["turns_proven"]):
                parts.append(words["turns_proven"].format(year=row["turns_proven"]))
        if row["areas"]:
            parts.append(words["areas"].format(areas=row["areas"]))
        lines.append(" ".join(parts))
    return lines or [words["nothing"]]
