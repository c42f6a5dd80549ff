"""Bus routes as a GeoPackage, for whoever opens them in a map: a layer of routes, one of calls.

A route is drawn along the roads where they are known, else straight from call to call.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from skolnat.transport.lines import Lines
from skolnat.transport.tables import Tables

CRS = "EPSG:3067"

_WHEN = {"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z"}
"""What the file says of when it was written: always the same, so that it is the same file."""


def write_geopackage(path: Path, tables: Tables, lines: Lines) -> None:
    """Write the layers ``routes`` and ``route_stops``.

    Parameters
    ----------
    path
        The file, ending in ``.gpkg``; written over when it is there.
    tables
        ``bus_routes`` and ``route_stops``, whole or public.
    lines
        Where the routes run.
    """
    import pyogrio

    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options(_WHEN)
    try:
        _layers(path, tables, lines)
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(_WHEN))


def _layers(path: Path, tables: Tables, lines: Lines) -> None:
    calls = tables["route_stops"]
    routes = tables["bus_routes"]
    routes = routes[routes["route"].isin(lines)]
    shapes = np.array([shapely.linestrings(lines[r]) for r in routes["route"]], dtype=object)
    _write(path, "routes", routes, shapes, "LineString")
    points = shapely.points(calls[["x", "y"]].to_numpy(np.float64))
    _write(path, "route_stops", calls.drop(columns=["x", "y"]), np.asarray(points), "Point")


def _write(path: Path, layer: str, table: pd.DataFrame, shapes: np.ndarray, kind: str) -> None:
    import pyogrio.raw

    data = [_plain(table[name]) for name in table]
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(shapes),
        field_data=data,
        fields=list(table),
        layer=layer,
        driver="GPKG",
        geometry_type=kind,
        crs=CRS,
        append=path.exists(),
    )


def _plain(column: pd.Series) -> np.ndarray:
    """Numbers as they are, everything else as text."""
    if pd.api.types.is_bool_dtype(column):
        return column.to_numpy(np.bool_)
    if pd.api.types.is_integer_dtype(column):
        return column.to_numpy(np.int64)
    if pd.api.types.is_float_dtype(column):
        return column.to_numpy(np.float64)
    return column.astype(str).to_numpy(object)
