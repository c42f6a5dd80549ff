"""Tables of travel between places: seconds and kilometres, along roads or the settlement graph.

Nothing else here knows whence the tables come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from skolnat.access import tables
from skolnat.access.graph import RoadGraph
from skolnat.access.settlement import SettlementGraph
from skolnat.access.snap import snap

FloatArray = npt.NDArray[np.float64]
Travel = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""From places (P, 2), metres, to seconds and kilometres between them, each (P, P)."""


def by_settlement(graph: SettlementGraph, circuity: float, km_per_second: float) -> Travel:
    """Return travel along the settlement graph, at one speed: indicative.

    Parameters
    ----------
    graph
        Populated squares of the region and its surroundings.
    circuity
        Length by road over length in the graph.
    km_per_second
        Speed.
    """

    def travel(places: FloatArray) -> tuple[FloatArray, FloatArray]:
        if not len(places):
            return np.zeros((0, 0)), np.zeros((0, 0))
        off, nearest = cKDTree(graph.points).query(places)
        metres = graph.distances(places)[:, nearest] + np.asarray(off)[None, :]
        metres = np.minimum(metres, metres.T)
        np.fill_diagonal(metres, 0.0)
        km = metres / 1000.0 * circuity
        return km / km_per_second, km

    return travel


def by_roads(
    graph: RoadGraph, profile: Literal["bus", "walk"], within_m: float, walk_km_h: float
) -> Travel:
    """Return travel along real roads: each time the quickest way, each length the shortest.

    A bus halts on the road beside a place, so the way between place and road counts on foot only.
    A place with no road of the profile within reach is infinitely far from every other.

    Parameters
    ----------
    graph
        The roads, in the projection of the places.
    profile
        Who travels.
    within_m
        Longest way from a place to a road.
    walk_km_h
        Speed on foot.
    """
    on_foot = profile == "walk"

    def travel(places: FloatArray) -> tuple[FloatArray, FloatArray]:
        if not len(places):
            return np.zeros((0, 0)), np.zeros((0, 0))
        spots = snap(graph, profile, places, within_m)
        if not on_foot:
            spots = replace(spots, access_cm=np.zeros_like(spots.access_cm))
        found = {}
        for weight in ("cs", "cm"):
            along = tables.Travel(graph, profile, weight, access_km_h=walk_km_h)
            values = tables.travel_table(along, spots, spots).toarray().astype(np.float64)
            values[values == 0.0] = np.inf
            np.fill_diagonal(values, 0.0)
            found[weight] = values
        return found["cs"] / 100.0, found["cm"] / 100_000.0

    return travel
