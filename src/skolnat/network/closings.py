"""Which units close when: local search on the bound, not on plans.

Two sets of closings often differ by less than what a search of the seats is out by, so that plans
tell which is better only by chance. The bound of all plans with one set of closings tells it: with
nothing open to mix it lies a few hundredths of a per cent below the best of them. When the closings
are given the periods no longer touch, so each is bounded by itself, once for every set of open
units. One unit after the other is closed in the period that lowers the sum most; only the few sets
whose plans may be the cheapest are then seated.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from skolnat.network.anneal import yearly
from skolnat.network.bound import Bound
from skolnat.network.bundle import sharpened
from skolnat.network.compiled import SIDE_BY_SIDE
from skolnat.network.kernel import Problem
from skolnat.network.market import BoolArray, FloatArray, IntArray
from skolnat.network.search import Found

_ENOUGH = 1e-5
"""Where no more than this part of a period's cost is promised, its bound is good enough."""

_FALL = 2e-6
"""A sum that is lower by this part is better."""

_DEARER = 1.03
"""How far above the cost of the best plan's period a bound is followed."""


@dataclass(frozen=True)
class Settled:
    """One set of closings, and a bound of all plans that have it.

    Parameters
    ----------
    closes
        Period in which each unit closes, shape (J,).
    value
        No plan with them costs less, euros over the horizon.
    prices
        Multipliers, euros a pupil and year, shape (P, I).
    """

    closes: IntArray
    value: float
    prices: FloatArray


class Periods:
    """Bounds of single periods with given open units, each computed once.

    Parameters
    ----------
    layout
        The market, with nothing forbidden that a plan may use.
    root
        Bound of the whole: its multipliers are where to begin.
    best
        The best plan known, whose cost by period says how far a bound is followed.
    rounds
        Steps of each bound at most.
    """

    def __init__(self, layout: Problem, root: Bound, best: Found, rounds: int) -> None:
        self._layout, self._root, self._rounds = layout, root, rounds
        self._known: dict[tuple[int, bytes], tuple[float, FloatArray]] = {}
        self._most = [
            _DEARER * layout.years[p] * self._cost(best, p) for p in range(layout.years.size)
        ]

    def _cost(self, plan: Found, p: int) -> float:
        seats = yearly(self._layout, plan.closes, p, plan.seat[p])
        return float(seats + self._layout.fixed[plan.closes > p].sum())

    @property
    def count(self) -> int:
        """How many bounds have been computed."""
        return len(self._known)

    def find(self, wanted: list[tuple[int, BoolArray]], near: FloatArray) -> list[float]:
        """Bound some periods, side by side; euros over their years."""
        new = [one for one in wanted if (one[0], one[1].tobytes()) not in self._known]
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            for (p, open_), found in zip(
                new, pool.map(lambda one: self._bound(one[0], one[1], near), new), strict=True
            ):
                self._known[p, open_.tobytes()] = found
        return [self._known[p, open_.tobytes()][0] for p, open_ in wanted]

    def _bound(self, p: int, open_: BoolArray, near: FloatArray) -> tuple[float, FloatArray]:
        here = slice(p, p + 1)
        layout = self._layout._replace(
            pupils=self._layout.pupils[here], years=self._layout.years[here],
            capacity=self._layout.capacity[here], closing=np.zeros((open_.size, 2)),
            options=np.stack([~open_, open_], axis=1),
            least=np.ascontiguousarray(self._layout.least[:, here]),
            most=np.ascontiguousarray(self._layout.most[:, here]),
        )  # fmt: skip
        begun = replace(self._root, layout=layout, multipliers=near[here])
        found = sharpened(begun, self._most[p], rounds=self._rounds, tolerance=0.0, promise=_ENOUGH)
        return found.value, found.multipliers[0]

    def settled(self, closes: IntArray, near: FloatArray) -> Settled:
        """Bound all plans with one set of closings."""
        sets = [(p, closes > p) for p in range(self._layout.years.size)]
        value = sum(self.find(sets, near))
        value += float(self._layout.closing[np.arange(closes.size), closes].sum())
        prices = np.stack([self._known[p, open_.tobytes()][1] for p, open_ in sets])
        return Settled(closes, value, prices)


def promising(
    layout: Problem, root: Bound, best: Found, *, tries: int, rounds: int
) -> list[Settled]:
    """Return sets of closings whose plans may be cheaper than the best one known.

    Parameters
    ----------
    layout
        The market, with nothing forbidden that a plan may use.
    root
        Bound of the whole, and what each option is worth.
    best
        The best plan known: its closings are where to begin.
    tries, rounds
        Units looked at, and steps of the bound of each period.

    Returns
    -------
    list of Settled
        Lowest bound first; without those whose bound reaches the plan's cost.
    """
    periods = Periods(layout, root, best, rounds)
    here = periods.settled(best.closes, root.multipliers)
    found = {here.closes.tobytes(): here}
    order = _doubtful(layout, root, best.cost)
    idle, turn = 0, 0
    while order and idle < len(order) and turn < tries:
        unit = order[turn % len(order)]
        turn += 1
        for one in _options(layout, periods, here, unit):
            found.setdefault(one.closes.tobytes(), one)
        least = min(found.values(), key=_value)
        idle += 1
        if least.value < here.value - _FALL * best.cost:
            here, idle = least, 0
    ranked = sorted(found.values(), key=_value)
    return [one for one in ranked if one.value < best.cost]


def _value(one: Settled) -> float:
    return one.value


def _doubtful(layout: Problem, root: Bound, target: float) -> list[int]:
    """Units that may close in more than one period, those first that it matters least for."""
    loss = np.where(layout.options, root.loss, np.inf)
    second = np.sort(loss, axis=1)[:, 1]
    order = np.argsort(second, kind="stable")
    return [int(unit) for unit in order if second[unit] <= target - root.value]


def _options(layout: Problem, periods: Periods, here: Settled, unit: int) -> list[Settled]:
    """Every closing of one unit, all others as they are; flips of single periods come first."""
    flipped = []
    for p in range(layout.years.size):
        open_ = here.closes > p
        open_[unit] = ~open_[unit]
        if open_.any():
            flipped.append((p, open_))
    periods.find(flipped, here.prices)
    sets = []
    for when in np.flatnonzero(layout.options[unit]):
        closes = here.closes.copy()
        closes[unit] = when
        if (closes > layout.years.size - 1).any():
            sets.append(periods.settled(closes, here.prices))
    return sets
