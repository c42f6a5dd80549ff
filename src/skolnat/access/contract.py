"""Chains of road between two junctions become one edge: the compiled part of making a graph.

A node where two pieces of the same kind of road meet, and nothing else, is no junction. What lies
between two that are is one edge; the places between are kept as its shape.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

# WGS 84
_AXIS_M = 6_378_137.0
_ECCENTRICITY2 = 6.694379990141316e-3


class Chains(NamedTuple):
    """Edges between junctions.

    Parameters
    ----------
    start, end
        Nodes at the ends of each of the E edges, shape (E,).
    kind
        Kind of road along the edge, as seen from its start, shape (E,).
    metres
        Length on the ellipsoid, shape (E,).
    piece
        The first piece of way of each edge, as seen from its start, shape (E,).
    shape_start
        Edge e runs through the nodes ``shape[shape_start[e]:shape_start[e + 1]]``, its ends
        included, shape (E + 1,).
    shape
        Nodes of the shapes.
    """

    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int32]
    metres: npt.NDArray[np.float64]
    piece: npt.NDArray[np.int32]
    shape_start: npt.NDArray[np.int64]
    shape: npt.NDArray[np.int32]


def chains(
    one: npt.NDArray[np.int32],
    other: npt.NDArray[np.int32],
    kind: npt.NDArray[np.int32],
    turned: npt.NDArray[np.int32],
    keep: npt.NDArray[np.bool_],
    lon: npt.NDArray[np.int32],
    lat: npt.NDArray[np.int32],
) -> Chains:
    """Join pieces of way to edges between junctions.

    Parameters
    ----------
    one, other, kind
        First node, last node and kind of each piece, shape (S,).
    turned
        Kind of each kind against its direction, shape (K,).
    keep
        Nodes that stay whatever meets there, shape (N,).
    lon, lat
        Position of each node, 1e-7 degrees, shape (N,).

    Notes
    -----
    A ring without any junction keeps the first of its nodes that a way names. Time and memory are
    linear: 8 bytes a node and 13 a piece, beside what comes in and goes out.
    """
    junction = keep.copy()
    first, second = _ends(one, other, kind, turned, junction)
    return Chains(*_walked(one, other, kind, turned, junction, first, second, lon, lat))


@njit(cache=True, nogil=True)
def _ends(one: Any, other: Any, kind: Any, turned: Any, junction: Any) -> Any:
    """Note the two pieces at each node, and mark as junction what is one."""
    n = junction.size
    first = np.full(n, -1, dtype=np.int32)
    second = np.full(n, -1, dtype=np.int32)
    for s in range(one.size):
        for side in range(2):
            node = one[s] if side == 0 else other[s]
            if first[node] < 0:
                first[node] = s
            elif second[node] < 0:
                second[node] = s
            else:
                junction[node] = True
    for node in range(n):
        a, b = first[node], second[node]
        if a < 0:
            continue
        if b < 0 or a == b:
            junction[node] = True
            continue
        # Along the road through this node: into it by a, out of it by b.
        into = kind[a] if other[a] == node else turned[kind[a]]
        out = kind[b] if one[b] == node else turned[kind[b]]
        if into != out:
            junction[node] = True
    return first, second


@njit(cache=True, nogil=True)
def _length(lon: Any, lat: Any, a: int, b: int) -> float:
    """Metres between two near places, by the ellipsoid's radii of curvature between them."""
    unit = np.pi / 180.0 * 1e-7
    middle = (lat[a] + lat[b]) * 0.5 * unit
    sine = np.sin(middle)
    w = 1.0 - _ECCENTRICITY2 * sine * sine
    north = (lat[b] - lat[a]) * unit * _AXIS_M * (1.0 - _ECCENTRICITY2) / (w * np.sqrt(w))
    east = (lon[b] - lon[a]) * unit * _AXIS_M / np.sqrt(w) * np.cos(middle)
    return float(np.sqrt(north * north + east * east))


@njit(cache=True, nogil=True)
def _walked(
    one: Any, other: Any, kind: Any, turned: Any, junction: Any, first: Any, second: Any,
    lon: Any, lat: Any,
) -> Any:  # fmt: skip
    """Walk from junction to junction; then around rings that have none."""
    pieces = one.size
    seen = np.zeros(pieces, dtype=np.bool_)
    # At most one edge a piece, and each edge has one node more than it has pieces.
    start = np.empty(pieces, dtype=np.int32)
    end = np.empty(pieces, dtype=np.int32)
    kinds = np.empty(pieces, dtype=np.int32)
    metres = np.empty(pieces, dtype=np.float64)
    origin = np.empty(pieces, dtype=np.int32)
    shape_start = np.zeros(pieces + 1, dtype=np.int64)
    shape = np.empty(2 * pieces, dtype=np.int32)
    edges = 0
    filled = 0
    for ring in range(2):
        for s in range(pieces):
            if seen[s]:
                continue
            if ring == 1:
                junction[one[s]] = True
            if junction[one[s]]:
                node, along = one[s], kind[s]
            elif junction[other[s]]:
                node, along = other[s], turned[kind[s]]
            else:
                continue
            start[edges], kinds[edges], origin[edges] = node, along, s
            shape[filled] = node
            filled += 1
            length = 0.0
            piece = s
            while True:
                seen[piece] = True
                onward = other[piece] if one[piece] == node else one[piece]
                length += _length(lon, lat, node, onward)
                node = onward
                shape[filled] = node
                filled += 1
                if junction[node]:
                    break
                piece = second[node] if first[node] == piece else first[node]
            end[edges], metres[edges] = node, length
            edges += 1
            shape_start[edges] = filled
    return (
        start[:edges].copy(),
        end[:edges].copy(),
        kinds[:edges].copy(),
        metres[:edges].copy(),
        origin[:edges].copy(),
        shape_start[: edges + 1].copy(),
        shape[:filled].copy(),
    )
