"""From the ways of an extract to a road graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from skolnat.access.arcs import arcs
from skolnat.access.contract import Chains, chains
from skolnat.access.graph import CM, FORMAT, RoadGraph
from skolnat.access.order import hilbert_order
from skolnat.access.profiles import (
    CLASS,
    COLUMNS,
    FERRY,
    PROFILES,
    Profile,
    blocked_by,
    kinds_of,
    reversed_kinds,
    settings,
)
from skolnat.sources.grid import FINLAND
from skolnat.sources.osm import SCALE, OsmWays, read_ways

_CHUNK: Final = 2_000_000
_RADIUS_M: Final = 6_371_009.0


def build_graph(path: Path) -> RoadGraph:
    """Read an extract and make its road graph.

    Parameters
    ----------
    path
        An ``.osm.pbf`` file.

    Raises
    ------
    InvalidInput
        See :func:`skolnat.sources.osm.read_ways`.
    """
    return graph_of(read_ways(path), path.name)


def graph_of(ways: OsmWays, source: str) -> RoadGraph:
    """Make a graph of ways that have been read.

    Parameters
    ----------
    ways
        The ways.
    source
        Name of the extract, for the manifest.
    """
    kinds, turned, way_kind = _kinds(ways)
    used, node, lon, lat = _numbered(ways, way_kind)
    one, other, piece_way = _pieces(ways, way_kind, node)
    blocked = np.zeros(used.size, dtype=np.uint8)
    at = np.searchsorted(used, ways.barrier_refs)
    at = np.minimum(at, max(used.size - 1, 0))
    here = used[at] == ways.barrier_refs
    blocked[at[here]] = blocked_by(ways.barrier_tags)[ways.barrier_kinds[here]]
    found = chains(one, other, way_kind[piece_way], turned, blocked > 0, lon, lat)
    return _laid_out(found, ways.way_ids[piece_way[found.piece]], kinds, blocked, lon, lat,
                     _about(ways, source, lon, lat, pieces=one.size))  # fmt: skip


def _kinds(
    ways: OsmWays,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return distinct kinds, the kind of each against its direction, and each way's (-1: none)."""
    table = kinds_of(ways.tags)
    rows, way_row = _with_ferries(table, ways)
    both = np.vstack([rows, reversed_kinds(rows)])
    distinct, number = np.unique(both, axis=0, return_inverse=True)
    number = number.reshape(2, -1).astype(np.int32)
    turned = np.empty(len(distinct), dtype=np.int32)
    turned[number[0]] = number[1]
    turned[number[1]] = number[0]
    open_ = (rows[:, CLASS] >= 0) & (rows[:, FERRY + 1 :] > 0).any(axis=1)
    way_kind = np.where(open_[way_row], number[0][way_row], -1).astype(np.int32)
    return distinct, turned, way_kind


