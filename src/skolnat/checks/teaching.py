"""Checks of groups and hours: what every pupil has a right to, and what a group may hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

import pandas as pd

from skolnat.checks.plan import NOBODY, Checked, Finding
from skolnat.plan.priced import BASIC
from skolnat.teaching.subjects import FAMILIES

_RIGHTS: Final = {
    name: family.least for name, family in FAMILIES.items() if family.counted == "provider"
}
"""Families that a law counts per provider, with the rule of the least number."""

_STAGE_HOURS: Final = (
    ("teaching.weekly_hours_1_6", "1-6"),
    ("teaching.weekly_hours_7_9", "7-9"),
)
_B1_HOURS: Final = (
    ("teaching.b1_hours_6", "1-6"),
    ("teaching.b1_hours_7", "7-9"),
    ("teaching.b1_hours_8_9", "7-9"),
)


def rights_to_teaching(plan: Checked) -> Iterator[Finding]:
    """Pupils whom a provider must teach a religion, worldview studies or their language (§ 13)."""
    for (period, provider, subject, rule), row in _by_provider(plan):
        if row["pupils"] >= NOBODY:
            yield plan.finding(
                rule, "duty", period, float(row["pupils"]), "right_to_teaching",
                "arrange_teaching", home=provider, subject=subject,
            )  # fmt: skip


def too_few_for_a_right(plan: Checked) -> Iterator[Finding]:
    """Pupils who go without, since their provider has too few: more members would change it."""
    for (period, provider, subject, rule), row in _by_provider(plan):
        missed = float(row["entitled"] - row["pupils"])
        if missed >= NOBODY:
            yield plan.finding(
                rule, "note", period, missed, "too_few", "responsible_municipality",
                home=provider, subject=subject,
            )  # fmt: skip


def not_given(plan: Checked) -> Iterator[Finding]:
    """Pupils with a right to teaching that their municipality tells it does not give today."""
    told = plan.told.assign(family=plan.told["subject"].str.split("-").str[0])
    told = told[told["family"].isin(_RIGHTS)]
    told = told.assign(given=told["groups"].fillna(1) > 0)
    sums = told.groupby(["home", "subject", "family"], as_index=False).agg(
        pupils=("pupils", "sum"),
        given=("given", "any"),
    )
    for row in sums.to_dict("records"):
        rule = _RIGHTS[str(row["family"])]
        if not row["given"] and float(row["pupils"]) >= plan.number(rule):
            for period in plan.years:
                yield plan.finding(
                    rule, "breach", period, float(row["pupils"]), "not_given",
                    "arrange_teaching", home=int(row["home"]), subject=str(row["subject"]),
                )  # fmt: skip


def support_in_ordinary_groups(plan: Checked) -> Iterator[Finding]:
    """Units whose pupils with support in small groups are too many for their ordinary groups.

    Expected numbers: what lies over the limit when they are parted evenly between the groups.
    """
    most = plan.number("support.most_in_ordinary_group")
    rows = plan.groups[plan.groups["subject"].isin((BASIC, "support_small_group"))]
    keys = ["period", "municipality", "unit"]
    basic = rows[rows["subject"] == BASIC].set_index(keys)["groups"]
    support = rows[rows["subject"] == "support_small_group"].set_index(keys)["entitled"]
    over = support - most * basic.reindex(support.index).fillna(0.0)
    for key, pupils in over[over >= NOBODY].items():
        period, home, unit = cast("tuple[int, int, str]", key)
        yield plan.finding(
            "support.most_in_ordinary_group", "breach", period, float(pupils),
            "support_over_limit", "second_teacher_or_special_class", home=home, unit=unit,
            subject="support_small_group",
        )  # fmt: skip


def everybody_in_a_group(plan: Checked) -> Iterator[Finding]:
    """Units with pupils for whom the groups have no seat: none where groups are counted right."""
    most = plan.number("groups.single")
    units = plan.units[plan.units["open"] & (plan.units["pupils"] > 0.0)]
    basic = plan.groups[plan.groups["subject"] == BASIC].set_index(["period", "unit"])["groups"]
    at = pd.MultiIndex.from_frame(units[["period", "unit"]])
    seats = basic.reindex(at).fillna(0.0).to_numpy() * most
    for row, room in zip(units.to_dict("records"), seats, strict=True):
        outside = float(row["pupils"]) - float(room)
        if outside >= NOBODY:
            yield plan.finding(
                "groups.single", "breach", int(row["period"]), outside, "without_group",
                "more_groups", home=int(row["home"]), unit=str(row["unit"]),
            )  # fmt: skip


def oversized_groups_today(plan: Checked) -> Iterator[Finding]:
    """Basic groups of today that hold more pupils than the limit under which a plan forms them."""
    most = plan.number("groups.single")
    told = plan.told[(plan.told["subject"] == BASIC) & (plan.told["groups"] > 0)]
    beyond = (told["pupils"] - most * told["groups"]).clip(lower=0.0)
    sums = told.assign(beyond=beyond).groupby(["home", "school", "stage"])["beyond"].sum()
    for key, pupils in sums.items():
        home, school, stage = cast("tuple[int, str, str]", key)
        if pupils >= NOBODY:
            yield plan.finding(
                "groups.single", "note", 0, float(pupils), f"larger_groups_today_{stage}",
                "own_group_size", home=home, unit=f"{school}:{stage}",
            )  # fmt: skip


def weekly_hours(plan: Checked) -> Iterator[Finding]:
    """Weekly hours that a study sets below the decree (112/2023)."""
    yield from _below_the_law(plan, _STAGE_HOURS, "fewer_hours")


def lessons_of_an_hour(plan: Checked) -> Iterator[Finding]:
    """An annual weekly hour of fewer lessons than the decree says (793/2018)."""
    stages = (("teaching.lessons_of_hour", "1-6"), ("teaching.lessons_of_hour", "7-9"))
    yield from _below_the_law(plan, stages, "fewer_lessons")


def b1_language(plan: Checked) -> Iterator[Finding]:
    """Fewer hours of the B1 language than its distribution."""
    yield from _below_the_law(plan, _B1_HOURS, "fewer_b1_hours")


def _below_the_law(
    plan: Checked, rules: tuple[tuple[str, str], ...], detail: str
) -> Iterator[Finding]:
    for rule, stage in rules:
        if plan.number(rule) >= plan.law.number(rule, plan.year):
            continue
        rows = plan.assignments[plan.assignments["stage"] == stage]
        for period, pupils in rows.groupby("period")["pupils"].sum().items():
            yield plan.finding(
                rule, "breach", int(str(period)), float(pupils), f"{detail}_{stage}",
                "hours_of_the_decree",
            )  # fmt: skip


def _by_provider(
    plan: Checked,
) -> Iterator[tuple[tuple[int, int, str, str], dict[str, float]]]:
    """Sums of pupils and entitled by period, provider and subject that a law counts so."""
    rows = plan.groups.assign(family=plan.groups["subject"].str.split("-").str[0])
    rows = rows[rows["family"].isin(_RIGHTS)]
    keys = ["period", "provider", "subject", "family"]
    sums = rows.groupby(keys, as_index=False)[["pupils", "entitled"]].sum()
    for row in sums.to_dict("records"):
        rule = _RIGHTS[str(row["family"])]
        key = (int(row["period"]), int(row["provider"]), str(row["subject"]), rule)
        yield key, {"pupils": float(row["pupils"]), "entitled": float(row["entitled"])}
