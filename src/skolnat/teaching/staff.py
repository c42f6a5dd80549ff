"""Hours required, available and shared: the table ``hours`` of a priced plan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from skolnat.plan.priced import HOURS
from skolnat.region.schemas import empty

ALL: str = "all"
"""Subject of available hours that are not told by subject."""

_KEYS = ["provider", "period", "years", "stage", "language", "subject"]


def hour_rows(groups: pd.DataFrame, seats: pd.DataFrame, available: pd.DataFrame) -> pd.DataFrame:
    """Sum the hours of a plan by provider and subject.

    Parameters
    ----------
    groups
        See :func:`skolnat.teaching.demand.group_rows`.
    seats
        One row a period, unit and ``residence``: ``pupils``.
    available
        Hours of the teachers there are: ``home`` (place), ``stage, subject, weekly_hours``;
        subject ``"all"`` where they are not told apart.

    Returns
    -------
    DataFrame
        Columns of :data:`skolnat.plan.priced.HOURS`, places for codes. What is available is told
        once a provider, stage and subject, on the row of its first language; hours of all
        subjects stand on rows of their own, subject ``"all"``, with the sum of what is required.
        A unit's hours are shared with others in proportion to its pupils from elsewhere.
    """
    if groups.empty:
        return empty(HOURS)
    rows = groups.assign(shared=groups["weekly_hours"] * _from_elsewhere(groups, seats))
    sums = rows.groupby(_KEYS, as_index=False).agg(
        required=("weekly_hours", "sum"),
        teachers=("teachers", "sum"),
        shared=("shared", "sum"),
        estimated=("estimated", "any"),
    )
    whole = available[available["subject"] == ALL]
    told = set(zip(whole["home"], whole["stage"], strict=True))
    stands = [pair in told for pair in zip(sums["provider"], sums["stage"], strict=True)]
    total = sums[np.array(stands, dtype=np.bool_)].assign(subject=ALL)
    total = total.groupby(_KEYS, as_index=False).agg(
        {"required": "sum", "teachers": "sum", "shared": "sum", "estimated": "any"}
    )
    table = pd.concat([sums, total], ignore_index=True)
    table = table.assign(available=_available(table, available))
    table = table.rename(columns={"provider": "municipality"})
    return table[[column.name for column in HOURS]]


def _from_elsewhere(groups: pd.DataFrame, seats: pd.DataFrame) -> pd.Series:
    """Part of each row's unit whose pupils live in another municipality than its provider."""
    keys = ["period", "unit"]
    here = seats.merge(groups[[*keys, "provider"]].drop_duplicates(), on=keys)
    foreign = here["pupils"].where(here["residence"] != here["provider"], 0.0)
    sums = here.assign(foreign=foreign).groupby(keys)[["pupils", "foreign"]].sum()
    part = sums["foreign"] / sums["pupils"].clip(lower=1e-12)
    at = pd.MultiIndex.from_frame(groups[keys])
    return pd.Series(part.reindex(at).fillna(0.0).to_numpy(), index=groups.index)


def _available(table: pd.DataFrame, available: pd.DataFrame) -> np.ndarray:
    known = available.groupby(["home", "stage", "subject"])["weekly_hours"].sum()
    at = pd.MultiIndex.from_frame(table[["provider", "stage", "subject"]])
    hours = known.reindex(at).to_numpy(np.float64)
    again = table.duplicated(["provider", "period", "stage", "subject"]).to_numpy()
    return np.where(again, np.nan, hours)
