"""Tidy catchments: of plans that cost about the same, the one with the shorter journeys.

Many plans lie within a hair of the cheapest: a journey under 5 km costs nothing, and which of
two schools fills a group is often a toss-up. The law asks for a journey as short as possible
(628/1998 § 6). So the seats of a finished plan are sought once more with a small price on every
kilometre, its open units fixed. What that adds to the cost is part of the plan's proven gap.
"""

from __future__ import annotations

import dataclasses
from typing import Final

import numpy as np

from skolnat.network.kernel import problem
from skolnat.network.market import BoolArray, Market
from skolnat.network.search import Found, cost, improve, polish
from skolnat.network.solve import Solved

KM_PRICE: Final = 50.0
"""Euros a pupil, kilometre and year: what a shorter journey may cost here."""

DEAREST: Final = 0.002
"""A tidier plan may cost at most this part more."""


def tidied(market: Market, allowed: BoolArray, solved: Solved, *, moves: int, seed: int) -> Solved:
    """Return a plan with the same open units and shorter journeys, at nearly the same cost.

    Parameters
    ----------
    market, allowed
        The market and its border regime.
    solved
        A plan and its bound.
    moves, seed
        Annealing moves in each period, and their seed.
    """
    plan = solved.plan
    options = np.zeros((len(market.units), market.periods + 1), dtype=np.bool_)
    options[np.arange(len(market.units)), plan.closes] = True
    priced = dataclasses.replace(market, arc_cost=market.arc_cost + KM_PRICE * market.km)
    layout = problem(priced, allowed)._replace(options=options)
    start = Found(plan.closes, plan.seat, cost(priced, layout, plan.closes, plan.seat))
    tidy = improve(priced, layout, start, kicks=0, seed=seed)
    tidy = polish(priced, layout, tidy, moves=moves, seed=seed)
    money = cost(market, problem(market, allowed), tidy.closes, tidy.seat)
    if money > plan.cost * (1.0 + DEAREST):
        return solved
    return Solved(Found(tidy.closes, tidy.seat, money), solved.bound)
