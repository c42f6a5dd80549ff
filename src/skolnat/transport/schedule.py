"""Can one bus drive a route: seats, opening hours of schools, longest ride.

Only waiting is free to choose. Let ``clock[k]`` be when node ``k`` is reached without any waiting
and ``wait[k]``, which never falls along the route, what has been waited by then. A window bounds
``wait[k]`` from both sides, and a longest ride of a group that gets on at ``i`` and off at ``j``
says that ``wait[i] >= wait[j] - slack``. These are differences along a chain, so they have a least
solution: once forward for the windows, once backward for the rides. The slack is never negative,
so raising an earlier wait never asks anything new of a later one, and one pass each is enough.
The route can be driven if that least solution misses no closing time.
"""

from __future__ import annotations

import numpy as np

from skolnat.transport.compiled import compiled
from skolnat.transport.layout import Desk, IntArray, Layout

EPSILON = 1e-6
"""Seconds that rounding may take."""


@compiled
def drivable(lay: Layout, desk: Desk, route: IntArray, length: int) -> bool:
    """Tell whether a route can be driven; fills ``desk.clock`` and ``desk.wait`` if so.

    A call at which nobody gets off, and a group that is never brought to its school, make a
    route that cannot be driven.
    """
    return _forward(lay, desk, route, length) and _backward(lay, desk, route, length)


@compiled
def _forward(lay: Layout, desk: Desk, route: IntArray, length: int) -> bool:
    n = lay.pupils.size
    seats = lay.seats[lay.seats.size - 1]
    desk.era[0] += 1
    era = desk.era[0]
    clock, wait = 0.0, -np.inf
    load, before = 0, -1
    for k in range(length):
        v = route[k]
        if k > 0:
            clock += lay.travel[before, v]
        wait = max(wait, lay.opens[v] - clock)
        if wait > lay.closes[v] - clock + EPSILON:
            return False
        desk.clock[k] = clock
        desk.wait[k] = wait
        if v < n:
            s = lay.school[v]
            if desk.mark[s] != era:
                desk.mark[s] = era
                desk.aboard[s] = 0
            if not lay.mixed and load > desk.aboard[s]:
                return False
            desk.aboard[s] += lay.pupils[v]
            load += lay.pupils[v]
            if load > seats:
                return False
            clock += lay.board[v]
        else:
            s = v - n
            if desk.mark[s] != era or desk.aboard[s] == 0:
                return False
            load -= desk.aboard[s]
            clock += lay.call[s] + lay.alight[s] * desk.aboard[s]
            desk.aboard[s] = 0
        before = v
    return load == 0


@compiled
def _backward(lay: Layout, desk: Desk, route: IntArray, length: int) -> bool:
    n = lay.pupils.size
    for k in range(length - 1, -1, -1):
        v = route[k]
        if v >= n:
            desk.next_call[v - n] = k
            continue
        j = desk.next_call[lay.school[v]]
        slack = lay.ride[v] - (desk.clock[j] - desk.clock[k] - lay.board[v])
        if slack < -EPSILON:
            return False
        least = desk.wait[j] - slack
        if least <= desk.wait[k]:
            continue
        for i in range(k, j):
            if desk.wait[i] >= least:
                break
            desk.wait[i] = least
            if least > lay.closes[route[i]] - desk.clock[i] + EPSILON:
                return False
    return True
