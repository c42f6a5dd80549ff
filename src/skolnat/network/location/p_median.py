"""The p-median problem, solved to a proof.

1. Multipliers bound it from below, an interchange search from above; each helps the other.
2. Sites that no better plan opens are left out, those that each of them opens are marked
   (reduced-cost fixing), and the multipliers go on with what is left.
3. What is still open is branched on, site by site, lowest bound first, with multipliers and fixing
   in every node. The lowest bound of an open node bounds the full problem.

``docs/location.md`` derives each step.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, field, replace

import numpy as np

from skolnat.common.faults import Fault, raise_if_any
from skolnat.network.location.p_median_kernels import (
    ascend,
    compact,
    interchange,
    nearest_two,
)
from skolnat.network.location.plan import (
    CLOSED,
    Answer,
    BoolArray,
    FloatArray,
    IntArray,
    Listener,
    Plan,
    Progress,
    check_warm,
    no_listener,
    rounded_up,
    whole,
)

ROUND, ROOT_STEPS, NODE_STEPS = 60, 300, 20
"""Multiplier steps between two looks at plans, at the root of the tree, and in a node."""

NODE_SCALE = 0.12
"""First length of step in a node, whose multipliers are good already."""


@dataclass(frozen=True)
class PMedian:
    """Open ``count`` sites so that everybody's costs to the nearest of them sum to the least.

    Parameters
    ----------
    distance
        Cost of each customer (row) at each site (column), weight included, shape (I, J).
    count
        How many sites are open.

    Raises
    ------
    InvalidInput
        When a cost is negative or unknown, or the count is not between 1 and J.
    """

    distance: FloatArray
    count: int

    def __post_init__(self) -> None:
        distance = np.array(self.distance, dtype=np.float64, order="C")
        faults = []
        if distance.ndim != 2 or not distance.size:
            faults.append(Fault("network.location_no_costs"))
        elif not 1 <= self.count <= distance.shape[1]:
            values = {"count": self.count, "sites": distance.shape[1]}
            faults.append(Fault("network.location_count", values=values))
        wrong = ~(np.isfinite(distance) & (distance >= 0.0))
        if wrong.any():
            i, j = np.argwhere(wrong)[0][:2] if distance.ndim >= 2 else (0, 0)
            values = {"customer": int(i) + 1, "site": int(j) + 1, "number": int(wrong.sum())}
            faults.append(Fault("network.location_cost_unknown", values=values))
        raise_if_any(faults)
        distance.setflags(write=False)
        object.__setattr__(self, "distance", distance)

    def plan(self, sites: IntArray) -> Plan:
        """Return the plan with these sites open, everybody at the nearest."""
        opened = np.unique(np.asarray(sites, dtype=np.int64))
        seat = opened[np.argmin(self.distance[:, opened], axis=1)]
        cost = float(self.distance[np.arange(seat.size), seat].sum())
        return Plan(opened, seat, cost)


@dataclass
class _State:
    """What is known so far: the best plan, the best bound, and what they rest on."""

    problem: PMedian
    is_open: BoolArray
    cost: float
    bound: float
    multipliers: FloatArray
    began: float
    seconds: float
    listener: Listener
    stopped: bool = False

    def __post_init__(self) -> None:
        self.to_site = np.ascontiguousarray(self.problem.distance.T)
        self.whole = whole(self.problem.distance)
        self.sites = np.arange(self.problem.distance.shape[1])
        self.must = np.zeros(self.sites.size, dtype=bool)

    @property
    def step(self) -> float:
        """How much cheaper a better plan must be at least."""
        return 1.0 if self.whole else 0.0

    @property
    def close(self) -> float:
        """How near the cost a bound must come to close the gap."""
        return 1.0 - 2e-4 if self.whole else CLOSED / 10.0 * abs(self.cost)

    @property
    def closed(self) -> bool:
        return rounded_up(self.bound, whole_costs=self.whole) >= self.cost * (1.0 - CLOSED / 10.0)

    def told(self, step: str) -> bool:
        """Tell the listener; return whether to stop."""
        passed = time.perf_counter() - self.began
        progress = Progress(step, passed, self.cost, min(self.bound, self.cost))
        self.stopped = self.stopped or bool(self.listener(progress)) or passed > self.seconds
        return self.stopped

    def offer(self, is_open: BoolArray, most: int = 10**6) -> None:
        """Improve a plan by interchange, and keep it when it is the best."""
        tried = is_open.copy()
        cost = interchange(self.problem.distance, self.to_site, tried, most)
        if cost < self.cost - 1e-9:
            self.is_open, self.cost = tried, cost


def solve_p_median(
    problem: PMedian,
    *,
    seconds: float = 60.0,
    iterations: int | None = None,
    seed: int = 0,
    warm: Plan | None = None,
    listener: Listener = no_listener,
) -> Answer:
    """Find the best plan and prove it, or stop in time with the best so far.

    Parameters
    ----------
    problem
        What to solve.
    seconds
        Stop after so long.
    iterations
        At most so many rounds of multipliers and search before branching.
    seed
        Of the random starts.
    warm
        A plan to begin from.
    listener
        Told now and then how far it is; returns True to stop.

    Raises
    ------
    InvalidInput
        When the plan to begin from is of another problem.
    """
    began = time.perf_counter()
    check_warm(warm, *problem.distance.shape)
    rng = np.random.default_rng(seed)
    state = _begun(problem, warm, began, seconds, listener, rng)
    _rounds(state, 40 if iterations is None else iterations, rng)
    if not state.closed and not state.stopped:
        _branch(state)
    plan = problem.plan(np.nonzero(state.is_open)[0])
    bound = min(rounded_up(state.bound, whole_costs=state.whole), plan.cost)
    if state.closed:
        bound = plan.cost
    return Answer(plan, float(bound), time.perf_counter() - began)


def _begun(
    problem: PMedian,
    warm: Plan | None,
    began: float,
    seconds: float,
    listener: Listener,
    rng: np.random.Generator,
) -> _State:
    sites = problem.distance.shape[1]
    is_open = np.zeros(sites, dtype=bool)
    if warm is None:
        is_open[rng.permutation(sites)[: problem.count]] = True
    else:
        is_open[warm.open] = True
    spare = rng.permutation(np.nonzero(~is_open)[0])
    is_open[spare[: max(0, problem.count - int(is_open.sum()))]] = True
    first = np.empty(problem.distance.shape[0], np.int64)
    second = first.copy()
    cost = nearest_two(problem.distance, is_open, first, second)
    state = _State(problem, is_open, cost, -np.inf, np.zeros(0), began, seconds, listener)
    state.offer(is_open)
    nearest_two(problem.distance, state.is_open, first, second)
    places = np.arange(first.size)
    near = problem.distance[places, first]
    far = problem.distance[places, second] if problem.count > 1 else near
    state.multipliers = near + 0.5 * (far - near)
    return state


def _rounds(state: _State, rounds: int, rng: np.random.Generator) -> None:
    """Multipliers and search in turn, on fewer and fewer sites."""
    scale, stale = 1.0, 0
    distance = state.problem.distance
    while rounds > 0 and not state.closed:
        rounds -= 1
        kept = state.sites
        part = distance[:, kept]
        order = np.argsort(part, axis=1, kind="stable")
        near = np.ascontiguousarray(np.take_along_axis(part, order, axis=1))
        before, width = state.bound, kept.size
        bound, u, rho, share, scale = ascend(
            near, order, state.must[kept], state.problem.count,
            state.multipliers, state.cost, ROUND, scale, state.close,
        )  # fmt: skip
        if bound > state.bound:
            state.bound = float(bound)
        state.multipliers = u
        _search(state, kept, rho, share, rng)
        _fix(state, kept, float(bound), rho)
        if state.told("multipliers"):
            return
        stale = stale + 1 if state.bound < before + 1e-5 * state.cost else 0
        if (stale >= 3 or scale < 2e-3) and state.sites.size > 0.9 * width:
            return


def _search(
    state: _State, kept: IntArray, rho: FloatArray, share: FloatArray, rng: np.random.Generator
) -> None:
    """Round the relaxation to plans, and search from them."""
    count = state.problem.count
    for score in (rho, -share + 1e-3 * rng.random(share.size)):
        is_open = np.zeros(state.problem.distance.shape[1], dtype=bool)
        is_open[kept[np.argsort(score, kind="stable")[:count]]] = True
        state.offer(is_open)


def _fix(state: _State, kept: IntArray, bound: float, rho: FloatArray) -> None:
    """Leave out the sites that no better plan opens; mark those that each of them opens."""
    must = state.must[kept]
    if state.closed or kept.size <= state.problem.count or must.sum() >= state.problem.count:
        return
    out, sure = fixed(rho, must, state.problem.count, state.cost - state.step - bound + 1e-4)
    state.must[kept[sure]] = True
    state.sites = kept[~out]


def _branch(state: _State) -> None:
    """Branch on the most undecided site, lowest bound first, until the proof is whole."""
    kept = state.sites
    part = state.problem.distance[:, kept]
    order = np.argsort(part, axis=1, kind="stable")
    near = np.ascontiguousarray(np.take_along_axis(part, order, axis=1))
    tables = _Tables(kept, near, order)
    every, share = np.arange(kept.size), np.zeros(kept.size)
    root = _Node(state.bound, every, state.must[kept], state.multipliers, share)
    heap: list[_Node] = []
    _open(state, heap, root, tables, ROOT_STEPS, 0.5)
    while heap:
        node = heapq.heappop(heap)
        state.bound = max(state.bound, min(node.bound, state.cost))
        if state.closed or state.told("branches"):
            return
        free = np.where(node.must, -1.0, np.minimum(node.share, 1.0 - node.share))
        site = int(np.argmax(free))
        with_it = node.must.copy()
        with_it[site] = True
        if with_it.sum() <= state.problem.count:
            _open(state, heap, replace(node, must=with_it), tables, NODE_STEPS, NODE_SCALE)
        without = _only(node, np.arange(node.sites.size) != site)
        _open(state, heap, without, tables, NODE_STEPS, NODE_SCALE)
    state.bound = state.cost


@dataclass(frozen=True)
class _Tables:
    """The sites of the root, and everybody's distances to them in order."""

    sites: IntArray
    near: FloatArray
    order: IntArray


