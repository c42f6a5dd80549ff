"""How long the journeys take, told without pointing out a child: checked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from skolnat.report import journey_tables
from skolnat.report.journey_tables import ENDS, class_of
from skolnat.report.results import Results


def row(scenario: str, period: int, cell: str, school: str, pupils: float, minutes: float) -> dict:  # type: ignore[type-arg]
    return {
        "scenario": scenario, "period": period, "cell": cell, "municipality": "010",
        "stage": "1-6", "language": "sv", "school": school, "unit": f"{school}:1-6",
        "pupils": pupils, "minutes": minutes, "km": minutes / 2.0,
    }  # fmt: skip


def told(results: Results, rows: list[dict]) -> Results:  # type: ignore[type-arg]
    units = pd.DataFrame(
        {"period": [0, 1], "years": ["2026", "2027–2029"], "unit": "x", "scenario": "today"}
    )
    tables = {**results.tables, "assignments": pd.DataFrame(rows), "units": units}
    return replace(results, tables=tables)


def test_classes_end_where_they_say() -> None:
    minutes = pd.Series([0.0, 15.0, 15.1, 60.0, 75.5, 90.0, 90.1, 1440.0])
    assert class_of(minutes).tolist() == ["15", "15", "30", "60", "90", "90", "more", "more"]


def test_the_histogram_is_a_mean_over_years_and_hides_the_few(results: Results) -> None:
    rows = [
        row("today", 0, "a", "s", 40.0, 10.0),
        row("today", 0, "b", "s", 8.0, 50.0),
        row("today", 0, "c", "s", 1.0, 20.0),
        row("today", 1, "a", "s", 20.0, 10.0),
        row("today", 1, "b", "s", 4.0, 70.0),
        row("today", 1, "c", "s", 1.0, 20.0),
    ]
    found = journey_tables.histogram(told(results, rows)).set_index("minutes")["pupils"]
    # One year of the first period and three of the second: (40 + 3 · 20) / 4 and so on.
    assert found["15"] == pytest.approx(25.0)
    assert found[""] == pytest.approx(25.0 + 5.0 + 1.0)
    # One pupil is too few, and one count more is hidden so that it cannot be reckoned.
    assert np.isnan(found["30"])
    assert np.isnan(found[["60", "75"]]).any()
    assert found[["45", "90", "more"]].tolist() == [0.0, 0.0, 0.0]


def test_the_longest_are_told_by_the_catchment_of_today(results: Results) -> None:
    rows = [row("today", 0, cell, school, 5.0, 10.0) for cell, school in (("a", "s"), ("b", "t"))]
    rows += [
        row("today", 0, "c", "t", 2.0, 12.0),
        row("today", 1, "a", "s", 5.0, 11.0),
        row("today", 1, "b", "t", 2.0, 30.0),
        row("today", 1, "c", "t", 2.0, 20.0),
        # Alone the school t is closed, and its area goes to s.
        row("alone", 1, "a", "s", 5.0, 11.0),
        row("alone", 1, "b", "s", 2.0, 45.0),
        row("alone", 1, "c", "s", 2.0, 35.0),
    ]
    found = journey_tables.worst_areas(told(results, rows))
    columns = ["scenario", "area", "school", "minutes", "km"]
    # Three pupils of t reach 35 minutes, not two: 45 would point them out.
    assert found[columns].to_numpy().tolist() == [
        ["alone", "t", "s", 35.0, 17.5],
        ["alone", "s", "s", 11.0, 5.5],
        ["today", "t", "t", 20.0, 10.0],
        ["today", "s", "s", 11.0, 5.5],
    ]
    assert "cell" not in found.columns
    assert "pupils" not in found.columns


def test_an_area_of_two_pupils_is_left_out(results: Results) -> None:
    rows = [row("today", period, "a", "s", 2.0, 90.0) for period in (0, 1)]
    assert journey_tables.worst_areas(told(results, rows)).empty


def test_ten_areas_at_most(results: Results) -> None:
    rows = [row("today", p, f"c{k}", f"s{k}", 4.0, 10.0 + k) for p in (0, 1) for k in range(14)]
    found = journey_tables.worst_areas(told(results, rows))
    assert found["minutes"].tolist() == [23.0 - k for k in range(10)]
    assert ENDS[-1] == "more"
