"""Solve one market: a plan by search and rounding, a bound by multipliers, then branch and bound.

1. Take the best plan that is known already; in small markets search from it.
2. Bound by Lagrangian multipliers. In small markets their shares are rounded to closings, each
   square begins where the multipliers lead it (:mod:`skolnat.network.guide`), the best of these
   plans are annealed again, and one closing after the other is changed.
3. Rank sets of closings by their bounds (:mod:`skolnat.network.closings`), and seat everybody for
   the best of them (:mod:`skolnat.network.seating`).
4. Forbid every option (unit, period of closing) that no cheaper plan can use (reduced-cost
   fixing). What is forbidden stays proven, because the argument holds for the full problem. Go
   on with the multipliers on the smaller problem that is left (:mod:`skolnat.network.bundle`).
5. Branch on what lifts the bound most, best bound first, until the gap is closed or the number of
   nodes is spent. The bound of what is open is the proof.

All limits are counts, never seconds: the same input and seed give the same plan and proof. A
caller may watch and stop when it likes; then its clock decides what is found.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from skolnat.network.anneal import polish
from skolnat.network.bound import Bound, average_prices, lagrangian_bound
from skolnat.network.bundle import sharpened
from skolnat.network.closings import Settled, promising
from skolnat.network.guide import Guide, guided
from skolnat.network.kernel import Problem, problem
from skolnat.network.market import BoolArray, FloatArray, IntArray, Market
from skolnat.network.search import Found, changed, cost, fill, improve
from skolnat.network.seating import Seating, seated
from skolnat.network.tree import Tree, TreeEffort, closes_above, latest, nearest

POLISHED = 2
"""How many of the best plans have their seats annealed for long."""

REHEATS = 8
"""How often: each time a little heat and then cold, from the best seats so far."""

WARM = (1_000.0, 300.0)
"""Temperatures of these, in turn, euros a year."""

LAST_A_CELL = 10_000
LAST = (3_000.0, 500.0, 1_000.0, 500.0)
"""When the seats of the best plan of a small market are sought for long: moves for each cell at
most, and temperatures."""

PROMISING = 0.001
"""Seats are sought for longer when a plan costs at most this part more than the best."""


_DEAR = 1.2
"""A rough relaxation begins with at most so many times the mean cost of a pupil."""

MOVES_A_CELL = 1_000
MOVES_IN_ALL = 10_000_000
RESTARTS = 5
"""Annealing moves in a period and for each cell, in all, and how often, when every closing is
tried."""


@dataclass(frozen=True)
class Effort:
    """How hard to try, in counts.

    Parameters
    ----------
    few
        Markets of at most so many units are searched by moves of single units and squares; in
        larger ones closings are ranked by their bounds.
    kicks
        Shakes of the first search in these.
    roundings
        Plans rounded from the relaxation in these.
    variations
        Closings changed in the best plan of these, one by one.
    ranked
        How often at most the neighbours of a set of closings are ranked; 0 for never: closings of
        larger markets are then changed one by one too.
    settle, doubtful, seated
        Steps of the bound of a set in each period, units whose closing is in question, and how
        many of the sets of closings whose bounds are lowest are seated.
    steps, cuts, node_cuts
        Subgradient steps at the root, steps of the bundle after them and again after fixing,
        and in a node.
    moves, last_moves
        Annealing moves in each period of a plan, each time, and when the seats of the best one
        of a small market are sought for the last time.
    seating
        How ranked closings are seated.
    nodes, largest, plans
        Sides of splits in the search tree, for markets of at most so many units; in larger ones,
        where each takes longer and lifts less, fewer by the square. Plans rounded from them.
    closings
        Where no more combinations of closings are left than this, each is tried.
    tolerance
        Gap, as a share of the cost, at which to stop.
    """

    few: int = 5
    kicks: int = 10
    roundings: int = 8
    variations: int = 16
    ranked: int = 2
    settle: int = 60
    doubtful: int = 8
    seated: int = 1
    steps: int = 250
    cuts: int = 100
    node_cuts: int = 40
    moves: int = 300_000
    last_moves: int = 1_000_000
    seating: Seating = field(default_factory=Seating)
    nodes: int = 16
    largest: int = 12
    plans: int = 3
    closings: int = 300
    tolerance: float = 2e-4

    @property
    def tree(self) -> TreeEffort:
        """What of this goes into the search tree."""
        return TreeEffort(self.nodes, self.node_cuts, self.plans, self.tolerance)


@dataclass(frozen=True)
class Solved:
    """A plan of one market with its proof, euros over the horizon.

    Parameters
    ----------
    plan, bound
        The plan, and what no plan costs less than.
    prices
        Multipliers of the bound, euros a pupil and year, shape (P, I): where a later search may
        begin; None where there are none.
    """

    plan: Found
    bound: float
    prices: FloatArray | None = None

    @property
    def gap(self) -> float:
        """Euros over the horizon that a better plan could save at most."""
        return max(self.plan.cost - self.bound, 0.0)


Watch = Callable[[Solved], bool]
"""Is told the best plan and bound so far, and says whether to go on."""


def go_on(_: Solved) -> bool:
    """Go on whatever has been found; the usual :data:`Watch`."""
    return True


def solve(
    market: Market,
    allowed: BoolArray,
    *,
    options: BoolArray | None = None,
    known: Sequence[Found] = (),
    effort: Effort | None = None,
    seed: int = 1,
    watch: Watch = go_on,
    prices: FloatArray | None = None,
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
    watch
        Is told the best plan and bound again and again. When it answers False the search ends
        with what it has, whose bound is as valid as any.
    prices
        Multipliers of an earlier search, to begin the bound with.

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
    best = _first_plan(market, layout, known, effort, seed, near=prices is not None)
    # No plan costs less than what its closings bring in: the first bound.
    lowest = float(np.minimum(np.where(layout.options, layout.closing, 0.0).min(axis=1), 0.0).sum())
    if not watch(Solved(best, lowest)):
        return Solved(best, lowest)
    root = lagrangian_bound(
        layout, average_prices(market, best) if prices is None else prices, best.cost,
        iterations=effort.steps, tolerance=effort.tolerance, scale=1.0 if prices is None else 0.2,
    )  # fmt: skip
    root = _sharper(root, best, effort)
    small = len(market.units) <= effort.few or not effort.ranked
    for search in (_rounded, _varied, _ranked, _seated_long) if small else (_ranked,):
        for plan in search(market, layout, root, best, effort, seed):
            best = plan
            if not watch(Solved(best, root.value)):
                return Solved(best, root.value, root.multipliers)
    root = _sharper(root, best, effort)
    best = _every_closing(market, layout, root, best, effort, seed)

    def seat(bound: Bound, closes: IntArray, known: Found) -> Found | None:
        return _with_closings(market, layout, bound, closes, known, effort, seed)

    tree = Tree(market, root, best, seat)
    fewer = (effort.largest / max(len(market.units), effort.largest)) ** 2
    most = replace(effort, nodes=int(effort.nodes * fewer)).tree
    going = watch(Solved(tree.best, tree.bound))
    while going and tree.grow(most):
        going = watch(Solved(tree.best, tree.bound))
    return Solved(tree.best, tree.bound, root.multipliers)


def _sharper(bound: Bound, best: Found, effort: Effort) -> Bound:
    return sharpened(bound, best.cost, rounds=effort.cuts, tolerance=effort.tolerance)


def _first_plan(
    market: Market, layout: Problem, known: Sequence[Found], effort: Effort, seed: int, *,
    near: bool,
) -> Found:  # fmt: skip
    plans = [Found(p.closes, p.seat, cost(market, layout, p.closes, p.seat)) for p in known]
    start = min(plans, key=_cost, default=None)
    if start is None:
        start = fill(market, layout, latest(layout.options))
    if start is None:
        raise ValueError(f"grades {market.stage} ({market.language}): a place has no school")
    if len(market.units) <= effort.few:
        return improve(market, layout, start, kicks=effort.kicks, seed=seed)
    plan = polish(market, layout, start, moves=effort.moves, seed=seed)
    return plan if near else _rough(market, layout, plan, effort, seed)


def _rough(market: Market, layout: Problem, plan: Found, effort: Effort, seed: int) -> Found:
    """Round a short relaxation, so that the long one knows how far it has to go."""
    few = max(effort.steps // 4, 1)
    mean = plan.cost / max(float(market.years @ market.pupils.sum(axis=1)), 1e-9)
    # Where every unit stands a pupil of a small one costs more than in any good plan.
    start = np.minimum(average_prices(market, plan), _DEAR * mean)
    short = lagrangian_bound(layout, start, plan.cost, iterations=few)
    wish = nearest(closes_above(short.share, 0.5), layout.options)
    guide = Guide(moves=max(effort.moves // 2, 1))
    _, found = guided(market, layout, short.multipliers, wish, plan.cost, guide, seed=seed)
    return plan if found is None else min(plan, found, key=_cost)


def _every_closing(
    market: Market, layout: Problem, bound: Bound, best: Found, effort: Effort, seed: int
) -> Found:
    """Try every closing that is left, where these are few; the best plan of all."""
    choices = [np.flatnonzero(row) for row in bound.layout.options]
    count = math.prod(choice.size for choice in choices)
    if count > effort.closings or _proven(bound, best, effort):
        return best
    spread = MOVES_IN_ALL // (max(count, 1) * RESTARTS * market.periods)
    moves = min(effort.moves, MOVES_A_CELL * len(market.cells), spread)
    for closes in itertools.product(*choices):
        start = fill(market, layout, np.array(closes, dtype=np.int64))
        if start is None:
            continue
        for again in range(RESTARTS):
            plan = polish(market, layout, start, moves=moves, seed=seed + again)
            best = min(best, plan, key=_cost)
    return best


def _rounded(
    market: Market, layout: Problem, bound: Bound, best: Found, effort: Effort, seed: int
) -> Iterator[Found]:
    """Round the relaxation's shares at several thresholds and seat each; the best so far."""
    random = np.random.default_rng(seed)
    tried = {best.closes.tobytes(): best}
    for number in range(effort.roundings):
        if _proven(bound, best, effort):
            break
        threshold = random.uniform(0.15, 0.85, len(market.units)) if number else 0.5
        wish = nearest(closes_above(bound.share, threshold), layout.options)
        if wish.tobytes() in tried:
            continue
        plan = _with_closings(market, layout, bound, wish, best, effort, seed + number)
        if plan is not None:
            tried[wish.tobytes()] = plan
            best = min(best, plan, key=_cost)
        yield best
    chosen = sorted(tried.values(), key=_cost)[:POLISHED]
    with ThreadPoolExecutor(POLISHED) as pool:
        warmed = pool.map(
            lambda plan: _reheated(market, layout, plan, REHEATS, effort, seed), chosen
        )
        yield min(best, *warmed, key=_cost)


