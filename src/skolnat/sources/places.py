"""Pupils by place that a municipality counted itself, as the squares of the region hold them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from skolnat.region.region import Region
from skolnat.region.schemas import is_blank
from skolnat.sources.grid import cell_ids

GRADE_TO_AGE = 6
"""Age on 31 December is grade plus 6 in that year's autumn term."""


def squares_of(places: pd.DataFrame) -> pd.Series:
    """Return the square of each pupil place: the one that is told, or that of the coordinates."""
    ids = pd.Series(cell_ids(places["lat"], places["lon"]), index=places.index)
    squares: pd.Series = places["cell"].mask(is_blank(places["cell"]), ids)
    return squares


def own_square(cell: str, municipality: str) -> str:
    """Return the id of a part of a square that lies in another municipality by the census."""
    return f"{cell}/{municipality}"


def counted_pupils(places: pd.DataFrame, region: Region) -> pd.DataFrame:
    """Return the pupils of the region's squares by age, as counted.

    Parameters
    ----------
    places
        The sheet ``pupil_places`` of a workbook.
    region
        The region that was built with it.

    Returns
    -------
    DataFrame
        ``municipality, cell, age, persons``; age is NaN where the sheet tells neither age nor
        grade.
    """
    inside = places[places["municipality"].isin(region.codes)]
    home = dict(zip(region.cells["cell"], region.cells["municipality"], strict=True))
    cells = [
        cell if home.get(cell) == code else own_square(cell, code)
        for cell, code in zip(squares_of(inside), inside["municipality"], strict=True)
    ]
    age = inside["age"].astype("float64")
    age = age.fillna(inside["grade"].astype("float64") + GRADE_TO_AGE)
    table = pd.DataFrame(
        {
            "municipality": inside["municipality"].to_numpy(),
            "cell": np.array(cells, dtype=object),
            "age": age.to_numpy(),
            "persons": inside["pupils"].to_numpy(np.float64),
        }
    )
    return table.groupby(["municipality", "cell", "age"], dropna=False, as_index=False).sum()
