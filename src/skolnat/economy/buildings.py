"""What a building costs beside its yearly property cost: renovation, temporary premises, sale.

A renovation is an investment, paid as an annuity over the life of a building from the year in
which it falls due. A school that closes before then is never renovated; one that closes after it
goes on paying. What a sale brings is taken as an annuity too, since a plan of fifteen years that
spread what it pays over thirty must not take in at once what it is paid.

All of it depends on *when* the unit closes and on nothing else of a plan, so the optimiser sees it
exactly: one sum for each year of closing (:meth:`Buildings.costs`). The ledger lists the same
euros year by year (:func:`building_lines`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NEVER: Final = 9999
"""Year in which a renovation falls due that is not known of."""


@dataclass(frozen=True)
class Buildings:
    """The buildings of some units over the periods of a plan.

    Parameters
    ----------
    periods
        Calendar years of each period.
    closing
        Euros once, in the first year without the unit, shape (J,).
    renovation
        Investment, euros, shape (J,); 0 where none is known of.
    due
        Year in which the renovation is done, shape (J,); :data:`NEVER` where none is known of.
    held
        Euros a year that the property cost holds for capital already, shape (J,): a renovation
        counts only beyond it while the unit is open.
    seats
        Seats that need temporary premises while the works go on, shape (J,).
    sale
        What a sale brings when the unit closes, euros, shape (J,).
    annuity, life
        Part of an investment that is paid each year, and for how many years.
    temporary_seat, works
        Temporary premises, euros a seat and year, and the years they are needed.
    """

    periods: tuple[tuple[int, ...], ...]
    closing: FloatArray
    renovation: FloatArray
    due: IntArray
    held: FloatArray
    seats: FloatArray
    sale: FloatArray
    annuity: float
    life: int
    temporary_seat: float
    works: int

    def of(self, units: IntArray) -> Buildings:
        """Return the buildings of some units only."""
        names = ("closing", "renovation", "due", "held", "seats", "sale")
        return replace(self, **{name: getattr(self, name)[units] for name in names})

    @property
    def years(self) -> IntArray:
        """All years, shape (Y,)."""
        return np.array([year for period in self.periods for year in period], dtype=np.int64)

    @property
    def starts(self) -> IntArray:
        """First year of each period, and the year after the last, shape (P + 1,)."""
        firsts = [period[0] for period in self.periods]
        return np.array([*firsts, self.periods[-1][-1] + 1], dtype=np.int64)

    def paid(self) -> BoolArray:
        """Tell in which years a renovation is paid for, once it has been done, shape (Y, J)."""
        years = self.years[:, None]
        result: BoolArray = (years >= self.due) & (years < self.due + self.life)
        return result

    def working(self) -> BoolArray:
        """Tell in which years the works go on, shape (Y, J)."""
        years = self.years[:, None]
        result: BoolArray = (years >= self.due) & (years < self.due + self.works)
        return result

    @property
    def beyond(self) -> FloatArray:
        """Euros a year of the renovation beyond what the property cost holds, shape (J,)."""
        return np.maximum(self.renovation * self.annuity - self.held, 0.0)

    def while_open(self) -> FloatArray:
        """Euros of each year in which the unit is open, shape (Y, J)."""
        temporary = self.seats * self.temporary_seat
        result: FloatArray = self.paid() * self.beyond + self.working() * temporary
        return result

    def once_closed(self, since: int) -> FloatArray:
        """Euros of each year when the units have been closed since a year, shape (Y, J)."""
        shut = self.years[:, None] >= since
        done = self.paid() & (self.due < since)
        unsold = self.years[:, None] >= since + self.life
        sale = np.where(unsold, 0.0, self.sale * self.annuity)
        result: FloatArray = shut * (done * self.renovation * self.annuity - sale)
        return result

    def costs(self) -> FloatArray:
        """Euros over all years for each period in which a unit may close, or never.

        Returns
        -------
        ndarray
            Shape (J, P + 1): exactly the sum of what :func:`building_lines` and the closing itself
            put in the ledger.
        """
        open_, years = self.while_open(), self.years[:, None]
        options = []
        for q, since in enumerate(self.starts.tolist()):
            cost = np.where(years < since, open_, self.once_closed(since)).sum(axis=0)
            options.append(cost + (self.closing if q < len(self.periods) else 0.0))
        return np.array(options).T

    def by_period(self, closes: IntArray) -> FloatArray:
        """Euros of each period when the units close as told, shape (P, J)."""
        since = self.starts[closes]
        open_ = self.while_open()
        shut = np.stack([self.once_closed(year)[:, j] for j, year in enumerate(since)], axis=1)
        yearly = np.where(self.years[:, None] < since, open_, shut)
        ends = np.cumsum([len(period) for period in self.periods])[:-1]
        sums = np.array([part.sum(axis=0) for part in np.split(yearly, ends)])
        once = np.arange(len(self.periods))[:, None] == closes
        result: FloatArray = sums + once * self.closing
        return result


def building_lines(
    buildings: Buildings, units: Sequence[str], homes: npt.NDArray[np.generic], closes: IntArray
) -> pd.DataFrame:
    """Return the lines of the ledger for renovations, temporary premises and sales.

    Parameters
    ----------
    buildings
        Of the units.
    units, homes
        Ids of the units, and the municipality of each.
    closes
        Period in which each closes, the number of periods for never.

    Returns
    -------
    DataFrame
        ``home, year, item, of, part, quantity, price``; the closing itself has its line in
        :func:`skolnat.economy.ledger.cost_lines`. No line is zero; a sale is below zero.
    """
    since = buildings.starts[closes]
    years = buildings.years[:, None]
    open_ = years < since
    worth = np.maximum(buildings.renovation, 1.0)
    done = ~open_ & buildings.paid() & (buildings.due < since)
    sold = ~open_ & (years < since + buildings.life)
    shape = open_.shape
    kinds = (
        ("property", "renovation", open_ & buildings.paid(), buildings.renovation,
         np.broadcast_to(buildings.beyond / worth, shape)),
        ("property", "temporary", open_ & buildings.working(), buildings.seats,
         np.full(shape, buildings.temporary_seat)),
        ("closing", "renovation", done, buildings.renovation, np.full(shape, buildings.annuity)),
        ("closing", "sale", sold, -buildings.sale, np.full(shape, buildings.annuity)),
    )  # fmt: skip
    names = np.array(units, dtype=object)
    frames = []
    for item, part, which, quantity, price in kinds:
        y, j = np.nonzero(which & (quantity * price != 0.0))
        frames.append(
            pd.DataFrame(
                {
                    "home": homes[j], "year": buildings.years[y], "item": item, "of": names[j],
                    "part": part, "quantity": quantity[j], "price": price[y, j],
                }
            )
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True)
