"""Tables of travel against networkx, with one-way streets, barriers, islands and shared edges."""

from __future__ import annotations

from dataclasses import fields

import networkx as nx
import numpy as np
import pytest
from tests.access.conftest import random_places

from skolnat.access.arcs import Weight
from skolnat.access.graph import RoadGraph
from skolnat.access.paths import FAR
from skolnat.access.profiles import PROFILES, Profile
from skolnat.access.snap import Snapped, snap
from skolnat.access.tables import Travel, nearest_places, travel_table


def part(places: Snapped, which: slice) -> Snapped:
    return Snapped(*(getattr(places, field.name)[which] for field in fields(Snapped)))


def network(travel: Travel) -> nx.DiGraph:
    """The same roads for networkx."""
    graph, net = travel.graph, nx.DiGraph()
    along, against = travel.edge_weights()
    stopped = np.asarray(graph.node_blocked) >> PROFILES.index(travel.profile) & 1
    for e in range(graph.edges):
        ends = int(graph.edge_start[e]), int(graph.edge_end[e])
        for (one, other), cost in ((ends, along[e]), (ends[::-1], against[e])):
            known = net.get_edge_data(one, other, {"w": FAR})["w"]
            if cost and not stopped[one]:
                net.add_edge(one, other, w=min(int(cost), known))
    return net


def brute_force(travel: Travel, origins: Snapped, destinations: Snapped) -> np.ndarray:
    net, graph = network(travel), travel.graph
    along, against = travel.edge_weights()
    leave, arrive = travel.access(origins), travel.access(destinations)
    table = np.full((len(origins), len(destinations)), FAR, dtype=np.int64)
    for i in np.flatnonzero(origins.found):
        e, share = origins.edge[i], origins.share[i]
        for node, cost, way in (
            (int(graph.edge_start[e]), share * against[e], against[e]),
            (int(graph.edge_end[e]), (1 - share) * along[e], along[e]),
        ):
            if way and node in net:
                net.add_edge("home", node, w=int(np.rint(cost)) + int(leave[i]))
        away = (
            nx.single_source_dijkstra_path_length(net, "home", weight="w") if "home" in net else {}
        )
        if "home" in net:
            net.remove_node("home")
        for j in np.flatnonzero(destinations.found):
            f, at = destinations.edge[j], destinations.share[j]
            ways = [FAR]
            if along[f] and int(graph.edge_start[f]) in away:
                ways.append(
                    away[int(graph.edge_start[f])] + int(np.rint(at * along[f])) + arrive[j]
                )
            if against[f] and int(graph.edge_end[f]) in away:
                rest = int(np.rint((1 - at) * against[f]))
                ways.append(away[int(graph.edge_end[f])] + rest + arrive[j])
            if e == f:
                way = along[e] if at >= share else against[e]
                if way or at == share:
                    ways.append(int(np.rint(abs(at - share) * way)) + leave[i] + arrive[j])
            table[i, j] = max(min(ways), 1)
    return table


CASES: list[tuple[Profile, Weight]] = [
    ("walk", "cm"),
    ("cycle", "cs"),
    ("car", "cs"),
    ("bus", "cm"),
]


@pytest.mark.parametrize(("profile", "weight"), CASES)
@pytest.mark.parametrize("name", ["helsinki", "countryside"])
def test_a_table_is_that_of_networkx_from_either_side(
    name: str, profile: Profile, weight: Weight, request: pytest.FixtureRequest
) -> None:
    graph: RoadGraph = request.getfixturevalue(name)
    places = snap(graph, profile, random_places(graph, 60, seed=3), 300.0)
    travel = Travel(graph, profile, weight)
    many, few = part(places, slice(0, 40)), part(places, slice(30, 60))  # ten in both
    for origins, destinations in ((many, few), (few, many)):
        expected = brute_force(travel, origins, destinations)
        found = travel_table(travel, origins, destinations).toarray()
        assert np.where(found == 0, FAR, found).tolist() == expected.tolist()
        assert (expected < FAR).sum() > 300


def test_a_limit_and_the_number_of_workers_change_nothing_else(helsinki: RoadGraph) -> None:
    places = snap(helsinki, "walk", random_places(helsinki, 80, seed=4), 300.0)
    travel = Travel(helsinki, "walk", "cm")
    whole = travel_table(travel, places, part(places, slice(0, 20)), workers=1)
    bounded = travel_table(travel, places, part(places, slice(0, 20)), 40_000, workers=3)
    expected = np.where(whole.toarray() <= 40_000, whole.toarray(), 0)
    assert 0 < bounded.nnz < whole.nnz
    assert (bounded.toarray() == expected).all()


def test_closed_edges_are_gone_around_or_cut_off(countryside: RoadGraph) -> None:
    places = snap(countryside, "walk", random_places(countryside, 40, seed=5), 300.0)
    closed = np.zeros(countryside.edges, dtype=np.bool_)
    closed[::7] = True
    travel = Travel(countryside, "walk", "cm", closed=closed)
    found = travel_table(travel, places, places).toarray()
    expected = brute_force(travel, places, places)
    assert np.where(found == 0, FAR, found).tolist() == expected.tolist()
    open_ = brute_force(Travel(countryside, "walk", "cm"), places, places)
    assert (expected >= open_).all()
    assert (expected > open_).any()


@pytest.mark.parametrize(("profile", "weight"), CASES)
def test_the_nearest_are_the_least_of_the_table(
    helsinki: RoadGraph, profile: Profile, weight: Weight
) -> None:
    places = snap(helsinki, profile, random_places(helsinki, 70, seed=6), 300.0)
    homes, schools = part(places, slice(0, 60)), part(places, slice(50, 70))
    travel = Travel(helsinki, profile, weight)
    table = travel_table(travel, homes, schools).toarray().astype(np.int64)
    table[table == 0] = FAR
    weights, where = nearest_places(travel, homes, schools, 5)
    assert weights.tolist() == np.sort(table, axis=1)[:, :5].tolist()
    for i, j in zip(*np.nonzero(where >= 0), strict=True):
        assert table[i, where[i, j]] == weights[i, j]
    assert ((where >= 0) == (weights < FAR)).all()


def test_time_on_the_way_to_the_road_is_walked(helsinki: RoadGraph) -> None:
    places = snap(helsinki, "car", random_places(helsinki, 10, seed=7), 300.0)
    access = Travel(helsinki, "car", "cs", access_km_h=4.0).access(places)
    # 4 km/h: a metre takes 0.9 s.
    assert access.tolist() == np.rint(places.access_cm * 0.9).astype(int).tolist()
