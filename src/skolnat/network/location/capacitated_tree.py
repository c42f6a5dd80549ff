"""The tree of a capacitated problem: sites opened or left out, lowest bound first.

Each node is bounded by multipliers and made smaller by reduced-cost fixing; small ones go to HiGHS
whole. The lowest bound of what is open bounds the full problem.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, field, replace

import numpy as np

from skolnat.network.location.capacitated_kernels import ascend
from skolnat.network.location.capacitated_mip import Part, solve_part
from skolnat.network.location.capacitated_state import State
from skolnat.network.location.plan import CLOSED, BoolArray, FloatArray, IntArray

NODE_STEPS, NODE_SCALE = 25, 0.12
"""Multiplier steps in a node, and the first of them."""

SLICE = 0.1
"""A part of the time that is spent on one thing in turn."""

WORTHWHILE = 0.05
"""A slice of branching that closes less than this part of the gap is the last one."""

LEAF = 0.02
"""A node that HiGHS takes whole gets at most such a part of the time at first, and four times as
much whenever that was not enough."""

SMALL = 100
"""So few pairs and HiGHS solves a node as a whole (more, and branching on is quicker)."""


@dataclass(frozen=True, order=True)
class Node:
    """Plans that open all of some sites and none outside others; compared by their bound."""

    bound: float
    sites: IntArray = field(compare=False)
    must: BoolArray = field(compare=False)
    multipliers: FloatArray = field(compare=False)
    share: FloatArray = field(compare=False)
    pairs: BoolArray = field(compare=False)
    patience: float = field(compare=False, default=1.0)


def bounded(
    state: State, node: Node, steps: int, scale: float
) -> tuple[Node, FloatArray, FloatArray, float]:
    """Improve a node's multipliers; returns it with the worth and room price of its sites."""
    problem = state.problem
    to_site = np.where(node.pairs, state.given.to_site[node.sites], np.inf)
    # Without a plan a little above the bound is a target good enough to set the steps.
    target = state.cost if state.plan is not None else _guess(node.bound, to_site)
    close = 1.0 - 2e-4 if state.whole else 0.1 * CLOSED * abs(target)
    bound, u, worth, price, share, scale = ascend(
        to_site, problem.demand, problem.capacity[node.sites], problem.opening[node.sites],
        node.must, problem.count, node.multipliers.copy(), target, steps, scale, close,
    )  # fmt: skip
    better = replace(node, bound=max(node.bound, float(bound)), multipliers=u, share=share)
    return better, worth, price, scale


def _guess(bound: float, to_site: FloatArray) -> float:
    """Return a cost to aim at while no plan is known."""
    if np.isfinite(bound):
        return bound * 1.02 + 1e-9
    finite = np.where(np.isfinite(to_site), to_site, 0.0)
    return float(np.median(finite, axis=0).sum()) + 1e-9


def fixed(state: State, node: Node, worth: FloatArray, price: FloatArray) -> Node:
    """Leave out sites and pairs that no better plan uses; mark sites that each of them opens."""
    problem = state.problem
    if state.plan is None or node.must.all():
        return node
    chosen, opens, closes = penalties(worth, node.must, problem.count)
    bound = float(node.multipliers.sum() + worth[chosen].sum())
    spare = state.cost - state.step - bound + 1e-9 * abs(state.cost)
    demand, capacity = problem.demand, problem.capacity[node.sites]
    # A knapsack in which one item is forced is worth at least its relaxation at the price.
    reduced = state.given.to_site[node.sites] - node.multipliers - price[:, None] * demand
    relaxed = price * capacity
    relaxed += np.where(node.pairs, np.minimum(reduced, 0.0), 0.0).sum(axis=1)
    forced = (problem.opening[node.sites] + relaxed - worth)[:, None] + np.maximum(reduced, 0.0)
    kept = opens <= spare
    pairs = node.pairs & (opens[:, None] + np.maximum(forced, 0.0) <= spare)
    must = node.must | (closes > spare)
    if np.any(must & ~kept):
        return replace(node, bound=np.inf)  # no better plan here
    node = only(replace(node, must=must, pairs=pairs), kept)
    return replace(node, bound=np.inf) if _empty(state, node) else node


def _empty(state: State, node: Node) -> bool:
    """Whether it can be seen at once that a node holds no plan."""
    problem, count = state.problem, state.problem.count
    if node.sites.size < max(count, 1) or (count and node.must.sum() > count):
        return True
    held = np.sort(problem.capacity[node.sites])[::-1][: count or None].sum()
    return bool(held < problem.demand.sum()) or not node.pairs.any(axis=0).all()


