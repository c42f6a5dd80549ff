"""A bound that a plan goes below proves nothing: every way to seat the pupils needs more."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from skolnat.rules.rules import default_rules
from skolnat.teaching.demand import Teaching, group_rows
from skolnat.teaching.formation import Limits, in_units
from skolnat.teaching.least import Pool, least_groups, least_hours
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
    bound = least_hours(known, Pool("1-6", sums["1-6"], 3, 2), RULES, 2026)
    assert 0.0 < bound <= hours + 1e-9


def test_the_bound_of_one_school_is_what_it_needs() -> None:
    """100 pupils of one unit: 15 h of a special teacher, and the groups that chance gives."""
    sums = {"1-6": np.array([100.0]), "7-9": np.zeros(1)}
    known = wishes(TOLD.iloc[:0], sums, ("a",), np.array([0.1]), RULES, 2026)
    found = least_hours(known, Pool("1-6", sums["1-6"], 1, 1), RULES, 2026)
    units = pd.DataFrame(
        {
            "period": 0, "years": "2026", "unit": ["0:1-6"], "school": "s", "stage": "1-6",
            "language": "fi", "home": [0], "open": True, "pupils": [100.0], "groups": [5.0],
            "combined": 0.0, "estimated": False,
        }
    )  # fmt: skip
    rows = pd.DataFrame({"period": [0], "unit": ["0:1-6"], "residence": [0], "pupils": [100.0]})
    table = group_rows(units, rows, Teaching(known, RULES, 2026, {}))
    hours = table.loc[table["subject"] != "basic", "weekly_hours"].sum()
    assert 0.97 * hours <= found <= hours + 1e-9


@settings(max_examples=60)
@given(
    st.lists(st.floats(0.0, 40.0), min_size=1, max_size=6),
    st.integers(1, 12),
    st.integers(1, 12),
)
def test_no_parting_of_readers_needs_fewer_groups(
    means: list[float], least: int, more: int
) -> None:
    limits = Limits(least, least + more)
    groups = float(in_units(np.array(means), limits).groups.sum())
    assert least_groups(sum(means), len(means), limits) <= groups + 1e-9


def test_the_bound_is_reached_by_the_best_parting() -> None:
    """Two places, every parting tried in steps: the bound is close below the best of them."""
    limits = Limits(3, 12)
    for readers in (0.5, 2.0, 7.0, 30.0):
        first = np.linspace(0.0, readers, 201)
        both = in_units(first, limits).groups + in_units(readers - first, limits).groups
        bound = least_groups(readers, 2, limits)
        assert bound <= both.min() + 1e-9
        assert bound >= 0.6 * both.min() - 1e-3


def test_readers_of_few_places_need_more_than_those_who_may_be_spread() -> None:
    limits = Limits(3, 12)
    found = [least_groups(20.0, places, limits) for places in (1, 2, 5, 20)]
    assert found == sorted(found, reverse=True)
    assert found[0] > 1.5 * found[-1]
