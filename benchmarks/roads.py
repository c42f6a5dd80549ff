"""How fast roads are searched: ``python benchmarks/roads.py [--json] [--finland]``.

Three measurements, medians of 5, all in one run so that ratios hold on any machine:

1. a graph of 1,000,000 junctions: one source to all, and sources bounded at 5 km, by the kernel,
   by a plain heap with four children a node, and by scipy, on two layouts of the same graph;
2. Liechtenstein's extract from ``.osm.pbf`` to graph, and its snapping and tables;
3. (``--finland``) every populated square of Finland to its ten nearest of 2,000 schools on a made
   graph of Finland's shape with about 3,000,000 junctions.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numba import njit
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from skolnat.access import paths
from skolnat.access.arcs import Arcs
from skolnat.access.build_graph import build_graph, components
from skolnat.access.graph import CM, RoadGraph
from skolnat.access.order import hilbert_order
from skolnat.access.profiles import PROFILES, kinds_of
from skolnat.access.snap import Snapped, snap
from skolnat.access.tables import Travel, nearest_places, travel_table
from skolnat.sources import reference

LIECHTENSTEIN = Path(__file__).parents[2] / "shared/data/roads/liechtenstein-latest.osm.pbf"
REPEATS = 5
NEAR_CM = 500_000
FloatArray = np.ndarray[Any, np.dtype[np.float64]]


@njit(cache=True, nogil=True)
def plain_heap(first: Any, head: Any, weight: Any, source: int, limit: float) -> Any:
    """Dijkstra's search with a heap of four children a node, as one would write it."""
    far = np.full(first.size - 1, np.inf)
    keys, nodes = np.empty(1024), np.empty(1024, dtype=np.int32)
    keys[0], nodes[0], far[source] = 0.0, source, 0.0
    size = 1
    while size > 0:
        key, node = keys[0], nodes[0]
        size -= 1
        if size > 0:
            last, moved, i = keys[size], nodes[size], 0
            while 4 * i + 1 < size:
                least = 4 * i + 1
                for child in range(4 * i + 2, min(4 * i + 5, size)):
                    if keys[child] < keys[least]:
                        least = child
                if keys[least] >= last:
                    break
                keys[i], nodes[i] = keys[least], nodes[least]
                i = least
            keys[i], nodes[i] = last, moved
        if key > far[node]:
            continue
        for a in range(first[node], first[node + 1]):
            further, tip = key + weight[a], head[a]
            if further >= far[tip] or further > limit:
                continue
            far[tip] = further
            if size == keys.size:
                keys = np.concatenate((keys, np.empty(size)))
                nodes = np.concatenate((nodes, np.empty(size, dtype=np.int32)))
            i = size
            size += 1
            while i > 0 and keys[(i - 1) // 4] > further:
                keys[i], nodes[i] = keys[(i - 1) // 4], nodes[(i - 1) // 4]
                i = (i - 1) // 4
            keys[i], nodes[i] = further, tip
    return far


def lattice(
    columns: int, rows: int, spacing_m: float, kept: float, seed: int
) -> tuple[FloatArray, np.ndarray, FloatArray]:
    """A made road network: a shaken lattice with roads left out, and detours on those that stay.

    Returns
    -------
    tuple
        Places in metres, ends of edges, lengths in metres.
    """
    rng = np.random.default_rng(seed)
    n = columns * rows
    places = np.column_stack([np.arange(n) % columns, np.arange(n) // columns]).astype(np.float64)
    places = (places + rng.uniform(-0.4, 0.4, (n, 2))) * spacing_m
    node = np.arange(n).reshape(rows, columns)
    across = np.column_stack([node[:, :-1].ravel(), node[:, 1:].ravel()])
    up = np.column_stack([node[:-1].ravel(), node[1:].ravel()])
    edges = np.concatenate([across, up])
    edges = edges[rng.random(len(edges)) < kept]
    straight = np.hypot(*(places[edges[:, 0]] - places[edges[:, 1]]).T)
    return places, edges, straight * rng.uniform(1.0, 1.4, len(edges))


def relabelled(places: FloatArray, edges: np.ndarray) -> tuple[FloatArray, np.ndarray]:
    """Number the junctions along Hilbert's curve, as a graph from an extract is."""
    order = hilbert_order(*(places.T * 10.0).astype(np.int32))
    number = np.empty(len(places), dtype=np.int64)
    number[order] = np.arange(len(places))
    return places[order], number[edges]


def packed(count: int, edges: np.ndarray, metres: FloatArray) -> Arcs:
    """Arcs both ways along edges."""
    ends = np.concatenate([edges, edges[:, ::-1]])
    cm = np.maximum(np.rint(np.concatenate([metres, metres]) * CM), 1.0).astype(np.int32)
    order = np.argsort(ends[:, 0], kind="stable")
    first = np.searchsorted(ends[order, 0], np.arange(count + 1)).astype(np.int32)
    return Arcs(first, ends[order, 1].astype(np.int32), cm[order])


class Kernel:
    """The kernel with its workspace, as a table of many sources uses it."""

    def __init__(self, net: Arcs) -> None:
        self.net, self.shift = net, paths.bucket_shift(net)
        self.ring = paths.ring_of(net, self.shift)
        self.label = np.full(net.first.size - 1, paths.FAR, dtype=np.int32)
        self.touched = np.empty(self.label.size, dtype=np.int32)
        self.pool = np.empty((3, 4096), dtype=np.int32)

    def __call__(self, source: int, limit: int, *, clear: bool = True) -> np.ndarray:
        """Search from one junction; the labels, which are cleared again unless told otherwise."""
        seeds, offsets = np.array([source], dtype=np.int32), np.zeros(1, dtype=np.int32)
        count, self.pool = paths._search(  # noqa: SLF001
            *self.net, seeds, offsets, limit, self.shift, self.label, self.touched, self.ring,
            self.pool,
        )  # fmt: skip
        if clear and count > self.label.size // 4:
            self.label.fill(paths.FAR)
        elif clear:
            self.label[self.touched[:count]] = paths.FAR
        return self.label


def median_ms(call: Callable[[int], object], sources: list[int]) -> float:
    """Median milliseconds over the sources, after one call that is not counted."""
    call(sources[0])
    seconds = []
    for source in sources:
        began = time.perf_counter()
        call(source)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds) * 1000.0


def measure_search(spacing_m: float) -> list[dict[str, Any]]:
    """One graph of a million junctions on two layouts: kernel, heap, scipy."""
    places, edges, metres = lattice(1000, 1000, spacing_m, 0.62, seed=1)
    middle = np.array([(0.5, 0.5), (0.3, 0.6), (0.7, 0.2), (0.4, 0.4), (0.6, 0.6)])
    results = []
    for layout in ("row by row", "along Hilbert's curve"):
        if layout != "row by row":
            places, edges = relabelled(places, edges)
        net = packed(len(places), edges, metres)
        floats = net.weight.astype(np.float64)
        matrix = csr_array((floats, net.head, net.first), shape=(len(places),) * 2)
        connected = np.flatnonzero(np.isfinite(plain_heap(*net[:2], floats, _centre(net), np.inf)))
        near = cKDTree(places[connected]).query(middle * places.max(axis=0))[1]
        sources = [int(connected[i]) for i in near][:REPEATS]
        for name, limit in (("one to all", paths.MOST), ("within 5 km", NEAR_CM)):
            row = compare(Kernel(net), floats, matrix, sources, limit)
            results.append({"layout": layout, "spacing_m": spacing_m, "search": name, **row})
    return results


def compare(
    kernel: Kernel, floats: FloatArray, matrix: Any, sources: list[int], limit: int
) -> dict[str, Any]:
    """Medians of the kernel, the heap and scipy, once all labels have been seen to agree."""
    first, head, most = kernel.net.first, kernel.net.head, float(limit)
    expected = plain_heap(first, head, floats, sources[0], most)
    found = kernel(sources[0], limit, clear=False)
    if not (np.where(np.isfinite(expected), expected, paths.FAR) == found).all():
        raise SystemExit("the kernel and the plain heap disagree")
    found.fill(paths.FAR)
    ours = median_ms(lambda s: kernel(s, limit), sources)
    heap = median_ms(lambda s: plain_heap(first, head, floats, s, most), sources)
    theirs = median_ms(lambda s: dijkstra(matrix, indices=s, limit=most), sources)
    return {
        "reached": int(np.isfinite(expected).sum()), "kernel_ms": ours, "heap_ms": heap,
        "scipy_ms": theirs, "heap_over_kernel": heap / ours, "scipy_over_kernel": theirs / ours,
    }  # fmt: skip


def _centre(net: Arcs) -> int:
    """A junction with roads, near the middle of the numbering."""
    busy = np.flatnonzero(np.diff(net.first) == 4)
    return int(busy[busy.size // 2])


def measure_liechtenstein() -> dict[str, Any]:
    """Seconds from extract to graph, and of a table of places."""
    seconds = []
    for _ in range(REPEATS + 1):
        began = time.perf_counter()
        graph = build_graph(LIECHTENSTEIN)
        seconds.append(time.perf_counter() - began)
    rng = np.random.default_rng(1)
    node = rng.integers(0, graph.nodes, 1000)
    places = np.column_stack([graph.node_x[node], graph.node_y[node]]) / CM
    spots = snap(graph, "walk", places, 1500.0)
    ten = Snapped(*(getattr(spots, name)[:10] for name in ("edge", "share", "access_cm", "x", "y")))
    travel = Travel(graph, "walk", "cm")
    table_seconds = []
    for _ in range(REPEATS + 1):
        began = time.perf_counter()
        travel_table(travel, spots, ten)
        table_seconds.append(time.perf_counter() - began)
    return {
        "first_s": seconds[0],
        "median_s": statistics.median(seconds[1:]),
        "nodes": graph.nodes,
        "edges": graph.edges,
        "table_1000_by_10_s": statistics.median(table_seconds[1:]),
    }


def finland_graph(spacing_m: float = 334.0) -> tuple[RoadGraph, FloatArray]:
    """A made graph of Finland's shape: a lattice wherever somebody lives within 8 km."""
    grid = reference.grid()
    squares = grid[["x", "y"]].to_numpy(np.float64)
    low = squares.min(axis=0) - 2_000.0
    columns, rows = (np.ceil((squares.max(axis=0) + 2_000.0 - low) / spacing_m)).astype(int)
    places, edges, metres = lattice(int(columns), int(rows), spacing_m, 0.7, seed=2)
    inside = cKDTree(squares).query(places + low, distance_upper_bound=8_000.0)[0] < np.inf
    number = np.cumsum(inside) - 1
    kept = inside[edges].all(axis=1)
    places, edges = relabelled(places[inside] + low, number[edges[kept]])
    x, y = np.rint(places.T * CM).astype(np.int32)
    ends = edges.ravel()
    nothing = np.zeros((len(PROFILES), len(places)), dtype=np.int32)
    graph = RoadGraph(
        node_x=x, node_y=y, node_blocked=np.zeros(len(places), dtype=np.uint8),
        node_component=nothing, edge_start=edges[:, 0].astype(np.int32),
        edge_end=edges[:, 1].astype(np.int32), edge_kind=np.zeros(len(edges), dtype=np.int32),
        edge_cm=np.rint(metres[kept] * CM).astype(np.int32),
        edge_way=np.zeros(len(edges), dtype=np.int64),
        shape_start=np.arange(0, ends.size + 1, 2), shape_x=x[ends], shape_y=y[ends],
        kinds=kinds_of([(("highway", "residential"),)]), about={"crs": "EPSG:3067"},
    )  # fmt: skip
    walk = components(graph, "walk")
    return replace(graph, node_component=np.vstack([walk, nothing[1:]])), squares


def measure_finland() -> dict[str, Any]:
    """Every populated square to its ten nearest of 2,000 schools."""
    graph, squares = finland_graph()
    schools = reference.schools()[["x", "y"]].dropna().to_numpy(np.float64)
    schools = schools[np.random.default_rng(3).permutation(len(schools))[:2000]]
    travel = Travel(graph, "walk", "cm")
    seconds, snapping, busy = [], [], []
    for _ in range(3):
        began, worked = time.perf_counter(), time.process_time()
        homes = snap(graph, "walk", squares, 1_500.0)
        sites = snap(graph, "walk", schools, 1_500.0)
        snapping.append(time.perf_counter() - began)
        weights, _ = nearest_places(travel, homes, sites, 10)
        seconds.append(time.perf_counter() - began)
        busy.append(time.process_time() - worked)
    return {
        "nodes": graph.nodes, "edges": graph.edges, "squares": len(squares),
        "schools": len(schools), "first_s": seconds[0], "median_s": statistics.median(seconds),
        "median_processor_s": statistics.median(busy),
        "of_which_snapping_s": statistics.median(snapping),
        "squares_with_ten": int((weights[:, 9] < paths.FAR).sum()),
        "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
    }  # fmt: skip


def main() -> None:
    """Measure, and print tables or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--finland", action="store_true", help="only the graph of Finland's size")
    options = parser.parse_args()
    if options.finland:
        found: dict[str, Any] = {"finland": measure_finland()}
    else:
        found = {"search": [row for space in (100.0, 40.0) for row in measure_search(space)]}
        if LIECHTENSTEIN.is_file():
            found["liechtenstein"] = measure_liechtenstein()
    if options.json:
        print(json.dumps(found, indent=1))
        return
    for name, rows in found.items():
        print(f"\n{name}\n")
        table = pd.DataFrame(rows if isinstance(rows, list) else [rows])
        print(table.to_string(index=False, float_format="{:.3f}".format))


if __name__ == "__main__":
    main()
