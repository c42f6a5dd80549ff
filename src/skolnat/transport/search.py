"""Ruin and recreate: first as few buses as can be, then as little money.

**Few buses.** One route is dissolved and its groups are left standing. In each round strings of
groups are taken out and everything that stands is put back where it is cheapest, into the routes
that remain and no others. A group that is left standing again and again gains weight; a round
whose standing groups weigh less is kept, one with no more of them is kept by simulated annealing
of the cost (Christiaens and Vanden Berghe 2020). When nobody stands, there is one bus less.

**Little money.** The same rounds with a route to spare and annealing of the cost alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from skolnat.transport.compiled import compiled
from skolnat.transport.layout import Desk, FloatArray, IntArray, Layout
from skolnat.transport.placing import Memory, draft, remembered_place
from skolnat.transport.ruin import Random, below, close_up, draw, take_out
from skolnat.transport.state import State, refresh, save

BLINK = 0.01
"""Share of places that are passed over, so that the same ruin does not always heal alike."""

SHY = 0.4
"""Share of rounds in which new routes are thought dearer than they are."""

WHOLE_ROUTES = 0.05
"""Share of rounds that dissolve whole routes."""


class Bench(NamedTuple):
    """What a search carries from round to round beside the routes."""

    near: IntArray  # (2, n, n) the others by nearness: of stops; of stops, schools and hours
    far: FloatArray  # (n,) seconds straight from stop to school
    standing: IntArray  # (n,) groups without a route
    weight: FloatArray  # (n,) how often each was left standing
    order: FloatArray  # (n,) key by which groups are put back
    touched: IntArray  # (R,) routes of this round
    old_of: IntArray  # (n,)
    figures: FloatArray  # (4,) 0: number standing, 1: cost, 3: routes allowed


@compiled
def put(lay: Layout, desk: Desk, state: State, r: int, i: int, p: int, q: int) -> None:
    """Put group i into route r at a place that was found."""
    length = draft(desk, state, r, i, lay.pupils.size + lay.school[i], p, q)
    for k in range(length):
        state.route[r, k] = desk.draft[k]
    state.length[r] = length
    state.of[i] = r
    refresh(lay, desk, state, r)


@compiled
def _set_order(lay: Layout, bench: Bench, random: Random, count: int) -> None:
    """Choose the order in which standing groups are put back."""
    kind = draw(random)
    for a in range(count):
        i = bench.standing[a]
        if kind < 0.35:
            bench.order[i] = draw(random)
        elif kind < 0.6:
            bench.order[i] = -float(lay.pupils[i])
        elif kind < 0.75:
            bench.order[i] = -bench.far[i]
        elif kind < 0.8:
            bench.order[i] = bench.far[i]
        elif kind < 0.9:
            bench.order[i] = lay.closes[lay.pupils.size + lay.school[i]]
        else:
            bench.order[i] = -bench.weight[i]
    for a in range(1, count):
        i = bench.standing[a]
        b = a
        while b > 0 and bench.order[bench.standing[b - 1]] > bench.order[i]:
            bench.standing[b] = bench.standing[b - 1]
            b -= 1
        bench.standing[b] = i


@compiled
def _put_back(
    lay: Layout,
    desk: Desk,
    state: State,
    old: State,
    bench: Bench,
    memory: Memory,
    random: Random,
    count: int,
    touched: int,
    slots: int,
) -> tuple[int, int]:
    """Put standing groups back one by one; returns how many still stand and routes touched.

    One by one, each group would rather have a small vehicle of its own than be the one that
    makes a larger one needed. So in some rounds a new route is thought dearer than it is.
    """
    left = 0
    shy = lay.day.max() * draw(random) if draw(random) < SHY else 0.0
    for a in range(count):
        i = bench.standing[a]
        best, best_r, best_p, best_q = np.inf, -1, -1, -1
        fresh = True
        for r in range(slots):
            if state.length[r] == 0:
                if not fresh:
                    continue
                fresh = False
            if draw(random) < BLINK:
                continue
            cost, p, q = remembered_place(lay, desk, state, memory, r, i)
            if state.length[r] == 0:
                cost += shy
            if cost < best:
                best, best_r, best_p, best_q = cost, r, p, q
        if best_r < 0:
            bench.standing[left] = i
            left += 1
            continue
        known = False
        for t in range(touched):
            known = known or bench.touched[t] == best_r
        if not known:
            save(state, old, best_r)
            bench.touched[touched] = best_r
            touched += 1
        put(lay, desk, state, best_r, i, best_p, best_q)
    return left, touched


@compiled
def cost_of(state: State) -> float:
    """Euros a day of all routes."""
    total = 0.0
    for r in range(state.price.size):
        total += state.price[r]
    return total


@compiled
def _gather(state: State, bench: Bench) -> int:
    """List the groups without a route; returns how many."""
    count = 0
    for i in range(state.of.size):
        if state.of[i] < 0:
            bench.standing[count] = i
            count += 1
    return count


@compiled
def _weigh(bench: Bench, count: int) -> float:
    total = 0.0
    for a in range(count):
        total += bench.weight[bench.standing[a]]
    return total


@compiled
def _ruin(
    lay: Layout,
    desk: Desk,
    state: State,
    old: State,
    bench: Bench,
    random: Random,
    mean: float,
    standing: int,
) -> int:
    """Take groups out near one that stands, or near any; returns how many routes were touched."""
    if standing > 0 and draw(random) < 0.5:
        seed = bench.standing[below(random, standing)]
    else:
        seed = below(random, state.of.size)
    near = bench.near[0 if draw(random) < 0.5 else 1]
    whole = draw(random) < WHOLE_ROUTES
    touched = take_out(lay, state, random, seed, near, mean, whole, bench.touched)
    for t in range(touched):
        save(state, old, bench.touched[t])
        close_up(lay, desk, state, bench.touched[t])
    return touched


@compiled
def rounds(
    lay: Layout,
    desk: Desk,
    state: State,
    old: State,
    bench: Bench,
    memory: Memory,
    random: Random,
    number: int,
    mean: float,
    hot: float,
    cold: float,
    until_none: bool,
) -> int:
    """Do rounds of ruin and recreate; returns how many were done.

    Parameters
    ----------
    lay, desk, state, old, bench, memory, random
        The problem, and all that the search carries on. ``old`` is space for taking back.
    number
        How many at most.
    mean
        Mean number of groups taken out.
    hot, cold
        Temperature in the first and the last round, euros.
    until_none
        Stop as soon as no group stands.
    """
    slots, standing = int(bench.figures[3]), int(bench.figures[0])
    cost, heat = cost_of(state), hot
    fall = (cold / hot) ** (1.0 / max(number, 1))
    done = 0
    while done < number:
        done += 1
        heat *= fall
        before, weight = standing, _weigh(bench, standing)
        bench.old_of[:] = state.of
        touched = _ruin(lay, desk, state, old, bench, random, mean, standing)
        count = _gather(state, bench)
        _set_order(lay, bench, random, count)
        left, touched = _put_back(
            lay, desk, state, old, bench, memory, random, count, touched, slots
        )
        now, heavy = cost_of(state), _weigh(bench, left)
        for a in range(left):
            bench.weight[bench.standing[a]] += 1.0
        luck = -heat * np.log(max(draw(random), 1e-300))
        if heavy < weight - 1e-9 or (left <= before and now < cost + luck):
            standing, cost = left, now
            if left == 0 and until_none:
                break
        else:
            for t in range(touched):
                save(old, state, bench.touched[t])
            state.of[:] = bench.old_of
            standing = _gather(state, bench)
    bench.figures[0], bench.figures[1] = standing, cost
    return done
