"""Which units close when: sets of open units ranked by what no plan with them can cost less than.

Plans cannot rank closings: seats found by chance differ by a tenth of a per cent, the best closings
by less. With the closings given the periods no longer touch (:mod:`skolnat.network.apart`), and the
bound of each is soon known: a linear programme gives the prices to begin with
(:mod:`skolnat.network.linear`), a few steps of the bundle the rest. So each period has a pool of
sets of open units with their bounds, each computed once. The cheapest chain through the pools is
where the search stands; it tries sets that differ from it by one unit, or by one that opens and
another that closes, where the bound of the whole leaves in doubt which. What is good in one period
is tried in the others.

Values here rank, and prove nothing of a plan: a programme looks at the nearest open units of a
square alone. What is proven comes from :mod:`skolnat.network.bound`.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from skolnat.network.apart import apart, chains
from skolnat.network.bound import Bound
from skolnat.network.bundle import sharpened
from skolnat.network.compiled import SIDE_BY_SIDE
from skolnat.network.kernel import Problem
from skolnat.network.linear import Programme, linear
from skolnat.network.market import BoolArray, IntArray
from skolnat.network.search import Found
from skolnat.network.tree import closes_above, latest, nearest

_ENOUGH = 3e-7
"""Where no more than this part of a period's cost is promised, its bound is good enough."""

_WIDTH = 5e-4
"""A set is followed until it is worse than the best by this part of the whole cost."""

_FALL = 2e-6
"""A chain that is lower by this part is better."""

_UNDECIDED = 0.01
"""Where the relaxation opens a unit by more than this part and less than the rest, it is in
doubt."""

_UNLIKE = 0.05
"""What counts as so much where the plan in hand and the relaxation's rounding differ."""

_SPREAD = 4
"""So many of the best sets of each period are tried in every other."""


@dataclass(frozen=True)
class Settled:
    """One set of closings, and what plans that have it cost at least.

    Parameters
    ----------
    closes
        Period in which each unit closes, shape (J,).
    value
        Euros over the horizon: a bound in markets where no square has more than
        :data:`skolnat.network.linear.NEAR` open units, and nearly one in others.
    """

    closes: IntArray
    value: float


@dataclass(frozen=True)
class _Set:
    """Open units of one period, and their bound in euros."""

    open: BoolArray
    value: float


class Pools:
    """Sets of open units by period, each bounded once.

    Parameters
    ----------
    layout
        The market, with nothing forbidden that a plan may use.
    root
        Bound of the whole: its multipliers are where to begin.
    cost
        Of the best plan known, euros over the horizon.
    rounds
        Steps of each bound at most.
    usual
        Units that may be open in the sets that are looked at, shape (P, J): sets with others
        take longer.
    """

    def __init__(
        self, layout: Problem, root: Bound, cost: float, rounds: int, usual: BoolArray
    ) -> None:
        self._parts, self._root, self._rounds = apart(layout, root), root, rounds
        self._width = _WIDTH * abs(cost)
        self._programmes = [
            Programme(part, 0, usual[p]) for p, part in enumerate(self._parts.periods)
        ]
        self._sets: list[dict[bytes, _Set]] = [{} for _ in self._parts.periods]

    @property
    def count(self) -> int:
        """How many bounds have been computed."""
        return sum(len(sets) for sets in self._sets)

    def add(self, wanted: list[tuple[int, BoolArray]]) -> None:
        """Bound some sets of periods, side by side, those that are not known yet."""
        new = {(p, open_.tobytes()): (p, open_) for p, open_ in wanted}
        jobs: list[list[BoolArray]] = [[] for _ in self._sets]
        for (p, key), (_, open_) in new.items():
            if key not in self._sets[p]:
                jobs[p].append(open_)
        # A period's programme goes on from its last solution: one after the other within it.
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            list(pool.map(self._add, range(len(jobs)), jobs))

    def _add(self, p: int, sets: list[BoolArray]) -> None:
        limit = self._limit(p)
        for open_ in sets:
            self._sets[p][open_.tobytes()] = self._bounded(p, open_, limit)

    def _limit(self, p: int) -> float:
        """Where a set of a period is not followed any further."""
        least = min((one.value for one in self._sets[p].values()), default=np.inf)
        return least + self._width

    def _bounded(self, p: int, open_: BoolArray, limit: float) -> _Set:
        part = self._parts.periods[p]
        allowed = np.where(open_, part.options[:, 1], part.options[:, 0]).all()
        start = None
        if allowed:
            start = self._programmes[p].solve(open_) or linear(part, 0, open_)
        if start is None:
            return _Set(open_, np.inf)
        once = float(np.where(open_, part.closing[:, 1], part.closing[:, 0]).sum())
        least = once + part.years[0] * (part.fixed[open_].sum() + start.value)
        target = limit if np.isfinite(limit) else least + self._width
        if least >= target:
            return _Set(open_, least)
        given = part._replace(options=np.stack([~open_, open_], axis=1))
        begun = replace(self._root, layout=given, multipliers=start.prices[None, :])
        found = sharpened(begun, target, rounds=self._rounds, tolerance=0.0, promise=_ENOUGH)
        return _Set(open_, max(found.value, least))

    def chains(self) -> list[Settled]:
        """The cheapest chain through every set, cheapest first."""
        sets = [list(pool.values()) for pool in self._sets]
        if not all(sets):
            return []
        found = chains(
            self._parts,
            [np.array([one.value for one in pool]) for pool in sets],
            [np.stack([one.open for one in pool]) for pool in sets],
        )
        return [
            Settled(
                np.sum([sets[p][k].open for p, k in enumerate(chain)], axis=0, dtype=np.int64),
                value,
            )
            for value, chain in found
        ]

    def best(self, p: int, count: int) -> list[BoolArray]:
        """The cheapest sets of a period."""
        ranked = sorted(self._sets[p].values(), key=lambda one: one.value)
        return [one.open for one in ranked[:count] if np.isfinite(one.value)]