def _with_closings(
    market: Market, layout: Problem, bound: Bound, closes: IntArray, best: Found, effort: Effort,
    seed: int,
) -> Found | None:  # fmt: skip
    """A plan with some closings, if it can come near the best one known."""
    guide = Guide(moves=max(effort.moves // 2, 1))
    target = best.cost * (1.0 + 10.0 * PROMISING)
    _, plan = guided(market, layout, bound.multipliers, closes, target, guide, seed=seed)
    if plan is not None and len(market.units) <= effort.few:
        plan = improve(market, layout, plan, kicks=0, seed=seed)
    if plan is not None and plan.cost < best.cost * (1.0 + PROMISING):
        plan = _reheated(market, layout, plan, len(WARM), effort, seed)
    return plan


def _proven(bound: Bound, best: Found, effort: Effort) -> bool:
    """Whether the best plan is as near the bound as is asked for."""
    return best.cost - bound.value <= effort.tolerance * best.cost


def _cost(plan: Found) -> float:
    return plan.cost


def _reheated(
    market: Market, layout: Problem, plan: Found, times: int, effort: Effort, seed: int
) -> Found:
    for number in range(times):
        hot = WARM[number % len(WARM)]
        plan = polish(market, layout, plan, moves=effort.moves, seed=seed + number, hot=hot)
    return plan


def _varied(
    market: Market, layout: Problem, bound: Bound, best: Found, effort: Effort, seed: int
) -> Iterator[Found]:
    """Change one closing of the best plan after the other, likeliest first; the best so far."""
    loss = bound.loss
    order = np.argsort(loss, axis=None, kind="stable")
    left = effort.variations
    for unit, when in zip(*np.unravel_index(order, loss.shape), strict=True):
        proven = _proven(bound, best, effort)
        if left == 0 or proven or loss[unit, when] > best.cost - bound.value:
            break
        if when == best.closes[unit] or not layout.options[unit, when]:
            continue
        left -= 1
        plan = changed(market, layout, best, int(unit), int(when))
        if plan is None:
            continue
        plan = polish(market, layout, plan, moves=effort.moves // 2, seed=seed, hot=WARM[0])
        if plan.cost < best.cost * (1.0 + PROMISING):
            plan = _reheated(market, layout, plan, len(WARM), effort, seed)
        best = min(best, plan, key=_cost)
        yield best


def _ranked(
    market: Market, layout: Problem, bound: Bound, best: Found, effort: Effort, seed: int
) -> Iterator[Found]:
    """Rank closings by their bounds and seat those of the lowest; the best so far."""
    if not effort.ranked or _proven(bound, best, effort):
        return
    sets: list[Settled] = []
    for ranked in promising(
        layout, bound, best, tries=effort.ranked, rounds=effort.settle, doubtful=effort.doubtful
    ):
        sets = ranked
        # Whoever watches may stop between two rankings.
        yield best
    for one in sets[: effort.seated]:
        if one.value >= best.cost * (1.0 - effort.tolerance):
            break
        plan = seated(market, layout, one.closes, effort.seating, known=best, seed=seed)
        best = best if plan is None else min(best, plan, key=_cost)
        yield best


def _seated_long(
    market: Market, layout: Problem, bound: Bound, best: Found, effort: Effort, seed: int
) -> Iterator[Found]:
    """Seek the seats of the best plan for long, period by period side by side."""
    moves = min(effort.last_moves, LAST_A_CELL * len(market.cells))
    for number, hot in enumerate(LAST if moves else ()):
        if _proven(bound, best, effort):
            return
        best = polish(market, layout, best, moves=moves, seed=seed + number, hot=hot)
        yield best
