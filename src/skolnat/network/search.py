"""A good plan by local search: close, open, delay and swap units, move cells between them.

A plan of one market is ``closes`` (the period in which each unit closes, P: never) and ``seat``
(the unit of each cell and period). Every move is priced exactly, cost of load included, and kept
only when the whole plan becomes cheaper; so the search can stop at any moment with a plan in
hand. Kicks of a few neighbouring units (iterated local search; Lourenço, Martin and Stützle
2003) leave local optima. Everything random comes from one seed and the number of kicks is fixed:
the same input gives the same plan on every machine, however fast.
"""

# Compiled code has one generator of its own, seeded at the start of each search.
# ruff: noqa: NPY002

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from skolnat.network.compiled import compiled, inlined
from skolnat.network.kernel import Problem, load_cost
from skolnat.network.market import FloatArray, IntArray, Market


@dataclass(frozen=True)
class Found:
    """A plan of one market and its cost.

    Parameters
    ----------
    closes
        Period in which each unit closes (P: never), shape (J,).
    seat
        Unit of each cell and period, shape (P, I).
    cost
        Euros over the horizon: journeys, units, loads, closings.
    """

    closes: IntArray
    seat: IntArray
    cost: float


class _State(NamedTuple):
    closes: IntArray
    seat: IntArray
    loads: FloatArray


_CHOICES = 8
"""Open units a cell looks at, in the order of its journeys: beyond them lies no gain."""


@compiled
def _copy(source: _State, target: _State) -> None:
    target.closes[:] = source.closes
    target.seat[:] = source.seat
    target.loads[:] = source.loads


@inlined
def _best_seat(problem: Problem, state: _State, p: int, i: int, avoid: int) -> tuple[int, float]:
    """Cheapest open unit for cell i in period p at present loads; -1 when none is open."""
    best, best_cost = -1, np.inf
    size = problem.pupils[p, i]
    seen = 0
    for a in range(problem.cell_start[i], problem.cell_start[i + 1]):
        j = problem.cell_unit[a]
        if j == avoid or state.closes[j] <= p:
            continue
        cost = size * problem.journey[i, j]
        # No load saves more than the pupils who lack elsewhere cost.
        if cost - problem.shortfall * size >= best_cost or seen == _CHOICES:
            break
        seen += 1
        load = state.loads[p, j]
        cost += load_cost(problem, p, j, load + size) - load_cost(problem, p, j, load)
        if cost < best_cost - 1e-9:
            best, best_cost = j, cost
    return best, best_cost


@inlined
def _move(state: _State, p: int, i: int, k: int, size: float) -> None:
    state.loads[p, state.seat[p, i]] -= size
    state.loads[p, k] += size
    state.seat[p, i] = k


@inlined
def _leaving(problem: Problem, state: _State, p: int, i: int) -> float:
    """Euros a year saved when cell i leaves its unit in period p."""
    size, j = problem.pupils[p, i], state.seat[p, i]
    load = state.loads[p, j]
    saved: float = size * problem.journey[i, j]
    return saved + load_cost(problem, p, j, load) - load_cost(problem, p, j, load - size)


@compiled
def _relocate(problem: Problem, state: _State, p: int, cells: IntArray, rounds: int) -> float:
    """Move single cells of period p while that saves; returns the euros a year saved."""
    saved = 0.0
    for _ in range(rounds):
        moved = False
        for i in cells:
            size = problem.pupils[p, i]
            if size <= 0.0:
                continue
            here = _leaving(problem, state, p, i)
            k, there = _best_seat(problem, state, p, i, state.seat[p, i])
            if k >= 0 and there < here - 1e-6:
                _move(state, p, i, k, size)
                saved += here - there
                moved = True
        if not moved:
            break
    return saved


@compiled
def _fill(problem: Problem, state: _State, p: int) -> bool:
    """Seat every cell of period p afresh; False when a cell has no open unit."""
    state.loads[p, :] = 0.0
    for i in range(state.seat.shape[1]):
        j, _ = _best_seat(problem, state, p, i, -1)
        if j < 0:
            return False
        state.seat[p, i] = j
        state.loads[p, j] += problem.pupils[p, i]
    return True


@compiled
def _cost(problem: Problem, state: _State) -> float:
    periods, places = state.seat.shape
    total = 0.0
    for j in range(state.closes.size):
        total += problem.closing[j, state.closes[j]]
        for p in range(min(state.closes[j], periods)):
            total += problem.years[p] * (
                problem.fixed[j] + load_cost(problem, p, j, state.loads[p, j])
            )
    for p in range(periods):
        for i in range(places):
            if problem.pupils[p, i] > 0.0:
                journey = problem.journey[i, state.seat[p, i]]
                total += problem.years[p] * problem.pupils[p, i] * journey
    return total


