"""What is read of an extract decides every journey; what is broken must not become a short map."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import osmium
import pytest

from skolnat.common.faults import InvalidInput
from skolnat.sources.osm import SCALE, read_ways

PLACES = {1: (24.0, 60.0), 2: (24.001, 60.0), 3: (24.001, 60.001), 4: (24.002, 60.001)}
ROAD = {"highway": "residential", "name": "Skolvägen", "maxspeed": "30"}


def written(
    path: Path,
    ways: list[tuple[list[int], dict[str, str]]],
    barriers: dict[int, str] | None = None,
    only: tuple[int, ...] = (1, 2, 3, 4),
) -> Path:
    with osmium.SimpleWriter(str(path)) as writer:
        for number in only:
            tags = {"barrier": barriers[number]} if number in (barriers or {}) else {}
            node = osmium.osm.mutable.Node(id=number, location=PLACES[number], tags=tags)
            writer.add_node(node)
        for number, (refs, tags) in enumerate(ways, start=10):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=refs, tags=tags))
    return path


def test_ways_come_with_their_nodes_places_and_the_tags_that_matter(tmp_path: Path) -> None:
    ways = [([1, 2, 3], ROAD), ([3, 4], ROAD), ([1, 4], {"building": "school"})]
    found = read_ways(written(tmp_path / "a.osm.pbf", ways, {2: "gate"}))
    assert found.tags == ((("highway", "residential"), ("maxspeed", "30")),)
    assert found.way_ids.tolist() == [10, 11]
    assert found.starts.tolist() == [0, 3, 5]
    assert found.refs.tolist() == [1, 2, 3, 3, 4]
    lon = [PLACES[node][0] for node in (1, 2, 3, 3, 4)]
    assert found.lon.tolist() == np.rint(np.array(lon) * SCALE).astype(int).tolist()
    assert found.barrier_refs.tolist() == [2]
    assert found.barrier_tags == ((("barrier", "gate"),),)
    assert (found.missing, found.date) == (0, "")


def test_a_ferry_is_a_way_and_a_bus_line_is_none(tmp_path: Path) -> None:
    ways = [([1, 2], {"route": "ferry"}), ([2, 3], {"route": "bus"})]
    found = read_ways(written(tmp_path / "a.osm.pbf", ways))
    assert found.way_ids.tolist() == [10]


def test_a_way_is_cut_where_the_extract_lacks_its_nodes(tmp_path: Path) -> None:
    path = written(tmp_path / "a.osm.pbf", [([1, 2, 9, 3, 4, 8, 1], ROAD)], only=(1, 2, 3, 4))
    found = read_ways(path)
    # The last node stands alone behind the gap: no piece of road remains of it.
    assert found.refs.tolist() == [1, 2, 3, 4]
    assert found.starts.tolist() == [0, 2, 4]
    assert found.missing == 2
    assert found.lat.tolist() == [600000000, 600000000, 600010000, 600010000]


def codes(path: Path) -> list[str]:
    with pytest.raises(InvalidInput) as invalid:
        read_ways(path)
    return [fault.code for fault in invalid.value.faults]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert codes(tmp_path / "none.osm.pbf") == ["sources.osm_no_file"]


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    table = tmp_path / "roads.csv"
    table.write_text("a,b\n")
    assert codes(table) == ["sources.osm_ending"]
    renamed = tmp_path / "roads.osm.pbf"
    renamed.write_bytes(b"a,b\n" * 100)
    assert codes(renamed) == ["sources.osm_not_pbf"]
    renamed.write_bytes(b"")
    assert codes(renamed) == ["sources.osm_not_pbf"]


def test_a_file_that_breaks_off_is_no_short_map(tmp_path: Path) -> None:
    whole = written(tmp_path / "a.osm.pbf", [([1, 2, 3], ROAD)]).read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    for size in (len(whole) - 1, len(whole) - 20, len(whole) * 3 // 4):
        cut.write_bytes(whole[:size])
        assert codes(cut) == ["sources.osm_broken"], size


def test_a_file_without_roads(tmp_path: Path) -> None:
    ways = [([1, 2], {"building": "yes"})]
    assert codes(written(tmp_path / "a.osm.pbf", ways)) == ["sources.osm_no_ways"]
