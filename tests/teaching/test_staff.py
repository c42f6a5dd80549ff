"""Hours against the teachers there are, and how many are shared: by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from skolnat.plan.priced import HOURS
from skolnat.teaching.staff import hour_rows


def group(subject: str, language: str, hours: float, provider: int = 0) -> dict[str, object]:
    return {
        "provider": provider, "period": 0, "years": "2026", "unit": f"1{language}:1-6",
        "stage": "1-6", "language": language, "subject": subject, "weekly_hours": hours,
        "teachers": hours / 24, "estimated": subject != "basic",
    }  # fmt: skip


GROUPS = pd.DataFrame(
    [group("basic", "fi", 120.0), group("basic", "sv", 48.0), group("worldview", "fi", 2.0)]
)
SEATS = pd.DataFrame(
    {
        "period": 0,
        "unit": ["1fi:1-6", "1fi:1-6", "1sv:1-6"],
        "residence": [0, 1, 0],
        "pupils": [75.0, 25.0, 40.0],
    }
)


def staff(*rows: tuple[int, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["home", "stage", "subject", "weekly_hours"])


def test_a_quarter_of_the_hours_goes_to_the_neighbours() -> None:
    table = hour_rows(GROUPS, SEATS, staff())
    assert list(table.columns) == [column.name for column in HOURS]
    told = table.set_index(["subject", "language"])
    assert told["required"].to_dict() == {
        ("basic", "fi"): 120.0, ("basic", "sv"): 48.0, ("worldview", "fi"): 2.0,
    }  # fmt: skip
    assert told["shared"].to_dict() == {
        ("basic", "fi"): 30.0, ("basic", "sv"): 0.0, ("worldview", "fi"): 0.5,
    }  # fmt: skip
    assert told["available"].isna().all()
    assert told.index[told["estimated"]].tolist() == [("worldview", "fi")]


def test_hours_told_by_subject_stand_once() -> None:
    table = hour_rows(GROUPS, SEATS, staff((0, "1-6", "basic", 150.0), (1, "1-6", "basic", 9.0)))
    assert table.groupby("subject")["available"].sum(min_count=1).to_dict() == {
        "basic": 150.0, "worldview": pytest.approx(np.nan, nan_ok=True),
    }  # fmt: skip


def test_hours_told_for_all_subjects_have_rows_of_their_own() -> None:
    table = hour_rows(GROUPS, SEATS, staff((0, "1-6", "all", 160.0)))
    whole = table[table["subject"] == "all"]
    assert whole["required"].tolist() == [122.0, 48.0]
    assert whole["available"].tolist() == [160.0, pytest.approx(np.nan, nan_ok=True)]
