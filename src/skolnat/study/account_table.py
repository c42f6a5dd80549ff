"""The table of accounts: what each holds and who pays it, from the lines of the ledger."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from skolnat.economy.accounts import NOT_RUN
from skolnat.plan.agreement import Agreement, slug
from skolnat.plan.scenario import PAYMENT
from skolnat.study.money import agreements_in
from skolnat.study.prepare import Prepared

COLUMNS = [
    "scenario", "agreement", "account", "municipality", "cost", "compensation", "given_back",
    "share", "pays", "pupils",
]  # fmt: skip
"""Columns of the table, euros a year but the last."""

KINDS = {"settled": "given_back", "lag": "given_back", "returned": "given_back", "share": "share"}
"""Parts of an agreement's lines, and where the table tells them."""


def accounts_table(prepared: Prepared, costs: pd.DataFrame) -> pd.DataFrame:
    """Return one row a scenario, account and municipality that pays it or has schools on it.

    Parameters
    ----------
    prepared, costs
        The study, and every line of its scenarios.

    Returns
    -------
    DataFrame
        :data:`COLUMNS`: ``cost`` of the schools that lie there, ``compensation`` paid to the
        account, ``given_back`` of it (below zero), ``share`` by the key and ``pays``, the sum of
        these three; euros a year, mean over all years of the plan. ``pupils``: the fewest for
        whom compensation is paid in a stage and year, NaN where for none.
    """
    rows = [
        row
        for scenario in costs["scenario"].unique()
        for agreement in agreements_in(prepared, str(scenario))
        if agreement.holder
        for row in _of_account(prepared, costs[costs["scenario"] == scenario], agreement)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_account(
    prepared: Prepared, lines: pd.DataFrame, agreement: Agreement
) -> Iterator[tuple[str, str, str, str, float, float, float, float, float, float]]:
    held = lines[(lines["municipality"] == agreement.holder) & (lines["side"] == "gross")]
    held = held[held["of"].str.split(":").str[-1].isin(agreement.stages)]
    held = held[~held["item"].isin(NOT_RUN) & held["place"].isin(agreement.parties)]
    part = held["year"].map(lambda year: agreement.share_of(int(year)))
    # Of a responsible municipality's own schools the account holds the months in force.
    eur = held["eur"] * part.where(held["municipality"] == held["place"], 1.0)
    cost = eur.groupby(held["place"]).sum()
    paid = lines[(lines["of"] == agreement.holder) & (lines["side"] == "payments")]
    if agreement.holder in agreement.parties:
        # Others pay the responsible municipality too; between the parties it is the account's.
        paid = paid[paid["municipality"].isin(agreement.parties)]
    stage = paid["part"].str.extract(r"(\d-\d)(?:-[a-z]+)?$")[0]
    paid = paid[stage.isin(agreement.stages)]
    own = paid["part"].str.startswith(f"{slug(agreement.name)}-")
    kind = paid["part"].str.split("-").str[-1].map(KINDS).where(own)
    kind = kind.mask((paid["item"] == PAYMENT) & (paid["eur"] > 0), "compensation")
    sums = paid["eur"].groupby([paid["municipality"], kind]).sum().unstack(fill_value=0)
    fewest = paid[kind == "compensation"].groupby("municipality")["quantity"].min()
    years = prepared.years
    payers = sorted(set(sums.index) | set(cost.index) | set(agreement.parties))
    sums = sums.reindex(index=payers, columns=["compensation", "given_back", "share"])
    for code, *told in sums.fillna(0.0).itertuples():
        mean = [float(eur) / years for eur in told]
        bears = float(cost.get(code, 0.0)) / years
        pupils = float(fewest.get(code, np.nan))
        yield (str(lines["scenario"].iloc[0]), agreement.name, agreement.holder, str(code), bears,
               mean[0], mean[1], mean[2], sum(mean), pupils)  # fmt: skip
