"""Postal areas are split, fitted and mended for codes that ended; sums must be the register's."""

from __future__ import annotations

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from reference.paavo import REST, by_municipality, fit, postal_classes, shares


def test_a_postal_area_is_shared_out_by_where_people_live() -> None:
    areas = geopandas.GeoDataFrame(
        {"postal_code": ["00100", "00200"]},
        geometry=[shapely.box(0, 0, 4, 2), shapely.box(4, 0, 8, 2)],
    )
    cells = pd.DataFrame(
        {
            "x": [1.0, 3.0, 1.5],
            "y": [1.0, 1.0, 1.0],
            "municipality": ["001", "002", "001"],
            "population": [10, 25, 65],
        }
    )
    parts = shares(areas, cells).set_index(["postal_code", "municipality"])["share"]
    assert parts["00100", "001"] == 0.75
    assert parts["00100", "002"] == 0.25
    # No square lies in the second area: the nearest one's municipality has it all.
    assert parts["00200", "002"] == 1.0
    # Ended codes are there with all of their people.
    assert parts["90420", "564"] == 1.0


def raw_postal(**changes: str | None) -> pd.DataFrame:
    row = {
        "alue": "00100",
        "vuosi": "2013.0",
        "Asukkaat_yhteensa": "20.0",
        "X0_2_vuotiaat": "1.0",
        "X3_6_vuotiaat": "2.0",
        "X7_12_vuotiaat": "3.0",
        "X13_15_vuotiaat": "4.0",
    }
    return pd.DataFrame([{**row, **changes}])


def test_classes_are_read_and_hidden_areas_left_out() -> None:
    table = postal_classes(raw_postal())
    assert table.iloc[0].to_dict() == {
        "postal_code": "00100",
        "year": 2013,
        "total": 20.0,
        "0-2": 1.0,
        "3-6": 2.0,
        "7-12": 3.0,
        "13-15": 4.0,
        REST: 10.0,
    }
    assert postal_classes(raw_postal(X3_6_vuotiaat=None)).empty


def test_a_postal_code_of_no_area_is_named() -> None:
    parts = pd.DataFrame({"postal_code": ["00200"], "municipality": ["001"], "share": [1.0]})
    with pytest.raises(ValueError, match="postal codes of no area, missing in ENDED: 00100"):
        by_municipality(postal_classes(raw_postal()), parts)


def test_fitting_by_hand() -> None:
    # Independent margins of an even seed: the product of the margins over the sum.
    fitted = fit(np.ones((2, 2)), np.array([30.0, 10.0]), np.array([20.0, 20.0]))
    np.testing.assert_allclose(fitted, [[15.0, 15.0], [5.0, 5.0]])


@given(
    st.lists(st.lists(st.floats(1, 100), min_size=3, max_size=3), min_size=2, max_size=6),
    st.lists(st.floats(0.8, 1.25), min_size=6, max_size=6),
)
def test_fitted_sums_are_the_wanted_ones(seed: list[list[float]], factors: list[float]) -> None:
    table = np.array(seed)
    rows = table.sum(axis=1) * factors[: len(table)]
    columns = table.sum(axis=0) * rows.sum() / table.sum()
    fitted = fit(table, rows, columns)
    np.testing.assert_allclose(fitted.sum(axis=0), columns, rtol=1e-6)
    np.testing.assert_allclose(fitted.sum(axis=1), rows, rtol=1e-3)


def test_people_wanted_from_nobody_are_refused() -> None:
    with pytest.raises(ValueError, match="have none at all"):
        fit(np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([5.0, 5.0]), np.array([5.0, 5.0]))
