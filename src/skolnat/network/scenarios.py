"""The four scenarios that every study has: today, alone, together, and together, keeping.

Each is solved market by market. *Today* decides nothing: every unit stays, children go to the
nearest unit of their own municipality, old flows go on. *Alone* lets each municipality do its
best behind closed borders; the markets then fall apart by municipality and are solved so.
*Together* opens the borders. *Together, keeping* closes nothing that stands today, costs at most
what today costs, and spends what open borders save on the shortest journeys.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from skolnat.network.bound import average_prices, lagrangian_bound
from skolnat.network.kernel import problem
from skolnat.network.market import BoolArray, IntArray, Market
from skolnat.network.search import Found, cost, fill, improve
from skolnat.network.solve import Effort, Solved, latest, solve

SCENARIOS: Final = ("today", "alone", "together", "together_keeping")

KM_WEIGHTS: Final = (1000.0, 300.0, 100.0, 30.0, 0.0)
"""Euros a pupil, kilometre and year put on the journey in *together, keeping*, highest first."""


NEAREST: Final = 3000.0
"""Euros a pupil, kilometre and year that make *today* send children to the nearest unit."""


@dataclass(frozen=True)
class Case:
    """A market with its border regimes and the options of its units.

    Parameters
    ----------
    market
        The market.
    closed, open
        What each regime allows, shape (I, J).
    options
        Periods in which each unit may close, shape (J, P + 1).
    keeping
        The same where nothing closes that stands today.
    """

    market: Market
    closed: BoolArray
    open: BoolArray
    options: BoolArray
    keeping: BoolArray


def today(case: Case) -> Solved:
    """No change: one's own municipality, the nearest unit with room, nothing closed.

    The plan is given, not chosen, so its bound is its cost. Children beyond the seats of the
    nearest unit go to the next one while that is nearer than building seats would be worth.
    """
    market = case.market
    closes = np.where(market.candidate, 0, latest(case.keeping)).astype(np.int64)
    options = np.zeros_like(case.keeping)
    options[np.arange(closes.size), closes] = True
    nearest = dataclasses.replace(market, arc_cost=market.arc_cost + NEAREST * market.km)
    start = fill(nearest, problem(nearest, case.closed), closes)
    if start is None:
        raise ValueError(f"grades {market.stage} ({market.language}): a place has no school")
    layout = problem(nearest, case.closed)._replace(options=options)
    seat = improve(nearest, layout, start, kicks=0).seat
    total = cost(market, problem(market, case.closed), closes, seat)
    return Solved(Found(closes, seat, total), total)


def components(market: Market, allowed: BoolArray) -> list[tuple[IntArray, IntArray]]:
    """Parts of a market that no pupil can leave: lists of (cells, units)."""
    cells, units = len(market.cells), len(market.units)
    i, j = np.nonzero(allowed)
    links = coo_array((np.ones(i.size), (i, cells + j)), shape=(cells + units,) * 2)
    count, label = connected_components(links, directed=False)
    parts = []
    for k in range(count):
        mine = np.flatnonzero(label[:cells] == k)
        theirs = np.flatnonzero(label[cells:] == k)
        if mine.size or theirs.size:
            parts.append((mine.astype(np.int64), theirs.astype(np.int64)))
    return parts


def part_of(market: Market, cells: IntArray, units: IntArray) -> Market:
    """Return the market of some cells and units only."""
    both = np.ix_(cells, units)
    return dataclasses.replace(
        market,
        cells=tuple(market.cells[i] for i in cells),
        units=tuple(market.units[j] for j in units),
        cell_municipality=market.cell_municipality[cells],
        unit_municipality=market.unit_municipality[units],
        candidate=market.candidate[units],
        pupils=np.ascontiguousarray(market.pupils[:, cells]),
        km=market.km[both],
        minutes=market.minutes[both],
        arc_cost=market.arc_cost[both],
        capacity=market.capacity[units],
        fixed=market.fixed[units],
        closing=market.closing[units],
    )


def solve_in_parts(
    case: Case, allowed: BoolArray, start: Found | None, effort: Effort, seed: int
) -> Solved:
    """Solve a market part by part and put the plans and bounds together.

    Parameters
    ----------
    case, allowed
        The market, and the border regime to solve it under.
    start
        A plan that the regime allows; None where none is known.
    effort, seed
        See :func:`skolnat.network.solve.solve`.
    """
    market = case.market
    closes = np.zeros(len(market.units), dtype=np.int64)
    seat = np.zeros(market.pupils.shape, dtype=np.int64)
    bound = total = 0.0
    for cells, units in components(market, allowed):
        if cells.size == 0:
            # Nobody may come: each unit does what costs least of what it may do.
            closes[units], idle = _idle(case, units)
            bound, total = bound + idle, total + idle
            continue
        known = [] if start is None else [_part_of_plan(start, cells, units)]
        solved = solve(
            part_of(market, cells, units), allowed[np.ix_(cells, units)],
            options=case.options[units], known=known, effort=effort, seed=seed,
        )  # fmt: skip
        closes[units] = solved.plan.closes
        seat[:, cells] = units[solved.plan.seat]
        bound += solved.bound
        total += solved.plan.cost
    return Solved(Found(closes, seat, total), bound)


def _part_of_plan(plan: Found, cells: IntArray, units: IntArray) -> Found:
    place = {int(j): k for k, j in enumerate(units)}
    seat = np.vectorize(place.__getitem__, otypes=[np.int64])(plan.seat[:, cells])
    return Found(plan.closes[units], seat, plan.cost)


def _idle(case: Case, units: IntArray) -> tuple[IntArray, float]:
    """Cheapest closings of units without pupils, and what they cost over the horizon."""
    market = case.market
    open_years = np.concatenate(([0.0], np.cumsum(market.years)))
    costs = open_years[None, :] * market.fixed[units, None]
    costs[:, :-1] += market.closing[units, None]
    costs = np.where(case.options[units], costs, np.inf)
    return costs.argmin(axis=1).astype(np.int64), float(costs.min(axis=1).sum())


def keeping(case: Case, baseline: Found, effort: Effort) -> tuple[Solved, float]:
    """Shortest journeys over open borders, nothing closed, at most today's cost.

    Parameters
    ----------
    case
        The market.
    baseline
        The plan of today; it is allowed here too, so there is always an answer.
    effort
        Steps of the bound.

    Returns
    -------
    Solved
        The plan's own cost in euros, and a bound such that ``cost - bound`` is the proven gap:
        how far cost plus weighted journeys is from the best, in euros.
    float
        Weight on the journey, euros a pupil, kilometre and year.
    """
    market = case.market
    plain = problem(market, case.open)._replace(options=case.keeping)
    for weight in KM_WEIGHTS:
        weighted = dataclasses.replace(market, arc_cost=market.arc_cost + weight * market.km)
        layout = problem(weighted, case.open)._replace(options=case.keeping)
        start = Found(
            baseline.closes, baseline.seat, cost(weighted, layout, baseline.closes, baseline.seat)
        )
        plan = improve(weighted, layout, start, kicks=0)
        money = cost(market, plain, plan.closes, plan.seat)
        if money <= baseline.cost + 0.5:
            break
    bound = lagrangian_bound(
        layout, average_prices(weighted, plan), plan.cost,
        iterations=effort.steps, tolerance=effort.tolerance,
    )  # fmt: skip
    gap = max(plan.cost - bound.value, 0.0)
    return Solved(Found(plan.closes, plan.seat, money), money - gap), weight
