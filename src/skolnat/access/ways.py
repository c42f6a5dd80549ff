"""The quickest ways between places: how long each takes, how long it is, and where it runs.

A table of least weights does not tell the length of the way that is quickest. Here each search
keeps its labels until the ways to all places have been followed back: from a junction to the one
before it, whose label and the arc between make its own. Whole weights make that exact.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from skolnat.access.arcs import Arcs, arcs, edge_weights
from skolnat.access.graph import CM, RoadGraph
from skolnat.access.paths import FAR, labels_from
from skolnat.access.profiles import Profile
from skolnat.access.snap import Snapped

FloatArray = npt.NDArray[np.float64]

_FAR: Final = np.int32(FAR)
_NOT_YET: Final = -1


class _Ends(NamedTuple):
    """The ways between places and the junctions at the ends of their edges.

    Parameters
    ----------
    first
        Rows of place p: ``first[p]:first[p + 1]``, shape (P + 1,).
    node, weight, cm
        Junction, hundredths of a second and centimetres, shape (T,).
    side
        0 where the junction begins the edge, 1 where it ends it, shape (T,).
    """

    first: npt.NDArray[np.int64]
    node: npt.NDArray[np.int32]
    weight: npt.NDArray[np.int32]
    cm: npt.NDArray[np.int64]
    side: npt.NDArray[np.int8]


class _Back(NamedTuple):
    """Arcs by the junction they lead to: :class:`Arcs` against the way of travel, and lengths."""

    first: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    weight: npt.NDArray[np.int32]
    cm: npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Ways:
    """The quickest ways between some places on the roads of a profile.

    Parameters
    ----------
    graph, profile
        The roads, and who travels.
    places
        Where, on those roads; the way between a place and its road is left out.
    """

    graph: RoadGraph
    profile: Profile
    places: Snapped

    def tables(self, workers: int = 2) -> tuple[FloatArray, FloatArray]:
        """Return seconds and kilometres of the quickest way between every two places.

        Parameters
        ----------
        workers
            Searches that go on side by side.

        Returns
        -------
        tuple
            Each of shape (P, P), from row to column; infinite where there is no way. Of ways that
            take as long, a short one.
        """
        count = len(self.places)
        cs = np.full((count, count), FAR, dtype=np.int64)
        cm = np.zeros((count, count), dtype=np.int64)

        def row(place: int) -> None:
            seeds = self._leaving.of(place)
            label = labels_from(self._net, seeds.node, seeds.weight)
            _follow(label, *self._back, *seeds[1:4], *self._arriving.ends[:4], cs[place], cm[place])

        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(row, np.flatnonzero(self.places.found).tolist()))
        self._along_one_edge(cs, cm)
        seconds = np.where(cs < FAR, cs / 100.0, np.inf)
        km = np.where(cs < FAR, cm / 100_000.0, np.inf)
        np.fill_diagonal(seconds, 0.0)
        np.fill_diagonal(km, 0.0)
        return seconds, km

    def shape(self, origin: int, destination: int) -> FloatArray:
        """Return the points through which the quickest way from one place to another runs.

        Returns
        -------
        ndarray
            Metres in the projection of the graph, shape (K, 2), both ends included; the straight
            line where there is no way.
        """
        spots = self.places
        line = np.array([[spots.x[p], spots.y[p]] for p in (origin, destination)], dtype=np.float64)
        direct = self._direct_cs(origin, destination)
        if direct is not None and direct <= self._weight_by_junctions(origin, destination):
            line = np.vstack([line[:1], self._between(origin, destination), line[1:]])
        elif self._weight_by_junctions(origin, destination) < FAR:
            begin, nodes, end = self._junctions(origin, destination)
            parts = [self._edge_shape(a, b) for a, b in pairwise(nodes)]
            line = np.vstack(
                [line[:1], self._to_junction(origin, begin), *parts,
                 self._to_junction(destination, end)[::-1], line[1:]]
            )  # fmt: skip
        kept = np.ones(len(line), dtype=np.bool_)
        kept[1:] = (np.diff(line, axis=0) != 0.0).any(axis=1)
        return line[kept] / CM

    @cached_property
    def _edge_cs(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        return edge_weights(self.graph, self.profile, "cs")

    @cached_property
    def _net(self) -> Arcs:
        return arcs(self.graph, self.profile, "cs")

    @cached_property
    def _back(self) -> _Back:
        # Arcs are packed edge by edge, whatever they count: those of lengths stand in like order.
        net = arcs(self.graph, self.profile, "cs", reverse=True)
        return _Back(*net, arcs(self.graph, self.profile, "cm", reverse=True).weight)

    @cached_property
    def _leaving(self) -> _Tied:
        return _Tied(self._ends(leaving=True))

    @cached_property
    def _arriving(self) -> _Tied:
        return _Tied(self._ends(leaving=False))

    def _ends(self, *, leaving: bool) -> _Ends:
        along, against = self._edge_cs
        found = np.flatnonzero(self.places.found)
        edge, share = self.places.edge[found], self.places.share[found]
        ways = (against, along) if leaving else (along, against)
        ends = (np.asarray(self.graph.edge_start), np.asarray(self.graph.edge_end))
        rows = []
        for side in (0, 1):
            way, part = ways[side][edge], (share, 1.0 - share)[side]
            open_ = way > 0
            rows.append(
                (
                    found[open_],
                    ends[side][edge][open_],
                    np.rint(part * way)[open_],
                    np.rint(part * np.asarray(self.graph.edge_cm)[edge])[open_],
                    np.full(int(open_.sum()), side),
                )
            )
        place, node, weight, cm, side_of = (
            np.concatenate(parts) for parts in zip(*rows, strict=True)
        )
        order = np.argsort(place, kind="stable")
        return _Ends(
            np.searchsorted(place[order], np.arange(len(self.places) + 1)).astype(np.int64),
            node[order].astype(np.int32),
            weight[order].astype(np.int32),
            cm[order].astype(np.int64),
            side_of[order].astype(np.int8),
        )

    def _direct_cs(self, origin: int, destination: int) -> int | None:
        """Hundredths of a second along the one edge on which both lie; None where that is shut."""
        edge = int(self.places.edge[origin])
        if edge < 0 or edge != self.places.edge[destination]:
            return None
        step = float(self.places.share[destination] - self.places.share[origin])
        way = int(self._edge_cs[0 if step >= 0.0 else 1][edge])
        # A place beside a one-way road is reached from itself, whatever the direction.
        return None if way == 0 and step != 0.0 else round(abs(step) * way)

    def _along_one_edge(self, cs: npt.NDArray[np.int64], cm: npt.NDArray[np.int64]) -> None:
        """Put in the ways between places on one edge that pass no junction."""
        edge, share = self.places.edge, self.places.share
        order = np.argsort(edge, kind="stable")
        for run in np.split(order, np.flatnonzero(np.diff(edge[order])) + 1):
            if len(run) < 2 or edge[run[0]] < 0:
                continue
            length = int(self.graph.edge_cm[edge[run[0]]])
            for i in run.tolist():
                for j in run.tolist():
                    direct = self._direct_cs(i, j)
                    if direct is not None and direct <= cs[i, j]:
                        cs[i, j] = direct
                        cm[i, j] = round(abs(float(share[i] - share[j])) * length)

    def _weight_by_junctions(self, origin: int, destination: int) -> int:
        label, end = self._labels(origin), self._arriving.of(destination)
        weights = label[end.node].astype(np.int64) + end.weight
        return int(weights.min(initial=FAR))

    def _labels(self, origin: int) -> npt.NDArray[np.int32]:
        """Labels of the search from a place; those of the last one are kept."""
        kept = self.__dict__.setdefault("_kept", {})
        if origin not in kept:
            seeds = self._leaving.of(origin)
            kept.clear()
            kept[origin] = labels_from(self._net, seeds.node, seeds.weight)
        found: npt.NDArray[np.int32] = kept[origin]
        return found

    def _junctions(self, origin: int, destination: int) -> tuple[int, list[int], int]:
        """Junctions of the quickest way, in order, and the sides of its first and last edge."""
        label, seeds = self._labels(origin), self._leaving.of(origin)
        end = self._arriving.of(destination)
        last = int(np.argmin(label[end.node].astype(np.int64) + end.weight))
        way = [int(end.node[last])]
        while (seed := _seed_of(way[-1], label, seeds.node, seeds.weight)) < 0:
            way.append(int(_before(way[-1], label, *self._back)[0]))
        return int(seeds.side[seed]), way[::-1], int(end.side[last])

    def _to_junction(self, place: int, side: int) -> FloatArray:
        """Shape of the edge of a place, from the place to the junction at one side."""
        line, share = self._line(int(self.places.edge[place])), float(self.places.share[place])
        at = _along(line)
        return line[at <= share][::-1] if side == 0 else line[at >= share]

    def _between(self, origin: int, destination: int) -> FloatArray:
        """Shape between two places on one edge, without its ends."""
        line = self._line(int(self.places.edge[origin]))
        one, other = (float(self.places.share[place]) for place in (origin, destination))
        at = _along(line)
        inner = line[(at > min(one, other)) & (at < max(one, other))]
        return inner if one <= other else inner[::-1]

    def _edge_shape(self, one: int, other: int) -> FloatArray:
        """Shape of the quickest edge from a junction to the next; of equals the shorter."""
        start, end = self.graph.edge_start, self.graph.edge_end
        found = []
        for turned, (a, b) in enumerate(((one, other), (other, one))):
            low, high = np.searchsorted(start, [a, a + 1])
            edges = np.arange(low, high)
            edges = edges[(end[low:high] == b) & (self._edge_cs[turned][low:high] > 0)]
            found += [
                (int(self._edge_cs[turned][edge]), int(self.graph.edge_cm[edge]), int(edge), turned)
                for edge in edges
            ]
        _, _, edge, turned = min(found)
        line = self._line(edge)
        return line[::-1] if turned else line

    def _line(self, edge: int) -> FloatArray:
        part = slice(self.graph.shape_start[edge], self.graph.shape_start[edge + 1])
        points = (self.graph.shape_x[part], self.graph.shape_y[part])
        return np.column_stack(points).astype(np.float64)


@dataclass(frozen=True)
class _Tied:
    """Places and the junctions beside them, all together or one place's."""

    ends: _Ends

    def of(self, place: int) -> _Ends:
        """Return the rows of one place."""
        rows = slice(self.ends.first[place], self.ends.first[place + 1])
        _, node, weight, cm, side = self.ends
        first = np.array([0, rows.stop - rows.start])
        return _Ends(first, node[rows], weight[rows], cm[rows], side[rows])