@dataclass(frozen=True, order=True)
class _Node:
    """Plans that open all of some sites and none outside others; compared by their bound.

    Sites are numbers in the tables of the root. The tables of a node are made when it is opened:
    kept, they would fill the memory.
    """

    bound: float
    sites: IntArray = field(compare=False)
    must: BoolArray = field(compare=False)
    multipliers: FloatArray = field(compare=False)
    share: FloatArray = field(compare=False)


def _open(
    state: _State, heap: list[_Node], node: _Node, tables: _Tables, steps: int, scale: float
) -> None:
    """Bound a node; put it on the heap unless it can hold no better plan."""
    count = state.problem.count
    if node.sites.size < count:
        return
    number = np.full(tables.sites.size, -1)
    number[node.sites] = np.arange(node.sites.size)
    near, order = compact(tables.near, tables.order, number, node.sites.size)
    bound, u, rho, share, _ = ascend(
        near, order, node.must, count,
        node.multipliers.copy(), state.cost, steps, scale, state.close,
    )  # fmt: skip
    ranked = np.argsort(np.where(node.must, -np.inf, rho), kind="stable")
    is_open = np.zeros(state.problem.distance.shape[1], dtype=bool)
    is_open[tables.sites[node.sites[ranked[:count]]]] = True
    if state.problem.distance[:, is_open].min(axis=1).sum() < 1.02 * state.cost:
        state.offer(is_open)
    bound = max(float(bound), node.bound)
    if rounded_up(bound, whole_costs=state.whole) >= state.cost * (1.0 - CLOSED / 10.0):
        return
    if node.sites.size == count or node.must.sum() == count:
        return  # the one plan of this node has been offered
    out, sure = fixed(rho, node.must, count, state.cost - state.step - bound + 1e-4)
    node = replace(node, bound=bound, must=node.must | sure, multipliers=u, share=share)
    heapq.heappush(heap, _only(node, ~out))


def _only(node: _Node, kept: BoolArray) -> _Node:
    """Return a node with some of its sites alone."""
    return replace(node, sites=node.sites[kept], must=node.must[kept], share=node.share[kept])


def fixed(
    rho: FloatArray, must: BoolArray, count: int, spare: float
) -> tuple[BoolArray, BoolArray]:
    """Return which sites no plan within ``spare`` of the bound opens, and which all of them open.

    Opening a site that the relaxation does not choose costs at least its rho less the worst
    chosen one's; closing a chosen one at least the best unchosen one's less its own.

    Parameters
    ----------
    rho
        Of each site at the multipliers of the bound, shape (J,), more than ``count`` of them.
    must
        Sites that are open in any case, fewer than ``count``, shape (J,).
    count
        How many sites are open.
    spare
        How far above the bound a plan of interest may lie.
    """
    ranked = np.argsort(np.where(must, -np.inf, rho), kind="stable")
    chosen = np.zeros(rho.size, dtype=bool)
    chosen[ranked[:count]] = True
    last_in, first_out = rho[ranked[count - 1]], rho[ranked[count]]
    return ~chosen & (rho - last_in > spare), chosen & (first_out - rho > spare)
