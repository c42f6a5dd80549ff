"""Groups decide most of what a school costs: counted here again by brute force.

The number of groups is compared with the best of all ways to cut the grades, and the expected
number with a sum over every outcome of the Poisson law.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.teaching.groups import GroupSizes, expected_groups, group_table, groups_of

USUAL = GroupSizes(single=24, combined=20, span=3)


def fewest_by_all_cuts(grades: tuple[int, ...], sizes: GroupSizes) -> int:
    """Try every way to cut consecutive grades into groups, and return the fewest."""
    best = math.inf
    for cuts in itertools.product((False, True), repeat=len(grades) - 1):
        parts: list[list[int]] = [[grades[0]]]
        for pupils, cut in zip(grades[1:], cuts, strict=True):
            if cut:
                parts.append([pupils])
            else:
                parts[-1].append(pupils)
        groups = 0.0
        for part in parts:
            if len(part) == 1:
                groups += math.ceil(part[0] / sizes.single)
            elif len(part) > sizes.span or sum(part) > sizes.combined:
                groups = math.inf
            else:
                groups += sum(part) > 0
        best = min(best, groups)
    return int(best)


@st.composite
def limits(draw: st.DrawFn) -> GroupSizes:
    single = draw(st.integers(1, 12))
    return GroupSizes(single, draw(st.integers(1, single)), draw(st.integers(1, 4)))


@given(st.lists(st.integers(0, 15), min_size=1, max_size=6), limits())
def test_no_way_to_cut_the_grades_gives_fewer_groups(grades: list[int], sizes: GroupSizes) -> None:
    assert groups_of(grades, sizes) == fewest_by_all_cuts(tuple(grades), sizes)


@pytest.mark.parametrize(
    ("grades", "groups"),
    [
        ([0, 0, 0, 0, 0, 0], 0),
        ([3, 3, 3, 4, 4, 3], 2),  # 1-3 and 4-6
        ([7, 7, 7, 7, 7, 7], 3),  # two grades hold 14, three would hold 21
        ([24, 25, 1, 1, 1, 1], 1 + 2 + 2),  # 3-5 together, 6 alone
        ([21, 0, 0, 0, 0, 5], 2),  # more than a combined class may hold: alone
        ([5, 0, 0, 5, 0, 0], 2),  # a combined class spans three grades
    ],
)
def test_groups_by_hand(grades: list[int], groups: int) -> None:
    assert groups_of(grades, USUAL) == groups


@pytest.mark.parametrize(
    ("single", "combined", "span"), [(0, 0, 1), (10, 11, 2), (10, 0, 2), (10, 5, 0)]
)
def test_impossible_limits_are_refused(single: int, combined: int, span: int) -> None:
    with pytest.raises(ValueError, match="group"):
        GroupSizes(single, combined, span)


@pytest.mark.parametrize("grades", [1, 2, 3])
@pytest.mark.parametrize(
    "sizes", [GroupSizes(3, 2, 2), GroupSizes(4, 4, 3), GroupSizes(2, 1, 1), GroupSizes(5, 3, 2)]
)
def test_expected_groups_are_the_sum_over_all_outcomes(grades: int, sizes: GroupSizes) -> None:
    pupils = np.array([0.0, 0.7, 2.0, 4.5])
    found = expected_groups(pupils, grades, sizes)
    for n, value in zip(pupils, found, strict=True):
        mean = n / grades
        chance = [math.exp(-mean) * mean**k / math.factorial(k) for k in range(22)]
        total = sum(
            math.prod(chance[k] for k in outcome) * groups_of(outcome, sizes)
            for outcome in itertools.product(range(22), repeat=grades)
        )
        assert value == pytest.approx(total, abs=1e-6)


@pytest.mark.parametrize("variation", [0.0, 0.2])
@pytest.mark.parametrize(("grades", "span"), [(6, 3), (3, 2)])
def test_the_table_never_falls_and_begins_at_nothing(
    variation: float, grades: int, span: int
) -> None:
    table = group_table(400, grades, GroupSizes(24, 20, span), variation)
    assert table.shape == (401,)
    assert table[0] == 0.0
    assert (np.diff(table) >= 0.0).all()
    assert (table >= np.arange(401) / 24 - 1e-9).all()


def test_expected_groups_where_four_grades_may_share_a_group() -> None:
    sizes, mean = GroupSizes(5, 4, 4), 0.3
    chance = [math.exp(-mean) * mean**k / math.factorial(k) for k in range(9)]
    total = sum(
        math.prod(chance[k] for k in outcome) * groups_of(outcome, sizes)
        for outcome in itertools.product(range(9), repeat=5)
    )
    assert expected_groups(np.array([5 * mean]), 5, sizes)[0] == pytest.approx(total, abs=1e-6)


@given(st.floats(0.0, 90.0), st.integers(1, 6), limits())
def test_expected_groups_lie_between_full_groups_and_a_group_for_each_grade(
    pupils: float, grades: int, sizes: GroupSizes
) -> None:
    found = float(expected_groups(np.array([pupils]), grades, sizes)[0])
    assert pupils / sizes.single - 1e-9 <= found <= pupils / sizes.single + grades + 1e-9


def test_a_large_school_has_half_a_group_a_grade_beside_full_ones() -> None:
    """The last group of each grade is half full on the mean: n / 24 + 6 / 2."""
    table = group_table(1500, 6, USUAL)
    # (k + 23) / 24 rounded down loses 23/48 on the mean of a wide law, not quite half.
    assert table[1500] - 1500 / 24 == pytest.approx(6 * 23 / 48, abs=0.02)
    wide = group_table(1500, 6, USUAL, 0.2)
    assert wide[1500] == pytest.approx(table[1500], rel=1e-3)
    assert wide[1500] / (1500 / 24) == pytest.approx(1.0, abs=0.06)


def test_a_table_that_is_kept_cannot_be_written_into() -> None:
    with pytest.raises(ValueError, match="read-only"):
        group_table(10, 3, USUAL)[3] = 1.0
