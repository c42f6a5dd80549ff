"""Ways for people and vehicles out of an OpenStreetMap extract (``.osm.pbf``), in one pass.

The file is streamed. Positions of nodes are kept by libosmium while it is read (16 bytes for each
node of the file); of the ways, only what a road graph needs comes over to Python: node ids,
positions, and the few tags that say who may pass, and how fast. Equal combinations of tags are
kept once, so that a way costs four bytes beside its nodes.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from skolnat.common.faults import Fault, InvalidInput

WAY_KEYS: Final = frozenset(
    {
        "highway", "route", "duration", "access", "foot", "bicycle", "vehicle", "motor_vehicle",
        "motorcar", "bus", "psv", "oneway", "oneway:bicycle", "junction", "maxspeed", "sidewalk",
        "sidewalk:left", "sidewalk:right", "sidewalk:both", "cycleway", "motorroad", "area",
        "service", "ice_road", "winter_road", "seasonal", "surface", "tracktype",
    }
)  # fmt: skip
"""Tags of a way that are kept."""

BARRIER_KEYS: Final = frozenset(
    {"barrier", "access", "foot", "bicycle", "vehicle", "motor_vehicle", "motorcar", "bus", "psv"}
)
"""Tags of a node with a barrier that are kept."""

Tags = tuple[tuple[str, str], ...]
"""Keys and values, by key."""

SCALE: Final = 1e7
"""OpenStreetMap keeps degrees to so many parts."""


@dataclass(frozen=True)
class OsmWays:
    """The ways of an extract.

    Parameters
    ----------
    tags
        Combinations of tags that occur on ways.
    way_tags
        Index into ``tags`` of each of the W ways, int32, shape (W,).
    way_ids
        OpenStreetMap's number of each way, int64, shape (W,).
    starts
        Way w has the nodes ``starts[w]:starts[w + 1]``, int64, shape (W + 1,).
    refs
        OpenStreetMap's number of each node of each way, int64, shape (R,).
    lon, lat
        Position of the same in 1e-7 degrees, WGS 84, int32, shape (R,).
    barrier_tags
        Combinations of tags that occur on barriers.
    barrier_refs, barrier_kinds
        Nodes that bear a barrier, and the index into ``barrier_tags``, shape (B,).
    date
        Day of the data as ISO text; "" where the file does not tell.
    missing
        Nodes of ways that the file lacks; the ways are cut there.
    """

    tags: tuple[Tags, ...]
    way_tags: npt.NDArray[np.int32]
    way_ids: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    refs: npt.NDArray[np.int64]
    lon: npt.NDArray[np.int32]
    lat: npt.NDArray[np.int32]
    barrier_tags: tuple[Tags, ...]
    barrier_refs: npt.NDArray[np.int64]
    barrier_kinds: npt.NDArray[np.int32]
    date: str
    missing: int


def read_ways(path: Path) -> OsmWays:
    """Read the ways of an extract.

    Parameters
    ----------
    path
        An ``.osm.pbf`` file in the usual order, nodes before ways.

    Raises
    ------
    InvalidInput
        When there is no such file, when it is no such file, when it breaks off, or when it holds
        no ways that anybody could travel on.
    """
    if not path.is_file():
        raise InvalidInput([Fault("sources.osm_no_file", file=str(path))])
    if not path.name.endswith((".osm.pbf", ".pbf")):
        raise InvalidInput([Fault("sources.osm_ending", file=str(path))])
    found, date = _Collected(), None
    try:
        date = _date(path)
        for thing in _things(path):
            found.add(thing)
    except (RuntimeError, ValueError) as error:
        # A file whose head could be read is what it says it is, and breaks off.
        values: dict[str, str | int | float] = {"message": str(error), "read": found.count}
        code = "sources.osm_not_pbf" if date is None else "sources.osm_broken"
        raise InvalidInput([Fault(code, file=str(path), values=values)]) from None
    if not found.count:
        raise InvalidInput([Fault("sources.osm_no_ways", file=str(path))])
    return found.ways(date)


def _date(path: Path) -> str:
    import osmium

    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
        header = reader.header()
        stamp = header.get("osmosis_replication_timestamp") or header.get("timestamp")
    return str(stamp)[:10]


def _things(path: Path) -> Iterator[Any]:
    """Nodes with a barrier, and ways with positions; all else is passed over in C++."""
    import osmium

    entities = osmium.osm.NODE | osmium.osm.WAY
    processor = osmium.FileProcessor(str(path), entities).with_locations(_storage())
    ways = osmium.filter.KeyFilter("highway", "route")
    ways.enable_for(osmium.osm.WAY)
    nodes = osmium.filter.KeyFilter("barrier")
    nodes.enable_for(osmium.osm.NODE)
    yield from processor.with_filter(nodes).with_filter(ways)


def _storage() -> str:
    """Name of the store of positions: one that grows without being copied, where there is."""
    import osmium

    known = osmium.index.map_types()
    return next(name for name in ("sparse_mmap_array", "sparse_mem_array") if name in known)


class _Combinations:
    """Numbers combinations of tags in the order in which they turn up."""

    def __init__(self, keys: frozenset[str]) -> None:
        self._keys = keys
        self._index: dict[Tags, int] = {}

    def number(self, tags: Mapping[str, str]) -> int:
        kept = tuple(sorted((k, v) for k, v in tags.items() if k in self._keys))
        return self._index.setdefault(kept, len(self._index))

    @property
    def all(self) -> tuple[Tags, ...]:
        return tuple(self._index)


class _Collected:
    """What has been read so far."""

    def __init__(self) -> None:
        import osmium

        self._tags = _Combinations(WAY_KEYS)
        self._barriers = _Combinations(BARRIER_KEYS)
        self._way_tags, self._way_ids = array("i"), array("q")
        self._counts, self._refs = array("q"), array("q")
        self._places = bytearray()
        self._barrier_refs, self._barrier_kinds = array("q"), array("i")
        self._missing = 0
        self._line = osmium.geom.WKBFactory().create_linestring
        self._every = osmium.geom.use_nodes.ALL
        self._unknown = osmium.InvalidLocationError

    @property
    def count(self) -> int:
        """Ways so far."""
        return len(self._counts)

    def add(self, thing: Any) -> None:
        """Keep a way or a barrier."""
        if thing.is_node():
            self._barrier_refs.append(thing.id)
            self._barrier_kinds.append(self._barriers.number(dict(thing.tags)))
            return
        tags = dict(thing.tags)
        if "highway" not in tags and tags.get("route") != "ferry":
            return
        nodes = thing.nodes
        if len(nodes) < 2:
            return
        number = self._tags.number(tags)
        try:
            # A line as well-known binary, in hexadecimal: 9 bytes of head, then pairs of doubles.
            line = bytes.fromhex(self._line(thing, use_nodes=self._every)[18:])
        except self._unknown:
            self._add_known_parts(thing, number)
            return
        self._append(thing.id, number, [node.ref for node in nodes], line)

    def _append(self, way: int, number: int, refs: list[int], line: bytes) -> None:
        self._way_ids.append(way)
        self._way_tags.append(number)
        self._counts.append(len(refs))
        self._refs.extend(refs)
        self._places += line

    def _add_known_parts(self, way: Any, number: int) -> None:
        """Keep the parts of a way between nodes that the extract cut off."""
        for known, run in itertools.groupby(way.nodes, key=lambda node: node.location.valid()):
            part = list(run)
            if not known:
                self._missing += len(part)
            elif len(part) > 1:
                places = [(node.location.x, node.location.y) for node in part]
                line = (np.array(places, dtype=np.float64) / SCALE).tobytes()
                self._append(way.id, number, [node.ref for node in part], line)

    def ways(self, date: str) -> OsmWays:
        """Return what was read, as arrays."""
        places = np.frombuffer(bytes(self._places), dtype=np.float64).reshape(-1, 2)
        self._places = bytearray()
        lon = np.rint(places[:, 0] * SCALE).astype(np.int32)
        lat = np.rint(places[:, 1] * SCALE).astype(np.int32)
        counts = np.frombuffer(self._counts, dtype=np.int64)
        return OsmWays(
            tags=self._tags.all,
            way_tags=np.array(self._way_tags, dtype=np.int32),
            way_ids=np.array(self._way_ids, dtype=np.int64),
            starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            refs=np.array(self._refs, dtype=np.int64),
            lon=lon,
            lat=lat,
            barrier_tags=self._barriers.all,
            barrier_refs=np.array(self._barrier_refs, dtype=np.int64),
            barrier_kinds=np.array(self._barrier_kinds, dtype=np.int32),
            date=date,
            missing=self._missing,
        )
