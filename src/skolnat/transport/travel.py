"""Tables of travel between places: seconds and kilometres, along roads or the settlement graph.

Nothing else here knows whence the tables come.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from skolnat.access.graph import RoadGraph
from skolnat.access.road_journeys import safe_spots
from skolnat.access.settlement import SettlementGraph
from skolnat.access.snap import Snapped, snap
from skolnat.access.tables import Travel as OnRoads
from skolnat.access.tables import travel_table
from skolnat.access.ways import Ways

FloatArray = npt.NDArray[np.float64]
Travel = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""From places (P, 2), metres, to seconds and kilometres between them, each (P, P)."""


def by_settlement(
    graph: SettlementGraph, by_road: Callable[[FloatArray], FloatArray], km_per_second: float
) -> Travel:
    """Return travel along the settlement graph, at one speed: indicative.

    Parameters
    ----------
    graph
        Populated squares of the region and its surroundings.
    by_road
        Kilometres by road for kilometres in the graph, as journeys reckon them.
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
        km = by_road(metres / 1000.0)
        return km / km_per_second, km

    return travel


def by_bus(graph: RoadGraph, within_m: float) -> Travel:
    """Return a bus's travel along real roads: the quickest ways, and how long those are.

    A bus halts on the road beside a place, so the way between place and road does not count. A
    place with no road for buses within reach is infinitely far from every other.

    Parameters
    ----------
    graph
        The roads, in the projection of the places.
    within_m
        Longest way from a place to a road.
    """

    def travel(places: FloatArray) -> tuple[FloatArray, FloatArray]:
        return Ways(graph, "bus", snap(graph, "bus", places, within_m)).tables()

    return travel


def on_foot(
    graph: RoadGraph, hard: npt.NDArray[np.bool_], within_m: float, walk_km_h: float
) -> Travel:
    """Return walks along real roads, to a stop: the shortest without a hard road.

    Who rides since a road is hard must not be sent along it to the bus.

    Parameters
    ----------
    graph
        The roads, in the projection of the places.
    hard
        Edges that are hard to walk, shape (E,).
    within_m
        Longest way from a place to a road.
    walk_km_h
        Speed.
    """

    def travel(places: FloatArray) -> tuple[FloatArray, FloatArray]:
        spots: Snapped = safe_spots(graph, hard, places, snap(graph, "walk", places, within_m))
        roads = OnRoads(graph, "walk", "cm", closed=hard)
        km = travel_table(roads, spots, spots).toarray().astype(np.float64) / 100_000.0
        km[km == 0.0] = np.inf
        np.fill_diagonal(km, 0.0)
        return km / walk_km_h * 3600.0, km

    return travel
