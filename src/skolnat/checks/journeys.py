"""Checks of the journey to school: 628/1998 §§ 6, 32 and 33."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from skolnat.access.journeys import entitled
from skolnat.checks.plan import NOBODY, Checked, Finding


def assigned_school(plan: Checked) -> Iterator[Finding]:
    """Pupils who pass a much nearer open school of their municipality; of any if it has none (§ 6).

    Lawful, since the assigned school need not be the nearest; the decision needs its grounds.
    """
    rows = plan.assignments
    detour = rows["km"] - rows["nearest_km"] > plan.number("journey.detour_km")
    for (period, home, stage), pupils in _sums(rows[detour]):
        if pupils >= NOBODY:
            yield plan.finding(
                "journey.assigned_school", "note", period, pupils, f"past_nearer_school_{stage}",
                "grounds_or_nearer_school", home=home,
            )  # fmt: skip


def free_transport(plan: Checked) -> Iterator[Finding]:
    """Pupils with free transport (§ 32), which the plan pays.

    Told apart: those whose way is over the limit, and those on whose shorter way a road is hard or
    dangerous to walk.
    """
    rows = plan.assignments
    far, owed = _far(plan), rows["carried"].to_numpy(np.bool_)
    for detail, mine in (("free_transport", owed & far), ("hard_road", owed & ~far)):
        for (period, home, stage), pupils in _sums(rows[mine]):
            if pupils >= NOBODY:
                yield plan.finding(
                    "journey.free_transport_km", "duty", period, pupils, f"{detail}_{stage}",
                    "arrange_transport", home=home,
                )  # fmt: skip


def longest_journeys(plan: Checked) -> Iterator[Finding]:
    """Daily journeys over the limit of § 32, by municipality and stage."""
    for (period, home, stage), pupils in _sums(_over_limit(plan)):
        if pupils > 0.0:
            name = "journey.daily_minutes" if stage == "1-6" else "journey.daily_minutes_from_13"
            yield plan.finding(
                name, "breach", period, pupils, f"journey_over_limit_{stage}",
                "boarding_or_other_school", home=home,
            )  # fmt: skip


def boarding(plan: Checked) -> Iterator[Finding]:
    """Pupils to whom free boarding is due, unless they have another school (§ 33)."""
    for (period, home, stage), pupils in _sums(_over_limit(plan)):
        if pupils > 0.0:
            yield plan.finding(
                "journey.boarding", "duty", period, pupils, f"boarding_{stage}",
                "arrange_boarding", home=home,
            )  # fmt: skip


def secondary_place(plan: Checked) -> Iterator[Finding]:
    """Pupils in another municipality without an agreement, though their own has a school (§ 32).

    Such a place is a secondary one: the guardian may have to bear the transport.
    """
    if plan.agreed:
        return
    units = plan.units[plan.units["open"] & (plan.units["pupils"] > 0.0)]
    keys = ["period", "home", "stage", "language"]
    at_home = pd.MultiIndex.from_frame(units[keys].drop_duplicates())
    rows = plan.assignments[plan.assignments["residence"] != plan.assignments["provider"]]
    wanted = pd.MultiIndex.from_frame(rows[["period", "residence", "stage", "language"]])
    for (period, home, stage), pupils in _sums(rows[wanted.isin(at_home)]):
        if pupils >= NOBODY:
            yield plan.finding(
                "journey.secondary_place", "note", period, pupils, f"secondary_place_{stage}",
                "agree_on_transport", home=home,
            )  # fmt: skip


def secondary_journeys(plan: Checked) -> Iterator[Finding]:
    """Pupils with a secondary place whose way is over the limit (§ 32): the guardian bears it."""
    rows = plan.assignments
    borne = _far(plan) & ~rows["carried"].to_numpy(np.bool_)
    for (period, home, stage), pupils in _sums(rows[borne]):
        if pupils >= NOBODY:
            yield plan.finding(
                "journey.secondary_place", "note", period, pupils, f"secondary_journey_{stage}",
                "agree_on_transport", home=home,
            )  # fmt: skip


def _far(plan: Checked) -> npt.NDArray[np.bool_]:
    """Tell which rows' way is over the limit of free transport."""
    return entitled(plan.assignments["km"].to_numpy(np.float64), plan.rules, plan.year)


def _over_limit(plan: Checked) -> pd.DataFrame:
    """Rows with the part of their pupils whose journey is too long."""
    rows = plan.assignments
    return rows.assign(pupils=rows["pupils"] * rows["over"])


def _sums(rows: pd.DataFrame) -> Iterator[tuple[tuple[int, int, str], float]]:
    """Pupils by period, municipality of residence and stage."""
    for key, pupils in rows.groupby(["period", "residence", "stage"])["pupils"].sum().items():
        yield cast("tuple[int, int, str]", key), float(pupils)
