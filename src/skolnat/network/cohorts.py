"""How often children change school: cohorts followed through the years of a plan.

A child who enters grade 1 in year y is in grades 1-6 in y ... y + 5 and in 7-9 in y + 6 ... y + 8,
and lives in one square. It changes school at the turn of two periods when its square goes to
another unit and it is in the same stage before and after. The step from grade 6 to 7 is no change
of this kind. The first turn is that from today's school, or from that of the settled years.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from skolnat.network.build import Period
from skolnat.network.market import FloatArray, IntArray, Market

FIRST_GRADE: Final = {"1-6": 0, "7-9": 6}
GRADES: Final = {"1-6": 6, "7-9": 3}
"""Years after grade 1 in which a stage begins, and how many grades it has."""

FREE: Final = 1_000
"""More changes than there can be."""


@dataclass(frozen=True)
class Cohorts:
    """Cohorts by the year in which they enter grade 1.

    Parameters
    ----------
    entry
        Years of entry, shape (C,): all who are pupils in some planned year.
    starts
        First year of each planned period, shape (P,).
    """

    entry: IntArray
    starts: IntArray

    @classmethod
    def of(cls, periods: Sequence[Period]) -> Cohorts:
        """Return the cohorts of some planned periods."""
        first, last = periods[0].years[0], periods[-1].years[-1]
        starts = np.array([period.years[0] for period in periods], dtype=np.int64)
        return cls(np.arange(first - 8, last + 1, dtype=np.int64), starts)

    def turns(self, stage: str) -> IntArray:
        """Return at which turns each cohort is in a stage before and after, shape (C, P), 0 or 1.

        Turn p lies before period p.
        """
        grade = self.starts[None, :] - self.entry[:, None] - FIRST_GRADE[stage]
        result: IntArray = ((grade >= 1) & (grade < GRADES[stage])).astype(np.int64)
        return result

    def bits(self, stage: str) -> IntArray:
        """Return the same as bits, shape (C,)."""
        powers = 1 << np.arange(self.starts.size, dtype=np.int64)
        result: IntArray = self.turns(stage) @ powers
        return result

    def changes(self, stage: str, seat: IntArray, before: IntArray) -> IntArray:
        """Return how often each square's cohorts change school within a stage, shape (I, C).

        Parameters
        ----------
        stage
            The stage.
        seat
            Unit of each period and square, shape (P, I).
        before
            Unit before the first period, shape (I,); -1 where that is not known.
        """
        path = np.vstack([before[None, :], seat])
        other = (path[1:] != path[:-1]) & (path[:-1] >= 0)
        result: IntArray = other.T.astype(np.int64) @ self.turns(stage).T
        return result

    def children(self, market: Market, periods: Sequence[Period]) -> FloatArray:
        """Return about how many children of each cohort live in each square, shape (I, C).

        The pupils of a stage are parted equally on its grades, and a cohort is as large as the
        mean over its planned years in the stage; nobody where it has none.
        """
        grades = GRADES[market.stage]
        total = np.zeros((len(market.cells), self.entry.size))
        years = np.zeros(self.entry.size)
        for p, period in enumerate(periods):
            for year in period.years:
                grade = year - self.entry - FIRST_GRADE[market.stage]
                here = (grade >= 0) & (grade < grades)
                total[:, here] += market.pupils[p][:, None] / grades
                years += here
        result: FloatArray = total / np.maximum(years, 1.0)
        return result


def by_changes(changes: IntArray, children: FloatArray) -> FloatArray:
    """Return how many children change school 0, 1, 2, ... times, shape (most + 1,)."""
    count = np.bincount(changes.ravel(), weights=children.ravel())
    result: FloatArray = count.astype(np.float64)
    return result
