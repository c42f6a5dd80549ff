"""What a region wishes of a plan beyond the rules: limits that shape what may be chosen.

A wish narrows the plans that are looked at; it is no price. A limit of the journey and a
school that is kept or closed take choices away. A smallest school and a full house are put into
the search as a price that is higher than anything they could save, and whatever is still broken
is listed: the bound holds for every plan that keeps the wishes, because such a plan pays none
of these prices.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from skolnat.network.borders import opened
from skolnat.network.market import BoolArray, FloatArray, Market
from skolnat.network.scenarios import Case
from skolnat.network.search import Found

DETERRENT: Final = 500_000.0
"""Euros a pupil and year that steer away from breaking a wish; never part of a cost."""


@dataclass(frozen=True)
class Wishes:
    """Wishes of a region; those left out hold nobody back.

    Parameters
    ----------
    longest_km
        Longest journey one way, kilometres, by stage (``"1-6"``, ``"7-9"``).
    smallest
        Fewest pupils of an open unit, by stage.
    within_seats
        No pupil beyond the seats of a school: nothing is extended.
    keep, close
        Schools that stay open, and schools that close with their first year without teaching.
    agreements
        Groups of municipalities (indices) whose borders are open to one another; None leaves
        the borders to the scenario.
    budget
        Most that all municipalities together may spend, euros a year (gross, as evaluated).
    most_changes
        So often, at most, a child changes school within a stage, see
        :mod:`skolnat.network.cohorts`.
    contiguous
        Catchments hang together on the map, see :mod:`skolnat.network.catchments`.
    siblings
        Siblings are kept together, see :mod:`skolnat.network.siblings`.
    """

    longest_km: Mapping[str, float] = field(default_factory=dict)
    smallest: Mapping[str, float] = field(default_factory=dict)
    within_seats: bool = False
    keep: tuple[str, ...] = ()
    close: Mapping[str, int] = field(default_factory=dict)
    agreements: tuple[tuple[int, ...], ...] | None = None
    budget: float | None = None
    most_changes: int | None = None
    contiguous: bool = False
    siblings: bool = False

    @property
    def of_children(self) -> bool:
        """Whether something is wished of single squares over time or on the map."""
        return self.contiguous or self.siblings or self.most_changes is not None


@dataclass(frozen=True)
class Wished:
    """A market as the wishes leave it.

    Parameters
    ----------
    market
        The market, with prices on what the wishes forbid.
    allowed, options
        What is left to choose: see :class:`skolnat.network.scenarios.Case`.
    """

    market: Market
    allowed: BoolArray
    options: BoolArray


def wished(case: Case, allowed: BoolArray, wishes: Wishes, starts: tuple[int, ...]) -> Wished:
    """Narrow a market to what the wishes allow.

    Parameters
    ----------
    case
        The market.
    allowed
        The border regime of the scenario.
    wishes
        The wishes; ``agreements`` are put in place of the regime.
    starts
        First year of each period.
    """
    market = case.market
    if wishes.agreements is not None:
        allowed = case.closed
        for members in wishes.agreements:
            allowed = opened(market, allowed, members)
    longest = wishes.longest_km.get(market.stage, np.inf)
    smallest = float(wishes.smallest.get(market.stage, 0.0))
    options = case.options.copy()
    schools = [unit.rpartition(":")[0] for unit in market.units]
    for j, school in enumerate(schools):
        if school in wishes.keep:
            options[j, : market.periods] = False
        if school in wishes.close:
            when = int(np.searchsorted(starts, wishes.close[school]))
            options[j] = np.arange(market.periods + 1) == when
    if smallest > 0.0:
        market = dataclasses.replace(
            market, floor=np.full(len(market.units), smallest), shortfall=DETERRENT
        )
    if wishes.within_seats:
        market = dataclasses.replace(market, overflow=max(market.overflow, DETERRENT))
    return Wished(market, allowed & (market.km <= longest), options)


def broken(market: Market, plan: Found, wishes: Wishes) -> tuple[FloatArray, FloatArray]:
    """Pupils lacking in units that are too small, and pupils beyond the seats, shapes (P, J).

    Parameters
    ----------
    market
        The market as it is.
    plan, wishes
        A plan of it, and the wishes; zero where they ask for nothing.
    """
    loads: FloatArray = np.array(
        [
            np.bincount(seat, pupils, len(market.units))
            for seat, pupils in zip(plan.seat, market.pupils, strict=True)
        ]
    )
    open_ = plan.closes[None, :] > np.arange(market.periods)[:, None]
    least = float(wishes.smallest.get(market.stage, 0.0))
    lacking = np.where(open_, np.maximum(least - loads, 0.0), 0.0)
    beyond = np.maximum(loads - market.capacity, 0.0) * float(wishes.within_seats)
    return lacking, beyond
