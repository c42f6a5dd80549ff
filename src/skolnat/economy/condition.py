"""When a building must be renovated and for how much, from what is known of its condition.

Three sources, the surest first: the municipality's own investment programme, the class of its
condition survey, and the age since it was built or last renovated. Where nothing is known, no
renovation is counted: the mean cost of capital is in the estimated property cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from skolnat.economy.buildings import NEVER
from skolnat.region.schemas import CONDITIONS
from skolnat.rules.rules import Rules

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Need:
    """Renovations of some buildings.

    Parameters
    ----------
    area
        Square metres, shape (N,).
    estimated
        Whether the area is estimated from the seats, shape (N,).
    eur
        Investment, euros, shape (N,); 0 where none is known of.
    due
        Year of it, shape (N,); :data:`skolnat.economy.buildings.NEVER` where none is known of.
    """

    area: FloatArray
    estimated: npt.NDArray[np.bool_]
    eur: FloatArray
    due: npt.NDArray[np.int64]


def needs(told: pd.DataFrame, seats: FloatArray, rules: Rules, year: int) -> Need:
    """Return the renovations that buildings need.

    Parameters
    ----------
    told
        One row a building, in the order of ``seats``: ``area_m2, condition, built_year,
        renovated_year, renovation_year, renovation_eur``; NaN and "" where not known.
    seats
        Seats of each, shape (N,).
    rules, year
        Prices, shares and years, and the year at which they are read: the first of the plan.
        A renovation that is overdue is done in that year.

    Notes
    -----
    A told price stands for the whole renovation. Else it is the area × the price of a new building
    × the share of it that the condition needs.
    """

    def number(rule: str) -> float:
        return rules.number(rule, year)

    area = told["area_m2"].to_numpy(np.float64)
    unknown = np.isnan(area)
    area = np.where(unknown, seats * number("property.seat_m2"), area)
    condition = told["condition"].to_numpy(object)
    share, due = np.zeros(len(told)), np.full(len(told), np.nan)
    last = told[["built_year", "renovated_year"]].max(axis=1).to_numpy(np.float64)
    aged = ~np.isnan(last)
    share[aged] = number("renovation.age_share")
    due[aged] = last[aged] + number("renovation.age_years")
    for name in CONDITIONS:
        mine = condition == name
        share[mine] = number(f"renovation.{name}_share")
        due[mine] = year + number(f"renovation.{name}_years")
    planned = told["renovation_year"].to_numpy(np.float64)
    own = ~np.isnan(planned)
    due[own] = planned[own]
    share[own & (share == 0.0)] = number("renovation.age_share")
    eur = area * number("investment.m2_eur") * share
    price = told["renovation_eur"].to_numpy(np.float64)
    eur = np.where(np.isnan(price), eur, price)
    known = ~np.isnan(due) & (eur > 0.0)
    when = np.where(known, np.maximum(np.nan_to_num(due), year), NEVER).astype(np.int64)
    return Need(area, unknown, np.where(known, eur, 0.0), when)
