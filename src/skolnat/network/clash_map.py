"""Wishes that clash on the map: catchments that hang together, and children who stay.

Catchments alone clash with nothing, since what each school has nearest hangs together. But a child
that may change school only so often pins its square to few schools, and a square so pinned may lie
behind others that are pinned elsewhere. For every square and period the schools are kept that lie
on a path with few enough changes; of these the ones that it reaches over squares that could go
there too, or may not, or have no pupils; and so on until nothing falls. A square that is left
without a school has none in any plan that keeps the wishes: seats and sizes are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from skolnat.network.catchments import Neighbours
from skolnat.network.clash import Clash, Wish
from skolnat.network.market import BoolArray, IntArray, Market


def find_map_clash(
    market: Market, allowed: BoolArray, options: BoolArray, wishes: Sequence[Wish],
    before: IntArray, counted: IntArray, around: Neighbours, blocks: BoolArray | None = None,
) -> Clash | None:  # fmt: skip
    """Return a smallest clashing set of contiguity, changes and others; None where all can be had.

    Parameters
    ----------
    market, allowed, options, wishes, before, counted
        See :func:`skolnat.network.clash_paths.find_path_clash`.
    around
        Neighbours on the map.
    blocks
        Which square stands in the way of which unit when it goes elsewhere, shape (I, J); None: as
        ``allowed``.
    """
    kinds = {wish.kind for wish in wishes}
    if not {"contiguous", "most_changes"} <= kinds:
        return None
    asked = _Map(market, allowed, options, before, counted, around, blocks)
    if not asked.lacking(wishes).any():
        return None
    left = list(wishes)
    for wish in wishes:
        fewer = [other for other in left if other is not wish]
        if asked.lacking(fewer).any():
            left = fewer
    lacking = asked.lacking(left)
    homes = np.unique(market.cell_municipality[lacking.any(axis=0)])
    relaxed = tuple(_relaxed(asked, left, wish) for wish in left)
    period = int(lacking.any(axis=1).argmax())
    return Clash(tuple(left), period, tuple(int(m) for m in homes), relaxed)


def _relaxed(asked: _Map, wishes: Sequence[Wish], wish: Wish) -> float | None:
    """The fewest changes with which the others can be had; None for the other wishes."""
    if wish.kind != "most_changes":
        return None
    others = [other for other in wishes if other is not wish]
    for most in range(int(wish.value) + 1, asked.market.periods + 1):
        if not asked.lacking([*others, replace(wish, value=float(most))]).any():
            return float(most)
    return None


class _Map:
    """The schools that are left to each square under some wishes."""

    def __init__(
        self, market: Market, allowed: BoolArray, options: BoolArray, before: IntArray,
        counted: IntArray, around: Neighbours, blocks: BoolArray | None,
    ) -> None:  # fmt: skip
        self.market, self._allowed, self._before = market, allowed, before
        self._blocks = allowed if blocks is None else blocks
        self._counted = [int(bits) for bits in counted]
        start, self._neighbour = around
        self._source = np.repeat(np.arange(start.size - 1), np.diff(start))
        periods = np.arange(market.periods)[:, None, None]
        later = options[None] & (np.arange(options.shape[1])[None, None, :] > periods)
        self._may_open: BoolArray = np.asarray(later.any(axis=2))

    def lacking(self, wishes: Sequence[Wish]) -> BoolArray:
        """Return squares with pupils that no school is left to, shape (P, I)."""
        open_ = self._may_open.copy()
        for wish in wishes:
            if wish.kind == "close":
                open_[int(wish.value) :, self.market.units.index(wish.unit)] = False
        longest = min([w.value for w in wishes if w.kind == "longest_km"], default=np.inf)
        most = min([w.value for w in wishes if w.kind == "most_changes"], default=np.inf)
        near = self.market.km <= longest
        left: BoolArray = (self._allowed & near)[None] & open_[:, None, :]
        whole = any(wish.kind == "contiguous" for wish in wishes)
        while True:
            found = self._on_paths(left, most)
            if whole:
                self._hang_together(found, self._blocks & near)
            if (found == left).all():
                break
            left = found
        return (self.market.pupils > 0.0) & ~left.any(axis=2)

    def _on_paths(self, usable: BoolArray, most: float) -> BoolArray:
        """Schools that lie on a path with few enough changes for every cohort, (P, I, J)."""
        periods = self.market.periods
        found = np.zeros_like(usable)
        stays = np.arange(usable.shape[2])[None, :] == self._before[:, None]
        stays |= (self._before < 0)[:, None]
        for turns in range(1 << periods):
            if max((turns & bits).bit_count() for bits in self._counted) > most:
                continue
            ends = [0, *(p for p in range(1, periods) if turns >> p & 1), periods]
            parts = np.array([np.logical_and.reduce(usable[a:b]) for a, b in pairwise(ends)])
            if not turns & 1:
                parts[0] &= stays
            possible: BoolArray = np.asarray(parts.any(axis=2).all(axis=0))
            for k, (a, b) in enumerate(pairwise(ends)):
                found[a:b] |= parts[k] & possible[:, None]
        return found

    def _hang_together(self, left: BoolArray, blocks: BoolArray) -> None:
        """Take away, in place, what is not reached over squares that could go there or may pass."""
        places, units = len(self.market.cells), len(self.market.units)
        for p, j in np.argwhere(left.any(axis=1)):
            bare = self.market.pupils[p] <= 0.0
            passable = np.append(left[p, :, j] | ~blocks[:, j] | bare, np.arange(units) == j)
            on = passable[self._source] & passable[self._neighbour]
            links = coo_array(
                (np.ones(int(on.sum())), (self._source[on], self._neighbour[on])),
                shape=(places + units, places + units),
            )
            label = connected_components(links, directed=False)[1]
            left[p, :, j] &= bare | (label[:places] == label[places + j])
