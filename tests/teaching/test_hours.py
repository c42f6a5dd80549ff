"""Hours of the grades are law, and dated: they add up to the sums by which groups are priced."""

from __future__ import annotations

import pytest

from skolnat.rules.rules import default_rules
from skolnat.teaching.hours import duty, grade_hours, group_hours, lessons

RULES = default_rules()


def test_hours_of_the_grades_before_and_after_august_2025() -> None:
    assert grade_hours("1-6", RULES, 2024).tolist() == [20, 20, 22, 24, 25, 25]
    assert grade_hours("1-6", RULES, 2025).tolist() == [21, 21, 23, 24, 25, 25]
    assert grade_hours("7-9", RULES, 2026).tolist() == [30, 29, 30]


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2040])
def test_grades_add_up_to_the_sum_of_their_stage_and_to_225_or_228(year: int) -> None:
    total = 0.0
    for stage in ("1-6", "7-9"):
        hours = grade_hours(stage, RULES, year)
        whole = RULES.number(f"teaching.weekly_hours_{stage.replace('-', '_')}", year)
        assert hours.sum() == whole
        assert group_hours(stage, RULES, year) * hours.size == pytest.approx(whole)
        total += float(hours.sum())
    assert total == (225 if year == 2024 else 228)


def test_an_overridden_sum_keeps_the_proportions_of_the_grades() -> None:
    own = RULES.with_overrides({"teaching.weekly_hours_7_9": (92.0, "own")})
    hours = grade_hours("7-9", own, 2026)
    assert hours.sum() == pytest.approx(92.0)
    assert hours[0] / hours[1] == pytest.approx(30 / 29)
    one = RULES.with_overrides({"teaching.weekly_hours_grade_9": (31.0, "own")})
    assert grade_hours("7-9", one, 2026).tolist() == [30, 29, 31]


def test_duty_and_lessons() -> None:
    assert (duty("1-6", RULES, 2026), duty("7-9", RULES, 2026)) == (24.0, 20.5)
    assert lessons(2.0, RULES, 2026) == 76.0
