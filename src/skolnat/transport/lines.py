"""Where routes run: along the roads that a bus takes from call to call."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from skolnat.access.graph import RoadGraph
from skolnat.access.snap import snap
from skolnat.access.ways import Ways

Lines = Mapping[str, npt.NDArray[np.float64]]
"""Points of each route by its name, metres, shape (K, 2)."""


def along_roads(calls: pd.DataFrame, graph: RoadGraph, within_m: float) -> Lines:
    """Return the lines of routes along roads, the quickest way from each call to the next.

    Parameters
    ----------
    calls
        ``route_stops``, whole or public: the way past a stop that is left out is not drawn.
    graph
        The roads, in the projection of the calls.
    within_m
        Longest way from a call to a road.
    """
    places = calls[["x", "y"]].drop_duplicates().reset_index(drop=True)
    number = {tuple(place): k for k, place in enumerate(places.to_numpy().tolist())}
    ways = Ways(graph, "bus", snap(graph, "bus", places.to_numpy(np.float64), within_m))
    lines = {}
    for route, rows in calls.groupby("route"):
        at = [number[tuple(place)] for place in rows[["x", "y"]].to_numpy().tolist()]
        legs = [ways.shape(one, other) for one, other in pairwise(at) if one != other]
        if legs:
            lines[str(route)] = np.vstack([legs[0], *(leg[1:] for leg in legs[1:])])
    return lines


def straight(calls: pd.DataFrame) -> Lines:
    """Return the lines of routes straight from call to call: the order of the calls, no roads."""
    return {
        str(route): rows[["x", "y"]].to_numpy(np.float64)
        for route, rows in calls.groupby("route")
        if len(rows) > 1
    }