def _with_ferries(
    table: npt.NDArray[np.float32], ways: OsmWays
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Give each ferry a kind of its own: its speed is its length over its time and waiting."""
    way_row = ways.way_tags.astype(np.int64)
    ferries = np.flatnonzero((table[way_row, FERRY] != 0) & (table[way_row, CLASS] >= 0))
    if ferries.size == 0:
        return table, way_row
    facts = settings()["ferry"]
    own = table[way_row[ferries]].copy()
    km = np.array([_length_m(ways, way) for way in ferries.tolist()]) / 1000.0
    told = own[:, FERRY].astype(np.float64)
    minutes = np.where(told > 0, told, km / float(facts["km_h"]) * 60.0)
    minutes += float(facts["wait_minutes"])
    speed = np.maximum(km / minutes * 60.0, 0.01)
    for index in range(FERRY + 1, len(COLUMNS)):
        own[:, index] = np.where(own[:, index] > 0, speed, 0.0)
    own[:, FERRY] = minutes
    way_row[ferries] = len(table) + np.arange(ferries.size)
    return np.vstack([table, own]), way_row


def _length_m(ways: OsmWays, way: int) -> float:
    """Length of a whole way on the sphere: good to 0.3 %, for the speed of a ferry."""
    part = slice(ways.starts[way], ways.starts[way + 1])
    lon, lat = np.radians(ways.lon[part] / SCALE), np.radians(ways.lat[part] / SCALE)
    east = np.diff(lon) * np.cos((lat[1:] + lat[:-1]) / 2.0)
    return float(np.hypot(east, np.diff(lat)).sum() * _RADIUS_M)


def _numbered(
    ways: OsmWays, way_kind: npt.NDArray[np.int32]
) -> tuple[
    npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]
]:
    """Number the nodes of open ways from 0: their ids, the number of each reference, places."""
    counts = np.diff(ways.starts)
    open_ = np.repeat(way_kind >= 0, counts)
    used, first, back = np.unique(ways.refs[open_], return_index=True, return_inverse=True)
    node = np.full(ways.refs.size, -1, dtype=np.int32)
    node[open_] = back
    return used, node, ways.lon[open_][first], ways.lat[open_][first]


def _pieces(
    ways: OsmWays, way_kind: npt.NDArray[np.int32], node: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Cut open ways into pieces between neighbouring nodes: two ends, and the way of each."""
    way = np.repeat(np.arange(way_kind.size, dtype=np.int32), np.diff(ways.starts))
    last = np.zeros(node.size, dtype=np.bool_)
    last[ways.starts[1:] - 1] = True
    begins = np.flatnonzero(~last & (node >= 0))
    one, other = node[begins], node[begins + 1]
    real = one != other
    return one[real], other[real], way[begins[real]]


def _laid_out(
    found: Chains,
    edge_way: npt.NDArray[np.int64],
    kinds: npt.NDArray[np.float32],
    blocked: npt.NDArray[np.uint8],
    lon: npt.NDArray[np.int32],
    lat: npt.NDArray[np.int32],
    about: dict[str, Any],
) -> RoadGraph:
    """Keep the junctions alone, near ones near one another in memory, and project the places."""
    x, y = _projected(lon, lat, about["crs"])
    junctions = np.unique(np.concatenate([found.start, found.end]))
    junctions = junctions[hilbert_order(x[junctions], y[junctions])]
    number = np.full(lon.size, -1, dtype=np.int32)
    number[junctions] = np.arange(junctions.size, dtype=np.int32)
    start, end = number[found.start], number[found.end]
    order = np.lexsort((end, start))
    shape_start, take = _reordered(found.shape_start, order)
    shape = found.shape[take]
    graph = RoadGraph(
        node_x=x[junctions],
        node_y=y[junctions],
        node_blocked=blocked[junctions],
        node_component=np.zeros((len(PROFILES), junctions.size), dtype=np.int32),
        edge_start=start[order],
        edge_end=end[order],
        edge_kind=found.kind[order],
        edge_cm=np.maximum(np.rint(found.metres[order] * CM), 1.0).astype(np.int32),
        edge_way=edge_way[order],
        shape_start=shape_start,
        shape_x=x[shape],
        shape_y=y[shape],
        kinds=kinds,
        about={},
    )
    parts = np.array([components(graph, profile) for profile in PROFILES], dtype=np.int32)
    graph = replace(graph, node_component=parts)
    counts = {"nodes": graph.nodes, "edges": graph.edges, "shape_points": int(shape.size)}
    told = {profile: _told(graph, p) for p, profile in enumerate(PROFILES)}
    return replace(graph, about=about | counts | {"profiles": told})


def _reordered(
    starts: npt.NDArray[np.int64], order: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return offsets of runs in another order, and where each of their items stood before."""
    counts = np.diff(starts)[order]
    new = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    take = np.arange(new[-1]) + np.repeat(starts[:-1][order] - new[:-1], counts)
    return new, take


def _projected(
    lon: npt.NDArray[np.int32], lat: npt.NDArray[np.int32], crs: str
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    from pyproj import Transformer

    transformer = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    x, y = np.empty(lon.size, dtype=np.int32), np.empty(lon.size, dtype=np.int32)
    for low in range(0, lon.size, _CHUNK):
        part = slice(low, low + _CHUNK)
        east, north = transformer.transform(lon[part] / SCALE, lat[part] / SCALE)
        x[part], y[part] = np.rint(east * CM), np.rint(north * CM)
    return x, y


def components(graph: RoadGraph, profile: Profile) -> npt.NDArray[np.int32]:
    """Number the parts of the graph within which a profile can go from anywhere to anywhere."""
    net = arcs(graph, profile, "cm")
    ones = np.ones(net.head.size, dtype=np.int8)
    matrix = csr_array((ones, net.head, net.first), shape=(graph.nodes,) * 2)
    count, label = connected_components(matrix, directed=True, connection="strong")
    touched = np.zeros(graph.nodes, dtype=np.bool_)
    along, against = graph.speeds(profile)
    open_ = (along > 0) | (against > 0)
    touched[graph.edge_start[open_]] = True
    touched[graph.edge_end[open_]] = True
    sizes = np.bincount(label[touched], minlength=count)
    rank = np.empty(count, dtype=np.int32)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(count)
    return np.where(touched, rank[label], -1).astype(np.int32)


def _told(graph: RoadGraph, p: int) -> Mapping[str, Any]:
    """What the manifest says of a profile: parts of the graph, and kilometres of road in them."""
    component = graph.node_component[p]
    along, against = graph.speeds(PROFILES[p])
    open_ = (along > 0) | (against > 0)
    part = component[graph.edge_start]
    km = np.bincount(part[open_], weights=graph.edge_cm[open_] / CM / 1000.0)
    sizes = np.bincount(component[component >= 0])
    return {
        "km": round(float(km.sum()), 1),
        "parts": int(sizes.size),
        "largest_nodes": int(sizes[0]) if sizes.size else 0,
        "largest_km": round(float(km[0]), 1) if km.size else 0.0,
        "islands_over_1_km": int((km[1:] >= 1.0).sum()),
    }


def _about(
    ways: OsmWays, source: str, lon: npt.NDArray[np.int32], lat: npt.NDArray[np.int32], pieces: int
) -> dict[str, Any]:
    west, east = lon.min() / SCALE, lon.max() / SCALE
    south, north = lat.min() / SCALE, lat.max() / SCALE
    middle = ((west + east) / 2.0, (south + north) / 2.0)
    finnish = 19.0 <= middle[0] <= 32.0 and 59.0 <= middle[1] <= 71.0
    zone = int((middle[0] + 180.0) // 6.0) + 1
    elsewhere = f"EPSG:{32600 if middle[1] >= 0 else 32700}"[:-2] + f"{zone:02d}"
    return {
        "format": FORMAT,
        "source": source,
        "date": ways.date,
        "licence": "© OpenStreetMap contributors, ODbL 1.0",
        "crs": FINLAND if finnish else elsewhere,
        "box": [float(west), float(south), float(east), float(north)],
        "ways": int(ways.way_ids.size),
        "pieces": int(pieces),
        "missing_nodes": ways.missing,
        "profiles_from": str(settings()["valid_from"]),
    }
