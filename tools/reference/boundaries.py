"""Boundaries of 2021 carried to 2026, and simplified so that neighbours still meet."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from reference.places import Places
from reference.raw import locate

TOLERANCE: Final = 200.0
"""Metres that the simplification may move a boundary by, about."""
GRAIN: Final = 10.0
"""Metres that coordinates are rounded to; every neighbour's corner is rounded alike."""


def polygons(data: Path, places: Places) -> geopandas.GeoDataFrame:
    """Return the polygons of 2021, merged to the municipalities of 2026, EPSG:3067.

    Eight raw polygons cross themselves and one border (Joensuu-Tohmajärvi) does not meet; both
    are mended, which moves no area by more than a square metre.
    """
    raw = geopandas.read_file(locate(data, "finland/municipalities_2021.gpkg"))
    raw["municipality"] = places.carry(raw["NATCODE"])
    raw["geometry"] = shapely.coverage_clean(shapely.make_valid(raw.geometry.to_numpy()))
    merged = raw[["municipality", "geometry"]].dissolve("municipality").reset_index()
    return merged.sort_values("municipality", ignore_index=True)


def boundaries(merged: geopandas.GeoDataFrame) -> pd.DataFrame:
    """Return the table ``boundaries``: municipality, wkb (EPSG:3067, simplified).

    The set is simplified as a coverage: a border that two municipalities share stays one line.
    """
    shapes = shapely.coverage_simplify(merged.geometry.to_numpy(), TOLERANCE)
    rounded = shapely.transform(shapes, round_coordinates)
    return pd.DataFrame(
        {
            "municipality": merged["municipality"].to_numpy(),
            "wkb": shapely.to_wkb(shapely.normalize(rounded), byte_order=1),
        }
    )


def round_coordinates(coordinates: np.ndarray[Any, np.dtype[np.float64]]) -> Any:
    """Round coordinates to whole grains."""
    return np.round(coordinates / GRAIN) * GRAIN