def penalties(
    worth: FloatArray, must: BoolArray, count: int
) -> tuple[BoolArray, FloatArray, FloatArray]:
    """Return the sites that the relaxation opens, and what it costs to do otherwise.

    Parameters
    ----------
    worth
        Least opening and knapsack of each site, shape (J,).
    must
        Sites that are open in any case, shape (J,).
    count
        How many are open; 0 where that is free.

    Returns
    -------
    tuple
        Chosen sites; what opening each adds to the bound; what closing each adds.
    """
    if count:
        ranked = np.argsort(np.where(must, -np.inf, worth), kind="stable")
        chosen = np.zeros(worth.size, dtype=bool)
        chosen[ranked[:count]] = True
        last_in = -np.inf if must[ranked[count - 1]] else worth[ranked[count - 1]]
        first_out = worth[ranked[count]] if worth.size > count else np.inf
        opens, closes = worth - last_in, first_out - worth
    else:
        chosen = must | (worth < 0.0)
        opens, closes = worth, -worth
    return chosen, np.where(chosen, 0.0, opens), np.where(must, np.inf, np.where(chosen, closes, 0))


def grow(state: State, heap: list[Node], most: int | None) -> bool:
    """Branch on the most undecided site, lowest bound first, until the proof is whole.

    Parameters
    ----------
    heap
        Open nodes; changed.
    most
        Stop after so many nodes; after a slice of the time where not given.

    Returns
    -------
    bool
        Whether it came far enough that going on is worth the time.
    """
    began, nodes, first = time.perf_counter(), 0, state.bound
    while heap:
        state.bound = max(state.bound, heap[0].bound)
        if state.closed or nodes == most or state.told("branches"):
            return False
        # Without a plan there is nothing else to do than to go on.
        passed = time.perf_counter() - began
        if most is None and state.plan is not None and passed > SLICE * state.seconds:
            if state.bound - first <= WORTHWHILE * (state.cost - first):
                return False
            if passed > 3 * SLICE * state.seconds:
                return True
        nodes += 1
        node = heapq.heappop(heap)
        if state.hopeless(node.bound):
            continue
        if node.pairs.sum() <= SMALL or node.must.all():
            _solved(state, heap, node)
            continue
        free = np.where(node.must, -1.0, np.minimum(node.share, 1.0 - node.share))
        site = int(np.argmax(free))
        _open(state, heap, _with(node, site))
        _open(state, heap, _without(node, site))
    return False


def _with(node: Node, site: int) -> Node:
    must = node.must.copy()
    must[site] = True
    return replace(node, must=must)


def _without(node: Node, site: int) -> Node:
    return only(node, np.arange(node.sites.size) != site)


def _open(state: State, heap: list[Node], node: Node) -> None:
    """Bound a node; put it on the heap unless it can hold no better plan."""
    count = state.problem.count
    if count and node.must.sum() == count:
        node = only(node, node.must)
    if _empty(state, node):
        return
    node, worth, price, _ = bounded(state, node, NODE_STEPS, NODE_SCALE)
    if state.hopeless(node.bound):
        return
    state.round_to_plan(node.sites, worth, node.must, price)
    node = fixed(state, node, worth, price)
    if not state.hopeless(node.bound):
        heapq.heappush(heap, node)


def only(node: Node, kept: BoolArray) -> Node:
    """Return a node with some of its sites alone."""
    return replace(
        node, sites=node.sites[kept], must=node.must[kept], share=node.share[kept],
        pairs=node.pairs[kept],
    )  # fmt: skip


def _solved(state: State, heap: list[Node], node: Node) -> None:
    """Hand a node to HiGHS whole; what it does not finish comes back on the heap, for longer."""
    problem = state.problem
    customers = np.arange(problem.demand.size)
    part = Part(customers, node.sites, node.pairs.T, node.must, problem.count)
    most = min(state.left(), LEAF * node.patience * state.seconds)
    outcome, seat, opened = solve_part(problem, part, seconds=max(0.1, most), below=state.cost)
    if seat is not None:
        state.offer(problem.plan(seat, opened if problem.count else None))
    if not outcome.done:
        bound = max(outcome.bound, node.bound)
        heapq.heappush(heap, replace(node, bound=bound, patience=4.0 * node.patience))
