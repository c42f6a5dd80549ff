"""Distances where no road file is given: shortest paths along where people live.

Houses stand along roads and nobody lives on a lake. Populated 1 km squares are joined where they
lie at most about 2.3 km apart, so that a path may step over one empty square. What is then still
apart is tied as lone roads through forest would: each two parts that see one another (Gabriel and
Sokal 1969: nobody lives in the circle between) by their one shortest link. Shores of a lake are
mostly one part, since people live all around it, and are not tied across the water. Within one
part, squares that see one another over empty land are joined when neither holds any water: what
lies between them is forest or field, not a lake.

A path of this graph, times a circuity, stands in for the road. Every page that uses it says
*indicative: no road data*; docs/journeys.md holds what it was measured against.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import Delaunay, cKDTree

FloatArray = npt.NDArray[np.float64]

REACH_M = 2300.0
"""Squares closer than this are joined: up to two squares apart, and a knight's move."""

LONGEST_OVER_LAND_M = 8_000.0
"""Squares of one part without water are joined over empty land up to this."""

LONGEST_TIE_M = 20_000.0
"""Parts further apart are tied only when nothing else holds them together."""


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
        How many links are longer than :data:`REACH_M`.
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


def settlement_graph(
    points: FloatArray, dry: npt.NDArray[np.bool_] | None = None
) -> SettlementGraph:
    """Join populated squares to a connected graph.

    Parameters
    ----------
    points
        Centres of populated squares, metres, shape (N, 2), N >= 1.
    dry
        Which squares hold no water, shape (N,); None takes all of them to hold some.
    """
    wet = np.ones(len(points), dtype=np.bool_) if dry is None else ~dry
    pairs = cKDTree(points).query_pairs(REACH_M, output_type="ndarray")
    links = [(int(one), int(other)) for one, other in pairs]
    near = len(links)
    part = _parts(points, links)
    sides = _sides_in_sight(points)
    links += _links_over_land(points, sides, part, wet)
    links += _ties_in_sight(points, sides, part)
    links += _shortest_ties(points, _parts(points, links))
    return SettlementGraph(points, _sparse(points, links), len(links) - near)


def _sparse(
    points: FloatArray, links: list[tuple[int, int]]
) -> csr_array[np.float64, tuple[int, int]]:
    ends = np.array(links, dtype=np.int64).reshape(-1, 2)
    lengths = np.hypot(*(points[ends[:, 0]] - points[ends[:, 1]]).T)
    # A length of zero would be no link: two squares never share a centre, but sites may.
    lengths = np.maximum(lengths, 1e-3)
    return coo_array((lengths, (ends[:, 0], ends[:, 1])), shape=(len(points),) * 2).tocsr()


def _parts(points: FloatArray, links: list[tuple[int, int]]) -> npt.NDArray[np.int32]:
    """Label of the connected part of each square."""
    label: npt.NDArray[np.int32] = connected_components(_sparse(points, links), directed=False)[1]
    return label


def _sides_in_sight(points: FloatArray) -> npt.NDArray[np.int64]:
    """Gabriel links: pairs of squares with nobody in the circle between them, shape (K, 2).

    Every one of them is a side of a Delaunay triangle (Matula and Sokal 1980).
    """
    if len(points) < 4:
        return np.array(
            [(i, j) for i in range(len(points)) for j in range(i)], dtype=np.int64
        ).reshape(-1, 2)
    # Joggling ("QJ") keeps squares in one row from being an error.
    corners = Delaunay(points, qhull_options="QJ").simplices.astype(np.int64)
    sides = np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    sides = np.unique(np.sort(sides, axis=1), axis=0)
    middle = (points[sides[:, 0]] + points[sides[:, 1]]) / 2.0
    empty = cKDTree(points).query(middle)[0] >= _lengths(points, sides) / 2.0 - 1.0
    result: npt.NDArray[np.int64] = sides[empty]
    return result


def _lengths(points: FloatArray, sides: npt.NDArray[np.int64]) -> FloatArray:
    lengths: FloatArray = np.hypot(*(points[sides[:, 0]] - points[sides[:, 1]]).T)
    return lengths


def _links_over_land(
    points: FloatArray,
    sides: npt.NDArray[np.int64],
    part: npt.NDArray[np.int32],
    wet: npt.NDArray[np.bool_],
) -> list[tuple[int, int]]:
    """Links within one part between squares without water."""
    length = _lengths(points, sides)
    kept = (length > REACH_M) & (length <= LONGEST_OVER_LAND_M) & ~wet[sides].any(axis=1)
    kept &= part[sides[:, 0]] == part[sides[:, 1]]
    return [(int(one), int(other)) for one, other in sides[kept]]


def _ties_in_sight(
    points: FloatArray, sides: npt.NDArray[np.int64], part: npt.NDArray[np.int32]
) -> list[tuple[int, int]]:
    """The shortest Gabriel link between each two parts that have one."""
    length = _lengths(points, sides)
    kept = (part[sides[:, 0]] != part[sides[:, 1]]) & (length <= LONGEST_TIE_M)
    sides, length = sides[kept], length[kept]
    shortest: dict[tuple[int, int], tuple[int, int]] = {}
    for side in sides[np.lexsort((sides[:, 1], sides[:, 0], length))]:
        first, second = sorted((int(part[side[0]]), int(part[side[1]])))
        shortest.setdefault((first, second), (int(side[0]), int(side[1])))
    return list(shortest.values())


def _shortest_ties(points: FloatArray, part: npt.NDArray[np.int32]) -> list[tuple[int, int]]:
    """Links that make one part of what is still apart: the smallest part to its nearest."""
    part = part.copy()
    ties: list[tuple[int, int]] = []
    sizes = np.bincount(part)
    while (sizes > 0).sum() > 1:
        smallest = int(np.argmin(np.where(sizes > 0, sizes, np.iinfo(np.int64).max)))
        inside, outside = np.flatnonzero(part == smallest), np.flatnonzero(part != smallest)
        distance, index = map(np.asarray, cKDTree(points[outside]).query(points[inside]))
        k = int(np.argmin(distance))
        other = int(outside[index[k]])
        ties.append((int(inside[k]), other))
        part[inside] = part[other]
        sizes = np.bincount(part, minlength=sizes.size)
    return ties
