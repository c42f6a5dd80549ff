"""The European 1 km grid: squares by id, and coordinates in the two systems that are used."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from pyproj import Transformer

Coordinates = pd.Series | npt.NDArray[np.float64]

_ID: Final = re.compile(r"^1kmN(\d{4})E(\d{4})$")
FINLAND: Final = "EPSG:3067"
"""The map projection of every place in a region."""

_EUROPE: Final = "EPSG:3035"
_DEGREES: Final = "EPSG:4326"


@cache
def _transformer(source: str, target: str) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs(source, target, always_xy=True)


def projected(lat: Coordinates, lon: Coordinates) -> tuple[np.ndarray, np.ndarray]:
    """Return places in metres.

    Parameters
    ----------
    lat, lon
        Degrees, WGS 84; NaN where unknown.

    Returns
    -------
    tuple of arrays
        x (east) and y (north) in EPSG:3067; NaN where unknown or off the projection.
    """
    return _transformed(_DEGREES, FINLAND, lon, lat)


def cell_ids(lat: Coordinates, lon: Coordinates) -> list[str]:
    """Return the id of the square in which each place lies, such as ``"1kmN4310E5110"``.

    Parameters
    ----------
    lat, lon
        Degrees, WGS 84; "" for a place that is unknown.
    """
    east, north = _transformed(_DEGREES, _EUROPE, lon, lat)
    return [
        f"1kmN{int(n // 1000):04d}E{int(e // 1000):04d}" if np.isfinite(e + n) else ""
        for e, n in zip(east, north, strict=True)
    ]


def cell_of_id(cell: str) -> tuple[int, int] | None:
    """Return the south-west corner of a square (east, north; km, EPSG:3035), or None."""
    found = _ID.match(cell)
    return None if found is None else (int(found[2]), int(found[1]))


def cell_centres(cells: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the middles of squares, x and y in EPSG:3067 (m).

    Parameters
    ----------
    cells
        Ids of squares, each a right one.
    """
    corners = [cell_of_id(cell) for cell in cells]
    east = np.array([1000.0 * corner[0] + 500 for corner in corners if corner is not None])
    north = np.array([1000.0 * corner[1] + 500 for corner in corners if corner is not None])
    return _transformed(_EUROPE, FINLAND, east, north)


def _transformed(
    source: str, target: str, x: Coordinates, y: Coordinates
) -> tuple[np.ndarray, np.ndarray]:
    xs, ys = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if not xs.size:
        return xs.copy(), ys.copy()
    across, up = _transformer(source, target).transform(xs, ys)
    off = ~(np.isfinite(across) & np.isfinite(up))
    return np.where(off, np.nan, across), np.where(off, np.nan, up)
