"""The quickest ways: their length is that of the road one drives, and their shape runs along it."""

from __future__ import annotations

import numpy as np
import pytest

from skolnat.access.graph import CM, RoadGraph
from skolnat.access.profiles import Profile
from skolnat.access.snap import snap
from skolnat.access.tables import Travel, travel_table
from skolnat.access.ways import Ways


def spots(graph: RoadGraph, count: int) -> np.ndarray:
    """Places beside roads, some of them on one edge."""
    rng = np.random.default_rng(3)
    node = rng.integers(0, graph.nodes, count)
    places = np.column_stack([graph.node_x[node], graph.node_y[node]]) / CM
    near = places[: count // 3] + rng.uniform(-40.0, 40.0, (count // 3, 2))
    return np.vstack([places, near])


@pytest.mark.parametrize("profile", ["bus", "car", "walk"])
def test_times_are_least_and_lengths_are_those_of_the_shape(
    helsinki: RoadGraph, profile: Profile
) -> None:
    graph = helsinki
    places = snap(graph, profile, spots(graph, 24), 700.0)
    assert places.found.sum() > 25
    ways = Ways(graph, profile, places)
    seconds, km = ways.tables()
    free = np.zeros_like(places.access_cm)
    bare = type(places)(places.edge, places.share, free, places.x, places.y)
    table = travel_table(Travel(graph, profile, "cs"), bare, bare).toarray()
    reached = table > 0
    np.fill_diagonal(reached, val=False)
    # The table holds at least one hundredth of a second; two places may be one point of the road.
    assert np.maximum(seconds[reached], 0.01) * 100.0 == pytest.approx(table[reached])
    assert np.isinf(seconds[~reached & ~np.eye(len(places), dtype=bool)]).all()
    shortest = travel_table(Travel(graph, profile, "cm"), bare, bare).toarray() / 100_000.0
    assert (km[reached] >= shortest[reached] - 2e-5).all()
    if profile == "car":  # the quickest is not the shortest
        assert (km[reached] > shortest[reached] * 1.01).sum() > 20
    for i, j in zip(*np.nonzero(reached), strict=True):
        shape = ways.shape(int(i), int(j))
        drawn = np.hypot(*np.diff(shape, axis=0).T).sum() / 1000.0
        # The map is flat and the earth is not: lengths differ by less than one part in a thousand.
        assert drawn == pytest.approx(km[i, j], rel=2e-3, abs=2e-3)
        assert shape[0] == pytest.approx([places.x[i] / CM, places.y[i] / CM])
        assert shape[-1] == pytest.approx([places.x[j] / CM, places.y[j] / CM])


def test_no_way_is_infinite_and_drawn_straight(helsinki: RoadGraph) -> None:
    graph = helsinki
    where = spots(graph, 3)
    where[1] += 500_000.0
    places = snap(graph, "bus", where, 700.0)
    seconds, km = Ways(graph, "bus", places).tables()
    assert np.isinf(seconds[0, 1])
    assert np.isinf(km[1, 0])
    assert (seconds[1, 1], km[1, 1]) == (0.0, 0.0)
