"""Cost against journeys against disruption: plans of which none is better in all three.

Put a price on a pupil's kilometre and one on a pupil who has another school than with no change,
and ask for the cheapest plan. Whatever the prices, the plan is one of the front (weighted sums;
Ehrgott 2005, *Multicriteria Optimization*), and its bound proves a whole half-space empty: no plan
has ``cost + a * km + b * moved`` below it. Plans of the front that lie in a hollow of it are not
found by any prices; between two neighbours there may be some.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from skolnat.network.market import BoolArray, FloatArray, IntArray, Market
from skolnat.network.scenarios import Case, solve_in_parts
from skolnat.network.search import Found
from skolnat.network.solve import Effort, Solved

KM_PRICES: Final = (0.0, 100.0, 300.0, 1_000.0, 3_000.0)
"""Euros a pupil, kilometre one way and year."""

MOVED_PRICES: Final = (0.0, 300.0, 1_000.0, 3_000.0, 10_000.0)
"""Euros a pupil and year in another school than with no change."""


TWINS: Final = 0.002
"""Plans that differ by less than this part of the front's breadth in every aim are one."""


@dataclass(frozen=True)
class Aim:
    """Prices of what is not money.

    Parameters
    ----------
    km
        Euros a pupil, kilometre one way and year.
    moved
        Euros a pupil and year in another school than with no change.
    """

    km: float
    moved: float


@dataclass(frozen=True)
class FrontPlan:
    """One plan of the front, means over the planned years.

    Parameters
    ----------
    aim
        The prices it is best for.
    cost
        What a plan can change and this one costs, euros a year.
    pupil_km
        Kilometres one way of all pupils together.
    moved
        Pupils in another school than with no change.
    bound
        No plan has ``cost + aim.km * pupil_km + aim.moved * moved`` below it, euros a year.
    plans
        The plan of each market.
    """

    aim: Aim
    cost: float
    pupil_km: float
    moved: float
    bound: float
    plans: tuple[Found, ...]

    @property
    def weighted(self) -> float:
        """Cost with journeys and disruption at their prices, euros a year."""
        return self.cost + self.aim.km * self.pupil_km + self.aim.moved * self.moved

    @property
    def gap(self) -> float:
        """How far the weighted sum may be from the least, as a share of it."""
        return max(self.weighted - self.bound, 0.0) / max(self.weighted, 1e-12)

    @property
    def aims(self) -> FloatArray:
        """Cost, journeys and disruption."""
        return np.array([self.cost, self.pupil_km, self.moved])


def aims() -> tuple[Aim, ...]:
    """Return the prices that are tried, all pairs."""
    return tuple(Aim(km, moved) for km in KM_PRICES for moved in MOVED_PRICES)


def priced(market: Market, today: IntArray, aim: Aim) -> Market:
    """Return the market with the prices of an aim on its journeys.

    Parameters
    ----------
    market
        The market.
    today
        Unit of each cell when nothing changes, shape (I,).
    aim
        The prices.
    """
    elsewhere = np.arange(len(market.units))[None, :] != today[:, None]
    arc_cost = market.arc_cost + aim.km * market.km + aim.moved * elsewhere
    return dataclasses.replace(market, arc_cost=arc_cost)


def best_for(
    case: Case, allowed: BoolArray, today: Found, start: Found | None, aim: Aim, effort: Effort,
    seed: int,
) -> tuple[Solved, FloatArray]:  # fmt: skip
    """Solve one market for an aim.

    Returns
    -------
    Solved
        The plan with its weighted cost and bound, euros over the horizon.
    ndarray
        Cost, pupil-kilometres and moved pupils over the horizon, shape (3,).
    """
    market = case.market
    weighted = dataclasses.replace(case, market=priced(market, today.seat[0], aim))
    solved = solve_in_parts(weighted, allowed, start, effort, seed)
    seat = solved.plan.seat
    weight = market.years[:, None] * market.pupils
    km = float((weight * market.km[np.arange(seat.shape[1]), seat]).sum())
    moved = float((weight * (seat != today.seat[0])).sum())
    money = solved.plan.cost - aim.km * km - aim.moved * moved
    return solved, np.array([money, km, moved])


def undominated(plans: Sequence[FrontPlan]) -> tuple[FrontPlan, ...]:
    """Return the plans to which no other is at least equal in all three aims, cheapest first."""
    kept: list[FrontPlan] = []
    for k, plan in enumerate(plans):
        beaten = False
        for m, other in enumerate(plans):
            no_worse = (other.aims <= plan.aims + 1e-6).all()
            better = (other.aims < plan.aims - 1e-6).any()
            beaten |= bool(no_worse and (better or m < k) and m != k)
        if not beaten:
            kept.append(plan)
    return tuple(sorted(kept, key=lambda plan: plan.cost))


def apart(plans: Sequence[FrontPlan]) -> tuple[FrontPlan, ...]:
    """Return plans without those that differ from a cheaper one by nothing that anybody sees.

    Parameters
    ----------
    plans
        As of :func:`undominated`. Two plans are one when they differ by less than :data:`TWINS` of
        the breadth of the front in all three aims.
    """
    if not plans:
        return ()
    values = np.array([plan.aims for plan in plans])
    breadth = np.maximum(values.max(axis=0) - values.min(axis=0), 1e-9)
    kept: list[int] = []
    for k in range(len(plans)):
        near = (np.abs(values[kept] - values[k]) < TWINS * breadth).all(axis=1)
        if not near.any():
            kept.append(k)
    return tuple(plans[k] for k in kept)