@compiled
def _open(problem: Problem, state: _State, j: int, p: int) -> float:
    """Unit j opens in period p: nearer cells move in. Euros a year more (or less)."""
    delta: float = problem.fixed[j]
    for a in range(problem.unit_start[j], problem.unit_start[j + 1]):
        i = problem.unit_cell[a]
        size, k = problem.pupils[p, i], state.seat[p, i]
        if size <= 0.0 or k == j:
            continue
        load = state.loads[p, j]
        more = load_cost(problem, p, j, load + size) - load_cost(problem, p, j, load)
        more += size * problem.journey[i, j]
        less = _leaving(problem, state, p, i)
        # While the unit is small its first group looks dear: let cheaper journeys in anyway,
        # the moves that follow send back whoever does not belong there.
        if more < less or problem.journey[i, j] < problem.journey[i, k]:
            _move(state, p, i, j, size)
            delta += more - less
    return delta


@compiled
def _close(problem: Problem, state: _State, j: int, p: int) -> float:
    """Unit j is closed in period p: its cells go elsewhere; inf when one has nowhere to go."""
    delta: float = -problem.fixed[j]
    for i in range(state.seat.shape[1]):
        if state.seat[p, i] != j:
            continue
        delta -= _leaving(problem, state, p, i)
        k, more = _best_seat(problem, state, p, i, j)
        if k < 0:
            return np.inf
        _move(state, p, i, k, problem.pupils[p, i])
        delta += more
    return delta


@compiled
def _change(problem: Problem, state: _State, j: int, when: int) -> float:
    """Let unit j close in period ``when``; returns the change of cost, inf if it cannot be."""
    before = state.closes[j]
    state.closes[j] = when
    delta: float = problem.closing[j, when] - problem.closing[j, before]
    hood = problem.unit_cell[problem.unit_start[j] : problem.unit_start[j + 1]]
    for p in range(min(before, when), max(before, when)):
        step = _open(problem, state, j, p) if when > before else _close(problem, state, j, p)
        if step == np.inf:
            return np.inf
        step -= _relocate(problem, state, p, hood, 1)
        delta += problem.years[p] * step
    return delta


@compiled
def _swap(problem: Problem, state: _State, j: int, k: int) -> float:
    """Units j and k exchange the periods in which they close; returns the change of cost."""
    mine, other = state.closes[j], state.closes[k]
    # Open first, then close: the cells always have somewhere to go.
    up, down = (j, k) if mine < other else (k, j)
    delta: float = _change(problem, state, up, max(mine, other))
    delta += _change(problem, state, down, min(mine, other))
    return delta


@compiled
def _swappable(problem: Problem, state: _State, j: int, k: int) -> bool:
    mine, other = state.closes[j], state.closes[k]
    return bool(mine != other and problem.options[j, other] and problem.options[k, mine])


@compiled
def _descend(
    problem: Problem, state: _State, trial: _State, order: IntArray, near: IntArray
) -> None:
    """First-improvement descent over closing periods and swaps."""
    periods = state.seat.shape[0]
    improved = True
    while improved:
        improved = False
        for j in order:
            for when in range(periods + 1):
                if when == state.closes[j] or not problem.options[j, when]:
                    continue
                _copy(state, trial)
                if _change(problem, trial, j, when) < -1e-3:
                    _copy(trial, state)
                    improved = True
            for k in near[j]:
                if k < 0 or not _swappable(problem, state, j, k):
                    continue
                _copy(state, trial)
                if _swap(problem, trial, j, k) < -1e-3:
                    _copy(trial, state)
                    improved = True


@compiled
def _kick(problem: Problem, state: _State, near: IntArray, centre: int) -> bool:
    """Change one to three neighbouring units at random; False when that cannot be."""
    periods = state.seat.shape[0]
    for step in range(1 + np.random.randint(3)):
        j = centre if step == 0 else near[centre, np.random.randint(near.shape[1])]
        if j < 0:
            continue
        when = np.random.randint(periods + 1)
        if not problem.options[j, when]:
            continue
        if _change(problem, state, j, when) == np.inf:
            return False
    return True


@compiled
def relocate(problem: Problem, state: _State) -> None:
    """Let every cell of every period move that still saves."""
    cells = np.arange(state.seat.shape[1])
    for p in range(state.seat.shape[0]):
        _relocate(problem, state, p, cells, 20)