def _along(line: FloatArray) -> FloatArray:
    """Share of a line's length at each of its points, from 0 to 1."""
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    shares: FloatArray = lengths / max(float(lengths[-1]), 1e-9)
    return shares


@njit(cache=True, nogil=True)
def _before(node: int, label: Any, first: Any, head: Any, weight: Any, cm: Any) -> Any:
    """Return the junction before a junction on the quickest way to it, and the length between."""
    best, length = -1, 0
    for a in range(first[node], first[node + 1]):
        u = head[a]
        if label[u] == _FAR or label[u] + weight[a] != label[node]:
            continue
        if best < 0 or cm[a] < length:
            best, length = u, cm[a]
    return best, length


@njit(cache=True, nogil=True)
def _seed_of(node: int, label: Any, seed_node: Any, seed_weight: Any) -> int:
    """Return the seed from which a junction has its label; -1 where it has it from another."""
    for k in range(seed_node.size):
        if seed_node[k] == node and seed_weight[k] == label[node]:
            return k
    return -1


@njit(cache=True, nogil=True)
def _follow(
    label: Any, first: Any, head: Any, weight: Any, arc_cm: Any,
    seed_node: Any, seed_weight: Any, seed_cm: Any,
    at_first: Any, at_node: Any, at_weight: Any, at_cm: Any, cs: Any, cm: Any,
) -> None:  # fmt: skip
    """Follow the ways from one place back from all others: weights and lengths, shape (P,)."""
    known = np.full(label.size, _NOT_YET, dtype=np.int64)
    trail = np.empty(label.size, dtype=np.int32)
    between = np.empty(label.size, dtype=np.int64)
    for t in range(cs.size):
        for k in range(at_first[t], at_first[t + 1]):
            at = at_node[k]
            if label[at] == _FAR or label[at] + at_weight[k] >= cs[t]:
                continue
            cs[t] = label[at] + at_weight[k]
            steps = 0
            while known[at] == _NOT_YET:
                seed = _seed_of(at, label, seed_node, seed_weight)
                if seed >= 0:
                    known[at] = seed_cm[seed]
                    break
                trail[steps] = at
                at, between[steps] = _before(at, label, first, head, weight, arc_cm)
                steps += 1
            length = known[at]
            for back in range(steps - 1, -1, -1):
                length += between[back]
                known[trail[back]] = length
            cm[t] = known[at_node[k]] + at_cm[k]
