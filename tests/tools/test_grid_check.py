"""A difference over 15 % must have a reason from data, or the build stops.

The rows are made by hand, so that each reason, and the lack of one, can be told beforehand.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from reference.grid_check import moved, reasons, unexplained


def row(**changes: float) -> pd.Series:
    """Return a municipality of 100 children in the register and 130 in the grid."""
    values = {
        "grid": 130.0,
        "register": 100.0,
        "difference": 0.3,
        "cohorts": 0.0,
        "coverage": 0.0,
        "astride": 0.0,
        "chance": 0.0,
        "deviation": 5.0,
        "inside": 130.0,
        "touching": 130.0,
    }
    return pd.Series({**values, **changes})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"cohorts": 30.0}, "cohorts"),
        ({"cohorts": 16.0, "coverage": 14.0}, "cohorts;coverage"),
        ({"chance": 14.0, "coverage": 16.0}, "coverage;chance"),
        ({"astride": 30.0, "inside": 90.0}, "astride"),
        # Five children are under a fifth of thirty: not worth a name.
        ({"cohorts": 25.0, "chance": 5.0}, "cohorts"),
        # More than chance can bear, but squares that the border cuts leave room for it.
        ({"chance": 30.0, "inside": 80.0, "deviation": 1.0}, "astride"),
        # The same with every square wholly inside: nothing explains it.
        ({"chance": 30.0, "deviation": 5.0}, ""),
        # Below the limit nothing is asked.
        ({"difference": 0.15, "chance": 30.0}, ""),
    ],
)
def test_reasons(changes: dict[str, float], named: str) -> None:
    assert reasons(row(**changes)) == named


def test_a_foreign_side_left_in_is_not_explained() -> None:
    # Ylitornio as found: 713 in the squares, 400 in the register, 373 expected.
    left_in = row(
        grid=713.0,
        register=400.0,
        difference=0.78,
        cohorts=-27.0,
        chance=340.0,
        deviation=32.0,
        inside=713.0,
        touching=713.0,
    )
    assert reasons(left_in) == ""


def test_only_large_differences_without_reason_are_unexplained() -> None:
    table = pd.DataFrame(
        {
            "municipality": ["001", "002", "003"],
            "difference": [-0.16, 0.10, 0.40],
            "reasons": ["", "", "cohorts"],
        }
    )
    assert unexplained(table) == ["001"]


def test_the_movement_of_counts_is_found_from_squares_that_do_not_add_up() -> None:
    generator = np.random.default_rng(1)
    ages = generator.integers(20, 60, size=(20_000, 3))
    noise = generator.normal(0, 1.7, size=(20_000, 4))
    raw = pd.DataFrame(ages + noise[:, :3], columns=["under_15", "from_15", "from_65"])
    raw["people"] = ages.sum(axis=1) + noise[:, 3]
    assert moved(raw) == pytest.approx(1.7, rel=0.02)
