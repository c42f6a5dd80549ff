"""Tables of travel between places: seconds and kilometres, straight from a graph.

Whoever measures by roads hands over tables of the same shape; nothing else here knows whence
they come.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from skolnat.access.settlement import SettlementGraph

FloatArray = npt.NDArray[np.float64]
Travel = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""From places (P, 2), metres, to seconds and kilometres between them, each (P, P)."""


def by_settlement(graph: SettlementGraph, circuity: float, km_per_second: float) -> Travel:
    """Return travel along the settlement graph, at one speed: indicative.

    Parameters
    ----------
    graph
        Populated squares of the region and its surroundings.
    circuity
        Length by road over length in the graph.
    km_per_second
        Speed.
    """

    def travel(places: FloatArray) -> tuple[FloatArray, FloatArray]:
        if not len(places):
            return np.zeros((0, 0)), np.zeros((0, 0))
        off, nearest = cKDTree(graph.points).query(places)
        metres = graph.distances(places)[:, nearest] + np.asarray(off)[None, :]
        metres = np.minimum(metres, metres.T)
        np.fill_diagonal(metres, 0.0)
        km = metres / 1000.0 * circuity
        return km / km_per_second, km

    return travel
