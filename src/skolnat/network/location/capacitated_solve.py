"""Capacitated location, solved: a plan and a bound at every moment, better with time.

1. Multipliers bound the problem from below; their sites are filled and searched from.
2. Sites and pairs that no better plan can use are left out (reduced-cost fixing).
3. Annealing moves the open sites; HiGHS solves neighbourhoods of the best plan anew.
4. What is left is branched on, site by site, lowest bound first; small nodes go to HiGHS whole.
   The lowest bound of what is open bounds the full problem.

``docs/location.md`` derives each step.
"""

from __future__ import annotations

import time

import numpy as np

from skolnat.common.faults import Fault, InvalidInput
from skolnat.network.location.capacitated import Capacitated
from skolnat.network.location.capacitated_search import Annealing, Neighbourhoods, tables
from skolnat.network.location.capacitated_state import State
from skolnat.network.location.capacitated_tree import SLICE, Node, bounded, fixed, grow
from skolnat.network.location.plan import (
    Answer,
    FloatArray,
    Listener,
    Plan,
    check_warm,
    no_listener,
    rounded_up,
)

ROUND, STAGES = 100, 20
"""Multiplier steps in a round at the root, and stages of an annealing."""

PILOT, FIRST = 50, {"small": 0.01, "free": 0.1, "large": 0.45}
"""Rounds in a stage of a short annealing, and the share of the time for annealing before the tree,
for problems of at most ``LARGE`` customers, which are soon done; for larger ones with a free number
of sites, where HiGHS on neighbourhoods gains more; and for larger ones with a fixed number."""

LARGE = 250


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
    state = State(tables(problem), began, seconds, listener, np.random.default_rng(seed))
    check_warm(warm, *problem.cost.shape)
    state.offer(None if warm is None else problem.plan(warm.seat, warm.open))
    root, worth, price = _root(state)
    if not state.closed and np.isfinite(root.bound):
        kind = "large" if problem.count else "free"
        share = FIRST[kind if problem.demand.size > LARGE else "small"]
        _anneal(state, worth, share=share, counted=iterations is not None)
        root, worth, price = _tightened(state, root, worth, price)
    tree = [root] if np.isfinite(root.bound) else []
    search = Neighbourhoods(state.given, worth, price, state.rng)
    most = None if iterations is None else max(1, iterations)
    moving, exhausted = True, True
    while tree and not state.closed and not state.told("branches"):
        if moving or state.plan is None:
            moving = grow(state, tree, most)
        if state.plan is None or not tree or state.closed:
            continue
        if exhausted:
            search.patience *= 1.5
            _anneal(state, worth, share=2 * SLICE, counted=most is not None)
        exhausted = _neighbourhoods(state, search, most, SLICE if moving else 3 * SLICE)
        moving = moving or exhausted
        if most is not None:
            break
    if not tree:
        state.bound = state.cost if state.plan is not None else np.inf
    if state.plan is None:
        impossible = state.bound == np.inf
        code = "network.location_no_plan" if impossible else "network.location_none_found"
        raise InvalidInput([Fault(code)])
    bound = rounded_up(min(state.bound, state.cost), whole_costs=state.whole)
    if state.closed:
        bound = state.cost
    return Answer(state.plan, float(min(bound, state.cost)), time.perf_counter() - began)


def _root(state: State) -> tuple[Node, FloatArray, FloatArray]:
    """Multipliers, plans and fixing in turn until the bound moves no more."""
    problem, rng = state.problem, state.rng
    sites = np.arange(problem.capacity.size)
    kth = min(max(1, problem.demand.size // max(1, problem.count or 20)), sites.size - 1)
    first = np.partition(state.given.to_site, kth, axis=0)[kth]
    node = Node(
        -np.inf, sites, np.zeros(sites.size, dtype=bool), first, np.zeros(sites.size),
        np.isfinite(problem.cost.T),
    )  # fmt: skip
    worth, price = problem.opening.copy(), np.zeros(sites.size)
    scale, stale = 1.0, 0
    while stale < 3 and scale > 2e-4 and not state.closed:
        before, width = node.bound, node.pairs.sum()
        node, near_worth, near_price, scale = bounded(state, node, ROUND, scale)
        state.bound = max(state.bound, node.bound)
        worth[node.sites], price[node.sites] = near_worth, near_price
        for score in (near_worth, -node.share + 0.05 * rng.random(node.share.size)):
            state.round_to_plan(node.sites, score, node.must, near_price)
        node = fixed(state, node, near_worth, near_price)
        if node.bound == np.inf:
            break
        if state.told("multipliers") or state.left() < 0.75 * state.seconds:
            break
        stale = stale + 1 if node.bound < before + 1e-5 * abs(node.bound) else 0
        if node.pairs.sum() < 0.9 * width:
            stale = 0
    return node, worth, price


def _anneal(state: State, worth: FloatArray, *, share: float, counted: bool) -> None:
    """Anneal the best plan, for a share of the time: a short run, then one as long as fits."""
    plan = state.plan or state.rough
    if plan is None:
        return
    began, rounds = time.perf_counter(), PILOT
    slice_ = min(share * state.seconds, state.left())
    while plan is not None:
        seed = int(state.rng.integers(2**31))
        start = time.perf_counter()
        for better in Annealing(state.given, worth, plan, STAGES, rounds, seed):
            state.offer(better)
            if state.told("annealing"):
                return
        now = time.perf_counter()
        fits = int(0.9 * rounds * (began + slice_ - now) / max(1e-6, now - start))
        if counted or fits < 2 * rounds:
            return
        rounds, plan = min(fits, 40 * rounds), state.plan or plan


def _neighbourhoods(state: State, search: Neighbourhoods, most: int | None, share: float) -> bool:
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
    state: State, root: Node, worth: FloatArray, price: FloatArray
) -> tuple[Node, FloatArray, FloatArray]:
    """Go on with the multipliers and fix more, by the better plan."""
    for scale in (0.3, 0.1, 0.03):
        if state.closed or state.told("multipliers") or not np.isfinite(root.bound):
            break
        root, near_worth, near_price, _ = bounded(state, root, ROUND, scale)
        state.bound = max(state.bound, root.bound)
        worth[root.sites], price[root.sites] = near_worth, near_price
        root = fixed(state, root, near_worth, near_price)
    return root, worth, price
