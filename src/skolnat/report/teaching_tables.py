"""Tables of groups and hours in the last period, small counts hidden."""

from __future__ import annotations

import numpy as np
import pandas as pd

from skolnat.plan.priced import BASIC
from skolnat.report.results import Results, once
from skolnat.report.suppress import THRESHOLD, is_small

HALF_A_PUPIL = 0.5

ALL = "all"
"""Subject of the hours that stand for every subject of a provider."""


@once
def groups(results: Results) -> pd.DataFrame:
    """Return basic groups by scenario and municipality of the school ("": region).

    Returns
    -------
    DataFrame
        ``scenario, municipality, groups, combined, size`` (pupils a group); NaN where the pupils
        are few.
    """
    rows = _last(results, "groups")
    rows = rows[rows["subject"] == BASIC]
    both = pd.concat([rows, rows.assign(municipality="")])
    keys = ["scenario", "municipality"]
    sums = both.groupby(keys, as_index=False)[["pupils", "groups", "combined"]].sum()
    sums["size"] = sums["pupils"] / sums["groups"].clip(lower=1e-9)
    few = is_small(sums["pupils"])
    columns = ["groups", "combined", "size"]
    sums.loc[few, columns] = np.nan
    return sums[[*keys, *columns]]


@once
def hours(results: Results) -> pd.DataFrame:
    """Return hours by scenario and provider ("": region).

    Returns
    -------
    DataFrame
        ``scenario, municipality, required, teachers, shared`` (h/week), ``available`` (NaN: not
        known; for the region, unless all know).
    """
    rows = _last(results, "hours")
    told = rows[rows["available"].notna()]
    told = told.groupby(["scenario", "municipality"], as_index=False)[["available"]].sum()
    rows = rows[rows["subject"] != ALL]
    keys = ["scenario", "municipality"]
    figures = ["required", "teachers", "shared"]
    sums = rows.groupby(keys, as_index=False)[figures].sum().merge(told, on=keys, how="left")
    whole = sums.groupby("scenario", as_index=False)[[*figures, "available"]].sum()
    unknown = sums[sums["available"].isna()]["scenario"]
    whole["available"] = whole["available"].mask(whole["scenario"].isin(unknown))
    return pd.concat([sums, whole.assign(municipality="")], ignore_index=True)


@once
def subjects(results: Results) -> pd.DataFrame:
    """Return small groups by scenario and subject in the whole region.

    Returns
    -------
    DataFrame
        ``scenario, subject, pupils, groups, hours, estimated``; figures NaN where pupils are few,
        and ``pupils`` too where few are left without (see :func:`recount`).
    """
    rows = _last(results, "groups")
    rows = rows[rows["subject"] != BASIC]
    keys = ["scenario", "subject"]
    sums = rows.groupby(keys, as_index=False).agg(
        pupils=("pupils", "sum"),
        entitled=("entitled", "sum"),
        groups=("groups", "sum"),
        hours=("weekly_hours", "sum"),
        estimated=("estimated", "any"),
    )
    few = is_small(sums["pupils"])
    without = _few_without(sums["entitled"] - sums["pupils"])
    sums.loc[few, ["pupils", "groups", "hours"]] = np.nan
    sums.loc[without, "pupils"] = np.nan
    return sums.drop(columns="entitled")


@once
def recount(results: Results) -> pd.DataFrame:
    """Return whom a right reaches, counted apart and together, by scenario and subject.

    Returns
    -------
    DataFrame
        ``scenario, subject, entitled, pupils, pupils_together``; NaN where a figure is small, or
        where what it leaves of the entitled is: who are without must not be told by subtraction.
    """
    rows = _last(results, "recount")
    shown = rows[["scenario", "subject", "entitled"]].copy()
    shown["entitled"] = rows["entitled"].mask(is_small(rows["entitled"]))
    for column in ("pupils", "pupils_together"):
        hide = is_small(rows[column]) | _few_without(rows["entitled"] - rows[column])
        shown[column] = rows[column].mask(hide | shown["entitled"].isna())
    return shown


def _few_without(left: pd.Series) -> pd.Series:
    """Return where those who go without are few; under half a pupil is nobody but for rounding."""
    return (left >= HALF_A_PUPIL) & (left < THRESHOLD)


def _last(results: Results, table: str) -> pd.DataFrame:
    """Return the rows of the last period."""
    rows = results.tables[table]
    return rows[rows["period"] == np.max(rows["period"])] if len(rows) else rows
