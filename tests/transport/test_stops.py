"""Stops decide how far a child walks; whole pupils must not appear or vanish by rounding."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.transport.stops import cover, stops_of, whole_pupils


def line_km(size: int) -> np.ndarray:
    at = np.arange(size, dtype=np.float64)
    return np.abs(at[:, None] - at[None, :])


def test_the_square_that_most_can_walk_to_comes_first() -> None:
    """Places 1 km apart, 1 km to walk: 1 reaches 0-2, then 4 reaches 3-5."""
    weight = np.array([5.0, 1.0, 5.0, 1.0, 1.0, 1.0])
    assert cover(line_km(6), weight, 1.0).tolist() == [1, 4]
    assert cover(line_km(3), np.ones(3), 0.5).tolist() == [0, 1, 2]


@given(st.lists(st.floats(0, 5), min_size=1, max_size=12), st.floats(0, 4))
def test_everybody_is_within_reach_of_a_stop(weight: list[float], reach: float) -> None:
    km = line_km(len(weight))
    chosen = cover(km.copy(), np.array(weight), reach)
    assert (km[:, chosen].min(axis=1) <= reach).all()


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from("AB"), st.sampled_from("xy"), st.floats(0, 3)),
        min_size=1,
        max_size=30,
    )
)
def test_the_sums_of_a_unit_and_a_home_are_kept(rows: list[tuple[int, str, str, float]]) -> None:
    expected = pd.DataFrame(rows, columns=["stop", "unit", "home", "pupils"])
    whole = whole_pupils(expected)
    told = whole.groupby(["unit", "home"])["pupils"].sum()
    for key, total in expected.groupby(["unit", "home"])["pupils"].sum().items():
        assert abs(told.get(key, 0) - total) <= 0.5 + 1e-6
    sums = expected.groupby(["stop", "unit", "home"])["pupils"].sum()
    for row in whole.itertuples():
        assert abs(row.pupils - sums[row.stop, row.unit, row.home]) < 1.0 + 1e-6


def riders(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["cell", "unit", "home", "pupils"])
    return table.assign(x=0.0, y=0.0, municipality="100")


def test_pupils_of_a_stop_are_divided_by_unit_and_by_seats() -> None:
    table = riders(("c0", "A", "100", 9.0), ("c0", "B", "100", 2.0), ("c1", "A", "200", 4.0))
    stops = stops_of(table, line_km(2), 1.0, seats=8)
    assert stops.table["cell"].tolist() == ["c0"]
    assert stops.table["stop"].tolist() == ["100-001"]
    assert [(p.name, p.homes) for p in stops.parties] == [
        ("100-001|A", (("100", 6),)),
        ("100-001|A|2", (("100", 3), ("200", 4))),
        ("100-001|B", (("100", 2),)),
    ]
    assert stops.walks["walk_km"].tolist() == [0.0, 1.0]
    assert stops.walks["riders"].tolist() == pytest.approx([11.0, 4.0])
