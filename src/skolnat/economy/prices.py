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
    hour, group_hours
        A weekly hour for a year, and the weekly hours of one group: their product is ``group``.
    split_hours, support
        Split, remedial and optional hours, weekly hours a pupil; support, euros a pupil.
    meals, administration, leadership_pupil
        Meals; administration, welfare and materials; the part of leadership that follows pupils:
        euros a pupil.
    leadership
        Head and office of a unit.
    property_unit, property_seat
        Property a year: fixed, per seat.
    extension_capital, extension_upkeep
        A seat beyond the capacity: annuity of the investment, and upkeep.
    closing_years
        One-off cost of closing, in years of the unit's property cost.
    compensation
        Home-municipality compensation per pupil.
    within_split, within_support
        Weekly hours a pupil that small groups have of ``split_hours`` and of ``support``: they are
        taken away where small groups are priced one by one.
    """

    stage: str
    hour: float
    group_hours: float
    split_hours: float
    support: float
    meals: float
    administration: float
    leadership_pupil: float
    leadership: float
    property_unit: float
    property_seat: float
    extension_capital: float
    extension_upkeep: float
    closing_years: float
    compensation: float
    within_split: float = 0.0
    within_support: float = 0.0

    @property
    def group(self) -> float:
        """Teaching one group for a year."""
        return self.group_hours * self.hour

    @property
    def pupil_teaching(self) -> float:
        """Split hours and support, per pupil: the same in every plan."""
        return self.split_hours * self.hour + self.support

    @property
    def pupil_other(self) -> float:
        """Meals, administration and what of leadership follows pupils, per pupil."""
        return self.meals + self.administration + self.leadership_pupil

    @property
    def extension_seat(self) -> float:
        """A seat beyond the capacity for a year."""
        return self.extension_capital + self.extension_upkeep

    @property
    def pupil(self) -> float:
        """What every pupil costs in every plan."""
        return self.pupil_teaching + self.pupil_other


def prices(stage: str, rules: Rules, year: int) -> Prices:
    """Return the prices of a stage that hold in the autumn of a year."""
    suffix = stage.replace("-", "_")

    def number(rule: str) -> float:
        return rules.number(rule, year)

    def within(rule: str) -> float:
        return rules.number(rule, year) if rule in rules.rules else 0.0

    weight = "compensation.weight_7_12" if stage == "1-6" else "compensation.weight_13_15"
    return Prices(
        stage=stage,
        hour=number("teaching.teacher_eur") / number(f"teaching.duty_{suffix}"),
        group_hours=number(f"teaching.weekly_hours_{suffix}") / GRADES[stage],
        split_hours=number(f"teaching.split_hours_{suffix}"),
        support=number("teaching.support_eur"),
        meals=number("meals.pupil_eur"),
        administration=number("administration.pupil_eur"),
        leadership_pupil=number("leadership.pupil_eur"),
        leadership=number("leadership.school_eur"),
        property_unit=number("property.unit_eur"),
        property_seat=number("property.seat_eur"),
        extension_capital=number("investment.seat_eur")
        * annuity(number("investment.rate"), number("investment.years")),
        extension_upkeep=number("property.extension_seat_eur"),
        closing_years=number("property.closing_share"),
        compensation=number("compensation.base_eur") * number(weight),
        within_split=within(f"teaching.within_split_{suffix}"),
        within_support=within("teaching.within_support"),
    )


def annuity(rate: float, years: float) -> float:
    """Part of an investment that is paid each year of its life, interest included.

    Parameters
    ----------
    rate
        Real rate of interest; 0 spreads the sum evenly.
    years
        Life of the investment.
    """
    return 1.0 / years if rate == 0.0 else rate / (1.0 - (1.0 + rate) ** -years)


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


def transport_cost(
    km: FloatArray, paid: npt.NDArray[np.bool_] | None, rules: Rules, year: int
) -> FloatArray:
    """Euros a pupil and year for the journeys that the municipality pays (§ 32).

    Parameters
    ----------
    km
        Kilometres of the ride, one way.
    paid
        Which journeys it pays, same shape; None where their length alone decides.
    rules, year
        Prices of that year.
    """
    both_ways = 2.0 * rules.number("transport.school_days", year) * km
    cost = rules.number("transport.pupil_eur", year) + both_ways * rules.number(
        "transport.km_eur", year
    )
    free = entitled(km, rules, year) if paid is None else paid
    result: FloatArray = np.where(free, cost, 0.0)
    return result


def boarding_cost(minutes: FloatArray, stage: str, rules: Rules, year: int) -> FloatArray:
    """Euros a pupil and year for boarding where the journey exceeds the law's time (§ 33)."""
    return share_over_limit(minutes, stage, rules, year) * rules.number(
        "transport.boarding_eur", year
    )
