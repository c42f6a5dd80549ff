"""The files in which the literature keeps its instances, each read into a problem.

A file is a row of numbers whose breaks mean nothing, but the faults name line and column of what
is wrong, since a person has to mend it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from skolnat.common.faults import Fault, InvalidInput, raise_if_any
from skolnat.network.location.capacitated import Capacitated
from skolnat.network.location.p_median import PMedian
from skolnat.network.location.plan import FloatArray

SHOWN = 10
"""So many words that are no numbers are named; the rest are not read."""


@dataclass(frozen=True)
class _Numbers:
    """The numbers of a file, and the line on which each stands."""

    file: str
    value: FloatArray
    line: list[int]

    def fault(self, code: str, place: int, **values: str | float) -> Fault:
        """Return a fault at a number."""
        row = self.line[min(place, len(self.line) - 1)] if self.line else 1
        return Fault(code, file=self.file, row=row, values=values)


def _numbers(path: Path) -> _Numbers:
    """Read all numbers of a file.

    Raises
    ------
    InvalidInput
        When it cannot be read, is empty, or holds something else than numbers.
    """
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InvalidInput([Fault("network.location_unreadable", file=file)]) from None
    value, line, faults = [], [], []
    for number, row in enumerate(text.splitlines(), start=1):
        for word in row.split():
            try:
                one = float(word)
            except ValueError:
                one = float("nan")
            if not np.isfinite(one):
                values = {"value": word[:40]}
                faults.append(
                    Fault("network.location_not_a_number", file=file, row=number, values=values)
                )
            value.append(one)
            line.append(number)
        if len(faults) >= SHOWN:
            break
    if not value:
        faults.append(Fault("network.location_empty", file=file))
    raise_if_any(faults)
    return _Numbers(file, np.array(value), line)


def _counted(numbers: _Numbers, place: int, low: int = 1) -> int:
    """Return a whole number that counts something."""
    if place >= numbers.value.size:
        raise InvalidInput([numbers.fault("network.location_header", place, needed=place + 1)])
    value = float(numbers.value[place])
    if value != int(value) or value < low:
        raise InvalidInput([numbers.fault("network.location_count_wrong", place, value=value)])
    return int(value)


def _of_length(numbers: _Numbers, needed: int) -> None:
    """Stop when there are fewer or more numbers than the head of the file promises."""
    if numbers.value.size != needed:
        values = {"needed": needed, "found": int(numbers.value.size)}
        raise InvalidInput(
            [numbers.fault("network.location_length", numbers.value.size - 1, **values)]
        )


def _whole(numbers: _Numbers, begin: int, some: FloatArray, code: str) -> None:
    """Stop when some of a file's numbers are not whole numbers from 0 up."""
    wrong = np.nonzero((some < 0) | (some != np.floor(some)))[0]
    raise_if_any(
        numbers.fault(code, begin + int(k), value=float(some[k]), number=int(k) + 1) for k in wrong
    )


def read_p_median(path: Path) -> PMedian:
    """Read an instance of the OR-Library (Beasley 1985): vertices, edges, p; then the edges.

    The cost of an edge that stands there several times is the last one. Distances are shortest
    paths.

    Raises
    ------
    InvalidInput
        When the file is broken or the graph falls apart.
    """
    numbers = _numbers(path)
    vertices, edges, count = (_counted(numbers, k) for k in range(3))
    _of_length(numbers, 3 + 3 * edges)
    table = numbers.value[3:].reshape(edges, 3)
    faults = []
    for k, (a, b, cost) in enumerate(table):
        inside = all(one == int(one) and 1 <= one <= vertices for one in (a, b))
        if not inside:
            values = {"a": float(a), "b": float(b), "vertices": vertices}
            faults.append(numbers.fault("network.location_edge", 3 + 3 * k, **values))
        if cost < 0.0:
            faults.append(numbers.fault("network.location_negative", 5 + 3 * k, value=float(cost)))
    raise_if_any(faults)
    ends = np.sort(table[:, :2].astype(np.int64) - 1, axis=1)
    last = dict(zip(map(tuple, ends.tolist()), table[:, 2].tolist(), strict=True))
    pairs = np.array(list(last), dtype=np.int64).reshape(-1, 2)
    length = np.array(list(last.values()))
    graph = csr_matrix((length, (pairs[:, 0], pairs[:, 1])), shape=(vertices, vertices))
    distance = dijkstra(graph, directed=False)
    if not np.isfinite(distance).all():
        apart = int(np.nonzero(~np.isfinite(distance[0]))[0][0]) + 1
        raise InvalidInput([numbers.fault("network.location_apart", 0, vertex=apart)])
    return PMedian(distance, count)


def read_capacitated_p_median(path: Path) -> Capacitated:
    """Read a capacitated p-median instance: points, p; then x, y, capacity, demand of each.

    This is the form of Lorena and Senne (``.dat``; in the older files x, y, demand after
    the capacity too) and of Stefanello, de Araújo and Müller (``.txt``). Distances are Euclidean
    and not rounded; each point is customer and site.

    Raises
    ------
    InvalidInput
        When the file is broken, or its capacities cannot hold the demand.
    """
    numbers = _numbers(path)
    points, count = _counted(numbers, 0), _counted(numbers, 1)
    _of_length(numbers, 2 + 4 * points)
    table = numbers.value[2:].reshape(points, 4)
    faults = []
    for name, k in (("capacity", 2), ("demand", 3)):
        for i in np.nonzero((table[:, k] < 0) | (table[:, k] != np.floor(table[:, k])))[0]:
            value = float(table[i, k])
            faults.append(
                numbers.fault(
                    f"network.location_{name}", 2 + 4 * int(i) + k, value=value, number=int(i) + 1
                )
            )
    raise_if_any(faults)
    apart = table[:, None, :2] - table[None, :, :2]
    distance = np.sqrt((apart**2).sum(axis=2))
    return Capacitated(
        cost=distance,
        demand=table[:, 3].astype(np.int64),
        capacity=table[:, 2].astype(np.int64),
        opening=np.zeros(points),
        count=count,
    )


def read_single_source(path: Path) -> Capacitated:
    """Read a facility location instance of Avella and Boccia (2009).

    Customers and sites; the demand of each customer; the capacity of each site; the cost of
    opening each; then a row a site with the cost of carrying one unit to each customer. A customer
    is carried whole: its cost is that of a unit times its demand.

    Raises
    ------
    InvalidInput
        When the file is broken, or its capacities cannot hold the demand.
    """
    numbers = _numbers(path)
    places, sites = _counted(numbers, 0), _counted(numbers, 1)
    _of_length(numbers, 2 + places + 2 * sites + places * sites)
    demand, capacity, opening, unit = np.split(numbers.value[2:], np.cumsum((places, sites, sites)))
    cost = unit.reshape(sites, places).T * demand[:, None]
    _whole(numbers, 2, demand, "network.location_demand")
    _whole(numbers, 2 + places, capacity, "network.location_capacity")
    return Capacitated(cost, demand.astype(np.int64), capacity.astype(np.int64), opening)
