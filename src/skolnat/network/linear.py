"""One period with its open units given, as a linear programme: prices, and seats near the best.

With the open units known a period is a transport problem: squares go to units, and the cost of
each load, replaced by its lower convex hull, is a chain of segments of rising price. HiGHS solves
it in hundredths of a second. Its dual prices are where the bound of the period begins
(:mod:`skolnat.network.closings`); only a square or two a unit are parted in its solution.

The same programme with whole squares is a puzzle that annealing solves to a few thousand euros
and no further: loads must fill the seats to a pupil, by squares of up to two hundred. *Kernel
search* (Angelelli, Mansini and Speranza 2010, *Kernel search: a general heuristic for the
multi-dimensional knapsack problem*) gives HiGHS those pairs of square and unit alone that hardly
differ at the dual prices (:func:`kernel_search`); annealing goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from skolnat.network.compiled import compiled
from skolnat.network.kernel import Problem, load_cost
from skolnat.network.location.mip import Model, Repeated, rows_of, solve_model
from skolnat.network.market import BoolArray, FloatArray, IntArray

NEAR = 12
"""Open units a square may use in the programme, those of the cheapest journeys."""

_A_PART = 1e-9
"""A share of a square above this is one."""

_NEAR_ENOUGH = 1e-6
"""Relative gap at which HiGHS stops."""


@dataclass(frozen=True)
class Linear:
    """The solved programme of one period.

    Parameters
    ----------
    value
        Journeys and loads, euros a year; infinite where a square has no open unit.
    prices
        Euros a pupil and year of each square's seat, shape (I,).
    seat
        The unit that takes most of each square, shape (I,).
    cell, unit
        The pairs of the programme, shape (A,).
    reduced, used
        Reduced cost of each pair, euros a year for the whole square, and whether the solution
        uses it, shape (A,).
    model
        The programme itself: the pairs first, then the segments of the loads.
    """

    value: float
    prices: FloatArray
    seat: IntArray
    cell: IntArray
    unit: IntArray
    reduced: FloatArray
    used: BoolArray
    model: Model


@compiled
def _hull(problem: Problem, p: int, j: int, most: float) -> tuple[FloatArray, FloatArray]:
    """Loads and costs at the corners of the lower convex hull of a unit's cost of load."""
    whole = int(np.ceil(most))
    load, cost = np.empty(whole + 2), np.empty(whole + 2)
    size, at, seats = 0, 0.0, problem.capacity[p, j]
    while True:
        value = load_cost(problem, p, j, at)
        while size >= 2 and (cost[size - 1] - cost[size - 2]) * (at - load[size - 1]) >= (
            value - cost[size - 1]
        ) * (load[size - 1] - load[size - 2]):
            size -= 1
        load[size], cost[size] = at, value
        size += 1
        if at >= most:
            return load[:size].copy(), cost[:size].copy()
        step = min(np.floor(at) + 1.0, most)
        at = seats if at < seats < step else step


def _pairs(layout: Problem, p: int, units: BoolArray) -> tuple[IntArray, IntArray]:
    """Squares with pupils, each with the cheapest of some units."""
    of, cells = np.flatnonzero(units), np.flatnonzero(layout.pupils[p] > 0.0)
    journey = layout.journey[np.ix_(cells, of)]
    order = np.argsort(journey, axis=1, kind="stable")[:, :NEAR]
    possible = np.isfinite(np.take_along_axis(journey, order, axis=1))
    row, _ = np.nonzero(possible)
    return cells[row], of[order[possible]]


def _model(layout: Problem, p: int, open_: BoolArray, cell: IntArray, unit: IntArray) -> Model:
    """The programme: rows of the squares, then of the units."""
    pupils, units = layout.pupils[p], np.flatnonzero(open_)
    cells = np.flatnonzero(pupils > 0.0)
    most = float(min(max(pupils.sum(), 1.0), layout.table.size + 1.0))
    width, price, owner, offset = [np.zeros(0)], [np.zeros(0)], [np.zeros(0, np.int64)], 0.0
    for k, j in enumerate(units):
        load, cost = _hull(layout, p, int(j), most)
        step = np.diff(load)
        # Beyond the table its last slope goes on.
        width.append(np.append(step[:-1], np.inf))
        price.append(np.diff(cost) / step)
        owner.append(np.full(step.size, k))
        offset += float(cost[0])
    segment = np.concatenate(owner)
    row_of = np.cumsum(pupils > 0.0) - 1
    place = np.cumsum(open_) - 1
    pairs, pieces = np.arange(cell.size), np.arange(segment.size)
    rows = rows_of(
        np.concatenate([row_of[cell], cells.size + place[unit], cells.size + segment]),
        np.concatenate([pairs, pairs, cell.size + pieces]),
        np.concatenate([np.ones(cell.size), pupils[cell], -np.ones(segment.size)]),
        (cells.size + units.size, cell.size + segment.size),
    )
    side = np.concatenate([np.ones(cells.size), np.zeros(units.size)])
    return Model(
        cost=np.concatenate([pupils[cell] * layout.journey[cell, unit], *price]),
        upper=np.concatenate([np.full(cell.size, np.inf), *width]),
        integer=np.zeros(cell.size + segment.size, np.bool_),
        rows=rows, low=side, high=side, offset=offset,
    )  # fmt: skip


