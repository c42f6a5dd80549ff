"""A council paper that shows one child, or lets subtraction find one, breaks privacy for good."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from skolnat.report.suppress import (
    cube_equations,
    hidden,
    is_small,
    revealed,
    suppressed,
    with_sums,
)


@pytest.mark.parametrize(
    ("count", "small"), [(0.0, False), (0.004, False), (0.3, True), (2.99, True), (3.0, False)]
)
def test_what_is_small(count: float, small: bool) -> None:
    assert bool(is_small(count)) is small


def test_one_small_part_takes_the_next_smallest_with_it() -> None:
    """100 = 2 + 40 + 58: without the 40 hidden too, 2 is 100 - 40 - 58."""
    hide = hidden([100.0, 2.0, 40.0, 58.0], [(0, (1, 2, 3))])
    assert hide.tolist() == [False, True, True, False]


def test_two_small_parts_hide_each_other_unless_their_sum_is_small() -> None:
    assert hidden([44.0, 2.0, 2.0, 40.0], [(0, (1, 2, 3))]).tolist() == [False, True, True, False]
    # 1 + 1: that two children are there is as telling, so a third part goes.
    assert hidden([42.0, 1.0, 1.0, 40.0], [(0, (1, 2, 3))]).tolist() == [False, True, True, True]


def test_a_sum_of_nothing_else_is_hidden_with_its_part() -> None:
    assert hidden([2.0, 2.0, 0.0], [(0, (1, 2))]).tolist() == [True, True, False]


def test_nothing_is_hidden_without_need() -> None:
    assert not hidden([30.0, 10.0, 20.0, 0.0], [(0, (1, 2, 3))]).any()


def test_a_bridge_between_two_rectangles_is_found_by_the_audit() -> None:
    """Two hidden in each row and column are not enough: the bridge follows by adding up."""
    # Rows: three of the left rectangle with the bridge, and so on; sums are shown.
    table = np.full((7, 7), 10.0)
    table[0, :] = table[:, 0] = 0.0
    gone = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 3), (3, 4), (4, 3), (4, 4), (2, 3)]
    for row, column in gone:
        table[row, column] = 2.0
    table[1:, 0] = table[1:, 1:].sum(axis=1)
    table[0, :] = table[1:, :].sum(axis=0)
    equations = cube_equations(table.shape)
    alone = np.zeros(table.size, dtype=np.bool_)
    alone[[np.ravel_multi_index(place, table.shape) for place in gone]] = True
    assert revealed(alone, equations)[np.ravel_multi_index((2, 3), table.shape)]
    hide = hidden(table.ravel(), equations)
    assert not (revealed(hide, equations) & is_small(table.ravel())).any()


@given(
    hnp.arrays(np.float64, (3, 4), elements=st.sampled_from([0.0, 0.0, 1.0, 2.0, 3.0, 7.0, 50.0]))
)
def test_no_small_count_can_be_worked_out(inner: np.ndarray) -> None:
    table = np.zeros((4, 5))
    table[1:, 1:] = inner
    table[1:, 0] = inner.sum(axis=1)
    table[0, :] = table[1:, :].sum(axis=0)
    counts, equations = table.ravel(), cube_equations(table.shape)
    hide = hidden(counts, equations)
    small = is_small(counts)
    assert (hide | ~small).all()
    assert not (revealed(hide, equations) & small).any()
    for total, parts in equations:
        gone = [part for part in parts if hide[part]]
        if gone and not hide[total]:
            assert counts[gone].sum() >= 3.0


def test_sums_of_a_frame_are_hidden_with_it() -> None:
    frame = pd.DataFrame(
        {"from": ["a", "a", "b"], "stage": ["x", "y", "x"], "pupils": [2.0, 10.0, 20.0]}
    )
    sums = with_sums(frame, ["from", "stage"], "pupils")
    assert sums.set_index(["from", "stage"])["pupils"].to_dict() == {
        ("", ""): 32.0, ("", "x"): 22.0, ("", "y"): 10.0,
        ("a", ""): 12.0, ("a", "x"): 2.0, ("a", "y"): 10.0,
        ("b", ""): 20.0, ("b", "x"): 20.0,
    }  # fmt: skip
    sums["shown"] = suppressed(sums, ["from", "stage"], "pupils")
    shown = sums.set_index(["from", "stage"])["shown"]
    assert np.isnan(shown["a", "x"])
    # (a, y) would give it away in the row, (b, x) in the column.
    assert np.isnan(shown["a", "y"])
    assert np.isnan(shown["b", "x"])
    assert shown["", ""] == 32.0
