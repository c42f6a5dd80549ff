"""Solve one market: a plan by search and rounding, a bound by multipliers, then branch and bound.

1. Search from the plans that are known already.
2. Bound by Lagrangian multipliers; round the relaxation's shares to plans, search from them and
   anneal the seats of the best.
3. Forbid every option (unit, period of closing) that no cheaper plan can use (reduced-cost
   fixing). What is forbidden stays proven, because the argument holds for the full problem. Go
   on with the multipliers on the smaller problem that is left.
4. In small markets branch on the unit whose options are most undecided, best bound first, until
   the gap is closed or the number of nodes is spent. The bound of what is open is the proof.

All limits are counts, never seconds: the same input and seed give the same plan and proof.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skolnat.network.bound import Bound, average_prices, lagrangian_bound, surviving_options
from skolnat.network.kernel import Problem, problem
from skolnat.network.market import BoolArray, FloatArray, IntArray, Market
from skolnat.network.search import Found, cost, fill, improve, polish

POLISHED = 3
"""How many of the best plans have their seats annealed for long."""


@dataclass(frozen=True)
class Effort:
    """How hard to try, in counts.

    Parameters
    ----------
    kicks
        Shakes of the first search.
    roundings
        Plans rounded from the relaxation.
    steps, more_steps, node_steps
        Subgradient steps at the root, after fixing, and in a node.
    moves
        Annealing moves in each period of a plan; the best plans get six times as many.
    nodes, largest
        Nodes of the search tree, for markets of at most so many units; in larger ones the tree
        would have to be far deeper to move the bound.
    tolerance
        Gap, as a share of the cost, at which to stop.
    """

    kicks: int = 10
    roundings: int = 14
    steps: int = 250
    more_steps: int = 500
    node_steps: int = 50
    moves: int = 300_000
    nodes: int = 40
    largest: int = 12
    tolerance: float = 2e-4


@dataclass(frozen=True)
class Solved:
    """A plan of one market with its proof, euros over the horizon."""

    plan: Found
    bound: float

    @property
    def gap(self) -> float:
        """Euros over the horizon that a better plan could save at most."""
        return max(self.plan.cost - self.bound, 0.0)


@dataclass(frozen=True, order=True)
class _Node:
    bound: float
    number: int
    options: BoolArray
    prices: FloatArray
    share: FloatArray


def latest(options: BoolArray) -> IntArray:
    """The latest allowed period of closing of each unit, shape (J,)."""
    last = options.shape[1] - 1
    result: IntArray = (last - options[:, ::-1].argmax(axis=1)).astype(np.int64)
    return result


def solve(
    market: Market,
    allowed: BoolArray,
    *,
    options: BoolArray | None = None,
    known: Sequence[Found] = (),
    effort: Effort | None = None,
    seed: int = 1,
) -> Solved:
    """Find a plan of one market and prove how far it is from the best.

    Parameters
    ----------
    market
        The market.
    allowed
        Which cell may use which unit under the border regime, shape (I, J).
    options
        Periods in which each unit may close, shape (J, P + 1); None allows all.
    known
        Plans to start from; their seats and closings must be allowed.
    effort, seed
        See :class:`Effort`.

    Raises
    ------
    ValueError
        When a cell with pupils has no unit at all: the region's check reports such places
        before, by municipality and language.
    """
    effort = effort or Effort()
    layout = problem(market, allowed)
    if options is not None:
        layout = layout._replace(options=options)
    best = _first_plan(market, layout, known, effort, seed)
    root = lagrangian_bound(
        layout, average_prices(market, best), best.cost,
        iterations=effort.steps, tolerance=effort.tolerance,
    )  # fmt: skip
    best = _round(market, layout, root, best, effort, seed)
    layout = layout._replace(options=surviving_options(root, layout.options, best.cost))
    root = _continued(layout, root, best.cost, effort)
    layout = layout._replace(options=surviving_options(root, layout.options, best.cost))
    if len(market.units) > effort.largest:
        return Solved(best, min(root.value, best.cost))
    return _branch(market, layout, root, best, effort, seed)


def _continued(layout: Problem, root: Bound, target: float, effort: Effort) -> Bound:
    """Go on with the multipliers where options have been forbidden; the better bound holds."""
    if effort.more_steps == 0 or target - root.value <= effort.tolerance * target:
        return root
    bound = lagrangian_bound(
        layout, root.multipliers, target,
        iterations=effort.more_steps, tolerance=effort.tolerance, scale=0.5,
    )  # fmt: skip
    return bound if bound.value > root.value else root


def _first_plan(
    market: Market, layout: Problem, known: Sequence[Found], effort: Effort, seed: int
) -> Found:
    plans = [Found(p.closes, p.seat, cost(market, layout, p.closes, p.seat)) for p in known]
    start = min(plans, key=lambda p: p.cost, default=None)
    if start is None:
        start = fill(market, layout, latest(layout.options))
    if start is None:
        raise ValueError(f"grades {market.stage} ({market.language}): a place has no school")
    return improve(market, layout, start, kicks=effort.kicks, seed=seed)


def _closes_above(share: FloatArray, threshold: FloatArray | float) -> IntArray:
    """Units stay open until their share first falls to the threshold, shape (J,)."""
    open_ = share > threshold
    periods = share.shape[0]
    result: IntArray = np.where(open_.all(axis=0), periods, open_.argmin(axis=0)).astype(np.int64)
    return result


def _round(
    market: Market, layout: Problem, bound: Bound, best: Found, effort: Effort, seed: int
) -> Found:
    """Round the relaxation's shares at several thresholds, search from each, keep the best."""
    random = np.random.default_rng(seed)
    tried = [best]
    for number in range(effort.roundings):
        if best.cost - bound.value <= effort.tolerance * best.cost:
            break
        threshold = random.uniform(0.15, 0.85, len(market.units)) if number else 0.5
        wish = _closes_above(bound.share, threshold)
        start = fill(market, layout, _nearest(wish, layout.options))
        if start is not None:
            plan = improve(market, layout, start, kicks=0, seed=seed + number + 1)
            plan = polish(market, layout, plan, moves=effort.moves, seed=seed)
            tried.append(plan)
            best = min(best, plan, key=lambda p: p.cost)
    tried.sort(key=lambda plan: plan.cost)
    for plan in tried[:POLISHED]:
        better = polish(market, layout, plan, moves=6 * effort.moves, seed=seed)
        best = min(best, better, key=lambda p: p.cost)
    return best


