"""Unit prices are the rules multiplied out; each is done again by hand here."""

from __future__ import annotations

import numpy as np
import pytest

from skolnat.economy.prices import (
    annuity,
    boarding_cost,
    expected_group_table,
    group_sizes,
    prices,
    transport_cost,
)
from skolnat.rules.rules import default_rules
from skolnat.teaching.groups import GroupSizes, group_table

RULES = default_rules()


def test_prices_of_the_lower_stage() -> None:
    price = prices("1-6", RULES, 2026)
    assert price.group == pytest.approx(139 / 6 / 24 * 62_000)
    assert price.pupil_teaching == pytest.approx(0.35 * 62_000 / 24 + 1_550)
    assert price.pupil_other == 800 + 900 + 200
    assert price.pupil == price.pupil_teaching + price.pupil_other
    assert (price.leadership, price.property_unit, price.property_seat) == (30_000, 35_000, 2_200)
    # 48,000 EUR a seat over 30 years at 3 %: 0.0510193 of it a year; and 700 EUR of upkeep.
    assert price.extension_seat == pytest.approx(48_000 * 0.0510193 + 700, abs=0.01)
    assert price.closing_years == RULES.number("property.closing_share", 2026)
    assert price.compensation == 6511.92


def test_prices_of_the_upper_stage() -> None:
    price = prices("7-9", RULES, 2026)
    assert price.group == pytest.approx(89 / 3 / 20.5 * 62_000)
    assert price.pupil_teaching == pytest.approx(0.85 * 62_000 / 20.5 + 1_550)
    assert price.compensation == pytest.approx(1.6 * 6511.92)


def test_prices_are_those_of_the_year() -> None:
    assert prices("1-6", RULES, 2024).group == pytest.approx(136 / 6 / 24 * 62_000)
    assert prices("1-6", RULES, 2016).compensation == 6693.89


def test_an_annuity_pays_back_the_sum_and_its_interest() -> None:
    assert annuity(0.0, 30) == pytest.approx(1 / 30)
    assert annuity(0.03, 30) == pytest.approx(0.0510193, abs=1e-7)
    owed = 1.0
    for _ in range(20):
        owed = owed * 1.05 - annuity(0.05, 20)
    assert owed == pytest.approx(0.0, abs=1e-12)


def test_groups_of_a_stage() -> None:
    assert group_sizes("1-6", RULES, 2026) == GroupSizes(24, 20, 3)
    assert group_sizes("7-9", RULES, 2026) == GroupSizes(24, 20, 2)
    table = expected_group_table("7-9", 50, RULES, 2026)
    variation = RULES.number("groups.variation", 2026)
    assert table.tolist() == group_table(50, 3, GroupSizes(24, 20, 2), variation).tolist()


def test_transport_is_paid_beyond_five_kilometres_both_ways_on_every_school_day() -> None:
    found = transport_cost(np.array([0.5, 5.0, 10.0]), None, RULES, 2026)
    assert found == pytest.approx([0.0, 0.0, 300 + 2 * 189 * 10 * 0.30])


def test_boarding_is_paid_for_those_over_the_limit() -> None:
    one_way = np.array([75.0, 80.0, 100.0])
    assert boarding_cost(one_way, "1-6", RULES, 2026) == pytest.approx([0, 20_000, 20_000])
    assert boarding_cost(one_way, "7-9", RULES, 2026) == pytest.approx([0, 20_000 / 3, 20_000])


def test_who_pays_a_ride_may_be_told_beside_its_length() -> None:
    km = np.array([3.0, 8.0, 8.0])
    paid = np.array([True, True, False])  # a hard road, a long way, a place of one's own choice
    # 300 a pupil, and 189 days there and back at 0.30 a kilometre.
    found = transport_cost(km, paid, RULES, 2026)
    assert found.tolist() == pytest.approx([300.0 + 3.0 * 113.4, 300.0 + 8.0 * 113.4, 0.0])
