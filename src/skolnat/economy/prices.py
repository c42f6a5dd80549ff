"""Unit prices of a year, taken from the rules: what a group, a seat, a journey costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skolnat.access.journeys import entitled, share_over_limit
from skolnat.rules.rules import Rules
from skolnat.teaching.groups import GroupSizes, group_table

FloatArray = npt.NDArray[np.float64]

GRADES = {"1-6": 6, "7-9": 3}
"""Grades in each stage."""


@dataclass(frozen=True)
class Prices:
    """Prices of one stage, real euros of the year the assumptions are priced in.

    Parameters
    ----------
    stage
        ``"1-6"`` or ``"7-9"``.
    group
        Teaching one group for a year: its weekly hours over the teaching duty.
    pupil_teaching
        Split, remedial and optional hours, and support, per pupil: the same in every plan.
    pupil_other
        Meals, administration and the part of leadership that follows pupils, per pupil.
    leadership
        Head and office of a unit.
    property_unit, property_seat, extension_seat
        Property a year: fixed, per seat, per seat beyond the capacity.
    closing_years
        One-off cost of closing, in years of the unit's property cost.
    compensation
        Home-municipality compensation per pupil.
    """

    stage: str
    group: float
    pupil_teaching: float
    pupil_other: float
    leadership: float
    property_unit: float
    property_seat: float
    extension_seat: float
    closing_years: float
    compensation: float

    @property
    def pupil(self) -> float:
        """What every pupil costs in every plan."""
        return self.pupil_teaching + self.pupil_other


def prices(stage: str, rules: Rules, year: int) -> Prices:
    """Return the prices of a stage that hold in the autumn of a year."""
    suffix = stage.replace("-", "_")

    def number(rule: str) -> float:
        return rules.number(rule, year)

    hour = number("teaching.teacher_eur") / number(f"teaching.duty_{suffix}")
    weight = "compensation.weight_7_12" if stage == "1-6" else "compensation.weight_13_15"
    return Prices(
        stage=stage,
        group=number(f"teaching.weekly_hours_{suffix}") / GRADES[stage] * hour,
        pupil_teaching=number(f"teaching.split_hours_{suffix}") * hour
        + number("teaching.support_eur"),
        pupil_other=number("meals.pupil_eur")
        + number("administration.pupil_eur")
        + number("leadership.pupil_eur"),
        leadership=number("leadership.school_eur"),
        property_unit=number("property.unit_eur"),
        property_seat=number("property.seat_eur"),
        extension_seat=number("property.extension_seat_eur"),
        closing_years=number("property.closing_share"),
        compensation=number("compensation.base_eur") * number(weight),
    )


def group_sizes(stage: str, rules: Rules, year: int) -> GroupSizes:
    """Return the limits within which the groups of a stage form."""
    suffix = stage.replace("-", "_")
    return GroupSizes(
        single=int(rules.number("groups.single", year)),
        combined=int(rules.number("groups.combined", year)),
        span=int(rules.number(f"groups.span_{suffix}", year)),
    )


def expected_group_table(stage: str, most: int, rules: Rules, year: int) -> FloatArray:
    """Expected groups of 0, 1, ..., ``most`` pupils of a stage, shape (most + 1,)."""
    variation = rules.number("groups.variation", year)
    return group_table(most, GRADES[stage], group_sizes(stage, rules, year), variation)


def transport_cost(km: FloatArray, rules: Rules, year: int) -> FloatArray:
    """Euros a pupil and year for the journeys that the municipality pays (§ 32)."""
    both_ways = 2.0 * rules.number("transport.school_days", year) * km
    cost = rules.number("transport.pupil_eur", year) + both_ways * rules.number(
        "transport.km_eur", year
    )
    result: FloatArray = np.where(entitled(km, rules, year), cost, 0.0)
    return result


def boarding_cost(minutes: FloatArray, stage: str, rules: Rules, year: int) -> FloatArray:
    """Euros a pupil and year for boarding where the journey exceeds the law's time (§ 33)."""
    return share_over_limit(minutes, stage, rules, year) * rules.number(
        "transport.boarding_eur", year
    )
