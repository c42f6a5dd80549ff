"""The groups that a plan needs, and their hours: the table ``groups`` of a priced plan.

Every pupil is in exactly one basic group. Small groups stand beside them: their hours are added to
those of the basic groups, and hours of all rows together are what the plan needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from skolnat.plan.priced import BASIC, GROUPS
from skolnat.region.schemas import empty
from skolnat.rules.rules import Rules
from skolnat.teaching.formation import in_units, of_provider
from skolnat.teaching.hours import duty, group_hours
from skolnat.teaching.subjects import Family, family_of
from skolnat.teaching.wishes import Wishes

FloatArray = npt.NDArray[np.float64]

KEYS = ["period", "years", "unit", "school", "stage", "language", "home"]
"""What a unit is known by, in the tables that come in."""


@dataclass(frozen=True)
class Teaching:
    """What the demand for teaching is worked out from.

    Parameters
    ----------
    wishes
        Who reads what.
    rules, year
        Limits and hours, and the year at which they are read.
    responsible
        By period, stage and place of a municipality: the place of the one that provides its
        teaching, where an agreement makes several one provider. A law that counts pupils per
        provider then counts those of all.
    """

    wishes: Wishes
    rules: Rules
    year: int
    responsible: Mapping[tuple[int, str, int], int]


def group_rows(units: pd.DataFrame, seats: pd.DataFrame, teaching: Teaching) -> pd.DataFrame:
    """Return the groups of a plan.

    Parameters
    ----------
    units
        One row a period and unit: :data:`KEYS`, ``open, pupils, groups`` (expected basic groups),
        ``combined`` (those of more than one grade) and ``estimated`` (flag).
    seats
        One row a period, unit and ``residence`` (place): ``pupils``.
    teaching
        See :class:`Teaching`.

    Returns
    -------
    DataFrame
        Columns of :data:`skolnat.plan.priced.GROUPS`, with places for codes of municipalities;
        units without pupils and subjects that nobody reads have no row.
    """
    there = units[units["open"] & (units["pupils"] > 0.0)].reset_index(drop=True)
    if there.empty:
        return empty(GROUPS)
    there = there.assign(
        provider=[
            teaching.responsible.get((period, stage, home), home)
            for period, stage, home in zip(
                there["period"], there["stage"], there["home"], strict=True
            )
        ]
    )
    parts = _residents(there, seats, teaching)
    frames = [_basic(there, teaching)]
    frames += [_small(there, parts, one, teaching) for one in teaching.wishes.subjects]
    rows = pd.concat([frame for frame in frames if len(frame)], ignore_index=True)
    duties = {stage: duty(stage, teaching.rules, teaching.year) for stage in set(rows["stage"])}
    rows["teachers"] = rows["weekly_hours"] / rows["stage"].map(duties)
    rows = rows.rename(columns={"home": "municipality"})
    return rows[[column.name for column in GROUPS]]


def _residents(there: pd.DataFrame, seats: pd.DataFrame, teaching: Teaching) -> FloatArray:
    """Pupils of each row's unit by municipality of residence, shape (rows, M)."""
    count = len(next(iter(teaching.wishes.estimated.values())))
    at = pd.Series(there.index, index=pd.MultiIndex.from_frame(there[["period", "unit"]]))
    row = at.reindex(pd.MultiIndex.from_frame(seats[["period", "unit"]])).to_numpy()
    found = ~np.isnan(row)
    parts = np.zeros((len(there), count))
    places = (row[found].astype(np.int64), seats["residence"].to_numpy(np.int64)[found])
    np.add.at(parts, places, seats["pupils"].to_numpy(np.float64)[found])
    return parts


def _basic(there: pd.DataFrame, teaching: Teaching) -> pd.DataFrame:
    hours = {s: group_hours(s, teaching.rules, teaching.year) for s in set(there["stage"])}
    suffix = there["stage"].str.replace("-", "_")
    return there.assign(
        subject=BASIC,
        entitled=there["pupils"],
        weekly_hours=there["groups"] * there["stage"].map(hours),
        rules="groups.single;groups.combined;groups.span_"
        + suffix
        + ";groups.variation;teaching.weekly_hours_"
        + suffix,
    )


def _small(
    there: pd.DataFrame, parts: FloatArray, subject: str, teaching: Teaching
) -> pd.DataFrame:
    """Return the groups of one subject."""
    told, family = teaching.wishes, family_of(subject)
    means, guessed = np.zeros(len(there)), np.zeros(len(there))
    for stage in family.parts:
        mine = (there["stage"] == stage).to_numpy()
        share = told.shares.get((subject, stage))
        if share is not None and mine.any():
            means[mine] = parts[mine] @ share
            guessed[mine] = parts[mine] @ (share * told.estimated[subject])
    read = means > 0.0
    if not read.any():
        return there.iloc[:0]
    rows = there[read].reset_index(drop=True)
    reached, groups = _formed(rows, means[read], family, teaching)
    hours = _hours_of_group(rows, subject, family, teaching)
    # Hours of a subject that follow the pupils need no groups to be counted.
    weekly = (reached if family.counted == "pupil" else groups) * hours
    rests = told.rules.get(subject, ())
    return rows.assign(
        subject=subject,
        entitled=means[read],
        pupils=reached,
        groups=groups,
        combined=0.0,
        weekly_hours=weekly,
        estimated=guessed[read] > 0.0,
        rules=";".join(dict.fromkeys((*rests, *family.rules()))),
    )


def _formed(
    rows: pd.DataFrame, means: FloatArray, family: Family, teaching: Teaching
) -> tuple[FloatArray, FloatArray]:
    """Pupils reached and groups, shape (rows,) each."""
    if family.counted == "pupil":
        return means, np.zeros_like(means)
    limits = family.limits(teaching.rules, teaching.year)
    if family.counted == "provider":
        return _by_provider(rows, means, family, teaching)
    formed = in_units(means, limits)
    if family.counted == "beside_basic":
        return formed.reached, np.maximum(formed.groups - rows["groups"].to_numpy(), 0.0)
    return formed.reached, formed.groups


def _by_provider(
    rows: pd.DataFrame, means: FloatArray, family: Family, teaching: Teaching
) -> tuple[FloatArray, FloatArray]:
    """Count over all schools, stages and languages of a provider, and teach them apart."""
    limits = family.limits(teaching.rules, teaching.year)
    reached, groups = np.zeros_like(means), np.zeros_like(means)
    totals = pd.Series(means).groupby([rows["period"], rows["provider"]]).transform("sum")
    for at in rows.groupby(["period", "provider", "stage", "language"]).indices.values():
        mine = means[at]
        others = max(float(totals.iloc[at[0]]) - float(mine.sum()), 0.0)
        formed = of_provider(mine, others, limits)
        reached[at], groups[at] = formed.reached, formed.groups
    return reached, groups


def _hours_of_group(
    rows: pd.DataFrame, subject: str, family: Family, teaching: Teaching
) -> FloatArray:
    usual = teaching.rules.number(family.hours, teaching.year)
    known = teaching.wishes.hours
    own = {place: hours for (place, code), hours in known.items() if code == subject}
    return np.array([own.get(place, usual) for place in rows["provider"].tolist()])
