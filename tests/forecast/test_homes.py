"""Where cohorts live decides which school they fill: by hand, and never a child more or less."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.common.faults import InvalidInput
from skolnat.forecast.homes import (
    COUNTED_SCATTER,
    FADING,
    OWN_SCATTER,
    SCATTER,
    UNBORN,
    age_structure,
    homes,
)

CELLS = pd.DataFrame(
    {
        "cell": ["a", "b", "c", "d"],
        "municipality": ["016", "016", "016", "398"],
        "children": [30.0, 10.0, 0.0, 5.0],
        "population": [90, 40, 8, 9],
    }
)
AREA = {"a": "17200", "b": "17300", "c": "17300", "d": "15100"}
CODES = ["016", "398"]


def classes(counts: dict[str, list[int]]) -> pd.DataFrame:
    """Return children of postal areas by class, at the end of 2017."""
    return pd.DataFrame(
        [
            {"postal_code": code, "year": 2017, "age_class": name, "persons": persons}
            for code, row in counts.items()
            for name, persons in zip(("0-2", "3-6", "7-12", "13-15"), row, strict=True)
        ]
    )


def test_without_postal_areas_every_cohort_lives_where_the_children_do() -> None:
    found = homes(CELLS, CODES, range(2010, 2014))
    assert found.of(2017, 6)[:2] == pytest.approx([0.75, 0.25], rel=1e-4)
    assert found.of(2017, 6)[3] == 1.0
    assert 0.0 < found.of(2017, 6)[2] < 1e-4  # people without children: families may move in
    assert (found.scatter == SCATTER).all()


def test_a_young_area_has_more_of_the_young_cohorts() -> None:
    postal = classes({"17200": [30, 40, 60, 30], "17300": [60, 40, 60, 0], "15100": [3, 4, 6, 3]})
    found = homes(CELLS, CODES, range(2002, 2021), postal=postal, area_of=AREA)
    # Born 2015: 10 a year in 17200, 20 in 17300. Those under 15 in 2021 were 0-10 in 2017:
    # 30 + 40 + 40 = 110 and 60 + 40 + 40 = 140. With 10 more like the municipality's mean 30/250:
    first, second = (10 + 10 * 0.12) / 120, (20 + 10 * 0.12) / 150
    expected = 30 * first / (30 * first + 10 * second)
    assert found.of(2017, 2)[0] == pytest.approx(expected, rel=1e-3)
    # Born 2003: all in 17200 but for what is taken to be like the rest.
    assert found.of(2017, 14)[0] > 0.95
    assert (found.scatter[:, found.born.index(2017)] == COUNTED_SCATTER).all()
    assert (found.scatter[:, found.born.index(2018)] == SCATTER).all()


def test_cohorts_not_born_yet_take_half_of_what_the_youngest_say_and_less_later() -> None:
    children = np.zeros((2, 16))
    children[:, :3] = [[10.0], [20.0]]
    children[:, 3:11] = 10.0
    owner = np.zeros(2, dtype=np.int64)
    seen = list(range(11))
    youngest, next_, later = age_structure(children, owner, 1, [0, -1, -3], seen).T
    np.testing.assert_allclose(next_ - 1.0, UNBORN * (youngest - 1.0))
    np.testing.assert_allclose(later - 1.0, UNBORN * FADING**2 * (youngest - 1.0))


@given(st.lists(st.lists(st.integers(0, 300), min_size=4, max_size=4), min_size=3, max_size=3))
def test_parts_sum_to_one_whatever_the_postal_areas_say(rows: list[list[int]]) -> None:
    postal = classes(dict(zip(("17200", "17300", "15100"), rows, strict=True)))
    found = homes(CELLS, CODES, range(2000, 2040), postal=postal, area_of=AREA)
    assert (found.parts >= 0.0).all()
    for m in (0, 1):
        np.testing.assert_allclose(found.parts[found.home == m].sum(axis=0), 1.0)


def test_pupils_that_a_municipality_counted_are_aged_in_their_own_square() -> None:
    found = homes(CELLS, CODES, range(2010, 2020), pupils_in=["016"], counted_in=2025)
    counted = pd.DataFrame({"cell": ["a", "b"], "age": [8.0, 8.0], "persons": [0.0, 40.0]})
    aged = found.with_counted(counted, 2025)
    # 40 of cohort 2017 live in b; ten more are like the rest.
    assert aged.of(2027, 10)[:2] == pytest.approx([10 * 0.75 / 50, (40 + 2.5) / 50], rel=1e-4)
    assert aged.of(2027, 9)[:2] == pytest.approx([0.75, 0.25], rel=1e-4)
    assert aged.scatter[:, aged.born.index(2017)].tolist() == [OWN_SCATTER, SCATTER]
    assert aged.since.tolist() == [2025, 2021]


def test_some_squares_alone_sum_to_one_again() -> None:
    found = homes(CELLS, CODES, range(2010, 2012)).only(np.array([True, True, False, True]))
    assert found.cells == ("a", "b", "d")
    assert found.of(2017, 6).tolist() == pytest.approx([0.75, 0.25, 1.0])


def test_a_cohort_outside_the_years_and_a_strange_municipality_are_told() -> None:
    with pytest.raises(KeyError, match="born 2001 is outside 2010-2011"):
        homes(CELLS, CODES, range(2010, 2012)).of(2017, 16)
    with pytest.raises(InvalidInput, match="398"):
        homes(CELLS, ["016"], range(2010, 2012))
