"""Travel between places on roads, straight into a sparse table.

Every place lies somewhere on an edge. A search begins at both ends of it, as far as the profile
may go there; two places on one edge also reach one another along it. What is not in the table
was not reached within the limit.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from skolnat.access.arcs import Arcs, Weight, arcs, edge_weights
from skolnat.access.graph import RoadGraph
from skolnat.access.paths import FAR, MOST, bucket_shift, many, nearest, ring_of
from skolnat.access.profiles import Profile
from skolnat.access.snap import Snapped

IntArray = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Reach:
    """How places are tied to the junctions beside them.

    Parameters
    ----------
    place, node, weight
        Place, junction, and the weight of the way between them, shape (T,): at most two rows a
        place.
    """

    place: IntArray
    node: IntArray
    weight: IntArray


@dataclass(frozen=True)
class Travel:
    """One profile's roads, ready to be searched.

    Parameters
    ----------
    graph, profile, weight
        The roads, who travels, and what is counted.
    access_km_h
        Speed of the way between a place and the road, where time is counted.
    closed
        Edges that are not used, shape (E,); None where all are.
    """

    graph: RoadGraph
    profile: Profile
    weight: Weight
    access_km_h: float = 5.0
    closed: npt.NDArray[np.bool_] | None = None

    def net(self, *, reverse: bool) -> Arcs:
        """Return the arcs, or those against the way of travel."""
        return arcs(self.graph, self.profile, self.weight, reverse=reverse, closed=self.closed)

    def edge_weights(self) -> tuple[IntArray, IntArray]:
        """Return what each edge costs along and against it; 0 where it is closed."""
        along, against = edge_weights(self.graph, self.profile, self.weight)
        if self.closed is not None:
            along[self.closed] = 0
            against[self.closed] = 0
        return along, against

    def access(self, places: Snapped) -> IntArray:
        """Return the weight of the way between each place and its point on the road."""
        if self.weight == "cm":
            return places.access_cm
        # cm / (km/h) in hundredths of a second: 1 km/h is 100,000 cm in 360,000 of them.
        walked: IntArray = np.rint(places.access_cm * 3.6 / self.access_km_h).astype(np.int32)
        return walked

    def reach(self, places: Snapped, *, leaving: bool) -> Reach:
        """Return the ways between places and junctions.

        Parameters
        ----------
        places
            Places on this profile's roads.
        leaving
            True for the way out from a place, False for the way in.
        """
        along, against = self.edge_weights()
        access = self.access(places)
        found = np.flatnonzero(places.found)
        edge, share = places.edge[found], places.share[found]
        start, end = self.graph.edge_start[edge], self.graph.edge_end[edge]
        back, on = (against, along) if leaving else (along, against)
        rows = [
            (found[way[edge] > 0], node[way[edge] > 0], (part * way[edge])[way[edge] > 0])
            for node, way, part in ((start, back, share), (end, on, 1.0 - share))
        ]
        place = np.concatenate([row[0] for row in rows]).astype(np.int32)
        node = np.concatenate([row[1] for row in rows]).astype(np.int32)
        part = np.rint(np.concatenate([row[2] for row in rows])).astype(np.int32)
        return Reach(place, node, part + access[place])


def travel_table(
    travel: Travel,
    origins: Snapped,
    destinations: Snapped,
    limit: int = MOST,
    workers: int = 2,
) -> csr_array[np.int32, tuple[int, int]]:
    """Return the least weight from every origin to every destination within a limit.

    Parameters
    ----------
    travel
        The roads.
    origins, destinations
        The places, snapped to the same roads.
    limit
        Nothing beyond it is in the table.
    workers
        Searches that go on side by side.

    Returns
    -------
    csr_array
        int32, shape (origins, destinations), at least 1 where something stands. Columns are
        sorted within each row.
    """
    turned = len(destinations) < len(origins)
    sources, targets = (destinations, origins) if turned else (origins, destinations)
    net = travel.net(reverse=turned)
    seeds = travel.reach(sources, leaving=not turned)
    ends = travel.reach(targets, leaving=turned)
    direct = _direct(travel, sources, targets, turned=turned)
    shift = bucket_shift(net)
    spread = int(seeds.weight.max(initial=0))
    at = _by(ends.node, net.first.size - 1)
    order = np.argsort(seeds.place, kind="stable")
    by_source = _by(seeds.place, len(sources))
    target = ends.place[at.order], ends.weight[at.order]

    def part(low: int, high: int) -> tuple[npt.NDArray[np.int64], IntArray, IntArray]:
        first = by_source.first[low : high + 1]
        own = order[first[0] : first[-1]]
        near = direct.first[low : high + 1]
        row, column, value = many(
            net.first, net.head, net.weight, shift, ring_of(net, shift, spread), limit,
            first - first[0], seeds.node[own], seeds.weight[own],
            at.first, *target, len(targets),
            near - near[0], direct.target[near[0] : near[-1]], direct.weight[near[0] : near[-1]],
        )  # fmt: skip
        return row, column, value

    cuts = np.linspace(0, len(sources), max(1, min(4 * workers, len(sources))) + 1).astype(int)
    with ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(part, cuts[:-1], cuts[1:]))
    counts = np.concatenate([np.diff(row) for row, _, _ in parts])
    table = csr_array(
        (
            np.maximum(np.concatenate([value for _, _, value in parts]), 1),
            np.concatenate([column for _, column, _ in parts]),
            np.concatenate([[0], np.cumsum(counts)]),
        ),
        shape=(len(sources), len(targets)),
    )
    table = table.T.tocsr() if turned else table
    table.sort_indices()
    return table


def nearest_places(
    travel: Travel, origins: Snapped, destinations: Snapped, k: int, limit: int = MOST
) -> tuple[IntArray, IntArray]:
    """Return the ``k`` nearest destinations of every origin.

    Parameters
    ----------
    travel, origins, destinations, limit
        As for :func:`travel_table`.
    k
        How many.

    Returns
    -------
    tuple
        Weights (:data:`~skolnat.access.paths.FAR` where there are fewer) and destinations (-1),
        int32, shape (origins, k), the nearest first.

    Notes
    -----
    One search from all destinations against the way of travel, not one from each origin.
    """
    net = travel.net(reverse=True)
    seeds = travel.reach(destinations, leaving=False)
    shift = bucket_shift(net)
    spread = int(seeds.weight.max(initial=0))
    label, source = nearest(
        net.first, net.head, net.weight, shift, ring_of(net, shift, spread), limit, k,
        seeds.node, seeds.weight, seeds.place,
    )  # fmt: skip
    ends = travel.reach(origins, leaving=True)
    direct = _direct(travel, destinations, origins, turned=True)
    own = np.repeat(np.arange(len(destinations), dtype=np.int32), np.diff(direct.first))
    reached = label[ends.node]
    total = np.where(reached < FAR, reached.astype(np.int64) + ends.weight[:, None], FAR)
    origin = np.concatenate([np.repeat(ends.place, k), direct.target])
    weight = np.concatenate([total.ravel(), direct.weight.astype(np.int64)])
    where = np.concatenate([source[ends.node].ravel(), own])
    keep = (where >= 0) & (weight <= limit)
    return _best(origin[keep], weight[keep], where[keep], len(origins), k)


def _best(
    origin: IntArray, weight: npt.NDArray[np.int64], where: IntArray, count: int, k: int
) -> tuple[IntArray, IntArray]:
    """Keep the least weight of each pair, then the k least of each origin."""
    order = np.lexsort((weight, where, origin))
    origin, weight, where = origin[order], weight[order], where[order]
    first = np.ones(origin.size, dtype=np.bool_)
    first[1:] = (origin[1:] != origin[:-1]) | (where[1:] != where[:-1])
    origin, weight, where = origin[first], weight[first], where[first]
    order = np.lexsort((where, weight, origin))
    origin, weight, where = origin[order], weight[order], where[order]
    rank = np.arange(origin.size) - np.searchsorted(origin, origin)
    kept = rank < k
    weights = np.full((count, k), FAR, dtype=np.int32)
    places = np.full((count, k), -1, dtype=np.int32)
    weights[origin[kept], rank[kept]] = np.maximum(weight[kept], 1)
    places[origin[kept], rank[kept]] = where[kept]
    return weights, places


@dataclass(frozen=True)
class _Groups:
    first: npt.NDArray[np.int64]
    order: npt.NDArray[np.int64]


def _by(number: IntArray, count: int) -> _Groups:
    """Group positions by a number below ``count``."""
    order = np.argsort(number, kind="stable")
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(number, minlength=count), out=first[1:])
    return _Groups(first, order)


@dataclass(frozen=True)
class _Direct:
    first: npt.NDArray[np.int64]
    target: IntArray
    weight: IntArray


def _direct(travel: Travel, sources: Snapped, targets: Snapped, *, turned: bool) -> _Direct:
    """Ways between a source and a target on one edge, without any junction."""
    along, against = travel.edge_weights()
    by_edge = np.argsort(targets.edge, kind="stable")
    sorted_edges = targets.edge[by_edge]
    low = np.searchsorted(sorted_edges, sources.edge, side="left")
    high = np.searchsorted(sorted_edges, sources.edge, side="right")
    counts = np.where(sources.found, high - low, 0)
    source = np.repeat(np.arange(len(sources)), counts)
    shift = np.arange(source.size) - np.repeat(np.cumsum(counts) - counts, counts)
    target = by_edge[np.repeat(low, counts) + shift]
    step = targets.share[target] - sources.share[source]
    step = -step if turned else step
    edge = sources.edge[source]
    way = np.where(step >= 0, along[edge], against[edge])
    # A place beside a one-way road is reached from itself, whatever the direction.
    free = (way > 0) | (step == 0)
    weight = np.rint(np.abs(step) * way).astype(np.int64)
    weight += travel.access(sources)[source].astype(np.int64) + travel.access(targets)[target]
    kept = np.flatnonzero(free)
    groups = _by(source[kept].astype(np.int32), len(sources))
    return _Direct(groups.first, target[kept].astype(np.int32), weight[kept].astype(np.int32))
