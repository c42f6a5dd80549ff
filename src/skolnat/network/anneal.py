"""Better seats with the open units fixed: simulated annealing of one period after the other.

Where a unit is full, or would just need another group, a single square that moves seldom saves
anything: somebody else must go at the same time. So about half of the moves are chains: a square
enters a unit and one that sits there leaves for a third unit, or for the first.
"""

# Compiled code has one generator of its own, seeded at the start of each search.
# ruff: noqa: NPY002

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from skolnat.network.compiled import SIDE_BY_SIDE, compiled, inlined
from skolnat.network.kernel import Problem, load_cost
from skolnat.network.market import FloatArray, IntArray, Market
from skolnat.network.search import Found, cost, relocate, state_of

HOT = 20_000.0
COLD = 20.0
"""Euros a year: what a move may cost at first and at last (Metropolis's temperature)."""

_CHAINS = 0.5
"""So often a square that enters a unit sends another one out."""

_CHOICES = 8
"""Open units a cell looks at, in the order of its journeys: beyond them lies no gain."""


_APART = 1_000_003
"""Seeds of two periods lie so far apart."""

_LONG = 1_000_000
"""Periods are annealed side by side from so many moves on."""


class _Seats(NamedTuple):
    """Seats of one period: who sits where, by unit, so that one can be drawn at random."""

    seat: IntArray  # (I,)
    loads: FloatArray  # (J,)
    cost: FloatArray  # (J,) of these loads, euros a year
    member: IntArray  # (J, I) cells of each unit
    size: IntArray  # (J,) how many they are
    at: IntArray  # (I,) where each cell stands among them


@compiled
def _offers(problem: Problem, closes: IntArray, p: int) -> tuple[IntArray, IntArray]:
    """The first open units of each cell, shape (I, choices), and how many there are."""
    places = problem.pupils.shape[1]
    offers = np.full((places, _CHOICES), -1, np.int64)
    count = np.zeros(places, np.int64)
    for i in range(places):
        for a in range(problem.cell_start[i], problem.cell_start[i + 1]):
            j = problem.cell_unit[a]
            if closes[j] > p:
                offers[i, count[i]] = j
                count[i] += 1
                if count[i] == _CHOICES:
                    break
    return offers, count


@compiled
def _seated(problem: Problem, p: int, seat: IntArray, live: IntArray) -> _Seats:
    places, units = seat.size, problem.fixed.size
    found = _Seats(
        seat.copy(), np.zeros(units), np.zeros(units), np.zeros((units, places), np.int64),
        np.zeros(units, np.int64), np.zeros(places, np.int64),
    )  # fmt: skip
    for i in range(places):
        found.loads[seat[i]] += problem.pupils[p, i]
    for j in range(units):
        found.cost[j] = load_cost(problem, p, j, found.loads[j])
    for i in live:
        j = seat[i]
        found.member[j, found.size[j]] = i
        found.at[i] = found.size[j]
        found.size[j] += 1
    return found


@inlined
def _sit(seats: _Seats, i: int, k: int) -> None:
    """Cell i leaves its unit for unit k; loads are the caller's."""
    j = seats.seat[i]
    seats.size[j] -= 1
    last = seats.member[j, seats.size[j]]
    seats.member[j, seats.at[i]] = last
    seats.at[last] = seats.at[i]
    seats.member[k, seats.size[k]] = i
    seats.at[i] = seats.size[k]
    seats.size[k] += 1
    seats.seat[i] = k


