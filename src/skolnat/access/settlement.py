"""Distances where no road file is given: shortest paths along where people live.

Houses stand along roads and nobody lives on a lake. Populated 1 km squares are joined where they
lie at most about 2.3 km apart (so that a path may step over one empty square); what is then still
apart is tied by the shortest links, as a ferry or a lone road would. A path of this graph, times
a circuity, stands in for the road. Every page that uses it says *indicative: no road data*.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

FloatArray = npt.NDArray[np.float64]

REACH_M = 2300.0
"""Squares closer than this are joined: up to two squares apart, and a knight's move."""


@dataclass(frozen=True)
class SettlementGraph:
    """Populated squares and the links between them.

    Parameters
    ----------
    points
        Centres of the squares, metres, shape (N, 2).
    links
        Symmetric lengths in metres, shape (N, N), sparse.
    ties
        How many links longer than :data:`REACH_M` hold the parts together.
    """

    points: FloatArray
    links: csr_array[np.float64, tuple[int, int]]
    ties: int

    def distances(self, origins: FloatArray) -> FloatArray:
        """Return path lengths from places to every square, in metres.

        Parameters
        ----------
        origins
            Places, metres, shape (K, 2). Each starts at its nearest square, and the way there
            is counted.

        Returns
        -------
        ndarray
            Shape (K, N).
        """
        if len(origins) == 0:
            return np.zeros((0, len(self.points)))
        off, nearest = cKDTree(self.points).query(origins)
        unique, back = np.unique(nearest, return_inverse=True)
        paths = dijkstra(self.links, directed=False, indices=unique)
        lengths: FloatArray = paths[back] + np.asarray(off)[:, None]
        return lengths


def settlement_graph(points: FloatArray) -> SettlementGraph:
    """Join populated squares to a connected graph.

    Parameters
    ----------
    points
        Centres of populated squares, metres, shape (N, 2), N >= 1.

    Notes
    -----
    The ties are those of Kruskal's minimum spanning tree over the parts, found part by part:
    the smallest part is tied to its nearest neighbour until one part is left.
    """
    pairs = cKDTree(points).query_pairs(REACH_M, output_type="ndarray")
    lengths = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
    rows, columns, weights = list(pairs[:, 0]), list(pairs[:, 1]), list(lengths)
    _, label = connected_components(_sparse(rows, columns, weights, len(points)), directed=False)
    ties = _ties(points, label)
    for one, other, length in ties:
        rows.append(one)
        columns.append(other)
        weights.append(length)
    return SettlementGraph(points, _sparse(rows, columns, weights, len(points)), len(ties))


def _sparse(
    rows: list[int], columns: list[int], weights: list[float], size: int
) -> csr_array[np.float64, tuple[int, int]]:
    # A length of zero would be no link: two squares never share a centre, but sites may.
    lengths = np.maximum(np.asarray(weights, dtype=np.float64), 1e-3)
    return coo_array((lengths, (rows, columns)), shape=(size, size)).tocsr()


def _ties(points: FloatArray, label: npt.NDArray[np.int32]) -> list[tuple[int, int, float]]:
    label = label.copy()
    ties: list[tuple[int, int, float]] = []
    sizes = np.bincount(label)
    while (sizes > 0).sum() > 1:
        smallest = int(np.argmin(np.where(sizes > 0, sizes, np.iinfo(np.int64).max)))
        inside, outside = np.flatnonzero(label == smallest), np.flatnonzero(label != smallest)
        distance, index = cKDTree(points[outside]).query(points[inside])
        k = int(np.argmin(distance))
        other = int(outside[index[k]])
        ties.append((int(inside[k]), other, float(distance[k])))
        label[inside] = label[other]
        sizes = np.bincount(label, minlength=sizes.size)
    return ties
