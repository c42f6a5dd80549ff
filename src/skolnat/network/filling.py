"""The bound's problem of one unit in one period: which pupils to take when each has a price.

The fill takes cells in the order of their reduced costs (journey less price). It and the cost of
the load are piecewise linear, so the cheapest load lies at a breakpoint of one of them, and all of
those are looked at, *whatever the shape of the cost of load*. Only cells that may still be worth
it are sorted: where the next cell costs more than the least that a further pupil ever adds, nothing
beyond can be cheaper. So a unit looks at tens of cells, not at every cell of its region.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from skolnat.network.compiled import compiled, inlined
from skolnat.network.kernel import Problem, price_of
from skolnat.network.market import BoolArray, FloatArray, IntArray


class Room(NamedTuple):
    """Cells that a unit takes first, in the order of their reduced costs: room for one unit."""

    cells: IntArray  # (P, I)
    reduced: FloatArray  # (P, I)
    filled: IntArray  # (P,) how many are laid out
    whole: BoolArray  # (P,) whether these are all that the unit may take
    margin: FloatArray  # (J, P) where to stop laying out: kept between steps


_SLACK = 400.0
"""So many euros beyond the margin of the step before are laid out."""


def room(problem: Problem) -> Room:
    """Make room for what :func:`unit_value` lays out."""
    periods, places = problem.pupils.shape
    return Room(
        np.zeros((periods, places), np.int64), np.zeros((periods, places)),
        np.zeros(periods, np.int64), np.zeros(periods, np.bool_),
        np.zeros((problem.fixed.size, periods)),
    )  # fmt: skip


class Curve(NamedTuple):
    """Cost of the load of one unit in one period: plain numbers, for the innermost loops."""

    table: FloatArray
    rise: FloatArray
    overflow: float
    shortfall: float
    seats: float
    floor: float
    least: float
    most: float


@compiled
def curve_of(problem: Problem, j: int, p: int) -> Curve:
    """Return the cost of the load of unit j in period p."""
    return Curve(
        problem.table, problem.rise, problem.overflow, problem.shortfall, problem.capacity[p, j],
        problem.floor[j], problem.least[j, p], problem.most[j, p],
    )  # fmt: skip


@inlined
def _at(curve: Curve, load: float) -> float:
    value: float = price_of(
        curve.table, load, curve.seats, curve.overflow, curve.floor, curve.shortfall
    )
    return value


@inlined
def _below(
    cells: IntArray, ways: FloatArray, u: FloatArray, pupils: FloatArray, margin: float,
    found: IntArray, reduced: FloatArray,
) -> tuple[int, bool]:  # fmt: skip
    """Sort the cells whose way less u lies below a margin; how many, and whether that is all.

    Parameters
    ----------
    cells, ways
        What a unit may take, cheapest way first.
    u, pupils
        By cell, of one period.
    margin
        Where to stop.
    found, reduced
        Room for what is found.
    """
    n, whole, top = 0, True, u.max()
    for a in range(cells.size):
        if ways[a] - top >= margin:
            whole = False
            break
        i = cells[a]
        if pupils[i] <= 0.0:
            continue
        value = ways[a] - u[i]
        if value >= margin:
            whole = False
            continue
        reduced[n] = value
        found[n] = i
        n += 1
    order = np.argsort(reduced[:n])
    found[:n] = found[:n][order]
    reduced[:n] = reduced[:n][order]
    return n, whole


@compiled
def lay_out(problem: Problem, j: int, p: int, u: FloatArray, margin: float, filling: Room) -> None:
    """Sort the cells of a unit whose reduced cost lies below a margin."""
    first, last = problem.pair_start[j], problem.pair_start[j + 1]
    filling.margin[j, p] = margin
    filling.filled[p], filling.whole[p] = _below(
        problem.pair_cell[first:last], problem.pair_cost[first:last], u[p], problem.pupils[p],
        margin, filling.cells[p], filling.reduced[p],
    )  # fmt: skip


@inlined
def _next_bend(curve: Curve, point: float, end: float) -> float:
    """Where the cost of a unit bends next: at whole pupils and at the limits of its load."""
    step: float = min(end, np.floor(point) + 1.0)
    if point < curve.seats < step:
        step = curve.seats
    if point < curve.floor < step:
        step = curve.floor
    if point < curve.least < step:
        step = curve.least
    if point < curve.most < step:
        step = curve.most
    return step


@inlined
def _further(curve: Curve, load: float) -> float:
    """What each further pupil costs at least in a unit, euros a year."""
    rise: float = curve.rise[min(int(load), curve.rise.size - 1)]
    return rise + (curve.overflow if load >= curve.seats else 0.0)


@inlined
def cheapest(
    curve: Curve, cells: IntArray, reduced: FloatArray, pupils: FloatArray, beyond: float
) -> tuple[float, float, int]:
    """Cheapest value of a unit, its load, and how many cells were looked at.

    ``cells`` are in the order of their ``reduced`` costs; those that are not among them cost at
    least ``beyond``, infinite where there are none. When they might be needed the last number
    is -1.
    """
    settled = max(curve.least, curve.floor)
    best, best_load = np.inf, 0.0
    if curve.least <= 0.0:
        best = _at(curve, 0.0)
    load, fill = 0.0, 0.0
    for k in range(cells.size):
        # From here on nothing becomes cheaper.
        if load >= curve.most or (load >= settled and reduced[k] + _further(curve, load) >= 0.0):
            return best, best_load, k
        end = load + pupils[cells[k]]
        point = load if end >= curve.least else end
        while point < end:
            point = _next_bend(curve, point, end)
            if point >= curve.least and point <= curve.most:
                value = _at(curve, point) + fill + reduced[k] * (point - load)
                if value < best:
                    best, best_load = value, point
        fill += reduced[k] * (end - load)
        load = end
    over = beyond == np.inf or load >= curve.most
    over = over or (load >= settled and beyond + _further(curve, load) >= 0.0)
    return best, best_load, cells.size if over else -1


@compiled
def unit_value(
    problem: Problem, j: int, p: int, u: FloatArray, filling: Room
) -> tuple[float, float]:
    """Cheapest value of unit j in period p and the load that has it; lays out its cells."""
    curve, pupils = curve_of(problem, j, p), problem.pupils[p]
    margin, more = filling.margin[j, p], 2.0 * _SLACK
    while True:
        lay_out(problem, j, p, u, margin, filling)
        count = filling.filled[p]
        beyond = np.inf if filling.whole[p] else margin
        best, load, seen = cheapest(
            curve, filling.cells[p, :count], filling.reduced[p, :count], pupils, beyond
        )
        if seen >= 0:
            break
        margin += more
        more *= 4.0
    if 0 < seen < count:
        filling.margin[j, p] = filling.reduced[p, seen] + _SLACK
    return best, load


@compiled
def take(cells: IntArray, pupils: FloatArray, load: float, use: FloatArray) -> None:
    """Add to ``use`` (I,) the shares of the cells that fill a load, cells being sorted."""
    left = load
    for i in cells:
        if left <= 0.0:
            break
        use[i] += min(1.0, left / pupils[i])
        left -= pupils[i]


@compiled
def loads_within(
    curve: Curve, cells: IntArray, reduced: FloatArray, pupils: FloatArray, limit: float
) -> tuple[float, float]:
    """Between which loads the value of a unit is at most a limit; all cells are laid out."""
    settled = max(curve.least, curve.floor)
    low, high = np.inf, -np.inf
    if curve.least <= 0.0 and _at(curve, 0.0) <= limit:
        low, high = 0.0, 0.0
    load, fill, value = 0.0, 0.0, np.inf
    inside = high == 0.0
    for k in range(cells.size):
        rising = load >= settled and reduced[k] + _further(curve, load) >= 0.0
        if load >= curve.most or (rising and value > limit and not inside):
            break
        end = load + pupils[cells[k]]
        point = load
        while point < end:
            before = point
            point = _next_bend(curve, point, end)
            if point < curve.least or point > curve.most:
                continue
            value = _at(curve, point) + fill + reduced[k] * (point - load)
            if value <= limit:
                low, high = min(low, max(before, curve.least)), point
            elif inside:
                high = point
            inside = value <= limit
        fill += reduced[k] * (end - load)
        load = end
    return low, high
