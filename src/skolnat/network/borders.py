"""Who may go to school where: closed borders with the flows that exist, and open ones.

*Closed* is not a wall. Pupils who cross a border today keep crossing it, and where a municipality
has no unit of a stage and language of its own, its pupils go to the nearest provider. So no old
agreement is counted as a new gain.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from skolnat.network.market import BoolArray, IntArray, Market


@dataclass(frozen=True)
class Borders:
    """A border regime of one market.

    Parameters
    ----------
    allowed
        Which cell may use which unit, shape (I, J).
    flows
        ``residence, provider`` (index of the municipality), ``pupils`` (first period),
        ``estimated``: what crosses a border under closed borders.
    """

    allowed: BoolArray
    flows: pd.DataFrame


def closed(market: Market, known: pd.DataFrame) -> Borders:
    """Return the regime in which only the flows of today cross a border.

    Parameters
    ----------
    market
        The market.
    known
        Flows of this stage and language: ``residence, provider`` (indices), ``pupils``.

    Notes
    -----
    Which squares a known flow comes from is not known: those whose way to the provider is
    shortest compared with the way to their own unit are taken, as near to the number of pupils as
    whole squares come. A square belongs to one flow at most.
    """
    own = market.cell_municipality[:, None] == market.unit_municipality[None, :]
    allowed = own & ~market.candidate[None, :]
    allowed_with_candidates = own.copy()
    rows: list[tuple[int, int, float, bool]] = []
    free = np.ones(len(market.cells), dtype=np.bool_)
    for residence, provider, pupils in zip(
        known["residence"].astype("int64"),
        known["provider"].astype("int64"),
        known["pupils"].astype("float64"),
        strict=True,
    ):
        cells = _cells_of_flow(market, free, residence, provider, pupils)
        if cells.size:
            free[cells] = False
            allowed_with_candidates[cells] = market.unit_municipality == provider
            moved = float(market.pupils[0, cells].sum())
            rows.append((residence, provider, moved, False))
    for m in np.unique(market.cell_municipality):
        here = (market.cell_municipality == m) & free
        if not here.any() or allowed[here].any():
            continue
        provider = _nearest_provider(market, here)
        theirs = market.unit_municipality == provider
        allowed_with_candidates[np.ix_(here, theirs)] = True
        rows.append((int(m), provider, float(market.pupils[0, here].sum()), True))
    flows = pd.DataFrame(rows, columns=["residence", "provider", "pupils", "estimated"])
    return Borders(allowed_with_candidates, flows)


def _nearest_provider(market: Market, here: BoolArray) -> int:
    """The municipality whose nearest existing unit is nearest on the mean over the pupils."""
    weight = market.pupils[:, here].mean(axis=0)
    best, best_km = -1, np.inf
    for m in np.unique(market.unit_municipality[~market.candidate]):
        theirs = (market.unit_municipality == m) & ~market.candidate
        km = float(np.average(market.km[np.ix_(here, theirs)].min(axis=1), weights=weight))
        if km < best_km:
            best, best_km = int(m), km
    return best


def _cells_of_flow(
    market: Market, free: BoolArray, residence: int, provider: int, pupils: float
) -> IntArray:
    """Squares of a flow among those that belong to no other; none where it cannot be."""
    here = np.flatnonzero((market.cell_municipality == residence) & free).astype(np.int64)
    theirs = (market.unit_municipality == provider) & ~market.candidate
    own = (market.unit_municipality == residence) & ~market.candidate
    if not theirs.any() or here.size == 0 or pupils <= 0.0:
        return here[:0]
    way = market.km[np.ix_(here, theirs)].min(axis=1)
    home = market.km[np.ix_(here, own)].min(axis=1) if own.any() else 0.0
    wanted = here[np.argsort(way - home, kind="stable")]
    sizes, left, taken = market.pupils[0, wanted], pupils, np.zeros(wanted.size, dtype=np.bool_)
    for k, size in enumerate(sizes):
        # A square is taken whole, and only where that comes nearer to the flow.
        if 0.0 < size < 2.0 * left:
            taken[k] = True
            left -= size
    if not taken.any():
        taken[int(np.argmin(np.where(sizes > 0.0, sizes, np.inf)))] = True
    return wanted[taken]


def opened(market: Market, base: BoolArray, members: Collection[int]) -> BoolArray:
    """Return the regime in which the members' borders are open to one another.

    Parameters
    ----------
    market
        The market.
    base
        What closed borders allow, shape (I, J).
    members
        Indices of the municipalities that cooperate.
    """
    inside = list(members)
    cells = np.isin(market.cell_municipality, inside)
    units = np.isin(market.unit_municipality, inside)
    result: BoolArray = base | (cells[:, None] & units[None, :])
    return result
