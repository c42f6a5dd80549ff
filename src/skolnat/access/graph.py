"""A road graph: junctions, the roads between them, and what each profile may do on them.

On disk it is a folder of plain arrays with a manifest. They are mapped into memory, so that a
country's graph opens at once and only what is looked at is read.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from skolnat.access.profiles import PROFILES, Profile, column
from skolnat.common.faults import Fault, InvalidInput

FORMAT: Final = 1
MANIFEST: Final = "roads.json"
CM: Final = 100.0
"""Places and lengths are kept in whole centimetres: sums are exact, and the same everywhere."""


@dataclass(frozen=True)
class RoadGraph:
    """Roads of an extract.

    Parameters
    ----------
    node_x, node_y
        Junctions in centimetres of the map projection, int32, shape (N,).
    node_blocked
        Profiles that a barrier at the junction stops, as bits, uint8, shape (N,).
    node_component
        For each profile the number of the part of the graph within which every junction can
        reach every other, the largest first; -1 where the profile has no road. int32, shape
        (profiles, N).
    edge_start, edge_end
        Junctions of each edge, int32, shape (E,).
    edge_kind
        Row of ``kinds``, as seen from the start, int32, shape (E,).
    edge_cm
        Length in centimetres, int32, shape (E,).
    edge_way
        OpenStreetMap's number of the way on which the edge begins, int64, shape (E,).
    shape_start
        The shape of edge e is ``shape_x[shape_start[e]:shape_start[e + 1]]``, int64, (E + 1,).
    shape_x, shape_y
        Places along the edges, ends included, centimetres, int32.
    kinds
        See :func:`skolnat.access.profiles.kinds_of`, float32, shape (K, columns).
    about
        The manifest: source, date, projection, counts.
    """

    node_x: npt.NDArray[np.int32]
    node_y: npt.NDArray[np.int32]
    node_blocked: npt.NDArray[np.uint8]
    node_component: npt.NDArray[np.int32]
    edge_start: npt.NDArray[np.int32]
    edge_end: npt.NDArray[np.int32]
    edge_kind: npt.NDArray[np.int32]
    edge_cm: npt.NDArray[np.int32]
    edge_way: npt.NDArray[np.int64]
    shape_start: npt.NDArray[np.int64]
    shape_x: npt.NDArray[np.int32]
    shape_y: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.float32]
    about: Mapping[str, Any]

    @property
    def nodes(self) -> int:
        """Number of junctions."""
        return int(self.node_x.size)

    @property
    def edges(self) -> int:
        """Number of edges."""
        return int(self.edge_start.size)

    @property
    def crs(self) -> str:
        """Map projection of the places."""
        return str(self.about["crs"])

    def speeds(self, profile: Profile) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return km/h of a profile along and against every edge; 0 where it may not go."""
        there = self.kinds[:, column(profile, backward=False)]
        back = self.kinds[:, column(profile, backward=True)]
        return there[self.edge_kind], back[self.edge_kind]

    @cached_property
    def box_m(self) -> tuple[float, float, float, float]:
        """Least and greatest x and y of the junctions, metres: ``x0, y0, x1, y1``."""
        x, y = self.node_x, self.node_y
        return (x.min() / CM, y.min() / CM, x.max() / CM, y.max() / CM)


_ARRAYS: Final = tuple(f.name for f in fields(RoadGraph) if f.name != "about")


def save_graph(graph: RoadGraph, folder: Path) -> None:
    """Write a graph; a folder that holds an older one is replaced when the new one is whole.

    Raises
    ------
    InvalidInput
        When the folder holds something else, or cannot be made.
    """
    check_place(folder)
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    try:
        part.mkdir(parents=True)
        digest = hashlib.sha256()
        for name in _ARRAYS:
            array = np.ascontiguousarray(getattr(graph, name))
            np.save(part / f"{name}.npy", array)
            digest.update(array.data)
        about = dict(graph.about) | {"digest": digest.hexdigest()}
        text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
        (part / MANIFEST).write_text(text, encoding="utf-8")
        if folder.exists():
            folder.rename(old)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def check_place(folder: Path) -> None:
    """Raise :class:`InvalidInput` when a graph cannot be written to a folder."""
    foreign = folder.is_file() or (
        folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file()
    )
    if foreign:
        raise InvalidInput([Fault("access.out_is_not_ours", file=str(folder))])
    if not folder.absolute().parent.is_dir():
        raise InvalidInput([Fault("access.no_folder", file=str(folder))])


def load_graph(folder: Path) -> RoadGraph:
    """Open a graph that ``skolnat roads`` has written.

    Raises
    ------
    InvalidInput
        When there is none, when it was written by another version, or when a part is missing or
        damaged.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise InvalidInput([Fault("access.no_graph", file=str(folder))])
    try:
        about = json.loads(manifest.read_text("utf-8"))
        arrays = (
            {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS}
            if about["format"] == FORMAT
            else {}
        )
        whole = not arrays or (
            arrays["node_x"].size == about["nodes"]
            and arrays["edge_cm"].size == about["edges"]
            and arrays["node_component"].shape == (len(PROFILES), about["nodes"])
            and arrays["shape_x"].size == arrays["shape_y"].size == about["shape_points"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise InvalidInput([Fault("access.broken_graph", file=str(folder))]) from None
    if not arrays:
        raise InvalidInput([Fault("access.old_graph", file=str(folder))])
    if not whole:
        raise InvalidInput([Fault("access.broken_graph", file=str(folder))])
    return RoadGraph(**arrays, about=about)
