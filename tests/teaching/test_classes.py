"""A council asks which classes hold several grades: counted here again pupil by pupil."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.teaching.classes import expected_classes, seating
from skolnat.teaching.groups import GroupSizes, expected_groups, groups_of

USUAL = GroupSizes(single=24, combined=20, span=3)


@st.composite
def limits(draw: st.DrawFn) -> GroupSizes:
    single = draw(st.integers(1, 12))
    return GroupSizes(single, draw(st.integers(1, single)), draw(st.integers(1, 4)))


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6), limits())
def test_every_pupil_sits_in_exactly_one_group(grades: list[int], sizes: GroupSizes) -> None:
    groups = seating(grades, sizes)
    assert len(groups) == groups_of(grades, sizes)
    for grade, pupils in enumerate(grades):
        assert sum(group.get(grade, 0) for group in groups) == pupils
    for group in groups:
        assert all(group.values())
        assert sum(group.values()) <= (sizes.combined if len(group) > 1 else sizes.single)
        assert max(group) - min(group) < sizes.span


def test_seats_by_hand() -> None:
    assert seating([3, 3, 3, 4, 4, 3], USUAL) == [{0: 3, 1: 3, 2: 3}, {3: 4, 4: 4, 5: 3}]
    assert seating([49, 0, 5], USUAL) == [{0: 17}, {0: 16}, {0: 16}, {2: 5}]
    assert seating([0, 0], USUAL) == []


@pytest.mark.parametrize("sizes", [GroupSizes(3, 2, 2), GroupSizes(4, 4, 3), GroupSizes(2, 1, 1)])
@pytest.mark.parametrize("means", [[0.4, 2.5, 1.0], [0.0, 3.0, 0.2], [1.5, 1.5, 1.5]])
def test_expected_classes_are_the_sum_over_all_outcomes(
    means: list[float], sizes: GroupSizes
) -> None:
    found = expected_classes(np.array([means]), sizes)
    groups = combined = 0.0
    for outcome in itertools.product(range(20), repeat=3):
        chance = math.prod(
            math.exp(-mean) * mean**k / math.factorial(k)
            for mean, k in zip(means, outcome, strict=True)
        )
        seated = seating(outcome, sizes)
        groups += chance * len(seated)
        combined += chance * sum(len(group) > 1 for group in seated)
    assert found.groups[0] == pytest.approx(groups, abs=1e-6)
    assert found.combined[0] == pytest.approx(combined, abs=1e-6)


def test_equal_grades_give_the_groups_that_the_optimiser_counts() -> None:
    pupils = np.array([0.0, 12.0, 48.0, 200.0])
    found = expected_classes(np.repeat(pupils[:, None] / 6, 6, axis=1), USUAL)
    assert found.groups == pytest.approx(expected_groups(pupils, 6, USUAL), abs=1e-9)
    assert found.combined[0] == 0.0
    assert found.combined[3] < 0.1 < 2.0 < found.combined[2]


def test_a_village_school_of_two_teachers_has_combined_classes_alone() -> None:
    found = expected_classes(np.full((1, 6), 3.0), USUAL)
    assert 2.0 < found.groups[0] < 2.4
    assert found.combined[0] > 1.9
