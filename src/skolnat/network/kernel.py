"""What the compiled search and bound share: a market as plain arrays, and the cost of a load."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from skolnat.network.compiled import compiled
from skolnat.network.market import BoolArray, FloatArray, IntArray, Market


class Problem(NamedTuple):
    """A market under one border regime, laid out for compiled code.

    The pairs of cell and unit are kept as a dense table of journey costs (infinite where not
    allowed), as the units of each cell, cheapest then nearest first, and as the cells to which
    each unit is among their first ``reach`` choices.
    """

    journey: FloatArray  # (I, J) euros a pupil and year
    cell_start: IntArray  # (I + 1,)
    cell_unit: IntArray
    unit_start: IntArray  # (J + 1,)
    unit_cell: IntArray
    pupils: FloatArray  # (P, I)
    years: FloatArray  # (P,)
    table: FloatArray  # (N + 1,) cost of load
    overflow: float
    shortfall: float
    floor: FloatArray  # (J,)
    capacity: FloatArray  # (P, J)
    fixed: FloatArray  # (J,)
    closing: FloatArray  # (J, P + 1) euros of each option, over all years
    options: BoolArray  # (J, P + 1) the periods in which a unit may close (P: never)
    least: FloatArray  # (J, P) pupils that a unit has at least while it is open
    most: FloatArray  # (J, P) and at most: what the bound knows of cheaper plans


def problem(market: Market, allowed: BoolArray, *, reach: int = 16) -> Problem:
    """Lay out a market.

    Parameters
    ----------
    market
        The market.
    allowed
        Which cell may use which unit, shape (I, J).
    reach
        To so many cheapest units of each cell the search offers it when a unit opens. The
        bound uses every allowed pair.
    """
    journey = np.where(allowed, market.arc_cost, np.inf)
    order = np.lexsort((market.km, journey), axis=1)
    rank = np.argsort(order, axis=1)
    possible = np.isfinite(journey)
    counts = possible.sum(axis=1)
    near = (rank < reach) & possible
    unit, cell = np.nonzero(near.T)
    return Problem(
        journey=np.ascontiguousarray(journey),
        cell_start=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        cell_unit=order[np.arange(order.shape[1])[None, :] < counts[:, None]].astype(np.int64),
        unit_start=np.searchsorted(unit, np.arange(len(market.units) + 1)).astype(np.int64),
        unit_cell=cell.astype(np.int64),
        pupils=market.pupils,
        years=market.years,
        table=market.load_cost,
        overflow=market.overflow,
        shortfall=market.shortfall,
        floor=np.zeros(len(market.units)) if market.floor is None else market.floor,
        capacity=market.capacity,
        fixed=market.fixed,
        closing=market.closing,
        options=np.ones((len(market.units), market.periods + 1), dtype=np.bool_),
        least=np.zeros((len(market.units), market.periods)),
        most=np.full((len(market.units), market.periods), np.inf),
    )


@compiled
def load_cost(problem: Problem, period: int, unit: int, load: float) -> float:
    """Euros a year for teaching ``load`` pupils in a unit, temporary premises included."""
    lacking: float = problem.shortfall * max(0.0, problem.floor[unit] - load)
    if load <= 0.0:
        return lacking
    table = problem.table
    whole = min(int(load), table.size - 2)
    value: float = table[whole] + (table[whole + 1] - table[whole]) * (load - whole) + lacking
    value += problem.overflow * max(0.0, load - problem.capacity[period, unit])
    return value
