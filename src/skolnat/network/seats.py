"""Seats by period: what a school holds now, and what it is known to hold in years to come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from skolnat.network.build import Period
from skolnat.network.market import FloatArray


def seats_by_period(
    units: pd.DataFrame, seats: pd.DataFrame, periods: Sequence[Period]
) -> FloatArray:
    """Seats of each unit in each period, means over its years.

    Parameters
    ----------
    units
        Units with figures: ``school`` and the ``capacity`` of today.
    seats
        ``school, year, capacity``: from the autumn of a year on the whole school holds so many,
        until its next row.
    periods
        Planning periods.

    Returns
    -------
    ndarray
        Shape (P, units). What a school of grades 1-9 gains or loses is parted between its units
        as its seats of today are, by halves where it has none.

    Notes
    -----
    Pupils of a period are the mean of its years too, so pupils and seats are set against each
    other on equal terms; where a year matters by itself, more periods tell it apart.
    """
    now = units["capacity"].to_numpy(np.float64)
    school = units["school"].to_numpy()
    whole = units.groupby("school")["capacity"].transform("sum").to_numpy(np.float64)
    count = units.groupby("school")["capacity"].transform("size").to_numpy(np.float64)
    part = np.where(whole > 0.0, now / np.maximum(whole, 1e-12), 1.0 / count)
    result = np.zeros((len(periods), len(units)))
    told = seats.sort_values("year")
    for p, period in enumerate(periods):
        for year in period.years:
            latest = told[told["year"] <= year].groupby("school")["capacity"].last()
            known = pd.Series(school).map(latest).to_numpy(np.float64)
            result[p] += np.where(np.isnan(known), now, known * part)
        result[p] /= len(period.years)
    return result
