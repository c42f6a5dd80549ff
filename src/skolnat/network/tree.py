"""Branch and bound over what a relaxation leaves undecided: closings, and loads.

The relaxation may mix plans of a unit: open and closed, or full and empty, because the cost of a
load is not convex. A node of the tree is split where mixing saves most by the relaxation's own
means: a unit's options in two halves (closing early against late or never), or its load in a
period at the mean (fewer pupils against more). The node of the lowest bound is always next, and
the lowest bound among open nodes is the proof.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from skolnat.network.bound import Bound, lagrangian_bound
from skolnat.network.kernel import Problem
from skolnat.network.market import BoolArray, FloatArray, IntArray, Market
from skolnat.network.search import Found, fill, improve

Sides = tuple[Problem, Problem]


@dataclass(frozen=True)
class TreeEffort:
    """How much of a tree to look at, in counts.

    Parameters
    ----------
    nodes
        Bounds computed at most.
    steps
        Subgradient steps of each.
    plans
        Plans rounded from nodes and improved at most.
    tolerance
        Gap, as a share of the cost, at which to stop.
    """

    nodes: int
    steps: int
    plans: int
    tolerance: float


class Tree:
    """A search tree that can be grown node by node; at every moment it has a bound.

    Parameters
    ----------
    market, layout
        The market, and its layout with nothing forbidden that a plan may use.
    root
        Bound of the whole.
    best
        The best plan known.
    seed
        Of the searches from rounded plans.
    """

    def __init__(
        self, market: Market, layout: Problem, root: Bound, best: Found, seed: int
    ) -> None:
        self.market, self.layout, self.best, self.seed = market, layout, best, seed
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
        sides = split(node, self.market.years)
        if sides is None:
            # Nothing is left to split: this bound stands.
            self._closed.append(value)
            return True
        for side in sides:
            self.nodes += 1
            bound = lagrangian_bound(
                side, node.multipliers, self.best.cost,
                iterations=effort.steps, tolerance=effort.tolerance / 4, scale=0.4,
            )  # fmt: skip
            self._round(bound, effort)
            known = max(bound.value, value)
            if known < self.best.cost:
                heapq.heappush(self._queue, (known, self.nodes, bound))
        return True

    def _round(self, bound: Bound, effort: TreeEffort) -> None:
        wish = nearest(closes_above(bound.share, 0.5), bound.layout.options)
        if len(self._tried) >= effort.plans or wish.tobytes() in self._tried:
            return
        self._tried.add(wish.tobytes())
        start = fill(self.market, self.layout, wish)
        if start is not None:
            plan = improve(self.market, self.layout, start, kicks=0, seed=self.seed + self.nodes)
            self.best = min(self.best, plan, key=lambda p: p.cost)


def closes_above(share: FloatArray, threshold: FloatArray | float) -> IntArray:
    """Units stay open until their share first falls to the threshold, shape (J,)."""
    open_ = share > threshold
    periods = share.shape[0]
    result: IntArray = np.where(open_.all(axis=0), periods, open_.argmin(axis=0)).astype(np.int64)
    return result


def nearest(closes: IntArray, options: BoolArray) -> IntArray:
    """The allowed period of closing nearest to the wish, shape (J,)."""
    periods = np.arange(options.shape[1])
    distance = np.abs(periods[None, :] - closes[:, None]) + np.where(options, 0.0, np.inf)
    result: IntArray = distance.argmin(axis=1).astype(np.int64)
    return result


def split(node: Bound, years: FloatArray) -> Sides | None:
    """Split a node where its relaxation mixes most; None where nothing is mixed.

    Parameters
    ----------
    node
        The node's bound.
    years
        Length of each period, shape (P,).
    """
    closing, unit = _mixed_closing(node, years)
    loading, period, full = _mixed_load(node, years)
    if closing <= 0.0 and loading <= 0.0:
        return None
    if closing >= loading:
        return _split_options(node, unit)
    return _split_load(node, full, period)


def _mixed_closing(node: Bound, years: FloatArray) -> tuple[float, int]:
    """Euros over the horizon that lie in the doubt whether a unit is open, and the unit."""
    layout = node.layout
    doubt = years @ np.minimum(node.share, 1.0 - node.share) * layout.fixed
    doubt[layout.options.sum(axis=1) < 2] = 0.0
    unit = int(doubt.argmax())
    return float(doubt[unit]), unit


def _mixed_load(node: Bound, years: FloatArray) -> tuple[float, int, int]:
    """Euros over the horizon that mixing loads saves, with period and unit."""
    layout = node.layout
    share = np.maximum(node.share, 1e-9)
    mean = node.load / share
    saved = share * _teaching(layout, mean) - node.teaching
    inside = (node.share > 0.05) & (mean > layout.least.T + 0.5) & (mean < layout.most.T - 0.5)
    saved = np.where(inside, years[:, None] * saved, 0.0)
    period, unit = np.unravel_index(int(saved.argmax()), saved.shape)
    return float(saved[period, unit]), int(period), int(unit)


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
