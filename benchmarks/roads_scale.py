"""How time and memory of ``skolnat roads`` grow: ``python benchmarks/roads_scale.py [--json]``.

Copies of Liechtenstein's extract, side by side in one file, with every node, way and tag of the
original, are read by a process of their own each; its peak of memory is told by the system. What
Finland's extract needs is then reckoned from the growth by node of the file and by node of a road.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import osmium

LIECHTENSTEIN = Path(__file__).parents[2] / "shared/data/roads/liechtenstein-latest.osm.pbf"
STEP = 100_000_000_000
"""Between the numbers of one copy and the next; the numbers of the original are smaller."""

FINLAND_NODES = 75e6
FINLAND_ROAD_NODES = 30e6
"""About what Finland's extract of 700 MB holds, in all and on roads (issue: 30 million)."""


def write_copies(copies: int, out: Path) -> None:
    """Write so many copies side by side, nodes before ways."""
    source = str(LIECHTENSTEIN)
    with osmium.SimpleWriter(str(out), overwrite=True) as writer:
        for copy in range(copies):
            east, north = copy % 20 * 0.2, copy // 20 * 0.25
            for node in osmium.FileProcessor(source, osmium.osm.NODE):
                place = (node.location.lon + east, node.location.lat + north)
                writer.add_node(node.replace(id=node.id + copy * STEP, location=place))
        for copy in range(copies):
            shift = copy * STEP
            for way in osmium.FileProcessor(source, osmium.osm.WAY):
                refs = [node.ref + shift for node in way.nodes]
                writer.add_way(way.replace(id=way.id + shift, nodes=refs))


def measure_here(path: Path) -> dict[str, Any]:
    """Make the graph in this process, and tell its time and peak of memory."""
    from skolnat.access.build_graph import graph_of
    from skolnat.access.graph import save_graph
    from skolnat.sources.osm import read_ways

    began = time.perf_counter()
    ways = read_ways(path)
    read = time.perf_counter() - began
    refs = int(ways.refs.size)
    graph = graph_of(ways, path.name)
    with tempfile.TemporaryDirectory() as folder:
        save_graph(graph, Path(folder) / "roads")
        size = sum(file.stat().st_size for file in (Path(folder) / "roads").iterdir())
    return {
        "file_mb": path.stat().st_size / 1e6,
        "road_nodes": refs,
        "junctions": graph.nodes,
        "read_s": read,
        "seconds": time.perf_counter() - began,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "graph_mb": size / 1e6,
    }


def main() -> None:
    """Measure growing files, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 20, 60])
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure_here(options.measure)))
        return
    nodes = sum(1 for _ in osmium.FileProcessor(str(LIECHTENSTEIN), osmium.osm.NODE))
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for copies in options.copies:
            path = Path(folder) / "copies.osm.pbf"
            write_copies(copies, path)
            command = [sys.executable, __file__, "--measure", str(path)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            rows.append({"copies": copies, "nodes": copies * nodes, **json.loads(done.stdout)})
    first, last = rows[0], rows[-1]
    per_road_node = {
        key: (last[key] - first[key]) / max(last["road_nodes"] - first["road_nodes"], 1)
        for key in ("seconds", "peak_mib")
    }
    reckoned = {
        "finland_gib": (first["peak_mib"] + per_road_node["peak_mib"] * FINLAND_ROAD_NODES) / 1024,
        "finland_minutes": per_road_node["seconds"] * FINLAND_ROAD_NODES / 60,
        "nodes_by_road_node": last["nodes"] / last["road_nodes"],
        "finland_nodes_by_road_node": FINLAND_NODES / FINLAND_ROAD_NODES,
    }
    if options.json:
        print(json.dumps({"sizes": rows, "reckoned": reckoned}, indent=1))
        return
    for row in [*rows, reckoned]:
        print("  ".join(f"{key} {value:,.2f}" for key, value in row.items()))


if __name__ == "__main__":
    main()
