"""Tidy catchments: of plans that cost about the same, the one that disturbs least.

Many plans lie within a hair of the cheapest: a journey under 5 km costs nothing, and which of
two schools fills a group is often a toss-up. The law asks for a journey as short as possible
(628/1998 § 6), and a child should not change school for nothing. So the seats of a finished plan
are sought once more with a small price on every kilometre and on every pupil who leaves the
school of today, its open units fixed. What that adds to the cost is part of the proven gap.
"""

from __future__ import annotations

import dataclasses
from typing import Final

import numpy as np

from skolnat.network.anneal import polish
from skolnat.network.kernel import problem
from skolnat.network.market import BoolArray, IntArray, Market
from skolnat.network.search import Found, cost, improve
from skolnat.network.solve import Solved

KM_PRICE: Final = 50.0
"""Euros a pupil, kilometre and year: what a shorter journey may cost here."""

MOVE_PRICE: Final = 300.0
"""Euros a pupil and year: what it may cost here that a child keeps the school of today."""

DEAREST: Final = 0.002
"""A tidier plan may cost at most this part more."""


def tidied(
    market: Market, allowed: BoolArray, solved: Solved, today: IntArray, *, moves: int, seed: int
) -> Solved:
    """Return a plan with the same open units and shorter journeys, at nearly the same cost.

    Parameters
    ----------
    market, allowed
        The market and its border regime.
    solved
        A plan and its bound.
    today
        Unit of each cell when nothing changes, shape (I,).
    moves, seed
        Annealing moves in each period, and their seed.
    """
    plan = solved.plan
    options = np.zeros((len(market.units), market.periods + 1), dtype=np.bool_)
    options[np.arange(len(market.units)), plan.closes] = True
    elsewhere = np.arange(len(market.units))[None, :] != today[:, None]
    prices = market.arc_cost + KM_PRICE * market.km + MOVE_PRICE * elsewhere
    priced = dataclasses.replace(market, arc_cost=prices)
    layout = problem(priced, allowed)._replace(options=options)
    start = Found(plan.closes, plan.seat, cost(priced, layout, plan.closes, plan.seat))
    tidy = improve(priced, layout, start, kicks=0, seed=seed)
    tidy = polish(priced, layout, tidy, moves=moves, seed=seed)
    money = cost(market, problem(market, allowed), tidy.closes, tidy.seat)
    if money > plan.cost * (1.0 + DEAREST):
        return solved
    return Solved(Found(tidy.closes, tidy.seat, money), solved.bound)
