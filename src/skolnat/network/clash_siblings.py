"""Wishes that clash between the stages: siblings at one site, and the schools that are to close.

A square whose pupils had one site before the plan is to have one in every period. Where every site
with both stages that it may use is to close, no plan keeps both wishes. Seats and sizes are left
out, so a clash that is told is proven. What loosens the wish for siblings is told in pupils.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skolnat.network.clash import Clash, Wish
from skolnat.network.market import BoolArray, IntArray, Market
from skolnat.network.siblings import pair_of


@dataclass(frozen=True)
class Side:
    """One stage: its market, border regime, options, and the unit of each square before."""

    market: Market
    allowed: BoolArray
    options: BoolArray
    before: IntArray

    def open_to(self, wishes: Sequence[Wish], period: int) -> tuple[BoolArray, BoolArray]:
        """Return who may use what at all, and units that may be open in a period."""
        stage = self.market.stage
        mine = [wish for wish in wishes if wish.stage == stage]
        longest = min([w.value for w in mine if w.kind == "longest_km"], default=np.inf)
        later = np.arange(self.options.shape[1]) > period
        open_: BoolArray = np.asarray((self.options & later).any(axis=1))
        for wish in mine:
            if wish.kind == "close" and period >= wish.value:
                open_[self.market.units.index(wish.unit)] = False
        return self.allowed & (self.market.km <= longest), open_


def find_sibling_clash(lower: Side, upper: Side, wishes: Sequence[Wish]) -> Clash | None:
    """Return a smallest set of wishes of both stages that part siblings; None where none do.

    Parameters
    ----------
    lower, upper
        Grades 1-6 and 7-9 of one language.
    wishes
        Wishes of both, each with its stage, and that for siblings.
    """
    if not any(wish.kind == "siblings" for wish in wishes):
        return None
    for period in range(upper.market.periods):
        if not _parted(lower, upper, wishes, period).any():
            continue
        left = list(wishes)
        for wish in wishes:
            fewer = [other for other in left if other is not wish]
            if _parted(lower, upper, fewer, period).any():
                left = fewer
        parted = _parted(lower, upper, left, period)
        homes = np.unique(upper.market.cell_municipality[parted])
        pupils = float(upper.market.pupils[period, parted].sum())
        relaxed = tuple(pupils if wish.kind == "siblings" else None for wish in left)
        return Clash(tuple(left), period, tuple(int(m) for m in homes), relaxed)
    return None


def _parted(lower: Side, upper: Side, wishes: Sequence[Wish], period: int) -> BoolArray:
    """Squares of grades 7-9 whose siblings no plan keeps together in a period, shape (I upper,)."""
    nobody = np.zeros(len(upper.market.cells), dtype=np.bool_)
    if not any(wish.kind == "siblings" for wish in wishes):
        return nobody
    may_lower, open_lower = lower.open_to(wishes, period)
    may_upper, open_upper = upper.open_to(wishes, period)
    pair = pair_of(lower.market, upper.market, may_lower, may_upper, lower.before, upper.before)
    both = open_lower & (pair.twin >= 0) & np.append(open_upper, False)[pair.twin]
    kept = (pair.possible & both[None, :]).any(axis=1)
    parted: BoolArray = pair.strict & ~kept & (upper.market.pupils[period] > 0.0)
    return parted
