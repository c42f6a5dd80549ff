"""Squares and coordinates come from outside: they must agree with the census's own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from skolnat.sources import reference
from skolnat.sources.grid import cell_centres, cell_ids, cell_of_id, projected


def test_centres_agree_with_the_reference_grid() -> None:
    sample = reference.grid().iloc[::997]
    x, y = cell_centres(list(sample["cell"]))
    assert np.abs(x - sample["x"]).max() <= 1.0
    assert np.abs(y - sample["y"]).max() <= 1.0


def test_schools_lie_where_the_reference_says() -> None:
    schools = reference.schools()
    x, y = projected(schools["lat"], schools["lon"])
    assert np.abs(x - schools["x"]).max() <= 1.0
    assert np.abs(y - schools["y"]).max() <= 1.0


def test_unknown_and_impossible_places_are_nowhere() -> None:
    x, y = projected(pd.Series([np.nan, 1e9]), pd.Series([25.0, 25.0]))
    assert np.isnan(x).all()
    assert np.isnan(y).all()
    assert cell_ids(pd.Series([np.nan]), pd.Series([25.0])) == [""]


@pytest.mark.parametrize(
    ("cell", "corner"),
    [("1kmN4310E5110", (5110, 4310)), ("1kmN431E5110", None), ("", None), ("x1kmN4310E5110", None)],
)
def test_ids_of_squares(cell: str, corner: tuple[int, int] | None) -> None:
    assert cell_of_id(cell) == corner
