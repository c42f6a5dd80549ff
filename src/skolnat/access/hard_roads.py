"""Roads that are hard, strenuous or dangerous to walk (628/1998 § 32): by tag, or as told.

By tag: a main road that walkers share with fast traffic. As told: a municipality's own lines and
areas, in GeoJSON, as its decision names them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, shape

from skolnat.access.graph import CM, RoadGraph
from skolnat.access.profiles import TRAFFIC
from skolnat.common.faults import Fault, InvalidInput
from skolnat.rules.rules import Rules

BESIDE_M: Final = 15.0
"""A road within so much of a line is the road that was meant."""

PART: Final = 0.5
"""A road of which at least so much is meant is hard."""

_TYPES: Final = ("LineString", "MultiLineString", "Polygon", "MultiPolygon")


def hard_by_tag(graph: RoadGraph, stage: str, rules: Rules, year: int) -> npt.NDArray[np.bool_]:
    """Return the edges that are hard for the pupils of a stage by what their tags say."""
    limit = rules.number(f"journey.hard_road_km_h_{stage.replace('-', '_')}", year)
    result: npt.NDArray[np.bool_] = graph.kinds[:, TRAFFIC][graph.edge_kind] >= limit
    return result


def read_hard_roads(path: Path) -> tuple[Any, ...]:
    """Read a municipality's own hard roads and areas.

    Parameters
    ----------
    path
        GeoJSON in degrees (RFC 7946): lines along roads, or areas.

    Returns
    -------
    tuple
        Shapes of shapely, in degrees.

    Raises
    ------
    InvalidInput
        When the file is not there, is no GeoJSON, holds no line or area, or lies nowhere on earth.
    """
    try:
        told = json.loads(path.read_text("utf-8"))
        features = told["features"] if told["type"] == "FeatureCollection" else [told]
        shapes = tuple(shape(one.get("geometry", one)) for one in features)
        west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, shapely.GEOSException):
        raise InvalidInput([Fault("access.hard_roads_unreadable", file=str(path))]) from None
    if not shapes or any(one.geom_type not in _TYPES or one.is_empty for one in shapes):
        raise InvalidInput([Fault("access.hard_roads_no_lines", file=str(path))])
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InvalidInput([Fault("access.hard_roads_no_degrees", file=str(path))])
    return shapes


def hard_as_told(graph: RoadGraph, shapes: tuple[Any, ...]) -> npt.NDArray[np.bool_]:
    """Return the edges that lie along the lines, or within the areas, of a municipality's file.

    Parameters
    ----------
    graph
        The roads.
    shapes
        As of :func:`read_hard_roads`.
    """
    from pyproj import Transformer

    hard = np.zeros(graph.edges, dtype=np.bool_)
    transform = Transformer.from_crs("EPSG:4326", graph.crs, always_xy=True).transform
    places = [
        shapely.transform(one, lambda xy: np.column_stack(transform(xy[:, 0], xy[:, 1])))
        for one in shapes
    ]
    meant = shapely.union_all(
        [one if "Polygon" in one.geom_type else one.buffer(BESIDE_M) for one in places]
    )
    x0, y0, x1, y1 = (value * CM for value in meant.bounds)
    ends = (graph.edge_start, graph.edge_end)
    x, y = (np.array([axis[end] for end in ends]) for axis in (graph.node_x, graph.node_y))
    reach = np.asarray(graph.edge_cm)
    near = (x.max(axis=0) + reach >= x0) & (x.min(axis=0) - reach <= x1)
    near &= (y.max(axis=0) + reach >= y0) & (y.min(axis=0) - reach <= y1)
    for edge in np.flatnonzero(near):
        part = slice(graph.shape_start[edge], graph.shape_start[edge + 1])
        line = LineString(np.column_stack([graph.shape_x[part], graph.shape_y[part]]) / CM)
        hard[edge] = line.intersection(meant).length >= PART * line.length > 0.0
    return hard
