"""One market: the seats and the pupils of one stage in one teaching language.

Pupils of different stages or teaching languages never share a seat, and a unit (the part of a
school that teaches one stage in one language) carries its own property and leadership, so the
network falls apart into independent markets. Each is a multi-period location problem.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skolnat.economy.buildings import Buildings

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Market:
    """Seats and pupils of one stage and teaching language, as arrays.

    Parameters
    ----------
    stage, language
        What is taught (``"1-6"`` or ``"7-9"``; ``"fi"``, ``"sv"``).
    cells, units
        Identifiers of the I places with pupils and of the J units.
    cell_municipality, unit_municipality
        Index of the municipality of each, shapes (I,) and (J,).
    candidate
        Units that do not stand today but could be opened, shape (J,).
    pupils
        Mean number of pupils by period and cell, shape (P, I).
    years
        Length of each period in years, shape (P,).
    km, minutes
        One-way journey, shape (I, J); infinite where no road leads.
    buildings
        Renovations and sales to come, which ``closing`` holds already; None where none is known.
    ride_km, paid
        Kilometres of the ride, and whether the municipality pays it, shape (I, J); None where
        the ride is as long as the journey, and its length alone decides who pays.
    arc_cost
        Euros a pupil and year for the journey (transport, boarding), shape (I, J).
    capacity
        Seats in each period, shape (P, J); given as (J,) they hold in every period.
    fixed
        Euros a year while the unit is open, shape (J,).
    closing
        Euros over all years that follow from *when* the unit closes: in each period or, in the last
        column, never; shape (J, P + 1). Given as (J,) it is paid once, whenever the unit closes.
    load_cost
        Euros a year for teaching n = 0, 1, ..., N pupils in one unit, shape (N + 1,);
        between whole numbers it is interpolated, beyond N it goes on with its last slope.
    overflow
        Euros a year for each pupil beyond the capacity (an extension).
    floor, shortfall
        Pupils that a unit should have at least while it is open, shape (J,), and the price of
        each one lacking, euros a year. It steers a search and is no cost of a plan.
    """

    stage: str
    language: str
    cells: tuple[str, ...]
    units: tuple[str, ...]
    cell_municipality: IntArray
    unit_municipality: IntArray
    candidate: BoolArray
    pupils: FloatArray
    years: FloatArray
    km: FloatArray
    minutes: FloatArray
    arc_cost: FloatArray
    capacity: FloatArray
    fixed: FloatArray
    closing: FloatArray
    load_cost: FloatArray
    overflow: float
    floor: FloatArray | None = None
    shortfall: float = 0.0
    ride_km: FloatArray | None = None
    paid: BoolArray | None = None
    buildings: Buildings | None = None

    def __post_init__(self) -> None:
        """Lay the seats and what closing costs out by period.

        Raises
        ------
        ValueError
            When seats are given for other periods than the pupils.
        """
        shape = (self.pupils.shape[0], len(self.units))
        seats = np.asarray(self.capacity, dtype=np.float64)
        if seats.ndim == 2 and seats.shape != shape:
            raise ValueError(f"capacity has shape {seats.shape}; it must have {shape}")
        # A copy, also of what has the shape already: kernels are compiled for arrays of one kind.
        laid = np.array(np.broadcast_to(seats, shape), order="C")
        object.__setattr__(self, "capacity", laid)
        once = np.asarray(self.closing, dtype=np.float64)
        if once.ndim == 1:
            once = np.hstack([np.tile(once[:, None], shape[0]), np.zeros((shape[1], 1))])
        object.__setattr__(self, "closing", np.ascontiguousarray(once))

    @property
    def periods(self) -> int:
        """Number of planning periods."""
        return int(self.pupils.shape[0])

    def option_costs(self, closes: IntArray) -> FloatArray:
        """Euros over all years that follow from when each unit closes, shape (J,)."""
        result: FloatArray = self.closing[np.arange(len(self.units)), closes]
        return result

    def ride(self, seat: IntArray) -> tuple[FloatArray, BoolArray | None]:
        """Return kilometres of the rides to some seats, and whether they are paid, as ``seat``."""
        cells = np.arange(len(self.cells))
        km = self.km if self.ride_km is None else self.ride_km
        return km[cells, seat], None if self.paid is None else self.paid[cells, seat]

    def load_costs(self, load: FloatArray, period: int | None = None) -> FloatArray:
        """Euros a year for teaching and overflow at given loads.

        Parameters
        ----------
        load
            Pupils of each unit: of every period, shape (..., P, J), or of one, shape (..., J).
        period
            The one period; None where there are all of them.
        """
        table = self.load_cost
        whole = np.minimum(np.floor(load), table.size - 2).astype(np.int64)
        slope = table[whole + 1] - table[whole]
        seats = self.capacity if period is None else self.capacity[period]
        over = np.maximum(load - seats, 0.0)
        costs: FloatArray = table[whole] + slope * (load - whole) + self.overflow * over
        return costs
