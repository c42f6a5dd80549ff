"""A road called dangerous gives a right to transport: exactly those that were meant, no others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.access.conftest import SOUTH, WEST

from skolnat.access.graph import RoadGraph
from skolnat.access.hard_roads import hard_as_told, hard_by_tag, read_hard_roads
from skolnat.common.faults import InvalidInput
from skolnat.rules.rules import default_rules

RULES = default_rules()
Made = Callable[..., RoadGraph]
NODES = {1: (0, 0), 2: (0, 20), 3: (5, 20), 4: (5, 0)}


def square(made_graph: Made) -> RoadGraph:
    main = {"highway": "primary", "maxspeed": "80"}
    fast = {"highway": "trunk", "maxspeed": "100"}
    quiet = {"highway": "residential", "maxspeed": "80"}
    beside = main | {"sidewalk": "right"}
    return made_graph(NODES, [((1, 2), main), ((2, 3), fast), ((3, 4), quiet), ((4, 1), beside)])


def ways(graph: RoadGraph, hard: object) -> list[int]:
    return sorted(graph.edge_way[hard].tolist())  # type: ignore[index]


def test_main_roads_without_a_footway_are_hard_and_harder_for_the_young(made_graph: Made) -> None:
    graph = square(made_graph)
    assert ways(graph, hard_by_tag(graph, "1-6", RULES, 2026)) == [1, 2]
    assert ways(graph, hard_by_tag(graph, "7-9", RULES, 2026)) == [2]
    own = RULES.with_overrides({"journey.hard_road_km_h_7_9": (70.0, "decision of the board")})
    assert ways(graph, hard_by_tag(graph, "7-9", own, 2026)) == [1, 2]


def geojson(path: Path, *geometries: tuple[str, object]) -> Path:
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": kind, "coordinates": places}}
        for kind, places in geometries
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def at(north: float, east: float) -> list[float]:
    return [WEST + east / 1000.0, SOUTH + north / 1000.0]


def test_a_line_means_the_road_along_it_and_not_those_it_crosses(
    made_graph: Made, tmp_path: Path
) -> None:
    graph = square(made_graph)
    line = geojson(tmp_path / "a.geojson", ("LineString", [at(5.05, 22), at(5.05, 4)]))
    assert ways(graph, hard_as_told(graph, read_hard_roads(line))) == [3]


def test_an_area_means_every_road_of_which_half_lies_in_it(
    made_graph: Made, tmp_path: Path
) -> None:
    graph = square(made_graph)
    ring = [at(-1, 9), at(6, 9), at(6, 21), at(-1, 21), at(-1, 9)]
    area = geojson(tmp_path / "a.geojson", ("Polygon", [ring]))
    assert ways(graph, hard_as_told(graph, read_hard_roads(area))) == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "unreadable"),
        ("[]", "unreadable"),
        ('{"type": "FeatureCollection", "features": []}', "unreadable"),
        ('{"type": "Point", "coordinates": [24, 60]}', "no_lines"),
        ('{"type": "LineString", "coordinates": [[384000, 6672000], [385000, 6672000]]}',
         "no_degrees"),
    ],
)  # fmt: skip
def test_other_files_are_told(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(text)
    with pytest.raises(InvalidInput) as invalid:
        read_hard_roads(path)
    assert [fault.code for fault in invalid.value.faults] == [f"access.hard_roads_{code}"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        read_hard_roads(tmp_path / "none.geojson")
