"""Population counts as the forecast sees them: units, years and states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skolnat.forecast.states import CHILD_AGES, STATES

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Panel:
    """Counts on 31 December.

    Parameters
    ----------
    units
        Codes of municipalities or regions.
    groups
        For each unit, the index of the region (or country) whose figures it is part of.
    years
        Consecutive years, rising.
    counts
        Persons by :mod:`state <skolnat.forecast.states>`, shape (unit, year, state). NaN where
        nothing is known; the last year is known in full.
    """

    units: tuple[str, ...]
    groups: NDArray[np.intp]
    years: tuple[int, ...]
    counts: NDArray[np.float64]

    def __post_init__(self) -> None:
        expected = (len(self.units), len(self.years), STATES)
        if self.counts.shape != expected:
            raise ValueError(f"counts has shape {self.counts.shape}, expected {expected}")
        if self.years != tuple(range(self.years[0], self.years[0] + len(self.years))):
            raise ValueError(f"years are not consecutive: {self.years}")

    @property
    def last(self) -> NDArray[np.float64]:
        """Counts of the last year, shape (unit, state)."""
        return self.counts[:, -1]

    def at(self, year: int) -> NDArray[np.float64]:
        """Return the counts of one year, shape (unit, state)."""
        return self.counts[:, self.years.index(year)]

    def until(self, year: int) -> Panel:
        """Return the panel without what came after ``year``."""
        keep = sum(1 for y in self.years if y <= year)
        return replace(self, years=self.years[:keep], counts=self.counts[:, :keep])

    def since(self, year: int) -> Panel:
        """Return the panel without what came before ``year``."""
        drop = sum(1 for y in self.years if y < year)
        return replace(self, years=self.years[drop:], counts=self.counts[:, drop:])

    def grouped(self) -> NDArray[np.float64]:
        """Return the sums by group, shape (group, year, state)."""
        out = np.zeros((int(self.groups.max()) + 1, *self.counts.shape[1:]))
        np.add.at(out, self.groups, self.counts)
        return out

    def country(self) -> Panel:
        """Return the sum of all units as a panel of one unit."""
        return Panel(
            ("all",),
            np.zeros(1, dtype=np.intp),
            self.years,
            self.counts.sum(axis=0, keepdims=True),
        )

    def flat(self) -> Panel:
        """Return the same units, all in one group."""
        return replace(self, groups=np.zeros(len(self.units), dtype=np.intp))

    def of_groups(self, names: Sequence[str]) -> Panel:
        """Return the sums by group as a panel of their own, all in one group."""
        groups = np.zeros(len(names), dtype=np.intp)
        return Panel(tuple(names), groups, self.years, self.grouped())

    def ordered(self) -> Panel:
        """Return the panel sorted by group and unit, as the simulation needs it.

        The order decides which random numbers a unit gets: sorted, they are the same however
        the input was ordered.
        """
        order = sorted(range(len(self.units)), key=lambda i: (self.groups[i], self.units[i]))
        return self.take(order)

    def take(self, index: Sequence[int]) -> Panel:
        """Return some of the units."""
        rows = np.asarray(index, dtype=np.intp)
        return Panel(
            tuple(self.units[i] for i in rows), self.groups[rows], self.years, self.counts[rows]
        )


def panel_of(table: pd.DataFrame, place: str, group_of: Mapping[str, int] | None = None) -> Panel:
    """Make a panel from a long table.

    Parameters
    ----------
    table
        Columns ``year, age, sex, persons`` and the one named by ``place``.
    place
        Name of the column that holds the unit.
    group_of
        Unit to group; all in one group when None.
    """
    units: tuple[str, ...] = tuple(sorted(table[place].unique()))
    years = tuple(range(int(table["year"].min()), int(table["year"].max()) + 1))
    age = table["age"].to_numpy(dtype=np.int64)
    use = (age < CHILD_AGES) | ((age < STATES) & (table["sex"] == "f").to_numpy())
    row = table[place].map({u: i for i, u in enumerate(units)}).to_numpy(dtype=np.int64)
    year = table["year"].to_numpy(dtype=np.int64) - years[0]
    counts = np.zeros((len(units), len(years), STATES))
    persons = table["persons"].to_numpy(dtype=np.float64)
    np.add.at(counts, (row[use], year[use], age[use]), persons[use])
    groups = np.zeros(len(units), dtype=np.intp)
    if group_of is not None:
        groups = np.array([group_of[unit] for unit in units], dtype=np.intp)
    return Panel(units, groups, years, counts)
