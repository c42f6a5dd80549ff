"""Capacitated location, solved: a plan and a bound at every moment, better with time.

1. Multipliers bound the problem from below; their sites are filled and searched from.
2. Sites and pairs that no better plan can use are left out (reduced-cost fixing).
3. Annealing moves the open sites; HiGHS solves neighbourhoods of the best plan anew.
4. What is left is branched on, site by site, lowest bound first; small nodes go to HiGHS whole.
   The lowest bound of what is open bounds the full problem.

``docs/location.md`` derives each step.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, field, replace

import numpy as np

from skolnat.common.faults import Fault, InvalidInput
from skolnat.network.location.capacitated import Capacitated
from skolnat.network.location.capacitated_kernels import ascend
from skolnat.network.location.capacitated_mip import Part, solve_part
from skolnat.network.location.capacitated_search import (
    Annealing,
    Neighbourhoods,
    Tables,
    searched,
    tables,
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
)

ROUND, NODE_STEPS, NODE_SCALE = 100, 25, 0.12
"""Multiplier steps in a round at the root and in a node, and the first step in a node."""

SLICE, STAGES = 0.1, 20
"""A part of the time that is spent on one thing in turn; stages of an annealing."""

WORTHWHILE = 0.05
"""A slice of branching that closes less than this part of the gap is the last one."""

FIRST = 50_000
"""Customers times rounds after which the first annealing is long enough."""

LEAF = 0.02
"""A node that HiGHS takes whole gets at most such a part of the time."""

SMALL = 100
"""So few pairs and HiGHS solves a node as a whole (more, and branching on is quicker)."""


@dataclass(frozen=True, order=True)
class _Node:
    """Plans that open all of some sites and none outside others; compared by their bound."""

    bound: float
    sites: IntArray = field(compare=False)
    must: BoolArray = field(compare=False)
    multipliers: FloatArray = field(compare=False)
    share: FloatArray = field(compare=False)
    pairs: BoolArray = field(compare=False)


@dataclass
class _State:
    """What is known so far."""

    given: Tables
    began: float
    seconds: float
    listener: Listener
    rng: np.random.Generator
    plan: Plan | None = None
    bound: float = -np.inf
    settled: float = np.inf
    stopped: bool = False

    def __post_init__(self) -> None:
        self.problem = self.given.problem
        self.whole = self.problem.whole

    @property
    def cost(self) -> float:
        return np.inf if self.plan is None else self.plan.cost

    @property
    def step(self) -> float:
        """How much cheaper a better plan must be at least to be wanted."""
        return 1.0 if self.whole else 0.1 * CLOSED * abs(self.cost)

    @property
    def closed(self) -> bool:
        return self.hopeless(self.bound)

    def hopeless(self, bound: float) -> bool:
        """Whether plans above a bound cannot be better than the one that is known."""
        if self.plan is None:
            return bound == np.inf
        return rounded_up(bound, whole_costs=self.whole) >= self.cost - 0.1 * CLOSED * abs(
            self.cost
        )

    def left(self) -> float:
        return self.seconds - (time.perf_counter() - self.began)

    def told(self, step: str) -> bool:
        """Tell the listener; return whether to stop."""
        passed = time.perf_counter() - self.began
        progress = Progress(step, passed, self.cost, min(self.bound, self.cost))
        self.stopped = self.stopped or bool(self.listener(progress)) or passed > self.seconds
        return self.stopped

    def offer(self, plan: Plan | None) -> None:
        if plan is not None and plan.cost < self.cost and self.problem.holds(plan):
            self.plan = plan

    def round_to_plan(
        self, sites: IntArray, score: FloatArray, must: BoolArray, price: FloatArray
    ) -> None:
        """Open the sites of the lowest score, as many as must hold everybody, and search."""
        problem = self.problem
        ranked = sites[np.argsort(np.where(must, -np.inf, score), kind="stable")]
        number = problem.count
        if not number:
            wanted = int(np.sum((score < 0.0) | must))
            held = np.cumsum(problem.capacity[ranked])
            number = max(wanted, int(np.searchsorted(held, problem.demand.sum())) + 1)
        is_open = np.zeros(problem.capacity.size, dtype=bool)
        is_open[ranked[:number]] = True
        guide = np.zeros(problem.capacity.size)
        guide[sites] = price
        self.offer(searched(self.given, is_open, guide))


def solve_capacitated(
    problem: Capacitated,
    *,
    seconds: float = 60.0,
    iterations: int | None = None,
    seed: int = 0,
    warm: Plan | None = None,
    listener: Listener = no_listener,
) -> Answer:
    """Find a good plan and prove how good, or stop in time with the best so far.

    Parameters
    ----------
    problem
        What to solve.
    seconds
        Stop after so long.
    iterations
        So many neighbourhoods and as many nodes of the tree, once; over and over as long as time
        allows where not given.
    seed
        Of everything random.
    warm
        A plan to begin from; left out where it does not hold.
    listener
        Told now and then how far it is; returns True to stop.

    Raises
    ------
    InvalidInput
        When no plan keeps every capacity, none was found in time, or the plan to begin from is
        of another problem.
    """
    began = time.perf_counter()
    state = _State(tables(problem), began, seconds, listener, np.random.default_rng(seed))
    check_warm(warm, *problem.cost.shape)
    state.offer(None if warm is None else problem.plan(warm.seat, warm.open))
    root, worth, price = _root(state)
    if state.plan is not None and not state.closed and np.isfinite(root.bound):
        _anneal(state, worth, first=True, counted=iterations is not None)
        root, worth, price = _tightened(state, root, worth, price)
    tree = [root] if np.isfinite(root.bound) else []
    search = Neighbourhoods(state.given, worth, price, state.rng)
    most = None if iterations is None else max(1, iterations)
    moving, exhausted = True, True
    while tree and not state.closed and not state.told("branches"):
        if moving or state.plan is None:
            moving = _branch(state, tree, most)
        if state.plan is None or not tree or state.closed:
            continue
        if exhausted:
            search.patience *= 1.5
            _anneal(state, worth, first=False, counted=most is not None)
        exhausted = _neighbourhoods(state, search, most, SLICE if moving else 3 * SLICE)
        if most is not None:
            break
    if not tree:
        state.bound = max(state.bound, state.settled)
    if state.plan is None:
        impossible = state.bound == np.inf
        code = "network.location_no_plan" if impossible else "network.location_none_found"
        raise InvalidInput([Fault(code)])
    bound = rounded_up(min(state.bound, state.cost), whole_costs=state.whole)
    if state.closed:
        bound = state.cost
    return Answer(state.plan, float(min(bound, state.cost)), time.perf_counter() - began)


def _bounded(
    state: _State, node: _Node, steps: int, scale: float
) -> tuple[_Node, FloatArray, FloatArray, float]:
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


def _root(state: _State) -> tuple[_Node, FloatArray, FloatArray]:
    """Multipliers, plans and fixing in turn until the bound moves no more."""
    problem, rng = state.problem, state.rng
    sites = np.arange(problem.capacity.size)
    kth = min(max(1, problem.demand.size // max(1, problem.count or 20)), sites.size - 1)
    first = np.partition(state.given.to_site, kth, axis=0)[kth]
    node = _Node(
        -np.inf, sites, np.zeros(sites.size, dtype=bool), first, np.zeros(sites.size),
        np.isfinite(problem.cost.T),
    )  # fmt: skip
    worth, price = problem.opening.copy(), np.zeros(sites.size)
    scale, stale = 1.0, 0
    while stale < 3 and scale > 2e-4 and not state.closed:
        before, width = node.bound, node.pairs.sum()
        node, near_worth, near_price, scale = _bounded(state, node, ROUND, scale)
        state.bound = max(state.bound, node.bound)
        worth[node.sites], price[node.sites] = near_worth, near_price
        for score in (near_worth, -node.share + 0.05 * rng.random(node.share.size)):
            state.round_to_plan(node.sites, score, node.must, near_price)
        node = _fixed(state, node, near_worth, near_price)
        if node.bound == np.inf:
            break
        if state.told("multipliers") or state.left() < 0.75 * state.seconds:
            break
        stale = stale + 1 if node.bound < before + 1e-5 * abs(node.bound) else 0
        if node.pairs.sum() < 0.9 * width:
            stale = 0
    return node, worth, price


def _fixed(state: _State, node: _Node, worth: FloatArray, price: FloatArray) -> _Node:
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
    node = _only(replace(node, must=must, pairs=pairs), kept)
    return replace(node, bound=np.inf) if _empty(state, node) else node


def _empty(state: _State, node: _Node) -> bool:
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


def _anneal(state: _State, worth: FloatArray, *, first: bool, counted: bool) -> None:
    """Anneal the best plan, for a slice of the time."""
    plan = state.plan
    if plan is None:
        return
    began, slice_ = time.perf_counter(), (0.15 if first else SLICE) * state.seconds
    seed = int(state.rng.integers(2**31))
    rounds = 25 if first else 1000
    while True:
        # Longer and longer, each from the best so far, as long as the next one fits the slice.
        run = Annealing(state.given, worth, plan, STAGES, rounds, seed)
        start = time.perf_counter()
        for better in run:
            state.offer(better)
            if state.told("annealing"):
                return
        now = time.perf_counter()
        longer = 4
        if counted or now - began + longer * (now - start) > slice_ or rounds > 10**4:
            return
        if first and state.plan is not None and state.plan.seat.size * rounds > FIRST:
            return  # the tree may soon be done with a problem as small as this
        rounds, seed, plan = longer * rounds, seed + 1, state.plan or plan


def _neighbourhoods(state: _State, search: Neighbourhoods, most: int | None, share: float) -> bool:
    """Solve parts of the best plan anew until nothing comes of it, or a slice of time is gone.

    Returns whether nothing came of it any more.
    """
    began, search.idle = time.perf_counter(), 0
    steps = 0
    while state.plan is not None and not state.closed and not state.told("neighbourhoods"):
        if search.idle > 20 + state.plan.open.size:
            return True
        passed = time.perf_counter() - began
        if steps == most or (most is None and passed > share * state.seconds):
            return False
        steps += 1
        state.offer(search.step(state.plan, state.left()))
    return False


def _tightened(
    state: _State, root: _Node, worth: FloatArray, price: FloatArray
) -> tuple[_Node, FloatArray, FloatArray]:
    """Go on with the multipliers and fix more, by the better plan."""
    for scale in (0.3, 0.1, 0.03):
        if state.closed or state.told("multipliers") or not np.isfinite(root.bound):
            break
        root, near_worth, near_price, _ = _bounded(state, root, ROUND, scale)
        state.bound = max(state.bound, root.bound)
        worth[root.sites], price[root.sites] = near_worth, near_price
        root = _fixed(state, root, near_worth, near_price)
    return root, worth, price


def _branch(state: _State, heap: list[_Node], most: int | None) -> bool:
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
        state.bound = max(state.bound, min(heap[0].bound, state.settled))
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
            _solved(state, node)
            continue
        free = np.where(node.must, -1.0, np.minimum(node.share, 1.0 - node.share))
        site = int(np.argmax(free))
        _open(state, heap, _with(node, site))
        _open(state, heap, _without(node, site))
    return False


def _with(node: _Node, site: int) -> _Node:
    must = node.must.copy()
    must[site] = True
    return replace(node, must=must)


def _without(node: _Node, site: int) -> _Node:
    return _only(node, np.arange(node.sites.size) != site)


def _open(state: _State, heap: list[_Node], node: _Node) -> None:
    """Bound a node; put it on the heap unless it can hold no better plan."""
    count = state.problem.count
    if count and node.must.sum() == count:
        node = _only(node, node.must)
    if _empty(state, node):
        return
    node, worth, price, _ = _bounded(state, node, NODE_STEPS, NODE_SCALE)
    if state.hopeless(node.bound):
        return
    state.round_to_plan(node.sites, worth, node.must, price)
    node = _fixed(state, node, worth, price)
    if not state.hopeless(node.bound):
        heapq.heappush(heap, node)


def _only(node: _Node, kept: BoolArray) -> _Node:
    return replace(
        node, sites=node.sites[kept], must=node.must[kept], share=node.share[kept],
        pairs=node.pairs[kept],
    )  # fmt: skip


def _solved(state: _State, node: _Node) -> None:
    """Hand a node to HiGHS whole."""
    problem = state.problem
    customers = np.arange(problem.demand.size)
    part = Part(customers, node.sites, node.pairs.T, node.must, problem.count)
    outcome, seat, opened = solve_part(
        problem, part, seconds=max(0.1, min(state.left(), LEAF * state.seconds)), below=state.cost
    )
    if seat is not None:
        state.offer(problem.plan(seat, opened if problem.count else None))
    if not outcome.done:
        state.settled = min(state.settled, max(outcome.bound, node.bound))