def promising(
    layout: Problem, root: Bound, best: Found, *, tries: int, rounds: int, doubtful: int
) -> Iterator[list[Settled]]:
    """Yield sets of closings whose plans may be cheaper than the best one known, again and again.

    Parameters
    ----------
    layout
        The market, with nothing forbidden that a plan may use.
    root
        Bound of the whole, and how often each unit is open in it.
    best
        The best plan known.
    tries, rounds
        Times that the neighbours of a chain are looked at, at most, and steps of each bound.
    doubtful
        Units that are tried open and closed, at most.

    Yields
    ------
    list of Settled
        Lowest bound first; without those whose bound reaches the plan's cost. Each list is at
        least as good as the one before, and the last one is what the search ends with.
    """
    periods = layout.years.size
    planned = best.closes[None, :] > np.arange(periods)[:, None]
    rounded = _rounded(layout, root)[None, :] > np.arange(periods)[:, None]
    units = _doubtful(layout, root, planned, doubtful)
    usual = planned | rounded
    usual[:, units] = True
    pools = Pools(layout, root, best.cost, rounds, usual)
    pools.add([(p, start[p]) for start in (planned, rounded) for p in range(periods)])
    ranked, last = pools.chains(), np.inf
    for _ in range(tries):
        yield [one for one in ranked if one.value < best.cost]
        if not ranked or ranked[0].value > last - _FALL * abs(best.cost):
            return
        last, closes = ranked[0].value, ranked[0].closes
        pools.add([(p, one) for p in range(periods) for one in _near(closes > p, units)])
        good = [one for p in range(periods) for one in pools.best(p, _SPREAD)]
        pools.add([(p, one) for one in good for p in range(periods)])
        ranked = pools.chains()
    yield [one for one in ranked if one.value < best.cost]


def _rounded(layout: Problem, root: Bound) -> IntArray:
    """Closings nearest to the relaxation's, later where a square would have no open unit."""
    closes = nearest(closes_above(root.share, 0.5), layout.options)
    last = latest(layout.options)
    possible = np.isfinite(layout.journey)
    for p in range(layout.years.size):
        for i in range(possible.shape[0]):
            if not possible[i, closes > p].any():
                may = possible[i] & (last > p)
                unit = int(np.argmax(np.where(may, root.share[p], -1.0)))
                closes[unit] = last[unit]
    return closes


def _doubtful(layout: Problem, root: Bound, planned: BoolArray, count: int) -> list[int]:
    """Units of which it is in doubt when they are open, by the euros that lie in it."""
    mixed = np.minimum(root.share, 1.0 - root.share)
    unlike = planned != (root.share > 0.5)
    mixed = np.where(mixed > _UNDECIDED, mixed, 0.0) + _UNLIKE * unlike
    doubt = layout.years @ mixed * layout.fixed
    doubt[layout.options.sum(axis=1) < 2] = 0.0
    return [int(unit) for unit in np.argsort(-doubt, kind="stable")[:count] if doubt[unit] > 0.0]


def _near(open_: BoolArray, units: list[int]) -> Iterator[BoolArray]:
    """Sets that differ by one of some units, or by one that opens and one that closes."""
    for k, unit in enumerate(units):
        one = open_.copy()
        one[unit] ^= True
        yield one
        for other in units[:k]:
            if open_[other] != open_[unit]:
                two = one.copy()
                two[other] ^= True
                yield two
