"""Wishes that cannot all be had: the smallest set that clashes, and the least that mends it.

Whether wishes can be had together is asked of a linear programme that lets squares be parted and
schools be half open. If even that finds no plan there is none; so a clash that is told is
proven. (The reverse does not hold: wishes that pass may still be too tight for whole squares.)
Wishes are left out one by one, and what cannot be left out is the smallest clashing set
(deletion filter; Chinneck 2008, *Feasibility and Infeasibility in Optimization*). Each wish of the
set is then loosened by itself, with a price of one on each unit of loosening (elastic programme).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, hstack, vstack

from skolnat.network.market import BoolArray, FloatArray, Market

Kind = Literal[
    "longest_km",
    "smallest",
    "within_seats",
    "keep",
    "close",
    "most_changes",
    "contiguous",
    "siblings",
]


@dataclass(frozen=True)
class Wish:
    """One wish in one market.

    Parameters
    ----------
    kind
        What is wished; the words are those of :class:`skolnat.network.wishes.Wishes`.
    value
        Kilometres, pupils, changes, or the period in which a unit closes; 0 for the others.
    unit
        The unit that is kept or closed, or whose seats are to suffice; "" for all units.
    stage
        The stage it concerns, where a clash is between two; "" where that is told already.
    """

    kind: Kind
    value: float = 0.0
    unit: str = ""
    stage: str = ""


@dataclass(frozen=True)
class Clash:
    """Wishes that cannot be had together in one period of a market.

    Parameters
    ----------
    wishes
        The smallest clashing set: without any one of them the others can be had.
    period
        The period in which they clash.
    places
        Municipalities (indices) of the squares that are left without a seat.
    relaxed
        For each wish the least to which it would have to be loosened alone (kilometres, pupils
        of the smallest school, extra seats, pupils parted from siblings); None where
        loosening does not help but leaving out does.
    """

    wishes: tuple[Wish, ...]
    period: int
    places: tuple[int, ...]
    relaxed: tuple[float | None, ...]


def find_clash(
    market: Market, allowed: BoolArray, options: BoolArray, wishes: Sequence[Wish]
) -> Clash | None:
    """Return a smallest clashing set of wishes; None where they can be had together.

    Parameters
    ----------
    market, allowed, options
        The market, its border regime, and what is decided of its units.
    wishes
        The wishes.
    """
    for period in range(market.periods):
        asked = _Period(market, allowed, options, period)
        if asked.lacking(wishes) is None:
            continue
        left = list(wishes)
        for wish in wishes:
            fewer = [other for other in left if other is not wish]
            if asked.lacking(fewer) is not None:
                left = fewer
        lacking = asked.lacking(left)
        assert lacking is not None
        homes = np.unique(market.cell_municipality[lacking])
        relaxed = tuple(_relaxed(asked, left, wish) for wish in left)
        return Clash(tuple(left), period, tuple(int(m) for m in homes), relaxed)
    return None


def _relaxed(asked: _Period, wishes: Sequence[Wish], wish: Wish) -> float | None:
    """The least loosening of one wish that makes the others possible."""
    others = [other for other in wishes if other is not wish]
    if wish.kind == "longest_km":
        ways = asked.market.km[asked.allowed]
        steps = np.unique(ways[np.isfinite(ways) & (ways > wish.value)])
        low, high = 0, steps.size
        while low < high:
            middle = (low + high) // 2
            if asked.lacking([*others, replace(wish, value=float(steps[middle]))]) is None:
                high = middle
            else:
                low = middle + 1
        return float(steps[low]) if low < steps.size else None
    if wish.kind == "smallest":
        low, high = 0, int(np.ceil(wish.value))
        while high - low > 1:
            middle = (low + high) // 2
            if asked.lacking([*others, replace(wish, value=float(middle))]) is None:
                low = middle
            else:
                high = middle
        return float(low) if low or asked.lacking(others) is None else None
    if wish.kind == "within_seats":
        return asked.seats_lacking(others)
    return None


class _Period:
    """The linear programme of one period."""

    def __init__(self, market: Market, allowed: BoolArray, options: BoolArray, period: int) -> None:
        self.market, self.allowed, self.period = market, allowed, period
        closes = np.arange(options.shape[1])
        self.may_open: BoolArray = np.asarray((options & (closes > period)).any(axis=1))
        self.may_close: BoolArray = np.asarray((options & (closes <= period)).any(axis=1))

    def lacking(self, wishes: Sequence[Wish]) -> BoolArray | None:
        """Cells that lack a seat; None when the wishes can be had."""
        if not any(wish.kind in ("smallest", "within_seats") for wish in wishes):
            return self._without_unit(wishes)
        solved = _programme(self, wishes, seats=False)
        if solved is None:
            return np.ones(len(self.market.cells), dtype=np.bool_)
        value, lacking = solved
        size = float(self.market.pupils[self.period].sum())
        return lacking if value > 1e-6 * max(size, 1.0) else None

    def _without_unit(self, wishes: Sequence[Wish]) -> BoolArray | None:
        """Cells without any open unit: where size and seats do not matter no more is asked."""
        may_open, must_open = self.open_under(wishes)
        longest = min([w.value for w in wishes if w.kind == "longest_km"], default=np.inf)
        lacking: BoolArray = self.market.pupils[self.period] > 0.0
        if (must_open & ~may_open).any():
            return lacking
        usable = self.allowed & (self.market.km <= longest) & may_open[None, :]
        lacking &= ~usable.any(axis=1)
        return lacking if lacking.any() else None

    def open_under(self, wishes: Sequence[Wish]) -> tuple[BoolArray, BoolArray]:
        """Units that may be open, and those that must be."""
        may_open, must_open = self.may_open.copy(), ~self.may_close
        for wish in wishes:
            if wish.kind not in ("keep", "close"):
                continue
            unit = self.market.units.index(wish.unit)
            # A school that is to close in a later period stands until then.
            if wish.kind == "keep" or self.period < wish.value:
                must_open[unit] = True
            else:
                may_open[unit] = False
        return may_open, must_open

    def seats_lacking(self, wishes: Sequence[Wish]) -> float | None:
        """The fewest pupils beyond the seats with which the other wishes can be had."""
        solved = _programme(self, wishes, seats=True)
        return None if solved is None else solved[0]


def _programme(
    asked: _Period, wishes: Sequence[Wish], *, seats: bool
) -> tuple[float, BoolArray] | None:
    """Fewest pupils without a seat (or beyond the seats), and the cells that lack one.

    Variables: part of each cell in each unit it may use, openness of each unit, and the slack.
    None when no values of them keep the wishes at all.
    """
    market, p = asked.market, asked.period
    size = market.pupils[p]
    longest = min([w.value for w in wishes if w.kind == "longest_km"], default=np.inf)
    smallest = max([w.value for w in wishes if w.kind == "smallest"], default=0.0)
    house = any(w.kind == "within_seats" for w in wishes) or seats
    cells = np.flatnonzero(size > 0.0)
    usable: BoolArray = asked.allowed.copy()
    usable &= market.km <= longest
    may_open, must_open = asked.open_under(wishes)
    usable &= asked.may_open[None, :]
    i, j = np.nonzero(usable[cells])
    units, pairs = len(market.units), i.size
    lower, upper = must_open.astype(float), may_open.astype(float)
    if (lower > upper).any():
        return None
    load = coo_array((size[cells[i]], (j, np.arange(pairs))), shape=(units, pairs)).tocsr()
    seat = coo_array((np.ones(pairs), (i, np.arange(pairs))), shape=(cells.size, pairs)).tocsr()
    slack = cells.size if not seats else units
    # A cell's parts and what it lacks make one; with ``seats`` nothing may lack.
    equal = hstack([seat, csr_array((cells.size, units)), _eye(cells.size, slack, on=not seats)])
    rows: list[tuple[Any, FloatArray]] = []
    total = float(size.sum())
    most = np.minimum(market.capacity[p], total) if house else np.full(units, total)
    rows.append(
        (
            hstack([load, _diagonal(-most), _eye(units, slack, on=seats, sign=-1.0)]).tocsr(),
            np.zeros(units),
        )
    )
    if smallest > 0.0:
        rows.append(
            (
                hstack([-load, _diagonal(np.full(units, smallest)), csr_array((units, slack))]),
                np.zeros(units),
            )
        )
    price = np.concatenate([np.zeros(pairs + units), np.ones(units) if seats else size[cells]])
    bounds = [(0.0, 1.0)] * pairs + list(zip(lower, upper, strict=True))
    bounds += [(0.0, None)] * units if seats else [(0.0, 1.0)] * cells.size
    highs: Any = linprog
    solved = highs(
        price, vstack([a for a, _ in rows]), np.concatenate([b for _, b in rows]),
        equal, np.ones(cells.size), bounds, method="highs",
    )  # fmt: skip
    if solved.x is None:
        return None
    lacking = np.zeros(len(market.cells), dtype=np.bool_)
    if not seats:
        lacking[cells] = solved.x[pairs + units :] > 1e-6
    return float(solved.fun), lacking


def _diagonal(values: FloatArray) -> csr_array:
    here = np.arange(values.size)
    return coo_array((values, (here, here)), shape=(values.size, values.size)).tocsr()


def _eye(rows: int, columns: int, *, on: bool, sign: float = 1.0) -> csr_array:
    return _diagonal(np.full(rows, sign)) if on else csr_array((rows, columns))
