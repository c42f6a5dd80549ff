"""Take groups out of routes: strings of neighbours, or whole routes.

After Christiaens and Vanden Berghe (2020), "Slack induction by string removals": a string of
consecutive groups from each of a few routes that lie beside one another leaves room in time and
seats at one place, which single groups taken here and there do not.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from skolnat.transport.compiled import compiled
from skolnat.transport.layout import Desk, IntArray, Layout
from skolnat.transport.state import State, drop, refresh

Random = npt.NDArray[np.uint64]
LONGEST_STRING = 10


@compiled
def draw(random: Random) -> float:
    """Return a number in [0, 1) (xorshift64*; Vigna 2016)."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * 2.0**-53


@compiled
def below(random: Random, bound: int) -> int:
    """Return a whole number from 0 to ``bound - 1``."""
    return int(draw(random) * bound)


@compiled
def take_out(
    lay: Layout,
    state: State,
    random: Random,
    seed: int,
    near: IntArray,
    mean: float,
    whole: bool,
    touched: IntArray,
) -> int:
    """Take strings out of the routes nearest to a group; returns how many routes were touched.

    Groups taken out have no route (``of`` is -1); the routes in ``touched`` still hold them, and
    must be closed up by :func:`close_up`.
    """
    n = lay.pupils.size
    used, routes = 0, 0
    for r in range(state.length.size):
        routes += state.length[r] > 0
    for i in range(n):
        used += state.of[i] >= 0
    longest = min(float(LONGEST_STRING), used / max(routes, 1))
    most = 4.0 * mean / (1.0 + longest) - 1.0
    strings = int(draw(random) * max(most, 1.0)) + 1
    if whole:
        strings = 1 + below(random, 2)
    count = 0
    for j in range(near.shape[1]):
        c = near[seed, j]
        r = state.of[c]
        if r < 0:
            continue
        done = False
        for t in range(count):
            done = done or touched[t] == r
        if done:
            continue
        _string(lay, state, random, c, r, longest, whole)
        touched[count] = r
        count += 1
        if count == strings:
            break
    return count


@compiled
def _string(
    lay: Layout, state: State, random: Random, c: int, r: int, longest: float, whole: bool
) -> None:
    """Take a string that holds group c out of route r, half the time leaving some inside it."""
    n, size, at = lay.pupils.size, 0, 0
    for k in range(state.length[r]):
        v = state.route[r, k]
        if v < n:
            if v == c:
                at = size
            size += 1
    most = min(float(size), longest)
    wanted = size if whole else int(1.0 + draw(random) * most)
    wanted = min(wanted, size)
    spared = 0
    if not whole and wanted > 1 and draw(random) < 0.5:
        while wanted + spared < size and draw(random) > 0.5:
            spared += 1
    span = wanted + spared
    first = max(0, at - span + 1)
    start = first + below(random, min(at, size - span) - first + 1)
    gap = start + below(random, wanted + 1)
    order = 0
    for k in range(state.length[r]):
        v = state.route[r, k]
        if v < n:
            if start <= order < start + span and not gap <= order < gap + spared:
                state.of[v] = -1
            order += 1


@compiled
def close_up(lay: Layout, desk: Desk, state: State, r: int) -> None:
    """Close up a route after groups were taken out; all of it goes if the rest cannot be driven.

    The rest can be driven whenever no detour is shorter than the way straight on.
    """
    drop(lay, state, r)
    if not refresh(lay, desk, state, r):
        for k in range(state.length[r]):
            if state.route[r, k] < lay.pupils.size:
                state.of[state.route[r, k]] = -1
        state.length[r] = 0
        refresh(lay, desk, state, r)
