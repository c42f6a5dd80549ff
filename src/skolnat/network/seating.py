"""Seats for given closings: HiGHS on the pairs that hardly differ, then annealing.

Annealing by itself ends in one of many basins, some twenty thousand euros a year above the best:
a group too many here, ten pupils without a seat there. What HiGHS finds lies in a good one nearly
always (:mod:`skolnat.network.linear`), but its whole squares fill the seats roughly; a little heat
does the rest. Each of the two alone ends several times as far off.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from skolnat.network.anneal import annealed, polish, yearly
from skolnat.network.compiled import SIDE_BY_SIDE
from skolnat.network.kernel import Problem
from skolnat.network.linear import kernel_search, linear
from skolnat.network.market import IntArray, Market
from skolnat.network.search import Found, cost

HEAT = (200.0, 100.0, 300.0)
"""Temperatures after HiGHS, one after the other, euros a year."""


@dataclass(frozen=True)
class Seating:
    """How much to do for one set of closings, in counts.

    Parameters
    ----------
    starts
        Solutions of HiGHS that are annealed in each period.
    pairs
        Pairs of square and unit that HiGHS may choose from, for the first; half as many again
        for each further one. With many its cuts take long, and its seats are no better.
    moves
        Annealing moves at each temperature.
    """

    starts: int = 1
    pairs: int = 600
    moves: int = 300_000


def seated(
    market: Market, layout: Problem, closes: IntArray, seating: Seating, *,
    known: Found | None = None, seed: int = 1,
) -> Found | None:  # fmt: skip
    """Seat everybody with the closings given; None where a square has no open unit.

    Parameters
    ----------
    market, layout
        The market and its layout.
    closes
        Period in which each unit closes, shape (J,).
    seating
        How much to do.
    known
        A plan whose seats are kept in the periods in which it has the same open units and none
        better are found.
    seed
        Of HiGHS and of the annealing.
    """

    def one_period(p: int) -> IntArray | None:
        open_ = closes > p
        programme = linear(layout, p, open_)
        if programme is None:
            return None
        tried = []
        for number in range(seating.starts):
            pairs = seating.pairs * (2 + number) // 2
            seat = kernel_search(programme, pairs=pairs, seed=number)
            seat = programme.seat.copy() if seat is None else seat
            for hot in HEAT:
                annealed(layout, closes, p, seat, seating.moves, hot, seed + number)
            tried.append(seat)
        if known is not None and np.array_equal(known.closes > p, open_):
            tried.append(known.seat[p])
        return min(tried, key=lambda seat: yearly(layout, closes, p, seat))

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        seats = list(pool.map(one_period, range(market.periods)))
    if any(seat is None for seat in seats):
        return None
    seat = np.stack([one for one in seats if one is not None])
    plan = Found(closes, seat, cost(market, layout, closes, seat))
    return polish(market, layout, plan, moves=1, seed=seed)
