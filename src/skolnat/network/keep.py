"""Plans that keep wishes about single squares over time and on the map: a search of its own.

The search of :mod:`skolnat.network.search` moves a square in one period at a time and knows no
neighbours. Here a square is given its whole path of schools at once, the cheapest of all paths
(dynamic programming over periods, open units and the boundaries at which it has changed), priced
exactly at the loads of the others. What a path breaks of the wishes costs a price that is higher
than anything it could save; so a plan that breaks some is mended step by step, and the bound,
which knows nothing of these wishes, stays a bound.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from skolnat.network.compiled import compiled
from skolnat.network.kernel import Problem, load_cost
from skolnat.network.market import BoolArray, FloatArray, IntArray, Market
from skolnat.network.search import Found, cost

FEE = 500_000.0
"""Euros a pupil and year that steer away from breaking a wish; never part of a cost."""

_WIDTH = 10
"""Open units that a square looks at in each period, in the order of its journeys."""


class Kept(NamedTuple):
    """What is to be kept in one market, laid out for compiled code.

    Cohorts are those whose grades fall into the planned years; boundary p lies before period p.
    """

    before: IntArray  # (I,) unit before the first period; -1 where that is not known
    counted: IntArray  # (C,) bits of the boundaries at which a cohort is in the stage both sides
    spare: IntArray  # (I, C) changes that a cohort may still see; a large number frees it
    start: IntArray  # (I + J + 1,) neighbours of squares and sites; all zero frees the map
    neighbour: IntArray
    partner: IntArray  # (P, I) unit that siblings ask for; -1 for none
    strict: BoolArray  # (I,) ask for the partner even where it is closed
    may: BoolArray  # (I, J) which square may use which unit


class _Plan(NamedTuple):
    closes: IntArray
    seat: IntArray
    loads: FloatArray


@compiled
def _reached(kept: Kept, seat: IntArray, j: int, seen: BoolArray, queue: IntArray) -> int:
    """Mark what can be reached from the site of a unit over its own squares and foreign ones."""
    places = seat.size
    seen[:] = False
    queue[0], first, last = places + j, 0, 1
    seen[places + j] = True
    while first < last:
        here = queue[first]
        first += 1
        for a in range(kept.start[here], kept.start[here + 1]):
            i = kept.neighbour[a]
            if i >= places or seen[i] or (seat[i] != j and kept.may[i, j]):
                continue
            seen[i] = True
            queue[last] = i
            last += 1
    return last


@compiled
def _cut_off(
    kept: Kept, pupils: FloatArray, seat: IntArray, j: int, seen: BoolArray, queue: IntArray
) -> float:
    """Pupils of a unit whose squares do not hang together with it, in one period."""
    if kept.neighbour.size == 0 or j < 0:
        return 0.0
    _reached(kept, seat, j, seen, queue)
    lacking = 0.0
    for i in range(seat.size):
        if seat[i] == j and not seen[i]:
            lacking += pupils[i]
    return lacking


@compiled
def _beyond(kept: Kept, i: int, mask: int) -> int:
    """Changes that cohorts of a square see beyond what they may, summed over cohorts."""
    total = 0
    for c in range(kept.counted.size):
        both = mask & kept.counted[c]
        count = 0
        while both:
            both &= both - 1
            count += 1
        total += max(0, count - kept.spare[i, c])
    return total


@compiled
def _parted(kept: Kept, closes: IntArray, p: int, i: int, j: int) -> bool:
    partner = kept.partner[p, i]
    if partner < 0 or partner == j:
        return False
    return bool(kept.strict[i] or closes[partner] > p)


@compiled
def _choices(problem: Problem, closes: IntArray, p: int, i: int, here: int, found: IntArray) -> int:
    """Open units that a square may look at in a period; returns how many."""
    count = 0
    held = False
    for a in range(problem.cell_start[i], problem.cell_start[i + 1]):
        j = problem.cell_unit[a]
        if closes[j] <= p:
            continue
        found[count] = j
        held |= j == here
        count += 1
        if count == _WIDTH:
            break
    if not held and here >= 0 and closes[here] > p and problem.journey[i, here] < np.inf:
        found[count] = here
        count += 1
    return count


@compiled
def _repath(
    problem: Problem, kept: Kept, plan: _Plan, i: int, seen: BoolArray, queue: IntArray
) -> bool:
    """Give a square its cheapest path; False where it stays as it is."""
    periods = problem.years.size
    width = _WIDTH + 1
    masks = 1 << periods
    units = np.full((periods, width), -1, np.int64)
    price = np.full((periods, width), np.inf)
    count = np.zeros(periods, np.int64)
    for p in range(periods):
        size, here = problem.pupils[p, i], plan.seat[p, i]
        count[p] = _choices(problem, plan.closes, p, i, here, units[p])
        base = 0.0
        if here >= 0:
            plan.loads[p, here] -= size
        if kept.neighbour.size and here >= 0:
            plan.seat[p, i] = -1
            base = _cut_off(kept, problem.pupils[p], plan.seat[p], here, seen, queue)
        for a in range(count[p]):
            j = units[p, a]
            load = plan.loads[p, j]
            value = size * problem.journey[i, j]
            value += load_cost(problem, p, j, load + size) - load_cost(problem, p, j, load)
            if _parted(kept, plan.closes, p, i, j):
                value += FEE * size
            if kept.neighbour.size:
                plan.seat[p, i] = j
                wrong = _cut_off(kept, problem.pupils[p], plan.seat[p], j, seen, queue)
                if j != here:
                    # What was cut off already is no fault of this move.
                    plan.seat[p, i] = -1
                    wrong -= _cut_off(kept, problem.pupils[p], plan.seat[p], j, seen, queue)
                    wrong += base
                value += FEE * wrong
            price[p, a] = problem.years[p] * value
        plan.seat[p, i] = here
    return _cheapest(problem, kept, plan, i, units, price, count, masks)


@compiled
def _cheapest(
    problem: Problem, kept: Kept, plan: _Plan, i: int, units: IntArray, price: FloatArray,
    count: IntArray, masks: int,
) -> bool:  # fmt: skip
    """Set the cheapest path of a square, by the prices of its choices in each period."""
    periods, width = units.shape
    value = np.full((periods, width, masks), np.inf)
    origin = np.zeros((periods, width, masks), np.int64)
    for a in range(count[0]):
        bit = int(kept.before[i] >= 0 and units[0, a] != kept.before[i])
        value[0, a, bit] = price[0, a]
    for p in range(1, periods):
        for b in range(count[p - 1]):
            for mask in range(1 << p):
                known = value[p - 1, b, mask]
                for a in range(count[p]):
                    changed = units[p, a] != units[p - 1, b]
                    into = mask | (1 << p) if changed else mask
                    if known + price[p, a] < value[p, a, into]:
                        value[p, a, into] = known + price[p, a]
                        origin[p, a, into] = b
    size = problem.pupils[:, i].max()
    best, at, bits = np.inf, -1, 0
    for a in range(count[periods - 1]):
        for mask in range(masks):
            if value[periods - 1, a, mask] == np.inf:
                continue
            total = value[periods - 1, a, mask] + FEE * size * _beyond(kept, i, mask)
            if total < best - 1e-6:
                best, at, bits = total, a, mask
    return _follow(problem, plan, i, units, origin, at, bits)


@compiled
def _follow(
    problem: Problem, plan: _Plan, i: int, units: IntArray, origin: IntArray, at: int, bits: int
) -> bool:
    """Set a path from its end; ``at`` -1 sets the one that stands."""
    changed = False
    for p in range(units.shape[0] - 1, -1, -1):
        here = plan.seat[p, i]
        j = units[p, at] if at >= 0 else here
        plan.loads[p, j] += problem.pupils[p, i]
        plan.seat[p, i] = j
        changed |= j != here
        if at >= 0 and p > 0:
            before = origin[p, at, bits]
            # The turn is a bit only where the unit changed.
            if units[p, at] != units[p - 1, before]:
                bits &= ~(1 << p)
            at = before
    return changed


@compiled
def _value(
    problem: Problem, kept: Kept, plan: _Plan, seen: BoolArray, queue: IntArray
) -> tuple[float, float]:
    """Cost of a plan over the horizon, and the fees of what it breaks."""
    periods, places = plan.seat.shape
    total, fees = 0.0, 0.0
    for j in range(plan.closes.size):
        total += problem.closing[j, plan.closes[j]]
        for p in range(min(plan.closes[j], periods)):
            total += problem.years[p] * (
                problem.fixed[j] + load_cost(problem, p, j, plan.loads[p, j])
            )
            fees += problem.years[p] * FEE * _cut_off(
                kept, problem.pupils[p], plan.seat[p], j, seen, queue
            )  # fmt: skip
    for i in range(places):
        mask, size, last = 0, 0.0, kept.before[i]
        for p in range(periods):
            j, pupils = plan.seat[p, i], problem.pupils[p, i]
            size = max(size, pupils)
            if pupils > 0.0:
                total += problem.years[p] * pupils * problem.journey[i, j]
            if _parted(kept, plan.closes, p, i, j):
                fees += problem.years[p] * FEE * pupils
            if last >= 0 and j != last:
                mask |= 1 << p
            last = j
        fees += FEE * size * _beyond(kept, i, mask)
    return total, fees


@compiled
def _sweep(
    problem: Problem, kept: Kept, plan: _Plan, cells: IntArray, rounds: int, seen: BoolArray,
    queue: IntArray,
) -> None:  # fmt: skip
    for _ in range(rounds):
        moved = False
        for i in cells:
            moved |= _repath(problem, kept, plan, i, seen, queue)
        if not moved:
            break


@compiled
def _rescheduled(
    problem: Problem, kept: Kept, plan: _Plan, j: int, when: int, near: IntArray, rounds: int,
    seen: BoolArray, queue: IntArray,
) -> bool:  # fmt: skip
    """Let a unit close in another period, in place; False when pupils have nowhere to go."""
    periods, places = plan.seat.shape
    plan.closes[j] = when
    touched = np.zeros(places, np.bool_)
    found = np.empty(_WIDTH + 1, np.int64)
    for p in range(periods):
        for i in range(places):
            if plan.seat[p, i] != j or when > p:
                continue
            if not _choices(problem, plan.closes, p, i, -1, found):
                return False
            plan.loads[p, j] -= problem.pupils[p, i]
            plan.seat[p, i] = found[0]
            plan.loads[p, found[0]] += problem.pupils[p, i]
            touched[i] = True
    for i in near:
        touched[i] = True
    _sweep(problem, kept, plan, np.flatnonzero(touched), rounds, seen, queue)
    return True


@compiled
def _keep(
    problem: Problem, kept: Kept, plan: _Plan, trial: _Plan, order: IntArray, closings: int,
    rounds: int,
) -> tuple[float, float]:  # fmt: skip
    periods, places = plan.seat.shape
    units = plan.closes.size
    seen, queue = np.empty(places + units, np.bool_), np.empty(places + units, np.int64)
    cells = np.arange(places)
    _sweep(problem, kept, plan, cells, rounds, seen, queue)
    total, fees = _value(problem, kept, plan, seen, queue)
    tried, stale, at = 0, 0, 0
    while units > 1 and tried < closings and stale < units:
        j = order[at % units]
        at += 1
        stale += 1
        near = problem.unit_cell[problem.unit_start[j] : problem.unit_start[j + 1]]
        for when in range(periods, -1, -1):
            if when == plan.closes[j] or not problem.options[j, when]:
                continue
            tried += 1
            trial.closes[:], trial.seat[:], trial.loads[:] = plan.closes, plan.seat, plan.loads
            if not _rescheduled(problem, kept, trial, j, when, near, 1, seen, queue):
                continue
            money, broken = _value(problem, kept, trial, seen, queue)
            if money + broken < total + fees - 1e-3:
                plan.closes[:], plan.seat[:], plan.loads[:] = trial.closes, trial.seat, trial.loads
                total, fees, stale = money, broken, 0
    _sweep(problem, kept, plan, cells, rounds, seen, queue)
    return _value(problem, kept, plan, seen, queue)


def keep(
    market: Market, problem: Problem, kept: Kept, plan: Found, *, closings: int = 2_000,
    rounds: int = 20, seed: int = 1,
) -> Found:  # fmt: skip
    """Return the cheapest plan found that breaks as little as can be of what is to be kept.

    Parameters
    ----------
    market, problem
        The market and its layout.
    kept
        What is to be kept.
    plan
        A plan in which every square has an open unit; it may break anything.
    closings
        Changed closings of units that are tried at most.
    rounds
        Sweeps over all squares at most.
    seed
        Of the order of units.

    Returns
    -------
    Found
        With its cost, fees not counted.
    """
    states = []
    for _ in range(2):
        loads = np.zeros((market.periods, len(market.units)))
        for p in range(market.periods):
            np.add.at(loads[p], plan.seat[p], market.pupils[p])
        states.append(_Plan(plan.closes.copy(), plan.seat.copy(), loads))
    order = np.random.default_rng(seed).permutation(len(market.units))
    _keep(problem, kept, states[0], states[1], order, closings, rounds)
    closes, seat = states[0].closes, states[0].seat
    return Found(closes, seat, cost(market, problem, closes, seat))


def broken_fees(market: Market, problem: Problem, kept: Kept, plan: Found) -> float:
    """Return the fees of what a plan breaks, euros over the horizon; 0 where it keeps all."""
    loads = np.zeros((market.periods, len(market.units)))
    for p in range(market.periods):
        np.add.at(loads[p], plan.seat[p], market.pupils[p])
    size = len(market.cells) + len(market.units)
    seen, queue = np.empty(size, np.bool_), np.empty(size, np.int64)
    state = _Plan(plan.closes.copy(), plan.seat.copy(), loads)
    return float(_value(problem, kept, state, seen, queue)[1])
