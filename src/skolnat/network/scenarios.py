"""The four scenarios that every study has: today, alone, together, and together, keeping.

Each is solved market by market. *Today* decides nothing: every unit stays, children go to the
nearest unit of their own municipality, old flows go on. *Alone* lets each municipality do its
best behind closed borders; the markets then fall apart by municipality and are solved so.
*Together* opens the borders. *Together, keeping* closes nothing that stands today, costs at most
what today costs, and spends what open borders save on the shortest journeys.
"""

from __future__ import annotations

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from skolnat.network.anneal import polish
from skolnat.network.bound import average_prices, lagrangian_bound
from skolnat.network.compiled import SIDE_BY_SIDE
from skolnat.network.kernel import problem
from skolnat.network.market import BoolArray, FloatArray, IntArray, Market
from skolnat.network.search import Found, cost, fill, improve
from skolnat.network.solve import Effort, Solved, Watch, go_on, solve
from skolnat.network.tree import latest

KEPT: Final = 0.8
"""In *together, keeping* a unit keeps so much of the pupils it would have with no change."""

EMPTIED: Final = 20_000.0
"""Euros a pupil and year that steer away from emptying a unit; never part of a cost."""

KM_WEIGHTS: Final = (1000.0, 300.0, 100.0, 30.0, 0.0)
"""Euros a pupil, kilometre and year put on the journey in *together, keeping*, highest first."""


NEAREST: Final = 1.0
CROWDED: Final = 20.0
"""In *today* a kilometre further counts one, and a pupil beyond the room of a unit twenty."""


ROOM: Final = 1.1
"""A unit takes so much more than its proportional part before children go to the next one."""


@dataclass(frozen=True)
class Case:
    """A market with its border regimes and the options of its units.

    Parameters
    ----------
    market
        The market.
    closed, open
        What each regime allows, shape (I, J).
    options
        Periods in which each unit may close, shape (J, P + 1).
    keeping
        The same where nothing closes that stands today.
    pupils_today
        Pupils of each unit now, shape (J,): *today* keeps their proportions while numbers
        change. None sends children to the nearest unit with room.
    """

    market: Market
    closed: BoolArray
    open: BoolArray
    options: BoolArray
    keeping: BoolArray
    pupils_today: FloatArray | None = None


def today(case: Case) -> Solved:
    """No change: one's own municipality, the units that stand, the proportions of now.

    The plan is given, not chosen, so its bound is its cost. Children go to the nearest unit that
    has room, and a unit has room for what it holds of its municipality's pupils now and a little
    more: of two schools in one village neither empties the other.
    """
    market = case.market
    closes = np.where(market.candidate, 0, latest(case.keeping)).astype(np.int64)
    seat = np.empty(market.pupils.shape, dtype=np.int64)
    for p in range(market.periods):
        seat[p] = _seats_today(case, closes > p, p)
    total = cost(market, problem(market, case.closed), closes, seat)
    return Solved(Found(closes, seat, total), total)


def _seats_today(case: Case, open_: BoolArray, p: int) -> IntArray:
    """Unit of each cell in period p when nothing changes, shape (I,)."""
    market = case.market
    alone = dataclasses.replace(
        market,
        # Nobody plans here: only the way counts, and the room.
        arc_cost=NEAREST * market.km,
        load_cost=np.zeros_like(market.load_cost),
        overflow=CROWDED,
        pupils=market.pupils[p : p + 1],
        years=market.years[p : p + 1],
        capacity=_room_today(case, p),
    )
    closes = open_.astype(np.int64)
    options = np.zeros((closes.size, 2), dtype=np.bool_)
    options[np.arange(closes.size), closes] = True
    layout = problem(alone, case.closed)._replace(options=options)
    start = fill(alone, layout, closes)
    if start is None:
        raise ValueError(f"grades {market.stage} ({market.language}): a place has no school")
    seat: IntArray = improve(alone, layout, start, kicks=0).seat[0]
    return seat


def _room_today(case: Case, p: int) -> FloatArray:
    """Pupils that each unit takes in period p in the proportions of now, shape (J,)."""
    market = case.market
    seats: FloatArray = market.capacity[p]
    if case.pupils_today is None:
        return seats
    count = int(max(market.cell_municipality.max(), market.unit_municipality.max())) + 1
    come = np.bincount(market.cell_municipality, weights=market.pupils[p], minlength=count)
    now = np.bincount(market.unit_municipality, weights=case.pupils_today, minlength=count)
    growth = np.where(now > 0.0, come / np.maximum(now, 1e-12), 1.0)[market.unit_municipality]
    room = case.pupils_today * np.maximum(growth, 0.0) * ROOM
    return np.where(case.pupils_today > 0.0, np.minimum(room, seats), seats)


