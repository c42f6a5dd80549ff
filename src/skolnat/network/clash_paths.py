"""Wishes that clash over time: children who must change school more often than is wished.

A square needs a school in every period: one that may be open then, that it may use, and that is
within the limit of the journey. Seats and smallest schools are left out, so what no path through
such schools can have, no plan can have. For each square the fewest changes that any of its cohorts
must see is found over all paths; that number is also the least to which the wish can be loosened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from skolnat.network.clash import Clash, Wish
from skolnat.network.market import BoolArray, IntArray, Market


def find_path_clash(
    market: Market, allowed: BoolArray, options: BoolArray, wishes: Sequence[Wish],
    before: IntArray, counted: IntArray,
) -> Clash | None:  # fmt: skip
    """Return a smallest set of wishes that no path of some square keeps; None where all can be had.

    Parameters
    ----------
    market, allowed, options, wishes
        See :func:`skolnat.network.clash.find_clash`.
    before
        Unit of each square before the first period, shape (I,).
    counted
        Bits of the turns that count for each cohort, shape (C,).
    """
    limits = [wish for wish in wishes if wish.kind == "most_changes"]
    if not limits:
        return None
    paths = _Paths(market, allowed, options, before, counted)
    limit = limits[0].value
    if (paths.needed(wishes) <= limit).all():
        return None
    left = list(wishes)
    for wish in wishes:
        fewer = [other for other in left if other is not wish]
        if wish.kind != "most_changes" and (paths.needed(fewer) > limit).any():
            left = fewer
    needed = paths.needed(left)
    squares = needed > limit
    homes = np.unique(market.cell_municipality[squares])
    relaxed = tuple(_relaxed(paths, left, wish, limit) for wish in left)
    return Clash(tuple(left), paths.first(squares, left), tuple(int(m) for m in homes), relaxed)


def _relaxed(paths: _Paths, wishes: Sequence[Wish], wish: Wish, limit: float) -> float | None:
    """The least loosening of one wish that makes the others possible."""
    others = [other for other in wishes if other is not wish]
    if wish.kind == "most_changes":
        needed = paths.needed(others).max()
        return float(needed) if np.isfinite(needed) else None
    if wish.kind != "longest_km":
        return None
    ways = paths.market.km[paths.allowed]
    steps = np.unique(ways[np.isfinite(ways) & (ways > wish.value)])
    low, high = 0, steps.size
    while low < high:
        middle = (low + high) // 2
        longer = replace(wish, value=float(steps[middle]))
        if (paths.needed([*others, longer]) <= limit).all():
            high = middle
        else:
            low = middle + 1
    return float(steps[low]) if low < steps.size else None


class _Paths:
    """The fewest changes of each square under some wishes."""

    def __init__(
        self, market: Market, allowed: BoolArray, options: BoolArray, before: IntArray,
        counted: IntArray,
    ) -> None:  # fmt: skip
        self.market, self.allowed = market, allowed
        self._before, self._counted = before, [int(bits) for bits in counted]
        periods = np.arange(market.periods)[:, None, None]
        closes = np.arange(options.shape[1])[None, None, :]
        later: BoolArray = np.asarray(options[None] & (closes > periods))
        self._may_open: BoolArray = np.asarray(later.any(axis=2))

    def usable(self, wishes: Sequence[Wish]) -> BoolArray:
        """Return which square may use which unit in which period, shape (P, I, J)."""
        open_ = self._may_open.copy()
        for wish in wishes:
            if wish.kind == "close":
                open_[int(wish.value) :, self.market.units.index(wish.unit)] = False
        longest = min([w.value for w in wishes if w.kind == "longest_km"], default=np.inf)
        return (self.allowed & (self.market.km <= longest))[None] & open_[:, None, :]

    def needed(self, wishes: Sequence[Wish]) -> np.ndarray:
        """Return the fewest changes that some cohort of each square must see, shape (I,).

        Infinite where a square has no school in some period.
        """
        usable = self.usable(wishes)
        places = np.arange(len(self.market.cells))
        lived: BoolArray = self.market.pupils.max(axis=0) > 0.0
        stays = (self._before >= 0) & usable[:, places, self._before].all(axis=0)
        throughout: BoolArray = np.asarray(usable.all(axis=0))
        stays |= (self._before < 0) & throughout.any(axis=1)
        needed = np.zeros(places.size)
        for i in np.flatnonzero(lived & ~stays):
            needed[i] = self._fewest(int(self._before[i]), usable[:, i, :])
        return needed

    def _fewest(self, before: int, usable: BoolArray) -> float:
        """Fewest changes on any path of one square, ``usable`` being (P, J)."""
        known = {before: {0}}
        for p, units in enumerate(usable):
            reached = set().union(*known.values()) if known else set()
            turned = {mask if before < 0 and p == 0 else mask | (1 << p) for mask in reached}
            known = {int(j): known.get(int(j), set()) | turned for j in np.flatnonzero(units)}
        masks = set().union(*known.values()) if known else set()
        most = (max((m & bits).bit_count() for bits in self._counted) for m in masks)
        return float(min(most, default=np.inf))

    def first(self, squares: BoolArray, wishes: Sequence[Wish]) -> int:
        """Return the first period in which one of some squares cannot stay where it was."""
        usable = self.usable(wishes)
        here = np.flatnonzero(squares & (self._before >= 0))
        if not here.size:
            return 0
        gone = ~usable[:, here, self._before[here]].all(axis=1)
        return int(gone.argmax())
