"""The 1 km squares of the census of 2021: which municipality, and which part is Finland's."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from reference.raw import locate

SIDE: Final = 1000
GRID_CRS: Final = "EPSG:3035"
CRS: Final = "EPSG:3067"
DRY: Final = 0.999
"""Part of a square that is land, from which on it holds no water worth a name."""

FINLAND: Final = "FI"
"""Mark of a square away from the land border; others are ``FI-SE`` and ``FI-NO``."""


def squares(data: Path) -> pd.DataFrame:
    """Return the raw squares: X, Y (south-west corner, EPSG:3035), mark, people, ages, land."""
    raw = pd.read_parquet(locate(data, "finland/census2021_grid_1km.parquet"))
    names = {
        "CNTR_ID": "mark",
        "T": "people",
        "Y_LT15": "under_15",
        "Y_1564": "from_15",
        "Y_GE65": "from_65",
        "LAND_SURFACE": "land",
    }
    return raw.rename(columns=names)[["X", "Y", *names.values()]]


def locate_squares(raw: pd.DataFrame, polygons: geopandas.GeoDataFrame) -> pd.DataFrame:
    """Return the raw squares with x, y (middle, EPSG:3067), municipality, border and share.

    Parameters
    ----------
    raw
        Squares as of :func:`squares`.
    polygons
        municipality, geometry (EPSG:3067).
    """
    middle = geopandas.GeoSeries.from_xy(
        raw["X"] + SIDE / 2, raw["Y"] + SIDE / 2, index=raw.index, crs=GRID_CRS
    ).to_crs(CRS)
    border = raw["mark"] != FINLAND
    share = pd.Series(1.0, raw.index)
    share[border] = finnish_share(raw[border], polygons)
    return raw.assign(
        x=middle.x.round().astype(int),
        y=middle.y.round().astype(int),
        municipality=municipality_of(middle, polygons),
        border=border,
        share=share,
    )


def cells(located: pd.DataFrame) -> pd.DataFrame:
    """Return the table ``grid``.

    Parameters
    ----------
    located
        Squares as of :func:`locate_squares`.

    Returns
    -------
    pandas.DataFrame
        cell ("1kmN3980E5150", kilometres of the south-west corner), x, y (middle, EPSG:3067),
        municipality, population, children (under 15; a spatial weight, not a count of pupils),
        border (marked as lying at the border of Sweden or Norway), finnish_share (part of the
        square that is Finland's, 1 away from the border), dry (no water in it). Squares where
        nobody is left are out.
    """
    north = (located["Y"] // SIDE).astype(str)
    east = (located["X"] // SIDE).astype(str)
    table = pd.DataFrame(
        {
            "cell": "1kmN" + north + "E" + east,
            "x": located["x"],
            "y": located["y"],
            "municipality": located["municipality"],
            "population": (located["people"] * located["share"]).round().astype(int),
            "children": (located["under_15"] * located["share"]).round().astype(int),
            "border": located["border"],
            "finnish_share": located["share"].round(4),
            "dry": located["land"] >= DRY,
        }
    )
    table = table[table["population"] > 0]
    return table.sort_values(["municipality", "cell"], ignore_index=True)


def municipality_of(
    points: geopandas.GeoSeries, polygons: geopandas.GeoDataFrame
) -> pd.Series[str]:
    """Return the municipality that holds each point, the nearest where none does.

    The polygons are simplified along the coast, so some squares of islands and shores have
    their middle outside all of them; squares beyond a land border do as well, and lose their
    people to :func:`finnish_share`.
    """
    found = pd.Series(pd.NA, points.index, dtype="object")
    tree = shapely.STRtree(polygons.geometry.to_numpy())
    codes = polygons["municipality"].to_numpy()
    point, polygon = tree.query(points.to_numpy(), predicate="intersects")
    # A middle on a shared line meets two polygons; the lower code takes it, always the same.
    order = np.argsort(codes[polygon], kind="stable")[::-1]
    found.iloc[point[order]] = codes[polygon[order]]
    outside = found.isna().to_numpy()
    if outside.any():
        found[outside] = codes[tree.nearest(points[outside].to_numpy())]
    return found.astype(str)


def finnish_share(
    raw: pd.DataFrame, polygons: geopandas.GeoDataFrame
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the part of each square's area that lies in Finland, 0..1.

    The census adds up what both countries report for a square of the border, and the files of
    the neighbours are not part of these data. People are taken to live evenly over the square:
    none of a square abroad, all of a square at home, and a part of one that the border cuts.
    """
    land = shapely.union_all(polygons.geometry.to_numpy())
    shapely.prepare(land)
    boxes = geopandas.GeoSeries(
        shapely.box(raw["X"], raw["Y"], raw["X"] + SIDE, raw["Y"] + SIDE), crs=GRID_CRS
    ).to_crs(CRS)
    inside = shapely.area(shapely.intersection(boxes.to_numpy(), land))
    share: np.ndarray[tuple[int], np.dtype[np.float64]] = inside / boxes.area.to_numpy()
    return np.clip(share, 0.0, 1.0)