def components(market: Market, allowed: BoolArray) -> list[tuple[IntArray, IntArray]]:
    """Parts of a market that no pupil can leave: lists of (cells, units)."""
    cells, units = len(market.cells), len(market.units)
    i, j = np.nonzero(allowed)
    links = coo_array((np.ones(i.size), (i, cells + j)), shape=(cells + units,) * 2)
    count, label = connected_components(links, directed=False)
    parts = []
    for k in range(count):
        mine = np.flatnonzero(label[:cells] == k)
        theirs = np.flatnonzero(label[cells:] == k)
        if mine.size or theirs.size:
            parts.append((mine.astype(np.int64), theirs.astype(np.int64)))
    return parts


def part_of(market: Market, cells: IntArray, units: IntArray) -> Market:
    """Return the market of some cells and units only."""
    both = np.ix_(cells, units)
    return dataclasses.replace(
        market,
        cells=tuple(market.cells[i] for i in cells),
        units=tuple(market.units[j] for j in units),
        cell_municipality=market.cell_municipality[cells],
        unit_municipality=market.unit_municipality[units],
        candidate=market.candidate[units],
        pupils=np.ascontiguousarray(market.pupils[:, cells]),
        km=market.km[both],
        minutes=market.minutes[both],
        arc_cost=market.arc_cost[both],
        capacity=market.capacity[:, units],
        floor=None if market.floor is None else market.floor[units],
        fixed=market.fixed[units],
        closing=market.closing[units],
        buildings=None if market.buildings is None else market.buildings.of(units),
        ride_km=None if market.ride_km is None else market.ride_km[both],
        paid=None if market.paid is None else market.paid[both],
    )


def solve_in_parts(
    case: Case, allowed: BoolArray, start: Found | None, effort: Effort, seed: int,
    watch: Watch = go_on, prices: FloatArray | None = None,
) -> Solved:  # fmt: skip
    """Solve a market part by part and put the plans and bounds together.

    Parameters
    ----------
    case, allowed
        The market, and the border regime to solve it under.
    start
        A plan that the regime allows; None where none is known.
    effort, seed
        See :func:`skolnat.network.solve.solve`.
    watch
        Is told the plan and bound of the whole market; without ``start`` only from the last part
        on, since before there is no whole plan. A part that is not searched any more keeps its
        start.
    prices
        Multipliers of an earlier search, shape (P, I).
    """
    market = case.market
    closes = np.zeros(len(market.units), dtype=np.int64)
    seat = np.zeros(market.pupils.shape, dtype=np.int64)
    bound = total = 0.0
    found_prices = np.zeros(market.pupils.shape)
    whole = Whole(market, allowed, start, watch)

    def solve_part(part: tuple[IntArray, IntArray]) -> Solved | None:
        cells, units = part
        if cells.size == 0:
            return None
        known = [] if start is None else [_part_of_plan(start, cells, units)]
        return solve(
            part_of(market, cells, units), allowed[np.ix_(cells, units)],
            options=case.options[units], known=known, effort=effort, seed=seed,
            prices=None if prices is None else np.ascontiguousarray(prices[:, cells]),
            watch=lambda found: whole.told(cells, units, found),
        )  # fmt: skip

    # The largest first, so that none is left alone at the end.
    parts = sorted(components(market, allowed), key=lambda part: -part[0].size * part[1].size)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        found = list(pool.map(solve_part, parts))
    for (cells, units), solved in zip(parts, found, strict=True):
        if solved is None:
            # Nobody may come: each unit does what costs least of what it may do.
            closes[units], idle = _idle(case, units)
            bound, total = bound + idle, total + idle
            continue
        closes[units] = solved.plan.closes
        seat[:, cells] = units[solved.plan.seat]
        bound += solved.bound
        total += solved.plan.cost
        if solved.prices is not None:
            found_prices[:, cells] = solved.prices
    return Solved(Found(closes, seat, total), bound, found_prices)


