"""Whether catchments hang together on the map, and the neighbours that this is judged by.

Two populated squares are neighbours when they are joined in the settlement graph (populated
squares at most about 2.3 km apart, and the ties that roads through forest would be; lakes are not
crossed) and nobody lives in the circle between them (Gabriel and Sokal 1969), so that squares that
touch by a side or a corner are neighbours and nothing leaps over a third one. Squares without
pupils of the market belong to whoever passes. What is left is a graph over the squares with pupils
and the sites of the units.

A catchment hangs together when every one of its squares is reached from the school over squares of
the same catchment, squares without pupils, and squares that may not use the school. The last are
what borders, known flows and limits of the journey set apart: an enclave is no fault of a plan.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from skolnat.access.settlement import SettlementGraph
from skolnat.network.market import BoolArray, FloatArray, IntArray, Market

Neighbours = tuple[IntArray, IntArray]
"""Starts and ends of lists: neighbours of square i, then of the sites of the units."""


def map_links(graph: SettlementGraph) -> IntArray:
    """Return the links of a settlement graph over which no third square lies, shape (K, 2)."""
    both = graph.links.tocoo()
    ends = np.stack([both.coords[0], both.coords[1]], axis=1).astype(np.int64)
    ends = np.unique(np.sort(ends, axis=1), axis=0)
    points = graph.points
    middle = (points[ends[:, 0]] + points[ends[:, 1]]) / 2.0
    radius = np.hypot(*(points[ends[:, 0]] - points[ends[:, 1]]).T) / 2.0
    tree = cKDTree(points)
    kept: BoolArray = np.asarray(tree.query(middle)[0]) >= radius - 1.0
    # Whatever holds parts together stays, lest an island have no neighbour at all.
    whole = _labels(len(points), ends)
    if np.unique(_labels(len(points), ends[kept])).size > np.unique(whole).size:
        order = np.argsort(radius, kind="stable")
        label = _labels(len(points), ends[kept])
        for k in order:
            one, other = label[ends[k]]
            if one != other:
                kept[k] = True
                label[label == one] = other
    result: IntArray = ends[kept]
    return result


def _labels(count: int, ends: IntArray) -> IntArray:
    links = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    label: IntArray = connected_components(links, directed=False)[1].astype(np.int64)
    return label


def neighbours_of(
    points: FloatArray, links: IntArray, cells: FloatArray, sites: FloatArray
) -> Neighbours:
    """Return which squares with pupils are neighbours, and which lie around each site.

    Parameters
    ----------
    points, links
        Populated squares, metres, shape (N, 2), and pairs of neighbours, shape (K, 2).
    cells, sites
        Squares with pupils of a market, and sites of its units, metres.

    Returns
    -------
    start, neighbour
        The neighbours of k, a square or (after all squares) a site, are
        ``neighbour[start[k]:start[k + 1]]``. A site's are the square it lies in and those around
        it. Between two neighbours lie at most squares without pupils.
    """
    tree = cKDTree(points)
    at = np.asarray(tree.query(cells)[1], dtype=np.int64)
    place = np.full(len(points), -1, dtype=np.int64)
    place[at] = np.arange(len(cells))
    bare = place < 0
    inner = links[bare[links].all(axis=1)]
    label = _labels(len(points), inner)
    # An empty stretch is one knot that all squares around it hold.
    knot = np.where(bare, len(cells) + label, place)
    ends = np.unique(np.sort(knot[links], axis=1), axis=0)
    ends = ends[ends[:, 0] != ends[:, 1]]
    straight = ends[ends[:, 1] < len(cells)]
    rim = ends[(ends[:, 0] < len(cells)) & (ends[:, 1] >= len(cells))]
    holds = csr_array(
        (np.ones(len(rim)), (rim[:, 0], rim[:, 1] - len(cells))), shape=(len(cells), len(points))
    )
    around = (holds @ holds.T).tocoo()
    pairs = np.concatenate(
        [straight, straight[:, ::-1], np.stack([around.coords[0], around.coords[1]], axis=1)]
    ).astype(np.int64)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    rows = [pairs]
    home = np.asarray(tree.query(sites)[1], dtype=np.int64)
    for j, square in enumerate(home):
        near = np.unique(knot[np.append(links[(links == square).any(axis=1)].ravel(), square)])
        empty = near[near >= len(cells)] - len(cells)
        known = np.append(near[near < len(cells)], np.flatnonzero(holds[:, empty].sum(axis=1)))
        rows.append(np.stack([np.full(known.size, len(cells) + j), known], axis=1))
    listed = np.unique(np.concatenate(rows), axis=0)
    count = np.bincount(listed[:, 0], minlength=len(cells) + len(sites))
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return start, np.ascontiguousarray(listed[:, 1])


def cut_off(
    market: Market, allowed: BoolArray, around: Neighbours, closes: IntArray, seat: IntArray
) -> BoolArray:
    """Return the squares that do not hang together with their school, shape (P, I).

    It shares no code with the search: labels of connected parts, not a walk.

    Parameters
    ----------
    market, allowed
        The market, and which square may use which unit.
    around
        Of :func:`neighbours_of`.
    closes, seat
        The plan.
    """
    start, neighbour = around
    places, units = len(market.cells), len(market.units)
    source = np.repeat(np.arange(places + units), np.diff(start))
    apart = np.zeros(seat.shape, dtype=np.bool_)
    for p in range(market.periods):
        for j in np.flatnonzero(closes > p):
            mine: BoolArray = (seat[p] == j) & (market.pupils[p] > 0.0)
            if not mine.any():
                continue
            passable = np.append((seat[p] == j) | ~allowed[:, j], np.arange(units) == j)
            on = passable[source] & passable[neighbour]
            label = _labels(places + units, np.stack([source[on], neighbour[on]], axis=1))
            apart[p] |= mine & (label[:places] != label[places + j])
    return apart
