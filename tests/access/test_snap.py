"""Where a place meets the road decides its distance: checked against shapely, piece by piece."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely
from tests.access.conftest import random_places

from skolnat.access.graph import CM, RoadGraph
from skolnat.access.profiles import Profile
from skolnat.access.snap import snap, usable_edges

STREET = {"highway": "residential"}
Made = Callable[..., RoadGraph]


def lines(graph: RoadGraph) -> np.ndarray:
    points = np.column_stack([graph.shape_x, graph.shape_y]) / CM
    edge = np.repeat(np.arange(graph.edges), np.diff(graph.shape_start))
    found: np.ndarray = shapely.linestrings(points, indices=edge)
    return found


@pytest.mark.parametrize("profile", ["walk", "car", "bus"])
def test_the_nearest_point_is_that_of_shapely(countryside: RoadGraph, profile: Profile) -> None:
    places = random_places(countryside, 200, seed=1)
    found = snap(countryside, profile, places, 100.0)
    roads = lines(countryside)
    usable = np.flatnonzero(usable_edges(countryside, profile))
    far = 0
    for p, place in enumerate(shapely.points(places)):
        away = shapely.distance(roads[usable], place)
        if away.min() > 100.0:
            assert found.edge[p] == -1
            far += 1
            continue
        assert found.access_cm[p] / CM == pytest.approx(away.min(), abs=0.01)
        road = roads[found.edge[p]]
        assert shapely.distance(road, place) == pytest.approx(away.min(), abs=0.01)
        share = shapely.line_locate_point(road, place, normalized=True)
        assert found.share[p] == pytest.approx(share, abs=1e-4)
    assert 0 < far < 200


def test_a_yard_that_leads_nowhere_is_passed_over(made_graph: Made) -> None:
    nodes = {1: (0, 0), 2: (0, 20), 3: (1, 5), 4: (1, 6), 5: (-5, 0)}
    graph = made_graph(nodes, [((5, 1, 2), STREET), ((3, 4), STREET)])
    yard = int(np.argmin(graph.edge_cm))
    assert usable_edges(graph, "walk").tolist() == [e != yard for e in range(2)]
    place = np.array([[graph.shape_x[graph.shape_start[yard]], graph.node_y.max()]]) / CM
    found = snap(graph, "walk", place, 1000.0)
    assert found.edge[0] != yard
    assert 100.0 < found.access_cm[0] / CM < 125.0


def test_a_street_behind_a_gate_is_left_to_walkers(made_graph: Made) -> None:
    gate = {"barrier": "gate"}
    nodes = {1: (0, 0), 2: (0, 20), 3: (1, 20, gate), 4: (3, 20)}
    ways = [((1, 2, 3, 4), STREET)]
    graph = made_graph(nodes, ways)
    behind = int(np.argmax(graph.node_y[graph.edge_end] + graph.node_y[graph.edge_start]))
    assert usable_edges(graph, "walk").all()
    # Between crossing and gate a car can go in and out again.
    assert usable_edges(graph, "car").tolist() == [e != behind for e in range(graph.edges)]


def test_no_places(countryside: RoadGraph) -> None:
    assert len(snap(countryside, "walk", np.zeros((0, 2)), 100.0)) == 0


def test_a_place_far_outside_has_no_road(countryside: RoadGraph) -> None:
    x0, y0, *_ = countryside.box_m
    found = snap(countryside, "walk", np.array([[x0 - 50_000.0, y0]]), 1500.0)
    assert found.edge.tolist() == [-1]
    assert not found.found.any()
