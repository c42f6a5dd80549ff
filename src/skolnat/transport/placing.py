"""The cheapest place for a group in a route, and putting it there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from skolnat.transport.compiled import compiled
from skolnat.transport.layout import Desk, FloatArray, IntArray, Layout
from skolnat.transport.schedule import EPSILON, drivable
from skolnat.transport.state import KeyArray, State, price

SAME = -1
"""In place of a position of a new call: the group gets off at the next call there is."""


class Memory(NamedTuple):
    """What was found before: routes come back again and again in a search. K slots."""

    key: KeyArray  # (K,)
    cost: FloatArray  # (K,)
    at: IntArray  # (K,) position, call


def memory(bits: int) -> Memory:
    """Make a memory of 2 to the power of ``bits`` places."""
    size = 1 << bits
    return Memory(np.zeros(size, np.uint64), np.zeros(size), np.zeros((size, 2), np.int64))


@compiled
def draft(desk: Desk, state: State, r: int, i: int, call: int, p: int, q: int) -> int:
    """Write route r with group i before position p and a call before q into the desk."""
    length, k = state.length[r], 0
    for at in range(length + 1):
        if at == p:
            desk.draft[k] = i
            k += 1
        if at == q:
            desk.draft[k] = call
            k += 1
        if at < length:
            desk.draft[k] = state.route[r, at]
            k += 1
    return k


@compiled
def remembered_place(
    lay: Layout, desk: Desk, state: State, memory: Memory, r: int, i: int
) -> tuple[float, int, int]:
    """Like :func:`best_place`, from memory where the same route was asked about before."""
    key = (state.key[r] ^ np.uint64(i + 1)) * np.uint64(0x9E3779B97F4A7C15)
    key |= np.uint64(1)
    slot = np.int64((key >> np.uint64(20)) & np.uint64(memory.key.size - 1))
    if memory.key[slot] == key:
        return memory.cost[slot], memory.at[slot, 0], memory.at[slot, 1]
    cost, p, q = best_place(lay, desk, state, r, i)
    memory.key[slot] = key
    memory.cost[slot] = cost
    memory.at[slot, 0] = p
    memory.at[slot, 1] = q
    return cost, p, q


@compiled
def best_place(lay: Layout, desk: Desk, state: State, r: int, i: int) -> tuple[float, int, int]:
    """Return the least extra cost of group i in route r, its position and that of a new call.

    The cost is infinite where there is no place. Seats and times without the longest ride are
    judged on the way; the whole route is only gone through for a place cheaper than the best.
    """
    length = state.length[r]
    if length + 2 > desk.draft.size:
        return np.inf, -1, -1
    best, best_p, best_q = np.inf, -1, -1
    n, s = lay.pupils.size, lay.school[i]
    call = n + s
    seats = lay.seats[lay.seats.size - 1]
    size = lay.pupils[i]
    for p in range(length + 1):
        aboard = state.load[r, p - 1] if p > 0 else 0
        if aboard + size > seats:
            continue
        start = lay.opens[i]
        if p > 0:
            start = max(start, state.leave[r, p - 1] + lay.travel[state.route[r, p - 1], i])
        if start > lay.closes[i] + EPSILON:
            break
        best, best_p, best_q = _calls(
            lay, desk, state, r, i, p, call, start + lay.board[i], best, best_p, best_q
        )
    return best, best_p, best_q


@compiled
def _calls(
    lay: Layout,
    desk: Desk,
    state: State,
    r: int,
    i: int,
    p: int,
    call: int,
    leave: float,
    best: float,
    best_p: int,
    best_q: int,
) -> tuple[float, int, int]:
    """Go on along route r with group i on the bus, and try every way to get it off."""
    length, route = state.length[r], state.route[r]
    size, s = lay.pupils[i], call - lay.pupils.size
    seats = lay.seats[lay.seats.size - 1]
    peak = state.peak[r]
    last, ridden = i, 0.0
    serve = lay.call[s] + lay.alight[s] * size
    for q in range(p, length + 1):
        # A call of its own between position q - 1 (the group itself when q is p) and q.
        drive = lay.travel[last, call]
        if ridden + drive > lay.ride[i] + EPSILON:
            break
        start = max(leave + drive, lay.opens[call])
        if start <= lay.closes[call] + EPSILON and (
            q == length
            or (
                route[q] != call
                and start + serve + lay.travel[call, route[q]] <= state.due[r, q] + EPSILON
            )
        ):
            cost = _extra(lay, state, r, i, p, call, q, peak)
            if cost < best and drivable(
                lay, desk, desk.draft, draft(desk, state, r, i, call, p, q)
            ):
                best, best_p, best_q = cost, p, q
        if q == length:
            break
        v = route[q]
        drive = lay.travel[last, v]
        begin = max(leave + drive, lay.opens[v])
        if begin > state.due[r, q] + EPSILON:
            break
        if v == call:
            cost = _extra(lay, state, r, i, p, call, SAME, max(peak, _peak(state, r, p, q, size)))
            if cost < best and drivable(
                lay, desk, desk.draft, draft(desk, state, r, i, call, p, SAME)
            ):
                best, best_p, best_q = cost, p, SAME
            break
        if state.load[r, q] + size > seats:
            break
        peak = max(peak, state.load[r, q] + size)
        ridden += drive + state.serve[r, q]
        leave = begin + state.serve[r, q]
        last = v
    return best, best_p, best_q


@compiled
def _peak(state: State, r: int, p: int, q: int, size: int) -> int:
    peak = size + (state.load[r, p - 1] if p > 0 else 0)
    for k in range(p, q):
        peak = max(peak, state.load[r, k] + size)
    return peak


@compiled
def _extra(
    lay: Layout, state: State, r: int, i: int, p: int, call: int, q: int, peak: int
) -> float:
    """Extra euros of group i before position p and a call before q (or none)."""
    length, route = state.length[r], state.route[r]
    s = call - lay.pupils.size
    peak = max(peak, lay.pupils[i] + (state.load[r, p - 1] if p > 0 else 0))
    seconds = lay.board[i] + lay.alight[s] * lay.pupils[i]
    km = 0.0
    if q != SAME:
        seconds += lay.call[s]
    a = route[p - 1] if p > 0 else -1
    b = call if q == p else (route[p] if p < length else -1)
    if a >= 0:
        seconds += lay.travel[a, i]
        km += lay.km[a, i]
    if b >= 0:
        seconds += lay.travel[i, b]
        km += lay.km[i, b]
    if a >= 0 and p < length:
        seconds -= lay.travel[a, route[p]]
        km -= lay.km[a, route[p]]
    if q == p and p < length:
        seconds += lay.travel[call, route[p]]
        km += lay.km[call, route[p]]
    elif q > p:
        seconds += lay.travel[route[q - 1], call]
        km += lay.km[route[q - 1], call]
        if q < length:
            seconds += lay.travel[call, route[q]] - lay.travel[route[q - 1], route[q]]
            km += lay.km[call, route[q]] - lay.km[route[q - 1], route[q]]
    first = i if p == 0 else route[0]
    last = call if q == length else route[length - 1]
    seconds += lay.home[first, last]
    km += lay.home_km[first, last]
    if length > 0:
        seconds -= lay.home[route[0], route[length - 1]]
        km -= lay.home_km[route[0], route[length - 1]]
    # Waiting is left out: what a new call does to it is seen when the route is worked out anew.
    before = price(lay, state.peak[r], state.km[r], state.seconds[r]) if length > 0 else 0.0
    extra: float = price(lay, peak, state.km[r] + km, state.seconds[r] + seconds) - before
    return extra
