"""The routes that a search holds, with what makes a new place in them quick to judge."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from skolnat.transport.compiled import compiled
from skolnat.transport.layout import Desk, FloatArray, IntArray, Layout
from skolnat.transport.schedule import drivable

KeyArray = npt.NDArray[np.uint64]


class State(NamedTuple):
    """R routes of at most M nodes. Times leave the longest ride out of account."""

    route: IntArray  # (R, M)
    length: IntArray  # (R,)
    of: IntArray  # (n,) route of each group, -1: none
    key: KeyArray  # (R,) hash of the route
    seconds: FloatArray  # (R,) driving and service
    km: FloatArray  # (R,)
    peak: IntArray  # (R,) most pupils on the bus
    price: FloatArray  # (R,) euros a day, with waiting where it is paid
    leave: FloatArray  # (R, M) earliest departure
    due: FloatArray  # (R, M) latest start of service
    serve: FloatArray  # (R, M) seconds of service
    load: IntArray  # (R, M) pupils on the bus after the position


def empty(layout: Layout, routes: int, longest: int) -> State:
    """Return a state of no routes in use."""
    shape = (routes, longest)
    return State(
        route=np.zeros(shape, np.int64),
        length=np.zeros(routes, np.int64),
        of=np.full(layout.pupils.size, -1, np.int64),
        key=np.zeros(routes, np.uint64),
        seconds=np.zeros(routes),
        km=np.zeros(routes),
        peak=np.zeros(routes, np.int64),
        price=np.zeros(routes),
        leave=np.zeros(shape),
        due=np.zeros(shape),
        serve=np.zeros(shape),
        load=np.zeros(shape, np.int64),
    )


@compiled
def price(lay: Layout, peak: int, km: float, seconds: float) -> float:
    """Euros a day of a route in the cheapest vehicle that has the seats; infinite if none has."""
    best = np.inf
    for t in range(lay.seats.size):
        if lay.seats[t] >= peak:
            cost = lay.day[t] + lay.per_km[t] * km + lay.per_second[t] * seconds
            best = min(best, cost)
    return best


@compiled
def refresh(lay: Layout, desk: Desk, state: State, r: int) -> bool:
    """Work out all that is known of route r; False when it cannot be driven."""
    length = state.length[r]
    route = state.route[r]
    if length == 0:
        state.key[r] = np.uint64(0)
        state.seconds[r] = state.km[r] = state.price[r] = 0.0
        state.peak[r] = 0
        return True
    if not drivable(lay, desk, route, length):
        return False
    _times(lay, desk, state, r)
    _sums(lay, desk, state, r)
    return True


@compiled
def _times(lay: Layout, desk: Desk, state: State, r: int) -> None:
    n, length, route = lay.pupils.size, state.length[r], state.route[r]
    desk.aboard[:] = 0
    leave, load = -np.inf, 0
    for k in range(length):
        v = route[k]
        if v < n:
            state.of[v] = r
            desk.aboard[lay.school[v]] += lay.pupils[v]
            load += lay.pupils[v]
            serve = lay.board[v]
        else:
            s = v - n
            serve = lay.call[s] + lay.alight[s] * desk.aboard[s]
            load -= desk.aboard[s]
            desk.aboard[s] = 0
        drive = lay.travel[route[k - 1], v] if k > 0 else 0.0
        leave = max(leave + drive, lay.opens[v]) + serve
        state.leave[r, k] = leave
        state.serve[r, k] = serve
        state.load[r, k] = load
    due = np.inf
    for k in range(length - 1, -1, -1):
        v = route[k]
        if k < length - 1:
            due -= lay.travel[v, route[k + 1]] + state.serve[r, k]
        due = min(due, lay.closes[v])
        state.due[r, k] = due


@compiled
def _waiting(lay: Layout, start: FloatArray, state: State, r: int) -> float:
    """Seconds that the bus stands waiting in its timetable; fills ``start``.

    As :func:`skolnat.transport.timetable.timetable` has it: pupils get on as late as windows and
    rides allow, and schools are reached as soon as that leaves.
    """
    n, length, route = lay.pupils.size, state.length[r], state.route[r]
    start[length - 1] = lay.closes[route[length - 1]]
    for k in range(length - 2, -1, -1):
        before = start[k + 1] - lay.travel[route[k], route[k + 1]] - state.serve[r, k]
        start[k] = min(lay.closes[route[k]], before)
    for j in range(length):
        if route[j] < n:
            continue
        for k in range(j - 1, -1, -1):
            if route[k] == route[j]:
                break
            if route[k] < n and lay.school[route[k]] == route[j] - n:
                start[j] = min(start[j], start[k] + state.serve[r, k] + lay.ride[route[k]])
        for k in range(j - 1, -1, -1):
            before = start[k + 1] - lay.travel[route[k], route[k + 1]] - state.serve[r, k]
            start[k] = min(start[k], before)
    waiting, end = 0.0, start[0] + state.serve[r, 0]
    for k in range(1, length):
        come = end + lay.travel[route[k - 1], route[k]]
        at = max(come, start[k] if route[k] < n else lay.opens[route[k]])
        waiting += at - come
        end = at + state.serve[r, k]
    return waiting


@compiled
def _sums(lay: Layout, desk: Desk, state: State, r: int) -> None:
    length, route = state.length[r], state.route[r]
    first, last = route[0], route[length - 1]
    seconds, km, peak = lay.home[first, last], lay.home_km[first, last], 0
    key = np.uint64(14695981039346656037)
    for k in range(length):
        v = route[k]
        if k > 0:
            seconds += lay.travel[route[k - 1], v]
            km += lay.km[route[k - 1], v]
        seconds += state.serve[r, k]
        peak = max(peak, state.load[r, k])
        key = (key ^ np.uint64(v + 1)) * np.uint64(1099511628211)
        key ^= key >> np.uint64(29)
    state.key[r] = key
    state.seconds[r], state.km[r], state.peak[r] = seconds, km, peak
    if lay.waits:
        seconds += _waiting(lay, desk.wait, state, r)
    state.price[r] = price(lay, peak, km, seconds)


@compiled
def save(source: State, target: State, r: int) -> None:
    """Copy what is known of route r from one state to another, the groups' routes left out."""
    length = source.length[r]
    target.length[r] = length
    target.key[r], target.peak[r] = source.key[r], source.peak[r]
    target.seconds[r], target.km[r] = source.seconds[r], source.km[r]
    target.price[r] = source.price[r]
    for k in range(length):
        target.route[r, k] = source.route[r, k]
        target.leave[r, k] = source.leave[r, k]
        target.due[r, k] = source.due[r, k]
        target.serve[r, k] = source.serve[r, k]
        target.load[r, k] = source.load[r, k]


@compiled
def drop(lay: Layout, state: State, r: int) -> None:
    """Close up route r after groups were taken out (``of`` is no longer r), idle calls with them.

    What is known of the route is stale until :func:`refresh`.
    """
    n, kept = lay.pupils.size, 0
    route = state.route[r]
    for k in range(state.length[r]):
        v = route[k]
        if v < n:
            if state.of[v] != r:
                continue
        elif not _somebody_alights(lay, route, kept, v):
            continue
        route[kept] = v
        kept += 1
    state.length[r] = kept


@compiled
def _somebody_alights(lay: Layout, route: IntArray, length: int, call: int) -> bool:
    n = lay.pupils.size
    for k in range(length - 1, -1, -1):
        v = route[k]
        if v == call:
            return False
        if v < n and lay.school[v] == call - n:
            return True
    return False
