"""The panel is where tables become arrays: a wrong sex or age here would poison everything."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from skolnat.forecast.panel import Panel, panel_of
from skolnat.forecast.states import BAND_SUMS, COMPONENT_OF, STATES


def table() -> pd.DataFrame:
    """Return one child of each sex, one woman and one man of 30, and a woman of 60."""
    rows = [("b", 2019, 3, "m", 5), ("b", 2019, 3, "f", 4), ("b", 2019, 30, "m", 7),
            ("b", 2019, 30, "f", 8), ("b", 2019, 60, "f", 9), ("a", 2019, 0, "f", 2)]  # fmt: skip
    return pd.DataFrame(rows, columns=["municipality", "year", "age", "sex", "persons"])


def test_children_are_both_sexes_and_adults_women() -> None:
    panel = panel_of(table(), "municipality")
    assert panel.units == ("a", "b")
    assert panel.last[1, 3] == 9.0
    assert panel.last[1, 30] == 8.0
    assert panel.last.sum() == 2.0 + 9.0 + 8.0


def test_every_transition_has_one_component() -> None:
    assert BAND_SUMS.sum(axis=1).tolist() == [1.0] * (STATES - 1)
    assert COMPONENT_OF[0] == 1
    assert COMPONENT_OF[-1] == BAND_SUMS.shape[1]


def test_order_is_by_group_and_unit_whatever_came_in() -> None:
    counts = np.arange(3 * STATES, dtype=float).reshape(3, 1, STATES)
    panel = Panel(("c", "a", "b"), np.array([0, 1, 0]), (2019,), counts)
    ordered = panel.ordered()
    assert ordered.units == ("b", "c", "a")
    assert ordered.counts[0, 0, 0] == counts[2, 0, 0]


def test_groups_and_country_sum() -> None:
    counts = np.ones((3, 2, STATES))
    panel = Panel(("a", "b", "c"), np.array([0, 0, 1]), (2018, 2019), counts)
    assert panel.grouped()[:, 0, 0].tolist() == [2.0, 1.0]
    assert panel.country().last[0, 0] == 3.0
    assert panel.until(2018).years == (2018,)
    assert panel.since(2019).years == (2019,)


def test_shapes_and_years_are_checked() -> None:
    with pytest.raises(ValueError, match="shape"):
        Panel(("a",), np.zeros(1, dtype=np.intp), (2019,), np.zeros((1, 2, STATES)))
    with pytest.raises(ValueError, match="consecutive"):
        Panel(("a",), np.zeros(1, dtype=np.intp), (2018, 2020), np.zeros((1, 2, STATES)))