def _branch(
    market: Market, layout: Problem, root: Bound, best: Found, effort: Effort, seed: int
) -> Solved:
    """Best-first branch and bound over the options of the units."""
    queue = [_Node(root.value, 0, layout.options, root.multipliers, root.share)]
    number = 0
    while queue and number < effort.nodes:
        if best.cost - queue[0].bound <= effort.tolerance * best.cost:
            break
        node = heapq.heappop(queue)
        unit = _undecided(node)
        if unit is None:
            heapq.heappush(queue, node)
            break
        for side in _split(node, unit):
            number += 1
            child = layout._replace(options=side)
            bound = lagrangian_bound(
                child, node.prices, best.cost,
                iterations=effort.node_steps, tolerance=effort.tolerance / 4, scale=0.2,
            )  # fmt: skip
            start = fill(market, child, _nearest(_closes_above(bound.share, 0.5), side))
            if start is not None:
                plan = improve(market, child, start, kicks=1, seed=seed + number)
                best = min(best, plan, key=lambda p: p.cost)
            value = max(bound.value, node.bound)
            if value < best.cost:
                kept = surviving_options(bound, side, best.cost)
                if kept.any(axis=1).all():
                    heapq.heappush(
                        queue, _Node(value, number, kept, bound.multipliers, bound.share)
                    )
    return Solved(best, min([node.bound for node in queue] + [best.cost]))


def _nearest(closes: IntArray, options: BoolArray) -> IntArray:
    """The allowed period of closing nearest to the wish, shape (J,)."""
    periods = np.arange(options.shape[1])
    distance = np.abs(periods[None, :] - closes[:, None]) + np.where(options, 0.0, np.inf)
    result: IntArray = distance.argmin(axis=1).astype(np.int64)
    return result


def _undecided(node: _Node) -> int | None:
    """The unit whose openness is furthest from yes or no among those with options left."""
    several = node.options.sum(axis=1) > 1
    if not several.any():
        return None
    doubt = np.minimum(node.share, 1.0 - node.share).sum(axis=0)
    return int(np.argmax(np.where(several, doubt, -1.0)))


def _split(node: _Node, unit: int) -> list[BoolArray]:
    """Two halves of a unit's options: closing early, closing late or never."""
    left = np.flatnonzero(node.options[unit])
    open_periods = float(node.share[:, unit].sum())
    cut = int(np.clip(np.searchsorted(left, open_periods), 1, left.size - 1))
    halves = []
    for part in (left[:cut], left[cut:]):
        options = node.options.copy()
        options[unit] = False
        options[unit, part] = True
        halves.append(options)
    return halves
