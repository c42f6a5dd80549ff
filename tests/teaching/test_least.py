"""A bound that a plan goes below proves nothing: every way to seat the pupils needs more."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from skolnat.rules.rules import default_rules
from skolnat.teaching.demand import Teaching, group_rows
from skolnat.teaching.least import least_hours
from skolnat.teaching.wishes import wishes

RULES = default_rules()
COLUMNS = ["municipality", "stage", "subject", "pupils", "groups", "weekly_hours"]
TOLD = pd.DataFrame(
    [("a", "1-6", "second_language", 30.0, 2.0, 7.0), ("b", "1-6", "worldview", 3.0, 1.0, 2.0)],
    columns=COLUMNS,
)
seat = st.lists(st.integers(0, 2), min_size=8, max_size=8)


@settings(max_examples=20)
@given(seat, st.lists(st.floats(0.1, 60.0), min_size=8, max_size=8), st.booleans())
def test_no_plan_needs_fewer_hours(seats: list[int], pupils: list[float], own: bool) -> None:
    """Four squares of each of two municipalities go to any of three schools."""
    home = np.repeat([0, 1], 4)
    sums = {"1-6": np.bincount(home, weights=pupils), "7-9": np.zeros(2)}
    told = TOLD if own else TOLD.iloc[:0]
    known = wishes(told, sums, ("a", "b"), np.array([0.05, 0.1]), RULES, 2026)
    loads = np.bincount(seats, weights=pupils, minlength=3)
    units = pd.DataFrame(
        {
            "period": 0, "years": "2026", "unit": ["0:1-6", "1:1-6", "2:1-6"], "school": "s",
            "stage": "1-6", "language": "fi", "home": [0, 0, 1], "open": True, "pupils": loads,
            "groups": loads / 20, "combined": 0.0, "estimated": False,
        }
    )  # fmt: skip
    rows = pd.DataFrame(
        {
            "period": 0,
            "unit": [f"{k}:1-6" for k in seats],
            "residence": home,
            "pupils": pupils,
        }
    )
    rows = rows.groupby(["period", "unit", "residence"], as_index=False).sum()
    table = group_rows(units, rows, Teaching(known, RULES, 2026, {}))
    hours = table.loc[table["subject"] != "basic", "weekly_hours"].sum()
    bound = least_hours(known, sums, RULES, 2026)
    assert 0.0 < bound <= hours + 1e-9


def test_the_bound_of_full_groups_by_hand() -> None:
    """100 pupils: 15 h of a special teacher, 3 in groups of ten, 20 in those of twelve."""
    known = wishes(
        TOLD.iloc[:0], {"1-6": np.array([100.0]), "7-9": np.zeros(1)}, ("a",), np.array([0.1]),
        RULES, 2026,
    )  # fmt: skip
    found = least_hours(known, {"1-6": np.array([100.0]), "7-9": np.zeros(1)}, RULES, 2026)
    assert np.isclose(found, 15.0 + 3 / 10 * 6 + 20 / 12 * 4)