class Whole:
    """Puts what is found of the parts of a market together, and tells a watcher of the whole."""

    def __init__(
        self, market: Market, allowed: BoolArray, start: Found | None, watch: Watch
    ) -> None:
        self._market, self._layout = market, problem(market, allowed)
        self._plan, self._watch = start, watch
        self._bounds: dict[int, float] = {}
        self._lock = threading.Lock()

    def told(self, cells: IntArray, units: IntArray, found: Solved) -> bool:
        """Tell of a part, and ask whether to go on."""
        if self._plan is None or self._watch is go_on:
            return True
        with self._lock:
            closes, seat = self._plan.closes.copy(), self._plan.seat.copy()
            closes[units] = found.plan.closes
            seat[:, cells] = units[found.plan.seat]
            self._plan = Found(closes, seat, cost(self._market, self._layout, closes, seat))
            self._bounds[int(units[0])] = found.bound
            return self._watch(Solved(self._plan, sum(self._bounds.values())))


def _part_of_plan(plan: Found, cells: IntArray, units: IntArray) -> Found:
    place = {int(j): k for k, j in enumerate(units)}
    seat = np.vectorize(place.__getitem__, otypes=[np.int64])(plan.seat[:, cells])
    return Found(plan.closes[units], seat, plan.cost)


def _idle(case: Case, units: IntArray) -> tuple[IntArray, float]:
    """Cheapest closings of units without pupils, and what they cost over the horizon."""
    market = case.market
    open_years = np.concatenate(([0.0], np.cumsum(market.years)))
    costs = open_years[None, :] * market.fixed[units, None]
    costs += market.closing[units]
    costs = np.where(case.options[units], costs, np.inf)
    return costs.argmin(axis=1).astype(np.int64), float(costs.min(axis=1).sum())


def keeping(case: Case, baseline: Found, effort: Effort) -> tuple[Solved, float]:
    """Shortest journeys over open borders, every school kept alive, at most today's cost.

    Parameters
    ----------
    case
        The market.
    baseline
        The plan of today; it is allowed here too, so there is always an answer.
    effort
        Steps of the bound.

    Returns
    -------
    Solved
        The plan's own cost in euros, and a bound such that ``cost - bound`` is the proven gap:
        how far cost plus weighted journeys is from the best, in euros.
    float
        Weight on the journey, euros a pupil, kilometre and year.

    Notes
    -----
    A school that is open in name with no pupils is not kept: each keeps at least :data:`KEPT`
    of the pupils that it would have with no change. Nothing is decided about units here, so the
    periods are independent and are solved one by one.
    """
    market = case.market
    plain = problem(market, case.open)
    for weight in KM_WEIGHTS:
        parts = [_kept_in_period(case, baseline, p, weight, effort) for p in range(market.periods)]
        seat = np.array([plan.seat[0] for plan, _ in parts])
        money = cost(market, plain, baseline.closes, seat)
        if money <= baseline.cost + 0.5:
            gap = sum(gap for _, gap in parts)
            return Solved(Found(baseline.closes, seat, money), money - gap), weight
    return Solved(baseline, baseline.cost), 0.0


def _kept_in_period(
    case: Case, baseline: Found, p: int, weight: float, effort: Effort
) -> tuple[Found, float]:
    """Seats of one period with a weight on the journey, and their proven gap in euros."""
    market = case.market
    held: FloatArray = np.bincount(
        baseline.seat[p], weights=market.pupils[p], minlength=len(market.units)
    ).astype(np.float64)
    one = dataclasses.replace(
        market,
        arc_cost=market.arc_cost + weight * market.km,
        pupils=market.pupils[p : p + 1],
        years=market.years[p : p + 1],
        capacity=market.capacity[p : p + 1],
        closing=np.zeros(len(market.units)),
        buildings=None,
        floor=np.asarray(KEPT * held, dtype=np.float64),
        shortfall=EMPTIED,
    )
    closes = (baseline.closes > p).astype(np.int64)
    options = np.zeros((closes.size, 2), dtype=np.bool_)
    options[np.arange(closes.size), closes] = True
    layout = problem(one, case.open)._replace(options=options)
    seat = baseline.seat[p : p + 1]
    start = Found(closes, seat, cost(one, layout, closes, seat))
    plan = improve(one, layout, start, kicks=0)
    plan = polish(one, layout, plan, moves=effort.moves)
    bound = lagrangian_bound(
        layout, average_prices(one, plan), plan.cost,
        iterations=effort.steps, tolerance=effort.tolerance,
    )  # fmt: skip
    return plan, max(plan.cost - bound.value, 0.0)
