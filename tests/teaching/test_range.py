"""Who can choose an optional language, by hand.

22 % choose, a group needs 10 who do, and a distance-linked group costs two weekly hours of a
teacher and as much supervision: 4 × 62 000 / 20.5 euros.
"""

from __future__ import annotations

import numpy as np
import pytest

from skolnat.rules.rules import default_rules
from skolnat.teaching.range import optional_range

PRICE = 4 * 62_000 / 20.5


def choice(loads: list[float], stage: str = "7-9", budget: float = 0.0):  # type: ignore[no-untyped-def] # noqa: ANN201
    return optional_range(np.array(loads), stage, default_rules(), 2026, budget=budget)


def test_a_school_with_ten_who_choose_has_a_group_of_its_own() -> None:
    found = choice([46.0, 45.0])  # 10.12 and 9.9 choose
    assert (found.pupils, found.with_choice, found.groups, found.cost) == (91.0, 46.0, 0, 0.0)


def test_in_the_lower_stage_half_of_the_grades_choose() -> None:
    found = choice([92.0, 90.0], "1-6")
    assert (found.pupils, found.with_choice) == (91.0, 46.0)


def test_a_budget_links_the_small_schools() -> None:
    loads = [100.0, 30.0, 20.0, 10.0]  # 22 choose; 6.6 + 4.4 + 2.2 = 13.2 make one group
    found = choice(loads, budget=PRICE)
    assert (found.with_choice, found.groups, found.cost) == (160.0, 1, pytest.approx(PRICE))
    found = choice(loads, budget=PRICE - 0.01)
    assert (found.with_choice, found.groups, found.cost) == (100.0, 0, 0.0)
    assert choice(loads, budget=100 * PRICE) == choice(loads, budget=PRICE)


def test_the_largest_waiting_schools_come_first() -> None:
    loads = [5.0, 44.0, 30.0, 44.0]  # 1.1 + 9.68 + 6.6 + 9.68 = 27.06 make two groups
    one = choice(loads, budget=PRICE)
    assert (one.with_choice, one.groups) == (44.0, 1)
    two = choice(loads, budget=2 * PRICE)
    assert (two.with_choice, two.groups) == (123.0, 2)


def test_too_few_for_any_group() -> None:
    found = choice([20.0, 20.0, 0.0], budget=1e6)
    assert (found.with_choice, found.groups, found.cost) == (0.0, 0, 0.0)
