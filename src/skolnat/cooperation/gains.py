"""Each municipality's own gain before and after a fair transfer, and when to say nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from skolnat.cooperation.shapley import Shares

FloatArray = npt.NDArray[np.float64]

LARGEST_ERROR: Final = 0.10
"""A share is withheld when its standard error exceeds this part of the whole gain."""


@dataclass(frozen=True)
class Gain:
    """The gain of cooperating, euros a year.

    Parameters
    ----------
    low, high
        The gain lies between: the proven interval.
    before
        What each municipality saves of its own resources before any payment, shape (M,).
    shares, transfers, errors
        Fair shares, what each is paid for them, and standard errors; None where withheld.
    reason
        ``""``, ``"no_proven_gain"`` or ``"too_uncertain"``: why shares are withheld.
    """

    low: float
    high: float
    before: FloatArray
    shares: FloatArray | None
    transfers: FloatArray | None
    errors: FloatArray | None
    reason: str


def gain_of(low: float, high: float, before: FloatArray, shares: Shares | None) -> Gain:
    """Put a gain together, and withhold what is not sure enough.

    Parameters
    ----------
    low, high
        Proven interval, euros a year: [bound(alone) - plan(together), plan(alone) -
        bound(together)].
    before
        Savings of each municipality before payments, euros a year; sums to the gain of the
        plans.
    shares
        Fair shares, euros a year; None where the interval left nothing to share.

    Notes
    -----
    Shares are scaled to the sum of ``before``: the plan that is decided on is what is shared.
    The transfer to a municipality is its share less its own saving, so transfers sum to zero.
    """
    if shares is None or low <= 0.0:
        return Gain(low, high, before, None, None, None, "no_proven_gain")
    total = float(before.sum())
    worth = float(shares.shares.sum())
    scale = total / worth if worth > 0.0 else 0.0
    errors = shares.errors * abs(scale)
    # What small groups cost is in `before` and not in the interval: they may take the whole gain.
    if scale <= 0.0 or (errors > LARGEST_ERROR * abs(total)).any():
        return Gain(low, high, before, None, None, errors, "too_uncertain")
    fair = shares.shares * scale
    return Gain(low, high, before, fair, fair - before, errors, "")
