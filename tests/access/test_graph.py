"""A graph on disk is opened whole or not at all: half a map would give wrong journeys."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from skolnat.access.graph import MANIFEST, RoadGraph, load_graph, save_graph
from skolnat.common.faults import InvalidInput


def code(folder: Path) -> str:
    with pytest.raises(InvalidInput) as invalid:
        load_graph(folder)
    (fault,) = invalid.value.faults
    return fault.code


def test_what_is_saved_is_opened_again_mapped_into_memory(
    countryside: RoadGraph, tmp_path: Path
) -> None:
    save_graph(countryside, tmp_path / "roads")
    found = load_graph(tmp_path / "roads")
    assert isinstance(found.node_x, np.memmap)
    for name in ("node_x", "edge_cm", "edge_kind", "shape_y", "kinds", "node_component"):
        assert (getattr(found, name) == getattr(countryside, name)).all()
    assert {**found.about, "digest": ""} == {**countryside.about, "digest": ""}
    assert len(found.about["digest"]) == 64
    save_graph(found, tmp_path / "roads")  # over the old one, which is still open
    assert load_graph(tmp_path / "roads").edges == countryside.edges
    assert [path.name for path in tmp_path.iterdir()] == ["roads"]


def test_a_folder_with_something_else_is_left_alone(countryside: RoadGraph, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    for folder, expected in (
        (tmp_path, "access.out_is_not_ours"),
        (tmp_path / "letter.txt", "access.out_is_not_ours"),
        (tmp_path / "no" / "roads", "access.no_folder"),
    ):
        with pytest.raises(InvalidInput) as invalid:
            save_graph(countryside, folder)
        assert [fault.code for fault in invalid.value.faults] == [expected]
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_what_is_missing_damaged_or_older_is_told(countryside: RoadGraph, tmp_path: Path) -> None:
    folder = tmp_path / "roads"
    assert code(folder) == "access.no_graph"
    save_graph(countryside, folder)
    edges = (folder / "edge_cm.npy").read_bytes()
    (folder / "edge_cm.npy").write_bytes(edges[: len(edges) // 2])
    assert code(folder) == "access.broken_graph"
    (folder / "edge_cm.npy").unlink()
    assert code(folder) == "access.broken_graph"
    (folder / "edge_cm.npy").write_bytes(edges)
    about = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(about | {"nodes": 1}))
    assert code(folder) == "access.broken_graph"
    (folder / MANIFEST).write_text(json.dumps(about | {"format": 0}))
    assert code(folder) == "access.old_graph"
    (folder / MANIFEST).write_text("{")
    assert code(folder) == "access.broken_graph"
