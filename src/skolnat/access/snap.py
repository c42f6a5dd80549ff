"""The nearest point of a road for any place, with the way there.

Pieces of road are laid in a grid of squares; a place looks in its own square first, then in rings
around it until no nearer piece is possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from numba import njit

from skolnat.access.graph import CM, RoadGraph
from skolnat.access.profiles import CLASS, PROFILES, Profile, class_names

SMALL_PART_KM: Final = 0.5
"""Roads that hang together over less than this and lead nowhere else are gaps of the map, mostly
yards: no place is snapped to them."""

SQUARE_M: Final = 250.0


@dataclass(frozen=True)
class Snapped:
    """Places on the roads of one profile.

    Parameters
    ----------
    edge
        Edge of each of the P places, int32, shape (P,); -1 where no road is near enough.
    share
        How far along the edge, from 0 at its start to 1 at its end, float64, shape (P,).
    access_cm
        Straight from the place to the road, centimetres, int32, shape (P,).
    x, y
        The point on the road, centimetres, int32, shape (P,).
    """

    edge: npt.NDArray[np.int32]
    share: npt.NDArray[np.float64]
    access_cm: npt.NDArray[np.int32]
    x: npt.NDArray[np.int32]
    y: npt.NDArray[np.int32]

    @property
    def found(self) -> npt.NDArray[np.bool_]:
        """Which places have a road."""
        return self.edge >= 0

    def __len__(self) -> int:
        return int(self.edge.size)


def usable_edges(graph: RoadGraph, profile: Profile) -> npt.NDArray[np.bool_]:
    """Return the edges from which a profile can go somewhere and come back, shape (E,).

    A point within an edge must be able to leave it and be reached through a part of the graph
    that holds more than :data:`SMALL_PART_KM` of road.
    """
    along, against = graph.speeds(profile)
    component = graph.node_component[PROFILES.index(profile)]
    start, end = component[graph.edge_start], component[graph.edge_end]
    open_ = (along > 0) | (against > 0)
    km = np.bincount(
        np.maximum(start, 0)[open_], weights=graph.edge_cm[open_] / CM / 1000.0,
        minlength=int(component.max(initial=0)) + 1,
    )  # fmt: skip
    large = km > SMALL_PART_KM
    both = (along > 0) & (against > 0)
    by_start = (start >= 0) & large[np.maximum(start, 0)]
    by_end = (end >= 0) & large[np.maximum(end, 0)]
    # Nobody lives on a ferry's line.
    land = graph.kinds[:, CLASS][graph.edge_kind] != class_names().index("ferry")
    result: npt.NDArray[np.bool_] = land & (
        (both & (by_start | by_end)) | (open_ & by_start & (start == end))
    )
    return result


def snap(
    graph: RoadGraph,
    profile: Profile,
    places: npt.NDArray[np.float64],
    within_m: float,
    closed: npt.NDArray[np.bool_] | None = None,
) -> Snapped:
    """Find the nearest point of a usable road for each place.

    Parameters
    ----------
    graph, profile
        The roads, and who travels on them.
    places
        Metres in the projection of the graph, shape (P, 2).
    within_m
        A place further from any road has none.
    closed
        Edges that are passed over, shape (E,).
    """
    count = len(places)
    if count == 0:
        empty = np.zeros(0, dtype=np.int32)
        return Snapped(empty, np.zeros(0), empty, empty, empty)
    low = np.floor(places.min(axis=0) - within_m - 1.0) * CM
    high = np.ceil(places.max(axis=0) + within_m + 1.0) * CM
    usable = usable_edges(graph, profile)
    usable = usable if closed is None else usable & ~closed
    edges = np.flatnonzero(usable).astype(np.int32)
    size = SQUARE_M * CM
    shape = np.maximum(np.ceil((high - low) / size).astype(np.int64), 1)
    starts = np.asarray(graph.shape_start)
    x, y = np.asarray(graph.shape_x), np.asarray(graph.shape_y)
    first, piece, owner = _grid(edges, starts, x, y, low, size, shape)
    edge, along, away, px, py = _nearest(
        places * CM, first, piece, owner, x, y, low, size, shape, within_m * CM
    )
    share = np.zeros(count)
    for p in np.flatnonzero(edge >= 0):
        share[p] = _share(x, y, int(starts[edge[p]]), int(starts[edge[p] + 1]), int(along[p]),
                          float(px[p]), float(py[p]))  # fmt: skip
    return Snapped(
        edge=edge,
        share=share,
        access_cm=np.where(edge >= 0, np.rint(away), 0).astype(np.int32),
        x=np.rint(px).astype(np.int32),
        y=np.rint(py).astype(np.int32),
    )


def _share(
    x: npt.NDArray[np.int32], y: npt.NDArray[np.int32], begin: int, end: int, piece: int,
    px: float, py: float,
) -> float:  # fmt: skip
    """How far along its edge a point on one of its pieces lies, from 0 to 1."""
    xs, ys = x[begin:end].astype(np.float64), y[begin:end].astype(np.float64)
    lengths = np.hypot(np.diff(xs), np.diff(ys))
    before = lengths[: piece - begin].sum() + np.hypot(px - x[piece], py - y[piece])
    return float(min(before / max(lengths.sum(), 1e-9), 1.0))


@njit(cache=True, nogil=True)
def _grid(edges: Any, starts: Any, x: Any, y: Any, low: Any, size: float, shape: Any) -> Any:
    """Lay pieces of road in squares: those of square q are ``first[q]:first[q + 1]``."""
    columns, rows = shape[0], shape[1]
    first = np.zeros(columns * rows + 1, dtype=np.int64)
    for turn in range(2):
        if turn == 1:
            for q in range(columns * rows):
                first[q + 1] += first[q]
            piece = np.empty(first[-1], dtype=np.int64)
            owner = np.empty(first[-1], dtype=np.int32)
            at = first[:-1].copy()
        for e in edges:
            for i in range(starts[e], starts[e + 1] - 1):
                left = int((min(x[i], x[i + 1]) - low[0]) // size)
                right = int((max(x[i], x[i + 1]) - low[0]) // size)
                under = int((min(y[i], y[i + 1]) - low[1]) // size)
                over = int((max(y[i], y[i + 1]) - low[1]) // size)
                if right < 0 or over < 0 or left >= columns or under >= rows:
                    continue
                for c in range(max(left, 0), min(right, columns - 1) + 1):
                    for r in range(max(under, 0), min(over, rows - 1) + 1):
                        q = r * columns + c
                        if turn == 0:
                            first[q + 1] += 1
                        else:
                            piece[at[q]], owner[at[q]] = i, e
                            at[q] += 1
    return first, piece, owner


@njit(cache=True, nogil=True)
def _nearest(
    places: Any, first: Any, piece: Any, owner: Any, x: Any, y: Any, low: Any, size: float,
    shape: Any, within: float,
) -> Any:  # fmt: skip
    """Look for the nearest piece of each place in rings of squares."""
    count = places.shape[0]
    columns, rows = shape[0], shape[1]
    edge = np.full(count, -1, dtype=np.int32)
    along = np.zeros(count, dtype=np.int64)
    away = np.full(count, np.inf)
    px = np.zeros(count)
    py = np.zeros(count)
    for p in range(count):
        cx, cy = places[p, 0], places[p, 1]
        c0, r0 = int((cx - low[0]) // size), int((cy - low[1]) // size)
        best = within
        ring = 0
        # A piece in a ring that is not yet looked at is further away than the rings between.
        while (ring - 1) * size <= best:
            for r in range(r0 - ring, r0 + ring + 1):
                if r < 0 or r >= rows:
                    continue
                edge_row = r == r0 - ring or r == r0 + ring
                step = 1 if edge_row or ring == 0 else 2 * ring
                for c in range(c0 - ring, c0 + ring + 1, step):
                    if c < 0 or c >= columns:
                        continue
                    q = r * columns + c
                    for k in range(first[q], first[q + 1]):
                        i = piece[k]
                        ax, ay = float(x[i]), float(y[i])
                        dx, dy = x[i + 1] - ax, y[i + 1] - ay
                        square = dx * dx + dy * dy
                        t = 0.0
                        if square > 0.0:
                            t = ((cx - ax) * dx + (cy - ay) * dy) / square
                            t = min(max(t, 0.0), 1.0)
                        qx, qy = ax + t * dx, ay + t * dy
                        d = np.sqrt((cx - qx) ** 2 + (cy - qy) ** 2)
                        nearer = d < best or (d == best and edge[p] < 0)
                        if nearer or (d == best and owner[k] < edge[p]):
                            best = d
                            edge[p], along[p], away[p] = owner[k], i, d
                            px[p], py[p] = qx, qy
            ring += 1
    return edge, along, away, px, py
