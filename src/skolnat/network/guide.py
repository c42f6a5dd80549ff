"""Plans that the bound leads to: who sits where, when it is given which units are open.

With the open units fixed, the relaxation's own seats are nearly whole: nine squares in ten go to
one unit. So each square begins at the unit that it went to in most of the last steps of the
multipliers, which puts the load of every unit where it is worth it, and annealing at a low
temperature mends the rest. The same multipliers bound every plan with these closings; where the
bound is not below the best plan known, nobody needs to be seated at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skolnat.network.anneal import best_starts, polish
from skolnat.network.compiled import compiled
from skolnat.network.filling import Room, room, unit_value
from skolnat.network.kernel import Problem
from skolnat.network.market import FloatArray, IntArray, Market
from skolnat.network.search import Found, cost

WARM = 500.0
"""Euros a year: the first temperature of annealing from the relaxation's seats."""

_FIRST = 1.5
"""First length of step."""

_PATIENCE = 8
"""After so many steps without a better bound the steps become shorter."""

_WINDOW = 15
"""Steps whose seats are counted together."""


@dataclass(frozen=True)
class Guide:
    """How much to do for one set of closings, in counts.

    Parameters
    ----------
    settle
        Steps of the multipliers before seats are counted.
    starts
        Times that seats are counted, each over a few steps more.
    moves
        Annealing moves from each, in every period.
    """

    settle: int = 80
    starts: int = 4
    moves: int = 150_000


@compiled
def _seats_at(
    problem: Problem, u: FloatArray, closes: IntArray, filling: Room, use: FloatArray,
    shares: FloatArray,
) -> float:  # fmt: skip
    """Value of the relaxation with closings fixed; adds who sits where to ``shares`` (P, I, J)."""
    periods, places = problem.pupils.shape
    value = 0.0
    for p in range(periods):
        for i in range(places):
            use[p, i] = 0.0
            value += problem.years[p] * problem.pupils[p, i] * u[p, i]
    for j in range(closes.size):
        value += problem.closing[j, closes[j]]
        for p in range(closes[j]):
            best, left = unit_value(problem, j, p, u, filling)
            value += problem.years[p] * (problem.fixed[j] + best)
            for k in range(filling.filled[p]):
                if left <= 0.0:
                    break
                i = filling.cells[p, k]
                part = min(1.0, left / problem.pupils[p, i])
                use[p, i] += part
                shares[p, i, j] += part
                left -= problem.pupils[p, i]
    return value


@compiled
def _follow(problem: Problem, u: FloatArray, use: FloatArray, length: float) -> None:
    """One step of the multipliers towards what lacks seats."""
    periods, places = u.shape
    norm = 1e-9
    for p in range(periods):
        for i in range(places):
            norm += problem.years[p] * problem.pupils[p, i] * (1.0 - use[p, i]) ** 2
    for p in range(periods):
        for i in range(places):
            u[p, i] += length / norm * (1.0 - use[p, i])


@compiled
def _snapshots(
    problem: Problem, u: FloatArray, closes: IntArray, target: float, settle: int, starts: int,
    filling: Room,
) -> tuple[float, IntArray]:  # fmt: skip
    """Bound of the plans with some closings, and seats that they lead to; moves u on."""
    periods, places = u.shape
    use = np.empty((periods, places))
    shares = np.zeros((periods, places, closes.size))
    seats = np.empty((starts, periods, places), np.int64)
    bound, scale, stale = -np.inf, _FIRST, 0
    for _ in range(settle):
        value = _seats_at(problem, u, closes, filling, use, shares)
        stale = stale + 1 if value <= bound else 0
        if stale >= _PATIENCE:
            scale, stale = 0.7 * scale, 0
        bound = max(bound, value)
        if bound >= target:
            return bound, seats[:0]
        _follow(problem, u, use, scale * (target - value))
    for s in range(starts):
        shares[:] = 0.0
        for _ in range(_WINDOW):
            value = _seats_at(problem, u, closes, filling, use, shares)
            bound = max(bound, value)
            _follow(problem, u, use, scale * max(target - value, 0.0))
        for p in range(periods):
            for i in range(places):
                seats[s, p, i] = _likeliest(problem, shares[p, i], closes, p, i)
    return bound, seats


@compiled
def _likeliest(problem: Problem, share: FloatArray, closes: IntArray, p: int, i: int) -> int:
    """The unit that a cell went to most; the first one open where it went nowhere, -1 for none."""
    best = int(np.argmax(share))
    if share[best] > 0.0:
        return best
    for a in range(problem.cell_start[i], problem.cell_start[i + 1]):
        if closes[problem.cell_unit[a]] > p:
            return int(problem.cell_unit[a])
    return -1


def guided(
    market: Market, layout: Problem, prices: FloatArray, closes: IntArray, target: float,
    guide: Guide, *, seed: int = 1,
) -> tuple[float, Found | None]:  # fmt: skip
    """Bound the plans with some closings, and seat one of them.

    Parameters
    ----------
    market, layout
        The market and its layout.
    prices
        Multipliers to begin with, shape (P, I).
    closes
        Period in which each unit closes, shape (J,).
    target
        Cost of the best plan known.
    guide, seed
        How much to do, and the seed of the annealing.

    Returns
    -------
    float
        No plan with these closings costs less, euros over the horizon.
    Found or None
        A plan; None where none is below the target, or a cell has no open unit.
    """
    bound, starts = _snapshots(
        layout, prices.copy(), closes, target, guide.settle, guide.starts, room(layout)
    )
    if not starts.size or (starts < 0).any():
        return float(bound), None
    seat = best_starts(layout, closes, starts, max(guide.moves, 1), WARM, seed)
    plan = Found(closes, seat, cost(market, layout, closes, seat))
    return float(bound), polish(market, layout, plan, moves=1, seed=seed)
