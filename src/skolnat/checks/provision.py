"""Checks of who teaches in which language, and of room for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np

from skolnat.checks.plan import NOBODY, Checked, Finding

_BILINGUAL = ("fi_sv", "sv_fi")


def taught_at_home(plan: Checked) -> Iterator[Finding]:
    """Municipalities without an open unit of a stage and language that their pupils need.

    Buying the teaching from another municipality is lawful by agreement (§ 4); in a bilingual
    municipality each language group keeps its right to teaching of its own.
    """
    units, rows = plan.units, plan.assignments
    open_ = units[units["open"] & (units["pupils"] > 0)]
    have = set(zip(open_["period"], open_["home"], open_["stage"], open_["language"], strict=True))
    need = rows.groupby(["period", "residence", "stage", "language"])["pupils"].sum()
    for key, pupils in need.items():
        period, home, stage, language = cast("tuple[int, int, str, str]", key)
        if pupils < NOBODY or (period, home, stage, language) in have:
            continue
        bilingual = plan.language_status[home] in _BILINGUAL
        name = "language.bilingual_teaches_both" if bilingual else "provision.duty"
        yield plan.finding(
            name, "note", period, float(pupils), f"bought_elsewhere_{stage}_{language}",
            "agreement", home=home,
        )  # fmt: skip


def language_status(plan: Checked) -> Iterator[Finding]:
    """Municipalities whose linguistic status may change when it is next decided.

    Told of periods that reach beyond the decree in force. The smaller language group is known of a
    year past, so this is a note to look closer, not a forecast.
    """
    until = plan.number("language.status_until")
    homes = plan.assignments.groupby(["period", "residence"])["pupils"].sum()
    for period, last in plan.last_years.items():
        if last <= until:
            continue
        for home, status in enumerate(plan.language_status):
            change = _change(plan, home, status)
            pupils = float(homes.get((period, home), 0.0)) * float(plan.minority_share[home])
            if change:
                yield plan.finding(
                    "language.bilingual_from_share", "note", period, pupils, change,
                    "plan_for_both_languages", home=home,
                )  # fmt: skip


def _change(plan: Checked, home: int, status: str) -> str:
    """Return how a municipality's status would change; "" where it would not."""
    share = float(plan.minority_share[home])
    persons = float(plan.minority_persons[home])
    many = persons >= plan.number("language.bilingual_from_persons")
    if status in _BILINGUAL:
        stays = many or share >= plan.number("language.bilingual_stays_share")
        return "" if stays else "status_ceases"
    return "status_begins" if many or share >= plan.number("language.bilingual_from_share") else ""


def room(plan: Checked) -> Iterator[Finding]:
    """Units with more pupils than seats: the plan pays for an extension."""
    units = plan.units
    over = units[units["open"] & (units["pupils"] > units["capacity"] + NOBODY)]
    beyond = (over["pupils"] - over["capacity"]).to_numpy(np.float64)
    for home, unit, period, pupils in zip(
        over["home"], over["unit"], over["period"], beyond, strict=True
    ):
        yield plan.finding(
            "property.extension_seat_eur", "note", int(period), float(pupils), "over_capacity",
            "extend_or_move", home=int(home), unit=str(unit),
        )  # fmt: skip
