"""A graph must keep every length, direction, barrier and island of the map, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pyproj import Geod
from tests.access.conftest import SOUTH, WEST, extract

from skolnat.access.graph import CM, RoadGraph
from skolnat.access.profiles import PROFILES
from skolnat.access.tables import Travel
from skolnat.sources.osm import SCALE, read_ways

STREET = {"highway": "residential"}
PATH = {"highway": "footway"}
Made = Callable[..., RoadGraph]
GEOD = Geod(ellps="WGS84")


def length(*places: tuple[float, float]) -> float:
    """Metres along places in thousandths of a degree north and east, on the ellipsoid."""
    lon = [WEST + east / 1000.0 for _, east in places]
    lat = [SOUTH + north / 1000.0 for north, _ in places]
    return float(GEOD.line_length(lon, lat))


def edges(graph: RoadGraph) -> list[tuple[int, int]]:
    return list(zip(graph.edge_start.tolist(), graph.edge_end.tolist(), strict=True))


def test_places_that_only_bend_a_road_are_its_shape(made_graph: Made) -> None:
    nodes = {1: (0, 0), 2: (0, 1), 3: (1, 2), 4: (3, 2)}
    graph = made_graph(nodes, [((1, 2, 3), STREET), ((3, 4), STREET)])
    assert (graph.nodes, graph.edges) == (2, 1)
    assert graph.shape_x.size == 4
    assert graph.edge_cm[0] / CM == pytest.approx(length((0, 0), (0, 1), (1, 2), (3, 2)), abs=0.006)
    assert graph.edge_way.tolist() in ([1], [2])


def test_a_crossing_of_three_roads_is_a_junction(made_graph: Made) -> None:
    nodes = {1: (0, 0), 2: (0, 1), 3: (0, 2), 4: (1, 1)}
    graph = made_graph(nodes, [((1, 2, 3), STREET), ((2, 4), STREET)])
    assert (graph.nodes, graph.edges) == (4, 3)


def test_where_the_kind_of_road_changes_is_a_junction(made_graph: Made) -> None:
    nodes = {1: (0, 0), 2: (0, 1), 3: (0, 2)}
    graph = made_graph(nodes, [((1, 2), STREET), ((2, 3), PATH)])
    assert (graph.nodes, graph.edges) == (3, 2)
    car = Travel(graph, "car", "cm").edge_weights()
    assert sorted((car[0] > 0).tolist()) == [False, True]


def test_one_way_streets_drawn_head_to_tail_keep_their_direction(made_graph: Made) -> None:
    one_way = STREET | {"oneway": "yes"}
    nodes = {1: (0, 0), 2: (0, 1), 3: (0, 2), 4: (1, 0), 5: (1, 2)}
    ways = [((1, 2), one_way), ((3, 2), STREET | {"oneway": "-1"}), ((1, 4, 5, 3), STREET)]
    graph = made_graph(nodes, ways)
    # 1-2-3 is one street from 1 to 3, whichever way its parts were drawn; then home around.
    assert (graph.nodes, graph.edges) == (2, 2)
    along, against = Travel(graph, "car", "cm").edge_weights()
    straight = int(np.argmin(graph.edge_cm))
    assert (along[straight] > 0) != (against[straight] > 0)
    from_ = graph.edge_start[straight] if along[straight] else graph.edge_end[straight]
    west = int(np.argmin(graph.node_x))
    assert from_ == west


def test_streets_that_meet_head_on_are_not_joined(made_graph: Made) -> None:
    one_way = STREET | {"oneway": "yes"}
    nodes = {1: (0, 0), 2: (0, 1), 3: (0, 2)}
    graph = made_graph(nodes, [((1, 2), one_way), ((3, 2), one_way)])
    assert (graph.nodes, graph.edges) == (3, 2)


def test_a_ring_without_a_junction_is_one_edge_around(made_graph: Made) -> None:
    nodes = {1: (0, 0), 2: (0, 1), 3: (1, 1), 4: (1, 0)}
    graph = made_graph(nodes, [((1, 2, 3, 4, 1), STREET)])
    assert edges(graph) == [(0, 0)]
    around = length((0, 0), (0, 1), (1, 1), (1, 0), (0, 0))
    assert graph.edge_cm[0] / CM == pytest.approx(around, abs=0.006)


def test_a_barrier_is_a_junction_and_stops_whom_it_stops(made_graph: Made) -> None:
    nodes = {1: (0, 0), 2: (0, 1, {"barrier": "bollard"}), 3: (0, 2)}
    graph = made_graph(nodes, [((1, 2, 3), STREET)])
    assert (graph.nodes, graph.edges) == (3, 2)
    middle = int(np.argsort(graph.node_x)[1])
    assert graph.node_blocked[middle] == 0b1100
    assert Travel(graph, "walk", "cm").net(reverse=False).head.size == 4
    assert Travel(graph, "car", "cm").net(reverse=False).head.size == 2
    about = graph.about["profiles"]
    assert (about["walk"]["parts"], about["car"]["parts"]) == (1, 3)


def test_a_ferry_takes_as_long_as_it_says_and_the_wait(made_graph: Made) -> None:
    nodes = {1: (0, 0), 2: (0, 100), 3: (5, 100)}
    ferry = {"route": "ferry", "duration": "00:20"}
    graph = made_graph(nodes, [((1, 2), ferry), ((2, 3), STREET)])
    km = length((0, 0), (0, 100)) / 1000.0
    over = int(np.argmax(graph.edge_cm))
    along, _ = Travel(graph, "car", "cs").edge_weights()
    assert along[over] == pytest.approx((20 + 10) * 6000, rel=0.004)
    untold = made_graph(nodes, [((1, 2), {"route": "ferry"}), ((2, 3), STREET)])
    along, _ = Travel(untold, "walk", "cs").edge_weights()
    assert along[over] == pytest.approx((km / 12.0 * 60 + 10) * 6000, rel=0.004)


def test_an_island_without_a_ferry_is_kept_and_told(made_graph: Made) -> None:
    main = {1: (0, 0), 2: (0, 30), 3: (5, 15), 6: (0, 15)}
    island = {4: (40, 0), 5: (40, 20)}
    ways = [((1, 6, 2), STREET), ((6, 3), STREET), ((4, 5), STREET)]
    graph = made_graph(main | island, ways)
    walk = graph.about["profiles"]["walk"]
    assert (walk["parts"], walk["islands_over_1_km"]) == (2, 1)
    part = graph.node_component[PROFILES.index("walk")]
    assert sorted(part.tolist()) == [0, 0, 0, 0, 1, 1]


def test_ways_closed_to_everybody_are_left_out(made_graph: Made) -> None:
    nodes = {1: (0, 0), 2: (0, 1), 3: (0, 2)}
    graph = made_graph(nodes, [((1, 2), STREET), ((2, 3), STREET | {"access": "private"})])
    assert (graph.nodes, graph.edges) == (2, 1)


@pytest.mark.parametrize("name", ["Helsinki.osm.pbf", "test.osm.pbf"])
def test_real_extracts_keep_every_metre_of_open_road(
    name: str, helsinki: RoadGraph, countryside: RoadGraph
) -> None:
    graph = helsinki if name.startswith("H") else countryside
    ways = read_ways(extract(name))
    from skolnat.access.build_graph import _kinds

    *_, kind = _kinds(ways)
    metres = 0.0
    for way in np.flatnonzero(kind >= 0):
        part = slice(ways.starts[way], ways.starts[way + 1])
        metres += GEOD.line_length(ways.lon[part] / SCALE, ways.lat[part] / SCALE)
    assert graph.edge_cm.sum() / CM == pytest.approx(metres, rel=1e-5)
    # No node is left of which only two pieces of one kind of road are known.
    degree = np.bincount(np.concatenate([graph.edge_start, graph.edge_end]))
    assert degree.min() >= 1
    ends = np.asarray(graph.shape_start[:-1]), np.asarray(graph.shape_start[1:]) - 1
    assert (graph.shape_x[ends[0]] == graph.node_x[graph.edge_start]).all()
    assert (graph.shape_y[ends[1]] == graph.node_y[graph.edge_end]).all()


def test_the_manifest_tells_where_the_roads_come_from(helsinki: RoadGraph) -> None:
    about = helsinki.about
    assert about["source"] == "Helsinki.osm.pbf"
    assert about["crs"] == "EPSG:3067"
    assert "OpenStreetMap" in about["licence"]
    assert about["nodes"] == helsinki.nodes
    west, south, east, north = about["box"]
    assert 24.9 < west < east < 25.0
    assert 60.1 < south < north < 60.2
