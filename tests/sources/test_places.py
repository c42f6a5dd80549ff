"""Pupils that a municipality counted must land in the squares of its own region, by age."""

from __future__ import annotations

import pandas as pd
import pytest

from skolnat.sources.places import counted_pupils
from skolnat.sources.regions import build_region
from skolnat.sources.workbook import WorkbookData


def test_ages_and_grades_become_ages_in_the_squares_of_the_region() -> None:
    bare = build_region(["498"])
    square = str(bare.cells["cell"].iloc[0])
    places = pd.DataFrame(
        {
            "municipality": ["498", "498", "498", "498", "498"],
            "cell": [square, square, square, "1kmN5199E4700", "1kmN5199E4700"],
            "lat": float("nan"),
            "lon": float("nan"),
            "age": [8, None, None, None, None],
            "grade": [None, 2, 3, None, None],
            "pupils": [2.0, 3.0, 4.0, 1.0, 2.0],
        }
    )
    region = build_region(["498"], WorkbookData(pupil_places=places))
    found = counted_pupils(places, region)
    own = found[found["cell"] == square].set_index("age")["persons"]
    assert own.to_dict() == {8.0: 5.0, 9.0: 4.0}
    other = found[found["age"].isna()]
    assert other["persons"].tolist() == [3.0]
    assert set(found["cell"]) <= set(region.cells["cell"])
    assert region.cells.set_index("cell")["children"].loc[square] == pytest.approx(9.0)