@compiled
def anneal(
    problem: Problem, closes: IntArray, p: int, seat: IntArray, moves: int, hot: float, cold: float
) -> float:
    """Simulated annealing of the seats of period p, in place; euros a year more (never above 0).

    Parameters
    ----------
    problem, closes, p
        The market, when its units close, and the period.
    seat
        Unit of each cell, shape (I,).
    moves, hot, cold
        Random moves, and temperatures at their beginning and end.
    """
    pupils, journey = problem.pupils[p], problem.journey
    offers, count = _offers(problem, closes, p)
    live = np.flatnonzero((pupils > 0.0) & (count > 1))
    if live.size == 0:
        return 0.0
    seats = _seated(problem, p, seat, live)
    change, best, heat = 0.0, 0.0, hot
    cooling = (cold / hot) ** (1.0 / moves)
    for _ in range(moves):
        heat *= cooling
        i = live[np.random.randint(live.size)]
        j, k = seats.seat[i], offers[i, np.random.randint(count[i])]
        if k == j:
            continue
        size, other, to, more = pupils[i], -1, -1, 0.0
        from_load, into_load = seats.loads[j] - size, seats.loads[k] + size
        delta = size * (journey[i, k] - journey[i, j])
        if seats.size[k] > 0 and np.random.random() < _CHAINS:
            other = seats.member[k, np.random.randint(seats.size[k])]
            to = offers[other, np.random.randint(count[other])]
            if to == k:
                other = -1
            else:
                more = pupils[other]
                delta += more * (journey[other, to] - journey[other, k])
                into_load -= more
                if to == j:
                    from_load += more
        from_cost = load_cost(problem, p, j, max(from_load, 0.0))
        into_cost = load_cost(problem, p, k, max(into_load, 0.0))
        delta += from_cost + into_cost - seats.cost[j] - seats.cost[k]
        third = other >= 0 and to != j
        to_cost = load_cost(problem, p, to, seats.loads[to] + more) if third else 0.0
        if third:
            delta += to_cost - seats.cost[to]
        if delta < 0.0 or np.random.random() < np.exp(-delta / heat):
            _sit(seats, i, k)
            seats.loads[j], seats.loads[k] = from_load, into_load
            seats.cost[j], seats.cost[k] = from_cost, into_cost
            if other >= 0:
                _sit(seats, other, to)
            if third:
                seats.loads[to] += more
                seats.cost[to] = to_cost
            change += delta
            if change < best - 1.0:
                best = change
                seat[:] = seats.seat
    return best


@compiled
def annealed(
    problem: Problem, closes: IntArray, p: int, seat: IntArray, moves: int, hot: float, seed: int
) -> None:
    """Anneal the seats of period p in place, from some temperature, by a seed of its own."""
    # Each thread has a generator of its own; seeded here, it does not matter which one it is.
    np.random.seed(seed + _APART * p)
    anneal(problem, closes, p, seat, moves, hot, COLD)


@compiled
def best_starts(
    problem: Problem, closes: IntArray, starts: IntArray, moves: int, hot: float, seed: int
) -> IntArray:
    """Anneal from several seats, shape (S, P, I); in each period the cheapest is returned."""
    np.random.seed(seed)
    count, periods, places = starts.shape
    best = np.empty((periods, places), np.int64)
    for p in range(periods):
        least = np.inf
        for s in range(count):
            seat = starts[s, p].copy()
            anneal(problem, closes, p, seat, moves, hot, COLD)
            money = yearly(problem, closes, p, seat)
            if s == 0 or money < least:
                least = money
                best[p] = seat
    return best


@compiled
def yearly(problem: Problem, closes: IntArray, p: int, seat: IntArray) -> float:
    """Euros a year of the journeys and loads of one period."""
    loads = np.zeros(problem.fixed.size)
    money = 0.0
    for i in range(seat.size):
        if problem.pupils[p, i] > 0.0:
            loads[seat[i]] += problem.pupils[p, i]
            money += problem.pupils[p, i] * problem.journey[i, seat[i]]
    for j in range(loads.size):
        if closes[j] > p:
            money += load_cost(problem, p, j, loads[j])
    return money


def polish(
    market: Market, problem: Problem, plan: Found, *, moves: int, seed: int = 1, hot: float = HOT
) -> Found:
    """Return the plan with better seats and the same open units, never a worse one.

    Parameters
    ----------
    market, problem, plan
        The market, its layout, and a plan.
    moves
        Random moves tried in each period.
    seed
        Of the moves.
    hot
        First temperature, euros a year: the lower, the nearer the plan stays.
    """
    seat = plan.seat.copy()

    def one_period(p: int) -> None:
        annealed(problem, plan.closes, p, seat[p], max(moves, 1), hot, seed)

    periods = range(market.periods)
    if moves < _LONG:
        for p in periods:
            one_period(p)
    else:
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            list(pool.map(one_period, periods))
    state = state_of(market, plan.closes, seat)
    relocate(problem, state)
    found = cost(market, problem, state.closes, state.seat)
    return Found(state.closes, state.seat, found) if found < plan.cost else plan
