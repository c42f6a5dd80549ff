"""Capacitated location as a mixed-integer model over some customers, sites and pairs of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skolnat.network.location.capacitated import Capacitated
from skolnat.network.location.mip import Model, Outcome, rows_of, solve_model
from skolnat.network.location.plan import BoolArray, IntArray


@dataclass(frozen=True)
class Part:
    """A part of a problem that is decided by itself.

    Parameters
    ----------
    customers, sites
        Their numbers; the sites serve nobody else.
    pairs
        Who may go where, shape (customers, sites).
    must
        Sites that are open in any case, shape (sites,).
    count
        How many of them are open; 0 where that is free.
    """

    customers: IntArray
    sites: IntArray
    pairs: BoolArray
    must: BoolArray
    count: int


def part_model(problem: Capacitated, part: Part) -> tuple[Model, IntArray, IntArray]:
    """Lay out a part: sites first, then pairs; returns the model and each pair's ends."""
    customers, sites = part.customers.size, part.sites.size
    who, where = np.nonzero(part.pairs)
    pairs = sites + np.arange(who.size)
    demand, capacity = problem.demand[part.customers], problem.capacity[part.sites]
    opening = problem.opening[part.sites]
    cost = problem.cost[part.customers[who], part.sites[where]]
    # Everybody has one seat; nobody sits where it is closed; loads keep the capacity; the sites
    # that are open hold everybody (implied, but a good cut); the count.
    link = customers + np.arange(who.size)
    hold = customers + who.size + np.arange(sites)
    last = customers + who.size + sites
    total = np.full(sites, last)
    row = [who, link, link, hold[where], hold, total, total + 1]
    column = [pairs, pairs, where, pairs, np.arange(sites), np.arange(sites), np.arange(sites)]
    ones = np.ones(who.size)
    value = [ones, ones, -ones, demand[who], -capacity, capacity, np.ones(sites)]
    shape = (last + 2, sites + who.size)
    matrix = rows_of(np.concatenate(row), np.concatenate(column), np.concatenate(value), shape)
    low, high = np.full(shape[0], -np.inf), np.zeros(shape[0])
    low[:customers] = high[:customers] = 1.0
    low[last], high[last] = demand.sum(), np.inf
    low[last + 1] = high[last + 1] = part.count
    if not part.count:
        low[last + 1], high[last + 1] = 0.0, np.inf
    lower = np.concatenate((part.must.astype(float), np.zeros(who.size)))
    upper, whole = np.ones(shape[1]), np.ones(shape[1], dtype=bool)
    every = np.concatenate((opening, cost))
    return Model(every, upper, whole, matrix, low, high, 0.0, lower), who, where


def solve_part(
    problem: Capacitated,
    part: Part,
    *,
    seconds: float,
    below: float = np.inf,
    seat: IntArray | None = None,
    opened: BoolArray | None = None,
    seed: int = 0,
    relative_gap: float = 1e-9,
) -> tuple[Outcome, IntArray | None, IntArray | None]:
    """Solve a part; return what came of it, the customers' sites and the open sites.

    Parameters
    ----------
    problem, part
        What to solve.
    seconds
        Stop after so long.
    below
        Only plans that cost less are wanted.
    seat, opened
        A known plan of the part: each customer's site (a number of the problem), and which of
        the part's sites are open.
    seed
        Of HiGHS's own choices.
    relative_gap
        Stop when the gap is at most this.
    """
    model, who, where = part_model(problem, part)
    start = None
    if seat is not None and opened is not None:
        going = (part.sites[where] == seat[who]).astype(float)
        start = np.concatenate((opened.astype(float), going))
    outcome = solve_model(
        model, seconds=seconds, below=below, start=start, seed=seed, relative_gap=relative_gap
    )
    if outcome.x is None:
        return outcome, None, None
    sites = part.sites.size
    chosen = np.nonzero(outcome.x[sites:] > 0.5)[0]
    if not np.array_equal(who[chosen], np.arange(part.customers.size)):
        return outcome, None, None
    return outcome, part.sites[where[chosen]], part.sites[np.nonzero(outcome.x[:sites] > 0.5)[0]]
