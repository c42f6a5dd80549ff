"""Shortest paths on a road graph: from one place to many, and from many, side by side.

The queue is a ring of buckets (Dial 1969), each a stack of labels about as wide as half an arc, so
that a label may be set again while its bucket is open (Denardo and Fox 1979). Pushing and taking
cost the same however many labels wait, and what waits lies in a few kilobytes. Weights are whole
numbers: sums are exact, and the answer is the same in whatever order it is found. A bounded search
clears only what it has touched.

The kernels stand in this file together, since numba keeps compiled code by file.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from numba import njit

from skolnat.access.arcs import Arcs

FAR: Final = 2**31 - 1
"""Label of a place that was not reached."""

MOST: Final = 2**30
"""Greatest limit of a search: 10,737 km, or 124 days."""

_FAR = np.int32(FAR)
_MOST_BUCKETS: Final = 1 << 16


def bucket_shift(net: Arcs) -> int:
    """Return the width of a bucket, as a power of two, that suits the arcs of a graph.

    At most a common arc: narrower buckets are mostly empty, wider ones set labels again.
    """
    if net.weight.size == 0:
        return 0
    sample = net.weight[:: max(1, net.weight.size // 100_000)]
    shift = max(0, int(np.median(sample)).bit_length() - 1)
    while int(net.weight.max()) >> shift >= _MOST_BUCKETS:
        shift += 1
    return shift


def ring_of(net: Arcs, shift: int, spread: int = 0) -> npt.NDArray[np.int32]:
    """Return an empty ring of stacks: a power of two, beyond the longest arc.

    Parameters
    ----------
    net, shift
        The arcs, and the width of a bucket.
    spread
        How far the labels of the seeds lie apart.
    """
    most = max(int(net.weight.max()) if net.weight.size else 1, spread)
    return np.full(1 << ((most >> shift) + 2).bit_length(), -1, dtype=np.int32)


def labels_from(
    net: Arcs, seeds: npt.ArrayLike, offsets: npt.ArrayLike, limit: int = MOST
) -> npt.NDArray[np.int32]:
    """Return the least weight from some junctions to every other.

    Parameters
    ----------
    net
        The arcs.
    seeds, offsets
        Junctions where the search begins, and the weight with which each does.
    limit
        Nothing further away is looked at.

    Returns
    -------
    ndarray
        int32, shape (N,); :data:`FAR` where nothing was reached.
    """
    nodes, starts = np.asarray(seeds, dtype=np.int32), np.asarray(offsets, dtype=np.int32)
    label = np.full(net.first.size - 1, FAR, dtype=np.int32)
    shift = bucket_shift(net)
    ring = ring_of(net, shift, int(starts.max(initial=0)))
    touched = np.empty(label.size, dtype=np.int32)
    _search(net.first, net.head, net.weight, nodes, starts, limit, shift, label, touched, ring,
            np.empty((3, 4096), dtype=np.int32))  # fmt: skip
    return label


@njit(cache=True, nogil=True)
def _wider(pool: Any) -> Any:
    """Return a pool of twice the size with the same labels."""
    result = np.empty((pool.shape[0], 2 * pool.shape[1]), dtype=np.int32)
    result[:, : pool.shape[1]] = pool
    return result


@njit(cache=True, nogil=True)
def _search(  # noqa: PLR0912 - one loop, kept together for the compiler
    first: Any, head: Any, weight: Any, seeds: Any, offsets: Any, limit: int, shift: int,
    label: Any, touched: Any, ring: Any, pool: Any,
) -> Any:  # fmt: skip
    """Set ``label`` to the least weight from the seeds, up to ``limit``.

    ``label`` is :data:`FAR` everywhere when it begins; what it reaches is listed in ``touched``.
    ``ring`` is empty before and after. ``pool`` holds the labels that wait, as junction, label and
    the next of the stack, int32 (3, n); it grows as needed. Returns how many junctions were
    touched, and the pool.
    """
    mask = ring.size - 1
    count, waiting, used, free = 0, 0, 0, -1
    bucket = FAR
    for k in range(seeds.size):
        node, key = seeds[k], offsets[k]
        if key > limit or key >= label[node]:
            continue
        if label[node] == _FAR:
            touched[count] = node
            count += 1
        label[node] = key
        if used == pool.shape[1]:
            pool = _wider(pool)
        slot = (key >> shift) & mask
        pool[0, used], pool[1, used], pool[2, used] = node, key, ring[slot]
        ring[slot] = used
        used += 1
        waiting += 1
        bucket = min(bucket, key >> shift)
    while waiting > 0:
        slot = bucket & mask
        while ring[slot] >= 0:
            place = ring[slot]
            ring[slot] = pool[2, place]
            node, key = pool[0, place], pool[1, place]
            pool[2, place] = free
            free = place
            waiting -= 1
            if label[node] != key:
                continue
            for a in range(first[node], first[node + 1]):
                further = key + weight[a]
                tip = head[a]
                old = label[tip]
                if further >= old or further > limit:
                    continue
                if old == _FAR:
                    touched[count] = tip
                    count += 1
                label[tip] = further
                if free >= 0:
                    place = free
                    free = pool[2, place]
                else:
                    if used == pool.shape[1]:
                        pool = _wider(pool)
                    place = used
                    used += 1
                into = (further >> shift) & mask
                pool[0, place], pool[1, place], pool[2, place] = tip, further, ring[into]
                ring[into] = place
                waiting += 1
        bucket += 1
    return count, pool


@njit(cache=True, nogil=True)
def many(
    first: Any, head: Any, weight: Any, shift: int, ring: Any, limit: int,
    seed_first: Any, seed_node: Any, seed_offset: Any,
    at_first: Any, at_target: Any, at_offset: Any, targets: int,
    direct_first: Any, direct_target: Any, direct_weight: Any,
) -> Any:  # fmt: skip
    """Search from each of some sources; keep what lies within the limit, row by row.

    Parameters
    ----------
    seed_first, seed_node, seed_offset
        Seeds of source s: ``seed_first[s]:seed_first[s + 1]``.
    at_first, at_target, at_offset, targets
        Targets beside junction i: ``at_first[i]:at_first[i + 1]``, with the weight from the
        junction to each; and how many targets there are.
    direct_first, direct_target, direct_weight
        Targets that source s reaches without any junction: they lie on the same edge.

    Returns
    -------
    tuple
        Offsets of the rows, targets, weights.
    """
    sources = seed_first.size - 1
    label = np.full(first.size - 1, _FAR, dtype=np.int32)
    touched = np.empty(first.size - 1, dtype=np.int32)
    pool = np.empty((3, 4096), dtype=np.int32)
    best = np.full(targets, _FAR, dtype=np.int32)
    rows = np.zeros(sources + 1, dtype=np.int64)
    column = np.empty(max(1024, targets), dtype=np.int32)
    value = np.empty(column.size, dtype=np.int32)
    filled = 0
    for s in range(sources):
        if column.size - filled < targets:
            more = np.empty(2 * column.size + targets, dtype=np.int32)
            more[:filled] = column[:filled]
            column = more
            more = np.empty(column.size, dtype=np.int32)
            more[:filled] = value[:filled]
            value = more
        begin = filled
        for k in range(direct_first[s], direct_first[s + 1]):
            t = direct_target[k]
            if direct_weight[k] <= limit:
                if best[t] == _FAR:
                    column[filled] = t
                    filled += 1
                best[t] = min(best[t], direct_weight[k])
        part = slice(seed_first[s], seed_first[s + 1])
        count, pool = _search(first, head, weight, seed_node[part], seed_offset[part], limit,
                              shift, label, touched, ring, pool)  # fmt: skip
        for k in range(count):
            node = touched[k]
            for j in range(at_first[node], at_first[node + 1]):
                t = at_target[j]
                total = label[node] + at_offset[j]
                if total > limit or total >= best[t]:
                    continue
                if best[t] == _FAR:
                    column[filled] = t
                    filled += 1
                best[t] = total
            label[node] = _FAR
        for k in range(begin, filled):
            value[k] = best[column[k]]
            best[column[k]] = _FAR
        rows[s + 1] = filled
    return rows, column[:filled].copy(), value[:filled].copy()


@njit(cache=True, nogil=True)
def nearest(  # noqa: PLR0912 - as above, with a source beside each label
    first: Any, head: Any, weight: Any, shift: int, ring: Any, limit: int, k: int,
    seed_node: Any, seed_offset: Any, seed_source: Any,
) -> Any:  # fmt: skip
    """Return the ``k`` nearest sources of every junction, in one search from all of them.

    Each junction keeps its best labels, one a source, the least first. A label that is pushed out
    or bettered while it waits is passed over, so that the order of taking does not matter.

    Returns
    -------
    tuple
        Weights and sources, int32, shape (N, k): :data:`FAR` and -1 where there are fewer.
    """
    nodes = first.size - 1
    label = np.full((nodes, k), _FAR, dtype=np.int32)
    source = np.full((nodes, k), -1, dtype=np.int32)
    pool = np.empty((4, 1 << 16), dtype=np.int32)
    mask = ring.size - 1
    waiting, used, free = 0, 0, -1
    bucket = FAR
    for i in range(seed_node.size):
        if seed_offset[i] > limit:
            continue
        if not _kept(label, source, k, seed_node[i], seed_offset[i], seed_source[i]):
            continue
        if used == pool.shape[1]:
            pool = _wider(pool)
        slot = (seed_offset[i] >> shift) & mask
        pool[0, used], pool[1, used], pool[2, used] = seed_node[i], seed_offset[i], ring[slot]
        pool[3, used] = seed_source[i]
        ring[slot] = used
        used += 1
        waiting += 1
        bucket = min(bucket, seed_offset[i] >> shift)
    while waiting > 0:
        slot = bucket & mask
        while ring[slot] >= 0:
            place = ring[slot]
            ring[slot] = pool[2, place]
            node, key, origin = pool[0, place], pool[1, place], pool[3, place]
            pool[2, place] = free
            free = place
            waiting -= 1
            valid = False
            for j in range(k):
                if source[node, j] == origin:
                    valid = label[node, j] == key
                    break
            if not valid:
                continue
            for a in range(first[node], first[node + 1]):
                further = key + weight[a]
                tip = head[a]
                if further > limit or further >= label[tip, k - 1]:
                    continue
                if not _kept(label, source, k, tip, further, origin):
                    continue
                if free >= 0:
                    place = free
                    free = pool[2, place]
                else:
                    if used == pool.shape[1]:
                        pool = _wider(pool)
                    place = used
                    used += 1
                into = (further >> shift) & mask
                pool[0, place], pool[1, place], pool[2, place] = tip, further, ring[into]
                pool[3, place] = origin
                ring[into] = place
                waiting += 1
        bucket += 1
    return label, source


@njit(cache=True, nogil=True)
def _kept(label: Any, source: Any, k: int, node: int, key: int, origin: int) -> bool:
    """Put a label among the best of a junction; tell whether it belongs there."""
    last = k - 1
    for j in range(k):
        if source[node, j] == origin:
            if label[node, j] <= key:
                return False
            last = j
            break
        if source[node, j] < 0:
            last = j
            break
    if label[node, last] <= key:
        return False
    j = last
    while j > 0 and label[node, j - 1] > key:
        label[node, j], source[node, j] = label[node, j - 1], source[node, j - 1]
        j -= 1
    label[node, j], source[node, j] = key, origin
    return True
