"""How long the journeys are against known roads: ``python benchmarks/journeys.py [--json]``.

28 pairs of schools whose distance by road is commonly known, in the three regions of the
examples. The road distances are from general knowledge and rounded to whole kilometres: they
are a sanity check of the settlement graph, not a calibration on road data.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from skolnat.access.journeys import by_road
from skolnat.access.settlement import SettlementGraph, settlement_graph
from skolnat.rules.rules import default_rules
from skolnat.sources import reference
from skolnat.study.file import read_study
from skolnat.study.prepare import MARGIN_M

EXAMPLES = Path(__file__).parents[1] / "examples"

ROADS: Mapping[str, tuple[tuple[str, str, float], ...]] = {
    "sydosterbotten": (
        ("07852", "07861", 33.0),
        ("07852", "07862", 19.0),
        ("07852", "05622", 36.0),
        ("07925", "07852", 42.0),
        ("07925", "07930", 32.0),
        ("07930", "07928", 30.0),
    ),
    "tunturi-lappi": (
        ("04107", "04123", 20.0),
        ("04107", "04108", 43.0),
        ("04107", "04122", 70.0),
        ("03373", "04019", 111.0),
        ("04019", "04026", 64.0),
        ("04026", "04145", 79.0),
        ("04145", "04143", 79.0),
        ("04145", "04107", 83.0),
        ("04143", "03862", 36.0),
        ("04143", "04141", 57.0),
        ("04107", "04141", 57.0),
    ),
    "paijanne-tavastland": (
        ("07521", "07681", 67.0),
        ("07681", "07204", 33.0),
        ("07174", "07800", 37.0),
        ("07800", "07404", 47.0),
        ("07800", "07663", 36.0),
        ("07800", "07350", 26.0),
        ("07350", "07351", 18.0),
        ("07174", "07416", 25.0),
        ("07521", "07350", 30.0),
        ("07174", "07681", 47.0),
        ("07174", "07204", 49.0),
    ),
}
"""Example to its pairs: register numbers of two schools, and kilometres by road, rounded."""

MISS = 0.20
"""A pair is a miss when the journey is further than this from the road, as a share of it."""


@dataclass(frozen=True)
class Pair:
    """Two schools, and the way between them in kilometres.

    Parameters
    ----------
    region, one, other
        The example, and the names of the two schools.
    road
        By road, from general knowledge, rounded.
    straight
        As the crow flies.
    without_land
        In the graph without links over empty land, times the circuity.
    journey
        In the graph as it is used, times the circuity.
    """

    region: str
    one: str
    other: str
    road: float
    straight: float
    without_land: float
    journey: float

    @property
    def ratio(self) -> float:
        """The journey over the road."""
        return self.journey / self.road


def graphs_of(example: str) -> tuple[SettlementGraph, SettlementGraph]:
    """Return the settlement graph of an example as a study makes it, and without land links."""
    codes = read_study(EXAMPLES / f"{example}.toml").municipalities
    grid = reference.grid()
    own = grid[grid["municipality"].isin(codes)]
    inside = np.ones(len(grid), dtype=np.bool_)
    for axis in ("x", "y"):
        low, high = own[axis].min() - MARGIN_M, own[axis].max() + MARGIN_M
        inside &= grid[axis].between(low, high).to_numpy()
    points = grid.loc[inside, ["x", "y"]].to_numpy(np.float64)
    return settlement_graph(points, grid.loc[inside, "dry"].to_numpy()), settlement_graph(points)


def pairs_of(example: str, schools: pd.DataFrame) -> Iterator[Pair]:
    """Measure the pairs of an example."""
    rules = default_rules()
    used, plain = graphs_of(example)
    ids = list(dict.fromkeys(school for pair in ROADS[example] for school in pair[:2]))
    places = schools.loc[ids, ["x", "y"]].to_numpy(np.float64)
    square = cKDTree(used.points).query(places)[1]
    ways = [
        by_road(graph.distances(places)[:, square] / 1000.0, rules, 2026) for graph in (used, plain)
    ]
    for one, other, road in ROADS[example]:
        a, b = ids.index(one), ids.index(other)
        yield Pair(
            example,
            str(schools.loc[one, "name"]),
            str(schools.loc[other, "name"]),
            road,
            float(np.hypot(*(places[a] - places[b])) / 1000.0),
            float(ways[1][a, b]),
            float(ways[0][a, b]),
        )


def spread(ratios: np.ndarray) -> dict[str, float]:
    """Return median, 10 % and 90 % points, least and most of ratios, and the mean miss in %."""
    low, high = np.percentile(ratios, [10, 90])
    return {
        "median": float(np.median(ratios)),
        "p10": float(low),
        "p90": float(high),
        "least": float(ratios.min()),
        "most": float(ratios.max()),
        "mean_miss_percent": float(100.0 * np.abs(ratios - 1.0).mean()),
    }


def summary(pairs: list[Pair]) -> dict[str, dict[str, float]]:
    """Return how the ways compare with the roads: as used, and by two simpler means."""
    road = np.array([pair.road for pair in pairs])
    straight = np.array([pair.straight for pair in pairs]) / road
    return {
        "graph, as used": spread(np.array([pair.ratio for pair in pairs])),
        "graph without links over land": spread(
            np.array([pair.without_land for pair in pairs]) / road
        ),
        "straight line, scaled to median 1": spread(straight / np.median(straight)),
    }


def main() -> None:
    """Measure all pairs, and print tables or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    schools = reference.schools().set_index("school")
    pairs = [pair for example in ROADS for pair in pairs_of(example, schools)]
    table = summary(pairs)
    if options.json:
        listed = [asdict(pair) | {"ratio": pair.ratio} for pair in pairs]
        print(json.dumps({"pairs": listed, "summary": table}, ensure_ascii=False, indent=1))
        return
    print("| from | to | straight, km | graph × circuity, km | road, about km | ratio | |")
    print("|---|---|---|---|---|---|---|")
    for pair in pairs:
        miss = "miss" if abs(pair.ratio - 1.0) > MISS else ""
        print(
            f"| {pair.one} | {pair.other} | {pair.straight:.0f} | {pair.journey:.0f} "
            f"| {pair.road:.0f} | {pair.ratio:.2f} | {miss} |"
        )
    print("\n| way over road | median | 10 % | 90 % | least | most | mean miss |")
    print("|---|---|---|---|---|---|---|")
    for name, row in table.items():
        *ratios, miss_percent = row.values()
        figures = " | ".join(f"{value:.2f}" for value in ratios)
        print(f"| {name} | {figures} | {miss_percent:.0f} % |")


if __name__ == "__main__":
    main()
