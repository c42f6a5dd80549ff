"""Measures are told with what they are and what each municipality pays for them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from skolnat.report.blocks import Table
from skolnat.report.context import Context
from skolnat.report.results import Results
from skolnat.report.sections.measures import measures

ADULT = "1.0 h with an adult beside the pupils"


def test_a_study_without_measures_has_no_table(results: Results) -> None:
    assert measures(Context(results, "en")) == []


def test_measures_are_told_by_municipality(swap: Callable[..., Results]) -> None:
    base = {"stage": "7-9", "post_hours": 19.0, "credit_hours": 1.5, "weekly_hours": 0.0,
            "supervision_hours": 0.0}  # fmt: skip
    told = pd.DataFrame(
        [
            {"measure": "German", "kind": "joint_post", **base},
            {"measure": "Religion", "kind": "distance_group", **base, "weekly_hours": 2.0,
             "supervision_hours": 1.0},
            {"measure": "Today alone", "kind": "joint_post", **base},
        ]
    )  # fmt: skip
    columns = ["scenario", "measure", "municipality", "gross", "payments", "net"]
    costs = pd.DataFrame(
        [
            ("together", "German", "081", 24e3, -16e3, 8e3),
            ("together", "German", "576", -12e3, 16e3, 4e3),
            ("together", "Religion", "081", 3e3, 0.0, 3e3),
            ("today", "Today alone", "081", 3e3, 0.0, 3e3),
        ],
        columns=columns,
    )
    (table,) = measures(Context(swap(measures=told, measure_costs=costs), "en"))
    assert isinstance(table, Table)
    rows = [[row.head.text, *(cell.text for cell in row.cells)] for row in table.rows]
    assert rows == [
        ["German. Joint post, grades 7–9: 19.0 h, 1.5 h of credit"],
        ["Hartola", "+24", "−16", "+8", "together/081/gross/shared_teaching"],
        ["Padasjoki", "−12", "+16", "+4", "together/576/gross/shared_teaching"],
        ["Religion. Distance-linked group, grades 7–9: 2.0 h, " + ADULT],
        ["Hartola", "+3", "0", "+3", "together/081/gross/shared_teaching"],
    ]
