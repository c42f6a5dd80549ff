"""A market taken apart by period: what is open in each, tied by no unit opening again.

What a unit costs by its period of closing can be laid on the periods in which it is open or
closed: with ``k[u, q]`` for closing in ``q``, a unit that is closed in ``p`` bears
``k[u, p] - k[u, p + 1]`` there, and the sum over its closed periods is ``k[u, q] - k[u, P]``. So
with the open units of every period given, the cost of a plan is a sum over periods, and periods
touch only in that a closed unit stays closed. That order is the only thing that the parts lack; a
*chain* of open sets, each within the one before, is put together by dynamic programming.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skolnat.network.bound import Bound
from skolnat.network.kernel import Problem
from skolnat.network.market import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Apart:
    """The periods of a market as markets of one period each.

    Parameters
    ----------
    options
        Periods in which each unit may close, shape (J, P + 1).
    periods
        A layout for each period, whose options are *closed* and *open* (columns 0 and 1).
    rest
        Euros that belong to no period: closings of units that never close.
    """

    options: BoolArray
    periods: tuple[Problem, ...]
    rest: float

    def may_follow(self, p: int, open_: BoolArray, after: BoolArray) -> BoolArray:
        """Which sets of period p may be followed by which of the next, shape (A, B).

        Parameters
        ----------
        p
            A period but the last.
        open_, after
            Open units of sets of period p, shape (A, J), and of the next one, shape (B, J).
        """
        again = _any(~open_, after)
        forbidden = _any(open_ & ~self.options[:, p + 1], ~after)
        return ~(again | forbidden)

    def may_begin(self, open_: BoolArray) -> BoolArray:
        """Which sets the first period may have, shape (A,)."""
        ok = open_ | self.options[:, 0]
        return np.asarray(ok.all(axis=1), dtype=np.bool_)

    def may_end(self, open_: BoolArray) -> BoolArray:
        """Which sets the last period may have, shape (A,)."""
        ok = ~open_ | self.options[:, -1]
        return np.asarray(ok.all(axis=1), dtype=np.bool_)


def _any(one: BoolArray, other: BoolArray) -> BoolArray:
    """Which rows of two tables share a unit, shape (A, B)."""
    shared: BoolArray = one.astype(np.float32) @ other.astype(np.float32).T > 0.0
    return shared


def apart(layout: Problem, root: Bound) -> Apart:
    """Take a market apart.

    Parameters
    ----------
    layout
        The market; its options are those that a plan may use.
    root
        A bound of the whole. Its limits of loads are kept: what is proven of the parts holds, as
        it does, for plans cheaper than the one it was measured by.
    """
    periods = layout.years.size
    by_then = np.logical_or.accumulate(layout.options, axis=1)
    later = np.logical_or.accumulate(layout.options[:, ::-1], axis=1)[:, -2::-1]
    once = layout.closing[:, :-1] - layout.closing[:, 1:]
    parts = []
    for p in range(periods):
        here = slice(p, p + 1)
        parts.append(
            layout._replace(
                pupils=layout.pupils[here], years=layout.years[here],
                capacity=layout.capacity[here],
                closing=np.stack([once[:, p], np.zeros(layout.fixed.size)], axis=1),
                options=np.stack([by_then[:, p], later[:, p]], axis=1),
                least=np.ascontiguousarray(root.layout.least[:, here]),
                most=np.ascontiguousarray(root.layout.most[:, here]),
            )
        )  # fmt: skip
    return Apart(layout.options, tuple(parts), float(layout.closing[:, periods].sum()))


def chains(
    parts: Apart, values: Sequence[FloatArray], open_: Sequence[BoolArray]
) -> list[tuple[float, IntArray]]:
    """The cheapest chain through each set of each period, cheapest chain first, each once.

    Parameters
    ----------
    parts
        The market.
    values
        Euros of each set, one array (A,) for each period.
    open_
        Its open units, one array (A, J) for each period.

    Returns
    -------
    list
        Euros of a chain, and which set of each period it has, shape (P,). Empty where no sets
        form a chain.
    """
    last = len(values) - 1
    follows = [parts.may_follow(p, open_[p], open_[p + 1]) for p in range(last)]
    to = [np.where(parts.may_begin(open_[0]), values[0], np.inf)]
    origin = []
    for p in range(last):
        sums = np.where(follows[p], to[p][:, None], np.inf)
        origin.append(sums.argmin(axis=0))
        to.append(sums.min(axis=0) + values[p + 1])
    onward = [np.where(parts.may_end(open_[last]), 0.0, np.inf)]
    target: list[IntArray] = []
    for p in range(last - 1, -1, -1):
        sums = np.where(follows[p], (values[p + 1] + onward[0])[None, :], np.inf)
        target.insert(0, sums.argmin(axis=1))
        onward.insert(0, sums.min(axis=1))
    found: dict[bytes, tuple[float, IntArray]] = {}
    for p in range(last + 1):
        through = to[p] + onward[p]
        for k in np.flatnonzero(np.isfinite(through)):
            chain = np.empty(last + 1, np.int64)
            chain[p] = k
            for q in range(p, 0, -1):
                chain[q - 1] = origin[q - 1][chain[q]]
            for q in range(p, last):
                chain[q + 1] = target[q][chain[q]]
            found[chain.tobytes()] = (float(through[k]) + parts.rest, chain)
    return sorted(found.values(), key=lambda one: one[0])