class Programme:
    """The programme of one period, for one set of open units after the other.

    Parameters
    ----------
    layout
        The market.
    p
        The period.
    units
        Which units may be open in what is asked, shape (J,).
    """

    def __init__(self, layout: Problem, p: int, units: BoolArray) -> None:
        self._layout, self._p, self._units = layout, p, units
        self.cell, self.unit = _pairs(layout, p, units)
        self._model = _model(layout, p, units, self.cell, self.unit)
        self._solver = Repeated(self._model)

    def solve(self, open_: BoolArray) -> Linear | None:
        """Solve it with these units open, shape (J,); None where a square has none of them."""
        pupils, count = self._layout.pupils[self._p], self.cell.size
        # A square without pupils is served too: every plan gives it a unit.
        served = np.isfinite(self._layout.journey[:, open_]).any(axis=1)
        near = np.zeros(pupils.size, np.bool_)
        near[self.cell[open_[self.unit]]] = True
        if (open_ & ~self._units).any() or not (served & (near | (pupils <= 0.0))).all():
            return None
        upper = self._model.upper.copy()
        if not count:
            nobody = np.zeros(0)
            seat = _largest(self._layout, open_, self.cell, self.unit, nobody)
            return Linear(
                self._model.offset, np.zeros(pupils.size), seat, self.cell, self.unit, nobody,
                nobody > 0.0, self._model,
            )  # fmt: skip
        upper[:count][~open_[self.unit]] = 0.0
        found = self._solver.solve(upper)
        if found.x is None:
            return None
        x = found.x[:count]
        prices = np.zeros(pupils.size)
        prices[pupils > 0.0] = found.duals[: (pupils > 0.0).sum()] / pupils[pupils > 0.0]
        reduced = self._model.cost - self._model.rows.T @ found.duals
        return Linear(
            found.cost, prices, _largest(self._layout, open_, self.cell, self.unit, x),
            self.cell, self.unit, reduced[:count], x > _A_PART, replace(self._model, upper=upper),
        )  # fmt: skip


def linear(layout: Problem, p: int, open_: BoolArray) -> Linear | None:
    """Solve one period with its open units given; None where a square has no open unit.

    Parameters
    ----------
    layout
        The market.
    p
        The period.
    open_
        Which units are open in it, shape (J,).
    """
    return Programme(layout, p, open_).solve(open_)


def _largest(
    layout: Problem, open_: BoolArray, cell: IntArray, unit: IntArray, x: FloatArray
) -> IntArray:
    """The unit that takes most of each square; where nobody lives, the one that is nearest."""
    units = np.flatnonzero(open_)
    seat: IntArray = units[np.argmin(layout.journey[:, units], axis=1)].astype(np.int64)
    order = np.argsort(x, kind="stable")
    seat[cell[order]] = unit[order]
    return seat


def kernel_search(found: Linear, *, pairs: int, seed: int = 0) -> IntArray | None:
    """Seat whole squares by HiGHS among the pairs that hardly differ; None where it finds none.

    Parameters
    ----------
    found
        The programme of the period.
    pairs
        How many pairs are free, those of least reduced cost; those that the programme uses
        besides.
    seed
        Of HiGHS's own choices.

    Returns
    -------
    ndarray
        Unit of each square, shape (I,): the best that HiGHS finds at the root of its tree.

    Notes
    -----
    HiGHS is not given the seats in hand: they would keep it where annealing has been already.
    """
    count = found.cell.size
    if not count:
        return found.seat
    limit = np.inf if pairs >= count else np.partition(found.reduced, pairs)[pairs]
    free = ((found.reduced <= limit) | found.used) & (found.model.upper[:count] > 0.0)
    choice = free & (np.bincount(found.cell[free], minlength=found.seat.size)[found.cell] > 1)
    model = found.model
    upper, integer = model.upper.copy(), model.integer.copy()
    upper[:count] = np.where(free, 1.0, 0.0)
    integer[:count] = choice
    best = solve_model(
        replace(model, upper=upper, integer=integer), nodes=1, relative_gap=_NEAR_ENOUGH, seed=seed
    )
    if best.x is None:
        return None
    seat = found.seat.copy()
    taken = best.x[:count] > 0.5
    seat[found.cell[taken]] = found.unit[taken]
    return seat
