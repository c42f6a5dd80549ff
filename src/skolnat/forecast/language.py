"""Teaching language: the share of a municipality's children who are taught in Swedish.

Children's own language by municipality is not in the reference tables; the share of Swedish
speakers in the whole population is (2006-2016). It stands in for it where nothing better is given,
and is an estimate. A municipality that knows its pupils gives the share itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]


def swedish_shares(
    municipalities: Sequence[str],
    status: Mapping[str, str],
    known: pd.DataFrame,
    given: Mapping[str, float] | None = None,
) -> Array:
    """Return the share of children who are taught in Swedish, shape (municipality,).

    Parameters
    ----------
    municipalities
        Codes.
    status
        Language status of each: ``"fi"``, ``"fi_sv"``, ``"sv_fi"`` or ``"sv"``.
    known
        Columns ``municipality, year, swedish_share``: shares of the whole population; the latest
        year is used.
    given
        Shares that the municipality knows better, 0 to 1.
    """
    latest = known.sort_values("year").groupby("municipality")["swedish_share"].last()
    better = given or {}
    alone = {"fi": 0.0, "sv": 1.0}
    shares = [
        better.get(code, alone.get(status[code], float(latest.get(code, 0.0))))
        for code in municipalities
    ]
    return np.clip(np.array(shares, dtype=np.float64), 0.0, 1.0)
