"""Whether siblings are kept together: grades 1-6 and 7-9 at one site, where one has both.

Named children are not planned with, so siblings are a square's pupils of both stages and one
language. They are parted in a period when grades 7-9 go to another site than grades 1-6, although
the site of grades 1-6 also teaches 7-9 in that period, or although they went to one site before
the plan. A village school of grades 1-6 from which children go on to a site of grades 1-9 parts
nobody; one that takes children who had one site does. Excused are squares that may not use such a
site at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skolnat.network.market import BoolArray, IntArray, Market


@dataclass(frozen=True)
class Pair:
    """The two markets of one language, seen from the squares of grades 7-9.

    Parameters
    ----------
    lower, upper
        Grades 1-6 and 7-9.
    twin
        Unit of grades 7-9 at the site of each unit of grades 1-6; -1 for none, shape (J lower,).
    square
        Place of each square of grades 7-9 among those of grades 1-6; -1 for none.
    may
        Which square of grades 7-9 may use which unit, shape (I upper, J upper).
    possible
        Units of grades 1-6 at whose site a square may use both stages, (I upper, J lower).
    strict
        Squares that had one site before and may still have one, shape (I upper,).
    """

    lower: Market
    upper: Market
    twin: IntArray
    square: IntArray
    may: BoolArray
    possible: BoolArray
    strict: BoolArray

    def partner(self, seat: IntArray) -> IntArray:
        """Return the unit of grades 7-9 at the site of grades 1-6, -1 for none, (P, I upper).

        Parameters
        ----------
        seat
            Plan of grades 1-6, shape (P, I lower).
        """
        found = np.full((seat.shape[0], len(self.upper.cells)), -1, dtype=np.int64)
        known = np.flatnonzero(self.square >= 0)
        found[:, known] = self.twin[seat[:, self.square[known]]]
        usable = (found >= 0) & self.may[np.arange(found.shape[1])[None, :], found]
        result: IntArray = np.where(usable, found, -1)
        return result

    def parted(
        self, seat_lower: IntArray, closes_upper: IntArray, seat_upper: IntArray
    ) -> BoolArray:
        """Return which squares of grades 7-9 are parted from their siblings, (P, I upper)."""
        partner = self.partner(seat_lower)
        periods = np.arange(partner.shape[0])[:, None]
        open_ = (partner >= 0) & (closes_upper[partner] > periods)
        result: BoolArray = (seat_upper != partner) & (open_ | self.strict[None, :])
        result &= (self.square >= 0)[None, :] & (self.upper.pupils > 0.0)
        return result


def pair_of(
    lower: Market, upper: Market, may_lower: BoolArray, may_upper: BoolArray,
    before_lower: IntArray, before_upper: IntArray,
) -> Pair:  # fmt: skip
    """Lay the two markets of a language side by side.

    Parameters
    ----------
    lower, upper
        Grades 1-6 and 7-9.
    may_lower, may_upper
        Which square may use which unit.
    before_lower, before_upper
        Unit of each square before the plan.
    """
    sites = {unit.rpartition(":")[0]: j for j, unit in enumerate(upper.units)}
    twin = np.array([sites.get(u.rpartition(":")[0], -1) for u in lower.units], dtype=np.int64)
    places = {cell: i for i, cell in enumerate(lower.cells)}
    square = np.array([places.get(cell, -1) for cell in upper.cells], dtype=np.int64)
    # The last row and column answer for what is not there.
    upper_ways = np.pad(may_upper, ((0, 0), (0, 1)))[:, twin]
    possible = upper_ways & np.pad(may_lower, ((0, 1), (0, 0)))[square]
    had = twin[np.append(before_lower, 0)[square]]
    together = (square >= 0) & (had >= 0) & (had == before_upper)
    return Pair(lower, upper, twin, square, may_upper, possible, together & possible.any(axis=1))


def narrowed(pair: Pair, may_lower: BoolArray) -> BoolArray:
    """Return who may use which unit of grades 1-6, where one site is to go on being one.

    A square that had one site goes on to units of grades 1-6 whose site has grades 7-9 too.
    """
    left = may_lower.copy()
    for i in np.flatnonzero(pair.strict):
        left[pair.square[i]] &= pair.possible[i]
    return left
