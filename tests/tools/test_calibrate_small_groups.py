"""What is taken from the hours a pupil must be what the small groups need, or costs move."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from calibrate_small_groups import hours_per_pupil
from skolnat.rules.rules import default_rules
from skolnat.study.prepare import Prepared


def test_the_rules_hold_what_the_script_works_out(
    prepared_example: Callable[[str], Prepared],
) -> None:
    rules = default_rules()
    found = hours_per_pupil(prepared_example("paijanne-tavastland"))
    assert set(found) == {
        "teaching.within_split_1_6", "teaching.within_split_7_9", "teaching.within_support",
    }  # fmt: skip
    for rule, hours in found.items():
        assert rules.number(rule, 2026) == pytest.approx(hours, abs=0.01)


@pytest.mark.parametrize("stage", ["1_6", "7_9"])
def test_the_small_groups_are_a_part_of_the_hours_a_pupil(stage: str) -> None:
    rules = default_rules()
    whole = rules.number(f"teaching.split_hours_{stage}", 2026)
    assert 0 < rules.number(f"teaching.within_split_{stage}", 2026) < whole
    hour = rules.number("teaching.teacher_eur", 2026) / rules.number(f"teaching.duty_{stage}", 2026)
    support = rules.number("teaching.within_support", 2026) * hour
    assert 0 < support < rules.number("teaching.support_eur", 2026)
