"""Branch and bound over what a relaxation leaves undecided: closings, and loads.

The relaxation may mix plans of a unit: open and closed, or full and empty, because the cost of a
load is not convex. A node of the tree may be split in a unit's options (closing early against late
or never), or in its load in a period at the mean (fewer pupils against more). Where mixing saves
most by the relaxation's own means, a few such splits are looked at with a short bound of both
sides, and the one that lifts both is taken (strong branching; Applegate, Bixby, Chvátal and Cook
1995): units that stand for one another, as two schools of one town do, lift nothing by
themselves. The node of the lowest bound is always next, and the lowest bound among open nodes is
the proof.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from skolnat.network.bound import Bound
from skolnat.network.bundle import sharpened
from skolnat.network.kernel import Problem
from skolnat.network.market import BoolArray, FloatArray, IntArray, Market
from skolnat.network.search import Found

Sides = tuple[Problem, Problem]

Seat = Callable[[Bound, IntArray, Found], Found | None]
"""Seats the pupils when the periods of closing are given: by a bound, and not far above a plan."""


@dataclass(frozen=True)
class TreeEffort:
    """How much of a tree to look at, in counts.

    Parameters
    ----------
    nodes
        Sides of splits at most.
    steps
        Steps of the bound of each.
    look, closings, loads
        Steps in which a split is judged, and how many splits of options and of loads are.
    plans
        Plans rounded from nodes and improved at most.
    tolerance
        Gap, as a share of the cost, at which to stop.
    """

    nodes: int
    steps: int
    plans: int
    tolerance: float
    look: int = 20
    closings: int = 4
    loads: int = 2


class Tree:
    """A search tree that can be grown node by node; at every moment it has a bound.

    Parameters
    ----------
    market
        The market.
    root
        Bound of the whole.
    best
        The best plan known.
    seat
        Makes a plan with some closings, if a good one can be made.
    """

    def __init__(self, market: Market, root: Bound, best: Found, seat: Seat) -> None:
        self.market, self.best, self.seat = market, best, seat
        self.nodes = 0
        self._queue: list[tuple[float, int, Bound]] = [(root.value, 0, root)]
        self._closed: list[float] = []
        self._tried: set[bytes] = set()

    @property
    def bound(self) -> float:
        """No plan costs less, euros over the horizon."""
        return min([value for value, _, _ in self._queue] + [*self._closed, self.best.cost])

    def grow(self, effort: TreeEffort) -> bool:
        """Split the node of the lowest bound; False when there is nothing left to do."""
        near = self.best.cost - self.bound <= effort.tolerance * self.best.cost
        if near or not self._queue or self.nodes >= effort.nodes:
            return False
        value, _, node = heapq.heappop(self._queue)
        sides = self._split(node, effort)
        if not sides:
            # Nothing is left to split: this bound stands.
            self._closed.append(value)
            return True
        for side in sides:
            self.nodes += 1
            bound = side
            if side.value < self.best.cost:
                bound = self._sharpened(side, effort.steps, effort)
                self._round(bound, effort)
            known = max(bound.value, side.value, value)
            if known < self.best.cost:
                heapq.heappush(self._queue, (known, self.nodes, bound))
        return True

    def _sharpened(self, bound: Bound, steps: int, effort: TreeEffort) -> Bound:
        return sharpened(bound, self.best.cost, rounds=steps, tolerance=effort.tolerance / 4)

    def _split(self, node: Bound, effort: TreeEffort) -> tuple[Bound, ...]:
        """Both sides of the split that lifts most; none where nothing is mixed."""
        best: tuple[Bound, ...] = ()
        most = -1.0
        for sides in splits(node, self.market.years, effort.closings, effort.loads):
            both = tuple(
                self._sharpened(replace(node, layout=side), effort.look, effort) for side in sides
            )
            lift = [max(min(side.value, self.best.cost) - node.value, 1.0) for side in both]
            if lift[0] * lift[1] > most:
                most, best = lift[0] * lift[1], both
        return best

    def _round(self, bound: Bound, effort: TreeEffort) -> None:
        wish = nearest(closes_above(bound.share, 0.5), bound.layout.options)
        if len(self._tried) >= effort.plans or wish.tobytes() in self._tried:
            return
        self._tried.add(wish.tobytes())
        plan = self.seat(bound, wish, self.best)
        if plan is not None:
            self.best = min(self.best, plan, key=lambda p: p.cost)


def closes_above(share: FloatArray, threshold: FloatArray | float) -> IntArray:
    """Units stay open until their share first falls to the threshold, shape (J,)."""
    open_ = share > threshold
    periods = share.shape[0]
    result: IntArray = np.where(open_.all(axis=0), periods, open_.argmin(axis=0)).astype(np.int64)
    return result


def latest(options: BoolArray) -> IntArray:
    """The latest allowed period of closing of each unit, shape (J,)."""
    last = options.shape[1] - 1
    result: IntArray = (last - options[:, ::-1].argmax(axis=1)).astype(np.int64)
    return result


def nearest(closes: IntArray, options: BoolArray) -> IntArray:
    """The allowed period of closing nearest to the wish, shape (J,)."""
    periods = np.arange(options.shape[1])
    distance = np.abs(periods[None, :] - closes[:, None]) + np.where(options, 0.0, np.inf)
    result: IntArray = distance.argmin(axis=1).astype(np.int64)
    return result


def splits(node: Bound, years: FloatArray, closings: int, loads: int) -> list[Sides]:
    """Splits of a node where its relaxation mixes most; none where nothing is mixed.

    Parameters
    ----------
    node
        The node's bound.
    years
        Length of each period, shape (P,).
    closings, loads
        How many splits of options and of loads at most.
    """
    by_option = [_split_options(node, unit) for unit in _mixed_closings(node, years)[:closings]]
    by_load = [_split_load(node, unit, p) for p, unit in _mixed_loads(node, years)[:loads]]
    return by_option + by_load


def _mixed_closings(node: Bound, years: FloatArray) -> list[int]:
    """Units of which it is in doubt whether they are open, by the euros that lie in it."""
    layout = node.layout
    doubt = years @ np.minimum(node.share, 1.0 - node.share) * layout.fixed
    doubt[layout.options.sum(axis=1) < 2] = 0.0
    return [int(unit) for unit in np.argsort(-doubt, kind="stable") if doubt[unit] > 0.0]


def _mixed_loads(node: Bound, years: FloatArray) -> list[tuple[int, int]]:
    """Periods and units whose loads are mixed, by the euros over the horizon that this saves."""
    layout = node.layout
    share = np.maximum(node.share, 1e-9)
    mean = node.load / share
    saved = share * _teaching(layout, mean) - node.teaching
    inside = (node.share > 0.05) & (mean > layout.least.T + 0.5) & (mean < layout.most.T - 0.5)
    saved = np.where(inside, years[:, None] * saved, 0.0)
    order = np.argsort(-saved, axis=None, kind="stable")
    places = zip(*np.unravel_index(order, saved.shape), strict=True)
    return [(int(p), int(unit)) for p, unit in places if saved[p, unit] > 0.0]


def _teaching(layout: Problem, load: FloatArray) -> FloatArray:
    """Euros a year for groups and seats, shape (P, J)."""
    table = layout.table
    whole = np.minimum(load.astype(np.int64), table.size - 2)
    value: FloatArray = table[whole] + (table[whole + 1] - table[whole]) * (load - whole)
    return value + layout.overflow * np.maximum(load - layout.capacity, 0.0)


def _split_options(node: Bound, unit: int) -> Sides:
    """Two halves of a unit's options: closing early, closing late or never."""
    left = np.flatnonzero(node.layout.options[unit])
    open_periods = float(node.share[:, unit].sum())
    cut = int(np.clip(np.searchsorted(left, open_periods), 1, left.size - 1))
    return tuple(_with_options(node.layout, unit, part) for part in (left[:cut], left[cut:]))  # type: ignore[return-value]


def _with_options(layout: Problem, unit: int, part: IntArray) -> Problem:
    options = layout.options.copy()
    options[unit] = False
    options[unit, part] = True
    return layout._replace(options=options)


def _split_load(node: Bound, unit: int, period: int) -> Sides:
    """Fewer pupils than the mean in one period, or at least as many."""
    layout = node.layout
    at = float(node.load[period, unit] / node.share[period, unit])
    most, least = layout.most.copy(), layout.least.copy()
    most[unit, period] = at
    least[unit, period] = at
    return layout._replace(most=most), layout._replace(least=least)
