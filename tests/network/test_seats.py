"""Seats in years to come: a wrong year or a wrong half would close the wrong school."""

from __future__ import annotations

import numpy as np
import pandas as pd

from skolnat.network.build import Period
from skolnat.network.seats import seats_by_period

UNITS = pd.DataFrame(
    {"unit": ["a:1-6", "b:1-6", "b:7-9"], "school": ["a", "b", "b"], "capacity": [40.0, 60.0, 20.0]}
)
PERIODS = (Period((2026,), frozen=True), Period((2027, 2028)), Period((2029, 2030, 2031, 2032)))


def seats(*rows: tuple[str, int, float]) -> np.ndarray:
    told = pd.DataFrame(rows, columns=["school", "year", "capacity"])
    return seats_by_period(UNITS, told, PERIODS)


def test_without_rows_the_seats_of_today_hold_in_every_period() -> None:
    assert seats().tolist() == [[40.0, 60.0, 20.0]] * 3


def test_a_row_holds_from_its_autumn_to_the_next_one_and_periods_take_means() -> None:
    found = seats(("a", 2030, 80.0), ("a", 2028, 20.0))
    # 2027 still 40, 2028 20; 2029 20, then three years of 80.
    assert found[:, 0].tolist() == [40.0, 30.0, 65.0]
    assert found[:, 1:].tolist() == [[60.0, 20.0]] * 3


def test_a_row_before_the_plan_holds_at_once() -> None:
    assert seats(("a", 2020, 10.0))[:, 0].tolist() == [10.0, 10.0, 10.0]


def test_units_of_a_school_share_what_it_gains() -> None:
    assert seats(("b", 2029, 120.0))[2].tolist() == [40.0, 90.0, 30.0]


def test_a_site_without_seats_of_today_is_parted_by_halves() -> None:
    units = UNITS.assign(capacity=[40.0, 0.0, 0.0])
    told = pd.DataFrame({"school": ["b"], "year": [2027], "capacity": [50.0]})
    assert seats_by_period(units, told, PERIODS)[1].tolist() == [40.0, 25.0, 25.0]
