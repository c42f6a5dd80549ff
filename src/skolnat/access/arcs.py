"""What one profile may do on a road graph: arcs from junction to junction, packed for a search."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from skolnat.access.graph import CM, RoadGraph
from skolnat.access.profiles import PROFILES, Profile

Weight = Literal["cm", "cs"]
"""What a search counts: centimetres of road, or hundredths of a second."""

_CS_IN_AN_HOUR = 360_000.0
_CM_IN_A_KM = 100_000.0


class Arcs(NamedTuple):
    """Arcs by the junction they leave.

    Parameters
    ----------
    first
        The arcs of junction i are ``first[i]:first[i + 1]``, int32, shape (N + 1,).
    head
        Where each leads, int32, shape (A,).
    weight
        Whole centimetres or hundredths of a second, at least 1, int32, shape (A,).
    """

    first: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    weight: npt.NDArray[np.int32]


def arcs(
    graph: RoadGraph,
    profile: Profile,
    weight: Weight,
    *,
    reverse: bool = False,
    closed: npt.NDArray[np.bool_] | None = None,
) -> Arcs:
    """Return the arcs of a profile.

    Parameters
    ----------
    graph
        The roads.
    profile
        Who travels. Nobody who is stopped by a barrier goes on from it.
    weight
        What is counted.
    reverse
        True for arcs against the way of travel: a search from a school then tells how far it is
        *to* the school.
    closed
        Edges that shall not be used, shape (E,).
    """
    along, against = edge_weights(graph, profile, weight)
    if closed is not None:
        along, against = along.copy(), against.copy()
        along[closed] = 0
        against[closed] = 0
    stopped = (np.asarray(graph.node_blocked) >> PROFILES.index(profile)) & 1
    return Arcs(
        *_packed(
            np.asarray(graph.edge_start), np.asarray(graph.edge_end), along, against,
            stopped.astype(np.bool_), reverse,
        )
    )  # fmt: skip


def edge_weights(
    graph: RoadGraph, profile: Profile, weight: Weight
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return what each edge costs along and against it; 0 where the profile may not go."""
    result = []
    for speed in graph.speeds(profile):
        if weight == "cm":
            cost = np.asarray(graph.edge_cm, dtype=np.float64)
        else:
            hours = graph.edge_cm / _CM_IN_A_KM / np.maximum(speed.astype(np.float64), 1e-9)
            cost = np.minimum(np.maximum(np.rint(hours * _CS_IN_AN_HOUR), 1.0), 2.0**30)
        result.append(np.where(speed > 0, cost, 0.0).astype(np.int32))
    return result[0], result[1]


@njit(cache=True, nogil=True)
def _packed(start: Any, end: Any, along: Any, against: Any, stopped: Any, reverse: bool) -> Any:
    nodes = stopped.size
    first = np.zeros(nodes + 1, dtype=np.int32)
    for turn in range(2):
        if turn == 1:
            for i in range(nodes):
                first[i + 1] += first[i]
            head = np.empty(first[nodes], dtype=np.int32)
            weight = np.empty(first[nodes], dtype=np.int32)
            at = first[:-1].copy()
        for e in range(start.size):
            for side in range(2):
                cost = along[e] if side == 0 else against[e]
                tail = start[e] if side == 0 else end[e]
                tip = end[e] if side == 0 else start[e]
                if cost == 0 or stopped[tail] or tail == tip:
                    continue
                if reverse:
                    tail, tip = tip, tail
                if turn == 0:
                    first[tail + 1] += 1
                else:
                    head[at[tail]], weight[at[tail]] = tip, cost
                    at[tail] += 1
    return first, head, weight


__all__ = ["CM", "Arcs", "Weight", "arcs", "edge_weights"]
