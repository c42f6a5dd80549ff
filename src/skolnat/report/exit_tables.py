"""Tables of the exit year: what leaving an agreement costs, by notice and by who pays whom.

Euros divided by the price of a pupil are a count of pupils, so what small flows pay is hidden, and
another flow with it where the sum of all would give the hidden one away.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from skolnat.report.results import Results
from skolnat.report.suppress import hidden, is_small

KINDS = ("in_force", "lag", "paid_back")


def by_notice(results: Results, agreement: str) -> pd.DataFrame:
    """Return what is paid from the notice on, one row a length of notice.

    Returns
    -------
    DataFrame
        ``notice_months, end, in_force, lag, paid_back`` (euros, all pairs), ``months`` (paid for
        after the end), ``last_year`` (in which anything is paid).
    """
    table = results.tables["exit"]
    own = table[table["agreement"] == agreement]
    keys = ["notice_months", "end"]
    if own.empty:
        return pd.DataFrame(columns=[*keys, *KINDS, "months", "last_year"])
    wide = _wide(own, keys)
    late = own[own["kind"] == "lag"].drop_duplicates([*keys, "year"])
    wide["months"] = late.groupby(keys)["months"].sum()
    wide["last_year"] = own.groupby(keys)["year"].max()
    return wide.fillna({"months": 0.0}).reset_index()


def by_pair(results: Results, agreement: str, notice_months: int) -> pd.DataFrame:
    """Return what each municipality pays each other one, small flows hidden.

    Returns
    -------
    DataFrame
        ``payer, receiver, in_force, lag, paid_back``: euros; NaN: hidden.
    """
    table = results.tables["exit"]
    own = table[(table["agreement"] == agreement) & (table["notice_months"] == notice_months)]
    keys = ["payer", "receiver"]
    wide = _wide(own, keys)
    # Pupils of each pair by stage: a pair is small when any of its stages is.
    counts = own.groupby([*keys, "stage"])["pupils"].max()
    small = pd.Series(is_small(counts.to_numpy()), index=counts.index).groupby(level=[0, 1]).any()
    told = counts.groupby(level=[0, 1]).sum().mask(small, 1.0)
    values = np.append(told.to_numpy(np.float64), told.sum())
    size = len(told)
    hide = hidden(values, [(size, tuple(range(size)))])[:size]
    wide.loc[told.index[hide]] = np.nan
    return wide.reset_index()


def _wide(own: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    sums = own.pivot_table(index=keys, columns="kind", values="eur", aggfunc="sum")
    return sums.reindex(columns=list(KINDS)).fillna(0.0)
