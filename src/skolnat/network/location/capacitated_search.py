"""Plans of capacitated location: fill and local search, and HiGHS on neighbourhoods."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from skolnat.network.location.capacitated import Capacitated
from skolnat.network.location.capacitated_mip import Part, solve_part
from skolnat.network.location.moves import fill, improve
from skolnat.network.location.plan import BoolArray, FloatArray, IntArray, Plan
from skolnat.network.location.shake import shaken

NEAR, SIMILAR, CLOSE = 12, 30, 30
"""The search looks at the cheapest sites of each customer, so many that about ``NEAR`` of them are
open, at so many look-alikes of each site, and at its ``CLOSE`` cheapest customers or more."""


@dataclass(frozen=True)
class Tables:
    """A problem laid out for the search.

    Parameters
    ----------
    problem
        The problem.
    to_site
        Its costs by site, dearer than any plan where a customer may not go, shape (J, I).
    near, near_cost
        The cheapest sites of each customer, cheapest first, and what they cost, shape (I, K).
    close
        The cheapest customers of each site, cheapest first, shape (J, M).
    similar
        For each site those that are cheapest for its own cheapest customers, shape (J, M).
    price
        Of a unit of room, where plans begin to be mended.
    """

    problem: Capacitated
    to_site: FloatArray
    near: IntArray
    near_cost: FloatArray
    close: IntArray
    similar: IntArray
    price: float


def tables(problem: Capacitated) -> Tables:
    """Lay out a problem for the search."""
    places, sites = problem.cost.shape
    # A finite price that is dearer than any plan: differences of infinities are no numbers.
    finite = np.where(np.isfinite(problem.cost), problem.cost, 0.0)
    dear = 10.0 * (finite.max(axis=1).sum() + problem.opening.sum() + 1.0)
    cost = np.where(np.isfinite(problem.cost), problem.cost, dear)
    to_site = np.ascontiguousarray(cost.T)
    number = problem.count or max(1.0, problem.demand.sum() / max(1.0, problem.capacity.mean()))
    width = min(sites, max(40, int(NEAR * sites / number)))
    near = np.argsort(cost, axis=1, kind="stable")[:, :width]
    kept = min(SIMILAR + 1, sites)
    similar = np.empty((sites, kept - 1), dtype=np.int64)
    own = min(10, places)
    for j in range(sites):
        customers = np.argpartition(to_site[j], own - 1)[:own]
        alike = to_site[:, customers].sum(axis=1)
        alike[j] = -np.inf
        first = np.argpartition(alike, kept - 1)[:kept]
        first = first[np.argsort(alike[first], kind="stable")]
        similar[j] = first[first != j][: kept - 1]
    mean_demand = max(1.0, float(problem.demand.mean()))
    price = max(float(np.median(finite)), 1e-3) / mean_demand / 10.0
    near = np.ascontiguousarray(near)
    many = min(places, max(CLOSE, int(4 * places / number)))
    close = np.argsort(to_site, axis=1, kind="stable")[:, :many]
    near_cost = np.take_along_axis(cost, near, axis=1)
    return Tables(problem, to_site, near, near_cost, np.ascontiguousarray(close), similar, price)


def searched(
    given: Tables, is_open: BoolArray, guide: FloatArray, passes: int = 100
) -> Plan | None:
    """Seat everybody at the open sites and improve that; None when no room was found.

    Parameters
    ----------
    given
        The problem.
    is_open
        Open sites, shape (J,).
    guide
        Price of a unit of room at each site (0 or below), shape (J,).
    passes
        Rounds of local search at each price.
    """
    return mended(given, is_open, filled(given, is_open, guide), passes)


def filled(given: Tables, is_open: BoolArray, guide: FloatArray) -> IntArray:
    """Seat everybody at the open sites, which may overfill some; as :func:`searched`."""
    problem = given.problem
    seat = np.empty(problem.demand.size, np.int64)
    load = np.empty(problem.capacity.size, np.int64)
    fill(given.to_site, problem.demand, problem.capacity, is_open.copy(), guide, seat, load)
    return seat


def mended(given: Tables, is_open: BoolArray, seat: IntArray, passes: int = 100) -> Plan | None:
    """Improve a plan, at higher and higher prices of what does not fit; None when that fails."""
    problem, price = given.problem, given.price
    load = np.bincount(seat, problem.demand, problem.capacity.size).astype(np.int64)
    is_open, seat = is_open.copy(), seat.copy()
    for _ in range(12):
        improve(
            given.to_site, given.near, given.similar, problem.demand, problem.capacity,
            problem.opening, is_open, seat, load, price, problem.count == 0, passes,
        )  # fmt: skip
        if np.all(load <= problem.capacity):
            plan = problem.plan(seat, np.nonzero(is_open)[0])
            return plan if problem.holds(plan) else None
        price *= 3.0
    return None


@dataclass
class Annealing:
    """A cooling search over plans, in stages, so that it can be looked at and stopped.

    Parameters
    ----------
    given
        The problem.
    worth
        Of each site at the multipliers: the lower, the likelier it is opened, shape (J,).
    plan
        Where it begins; it need not fit.
    stages, rounds
        So many stages of so many rounds.
    seed
        Of chance.
    warm, cold
        First and last temperature, as shares of what a customer costs.
    """

    given: Tables
    worth: FloatArray
    plan: Plan
    stages: int
    rounds: int
    seed: int
    warm: float = 0.7
    cold: float = 0.02

    def __iter__(self) -> Iterator[Plan]:
        """Yield the best plan so far after each stage."""
        problem, best = self.given.problem, self.plan
        most = min(problem.capacity.size, max(30, 3 * best.open.size))
        likely = np.argsort(self.worth, kind="stable")[:most]
        is_open = np.zeros(problem.capacity.size, dtype=bool)
        is_open[best.open] = True
        seat, rng, given = best.seat, np.random.default_rng(self.seed), self.given
        cooling = (self.cold / self.warm) ** (1.0 / self.stages)
        each = best.cost / seat.size
        price = each / max(1.0, float(problem.demand.mean()))
        for stage in range(self.stages):
            warm = self.warm * each * cooling**stage
            cost, found_open, found, is_open, seat, price = shaken(
                given.to_site, given.near, given.near_cost, given.close, given.similar,
                problem.demand, problem.capacity, problem.opening, likely, is_open, seat, price,
                problem.count == 0, self.rounds, rng, warm, warm * cooling,
            )  # fmt: skip
            if cost < best.cost or (np.isfinite(cost) and not problem.holds(best)):
                best = problem.plan(found, np.nonzero(found_open)[0])
            yield best


@dataclass
class Neighbourhoods:
    """Parts of a plan solved anew by HiGHS, one after the other.

    A part is some open sites that lie together, all their customers, and the most promising
    closed sites between them. Its size follows how long HiGHS needs.

    Parameters
    ----------
    given
        The problem.
    worth
        Of each site at the multipliers: the lower, the likelier it is open, shape (J,).
    price
        Of a unit of room at the multipliers (0 or below), shape (J,).
    rng
        Chance.
    """

    given: Tables
    worth: FloatArray
    price: FloatArray
    rng: np.random.Generator
    size: float = 30.0
    patience: float = 4.0
    idle: int = 0
    done: set[int] = field(default_factory=set)

    def step(self, plan: Plan, seconds: float) -> Plan:
        """Solve one part of a plan anew; return the plan, better if it could be."""
        part = self._part(plan)
        inside = np.nonzero(np.isin(plan.seat, part.sites))[0]
        key = hash((part.sites.tobytes(), plan.seat[inside].tobytes()))
        self.idle += 1
        if key in self.done:
            return plan
        problem = self.given.problem
        seat = plan.seat[part.customers]
        opened = np.isin(part.sites, plan.open)
        before = (
            problem.cost[part.customers, seat].sum() + problem.opening[part.sites[opened]].sum()
        )
        began = time.perf_counter()
        outcome, found, sites = solve_part(
            problem, part, seconds=min(self.patience, seconds), seat=seat, opened=opened,
            relative_gap=1e-5,
        )  # fmt: skip
        took = time.perf_counter() - began
        if outcome.done and took < 0.25 * self.patience:
            self.size = min(self.size * 1.05, plan.seat.size)
        elif not outcome.done:
            self.size = max(self.size * 0.93, 8.0)
        if outcome.done:
            self.done.add(key)
        if found is None or sites is None or outcome.cost >= before - 1e-9 * abs(before):
            return plan
        return self._taken(plan, part, found, sites)

    def _taken(self, plan: Plan, part: Part, found: IntArray, sites: IntArray) -> Plan:
        """Put a solved part into the plan, and let the local search go on from there."""
        problem = self.given.problem
        seat = plan.seat.copy()
        seat[part.customers] = found
        opened = np.concatenate((np.setdiff1d(plan.open, part.sites), sites))
        if not problem.count:
            opened = np.unique(seat)
        better = problem.plan(seat, opened)
        if not problem.holds(better) or better.cost >= plan.cost:
            return plan
        self.idle = 0
        is_open = np.zeros(problem.capacity.size, dtype=bool)
        is_open[better.open] = True
        further = mended(self.given, is_open, better.seat)
        return further if further is not None and further.cost < better.cost else better

    def _part(self, plan: Plan) -> Part:
        """Choose open sites that lie together until they have customers enough."""
        problem, to_site = self.given.problem, self.given.to_site
        seed = int(self.rng.choice(plan.open))
        own = np.nonzero(plan.seat == seed)[0]
        if not own.size:
            own = np.argsort(to_site[seed])[:5]
        away = to_site[np.ix_(plan.open, own)].sum(axis=1)
        away *= 1.0 + 0.3 * self.rng.random(away.size)
        away[plan.open == seed] = -np.inf
        members = np.bincount(plan.seat, minlength=problem.capacity.size)
        ranked = plan.open[np.argsort(away, kind="stable")]
        held = np.cumsum(members[ranked])
        chosen = ranked[: max(2, int(np.searchsorted(held, self.size)) + 1)]
        customers = np.nonzero(np.isin(plan.seat, chosen))[0]
        between = np.unique(self.given.similar[chosen])
        between = np.setdiff1d(between, plan.open)
        noise = (
            self.rng.random(between.size)
            * 0.3
            * np.std(self.worth[between] if between.size else 0.0)
        )
        most = max(6, 2 * chosen.size)
        closed = between[np.argsort(self.worth[between] + noise, kind="stable")[:most]]
        sites = np.sort(np.concatenate((chosen, closed)))
        wanted = (
            problem.cost[np.ix_(customers, sites)]
            - self.price[sites][None, :] * problem.demand[customers][:, None]
        )
        rank = np.argsort(np.argsort(wanted, axis=1, kind="stable"), axis=1)
        pairs = (rank < 10) & np.isfinite(wanted)
        pairs |= plan.seat[customers][:, None] == sites[None, :]
        count = chosen.size if problem.count else 0
        return Part(customers, sites, pairs, np.zeros(sites.size, dtype=bool), count)
