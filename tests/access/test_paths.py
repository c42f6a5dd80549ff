"""The kernel against scipy's Dijkstra, on graphs that nobody would draw."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from skolnat.access.arcs import Arcs
from skolnat.access.paths import FAR, MOST, bucket_shift, labels_from, nearest, ring_of

Edge = tuple[int, int, int]
NODES = 12
weights = st.one_of(st.integers(1, 20), st.integers(1, 5_000), st.just(3_000_000))
graphs = st.lists(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), weights), max_size=40
)


def arcs_of(edges: list[Edge]) -> Arcs:
    ends = np.array(edges, dtype=np.int64).reshape(-1, 3)
    ends = ends[np.argsort(ends[:, 0], kind="stable")]
    first = np.searchsorted(ends[:, 0], np.arange(NODES + 1))
    return Arcs(first.astype(np.int32), ends[:, 1].astype(np.int32), ends[:, 2].astype(np.int32))


def known(edges: list[Edge]) -> np.ndarray:
    """All distances, by scipy: of several arcs between two nodes the shortest counts."""
    least: dict[tuple[int, int], int] = {}
    for one, other, weight in edges:
        least[one, other] = min(weight, least.get((one, other), FAR))
    ends = np.array(list(least), dtype=np.int64).reshape(-1, 2)
    matrix = coo_array((list(least.values()), (ends[:, 0], ends[:, 1])), shape=(NODES, NODES))
    found: np.ndarray = dijkstra(matrix.tocsr().astype(np.float64))
    return np.where(np.isfinite(found), found, FAR).astype(np.int64)


@given(graphs, st.integers(0, NODES - 1))
def test_every_label_is_the_shortest_way(edges: list[Edge], source: int) -> None:
    assert labels_from(arcs_of(edges), [source], [0]).tolist() == known(edges)[source].tolist()


@given(graphs, st.integers(0, NODES - 1), st.integers(0, 6_000))
def test_a_limit_leaves_out_what_lies_beyond_it_and_nothing_else(
    edges: list[Edge], source: int, limit: int
) -> None:
    found = labels_from(arcs_of(edges), [source], [0], limit)
    every = known(edges)[source]
    assert found.tolist() == np.where(every <= limit, every, FAR).tolist()


seeds = st.lists(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, 100_000)), min_size=1, max_size=6
)


@given(graphs, seeds)
def test_several_seeds_begin_with_what_they_bring(
    edges: list[Edge], begun: list[tuple[int, int]]
) -> None:
    nodes, offsets = zip(*begun, strict=True)
    every = known(edges)
    expected = np.min([np.where(every[n] < FAR, every[n] + o, FAR) for n, o in begun], axis=0)
    assert labels_from(arcs_of(edges), nodes, offsets).tolist() == expected.tolist()


@given(graphs, seeds, st.integers(1, 5))
def test_the_nearest_sources_are_those_of_a_search_from_each(
    edges: list[Edge], begun: list[tuple[int, int]], k: int
) -> None:
    net = arcs_of(edges)
    shift = bucket_shift(net)
    nodes, offsets = (np.array(part, dtype=np.int32) for part in zip(*begun, strict=True))
    source = np.arange(len(begun), dtype=np.int32)
    ring = ring_of(net, shift, int(offsets.max()))
    label, origin = nearest(*net, shift, ring, MOST, k, nodes, offsets, source)
    assert (ring == -1).all()
    every = known(edges)
    away = np.array([np.where(every[n] < FAR, every[n] + o, FAR) for n, o in begun])
    for node in range(NODES):
        expected = np.sort(away[:, node])[:k]
        expected = expected[expected < FAR]
        assert label[node, : expected.size].tolist() == expected.tolist()
        assert (label[node, expected.size :] == FAR).all()
        told = origin[node, : expected.size]
        assert len(set(told.tolist())) == expected.size
        assert away[told, node].tolist() == expected.tolist()


def test_many_labels_wait_at_once() -> None:
    """A star of more spokes than the queue has places at first."""
    spokes = 9_000
    first = np.concatenate([[0], np.full(spokes + 1, spokes)]).astype(np.int32)
    head = np.arange(1, spokes + 1, dtype=np.int32)
    net = Arcs(first, head, (head % 97 + 1).astype(np.int32))
    assert labels_from(net, [0], [0]).tolist() == [0, *(head % 97 + 1).tolist()]


def test_a_graph_without_roads() -> None:
    empty = np.zeros(0, dtype=np.int32)
    net = Arcs(np.zeros(4, dtype=np.int32), empty, empty)
    assert labels_from(net, [1], [7]).tolist() == [FAR, 7, FAR]


@pytest.mark.parametrize("weight", [1, 1_000_000_000])
def test_the_ring_is_longer_than_the_longest_arc(weight: int) -> None:
    first = np.array([0, 1, 2], dtype=np.int32)
    net = Arcs(first, np.array([1, 0], dtype=np.int32), np.array([weight, 1], dtype=np.int32))
    shift = bucket_shift(net)
    assert ring_of(net, shift).size > (weight >> shift) + 1
    assert labels_from(net, [0], [0]).tolist() == [0, weight]