@compiled
def _improve(
    problem: Problem,
    state: _State,
    trial: _State,
    spare: _State,
    near: IntArray,
    kicks: int,
    seed: int,
) -> None:
    """Descend, then kick and descend; leaves the best plan in ``state``."""
    np.random.seed(seed)
    periods, places = state.seat.shape
    units = state.closes.size
    cells = np.arange(places)
    for p in range(periods):
        _relocate(problem, state, p, cells, 20)
    _descend(problem, state, trial, np.random.permutation(units), near)
    for p in range(periods):
        _relocate(problem, state, p, cells, 20)
    best = _cost(problem, state)
    for _ in range(kicks if units > 1 else 0):
        _copy(state, spare)
        centre = np.random.randint(units)
        if not _kick(problem, spare, near, centre):
            continue
        hood = np.append(near[centre][near[centre] >= 0], centre)
        _descend(problem, spare, trial, hood, near)
        for p in range(periods):
            _relocate(problem, spare, p, cells, 5)
        cost = _cost(problem, spare)
        if cost < best - 1e-3:
            best = cost
            _copy(spare, state)


def neighbours(market: Market, problem: Problem, count: int = 6) -> IntArray:
    """For each unit the units that share most cells with it, shape (J, count); -1 fills.

    Two units are near when many pupils live close to both: swaps and kicks are tried there.
    """
    units = len(market.units)
    reach = np.where(
        np.isfinite(problem.journey),
        np.sqrt(market.pupils.mean(axis=0))[:, None] / (5.0 + np.minimum(market.km, 1e6)),
        0.0,
    )
    likeness = reach.T @ reach
    np.fill_diagonal(likeness, 0.0)
    ranked = np.argsort(-likeness, axis=1, kind="stable")[:, :count]
    near = np.where(np.take_along_axis(likeness, ranked, axis=1) > 0.0, ranked, -1)
    full = np.full((units, count), -1, dtype=np.int64)
    full[:, : near.shape[1]] = near
    return full


def state_of(market: Market, closes: IntArray, seat: IntArray) -> _State:
    """Lay out a plan for the compiled search, copied."""
    loads = np.zeros((market.periods, len(market.units)))
    for p in range(market.periods):
        np.add.at(loads[p], seat[p], market.pupils[p])
    return _State(closes.copy(), seat.copy(), loads)


def fill(market: Market, problem: Problem, closes: IntArray) -> Found | None:
    """Seat every cell given which units are open; None when a cell has no open unit."""
    nowhere = np.zeros(market.pupils.shape, dtype=np.int64)
    state = _State(closes.copy(), nowhere, np.zeros((market.periods, len(market.units))))
    if not all(_fill(problem, state, p) for p in range(market.periods)):
        return None
    return Found(state.closes, state.seat, float(_cost(problem, state)))


def cost(market: Market, problem: Problem, closes: IntArray, seat: IntArray) -> float:
    """Euros over the horizon of a plan, computed afresh."""
    return float(_cost(problem, state_of(market, closes, seat)))


def improve(
    market: Market, problem: Problem, plan: Found, *, kicks: int = 100, seed: int = 1
) -> Found:
    """Return the best plan that the search finds from ``plan``, never a worse one.

    Parameters
    ----------
    market, problem, plan
        The market, its layout, and a plan in which every cell has an open unit.
    kicks
        How many times the best plan is shaken and searched again.
    seed
        Of the random order and the kicks.
    """
    state = state_of(market, plan.closes, plan.seat)
    trial, spare = (state_of(market, plan.closes, plan.seat) for _ in range(2))
    _improve(problem, state, trial, spare, neighbours(market, problem), kicks, seed)
    found = cost(market, problem, state.closes, state.seat)
    return Found(state.closes, state.seat, found) if found < plan.cost else plan


def changed(
    market: Market, problem: Problem, plan: Found, unit: int, when: int, *, around: int = 3
) -> Found | None:
    """Return the plan with one unit closed in another period; None when pupils have no way.

    Only what the change touches is moved: pupils of the unit, and of the units near it.

    Parameters
    ----------
    market, problem, plan
        The market, its layout, and a plan.
    unit, when
        The unit, and the period in which it closes (P: never).
    around
        Rounds in which the cells around may move once more.
    """
    state = state_of(market, plan.closes, plan.seat)
    if not np.isfinite(_change(problem, state, unit, when)):
        return None
    hood = problem.unit_cell[problem.unit_start[unit] : problem.unit_start[unit + 1]]
    first, last = sorted((int(plan.closes[unit]), when))
    for p in range(first, min(last, market.periods)):
        _relocate(problem, state, p, hood, around)
    return Found(state.closes, state.seat, float(_cost(problem, state)))
