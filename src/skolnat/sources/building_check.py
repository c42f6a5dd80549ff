"""What the sheet of buildings must keep to: every fault, with its row and its remedy."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from skolnat.common.faults import Fault
from skolnat.region.names import nearest
from skolnat.region.places import Where

LEAST_M2_OF_A_PUPIL: Final = 2.0
"""Less space for a pupil than this is a slip: a classroom alone gives about two square metres."""


def building_faults(table: pd.DataFrame, schools: pd.DataFrame, where: Where) -> list[Fault]:
    """Return the faults of the sheet of buildings.

    Parameters
    ----------
    table
        Its rows.
    schools
        The sheet of schools: their ids, and their pupils and capacity where known.
    where
        Where the rows of buildings come from.
    """
    return [
        *_unknown_schools(table, schools, where),
        *_twins(table, where),
        *_years_reversed(table, where),
        *_price_without_year(table, where),
        *_too_small(table, schools, where),
    ]


def _unknown_schools(table: pd.DataFrame, schools: pd.DataFrame, where: Where) -> list[Fault]:
    known, told = set(schools["school"]), _told(table)
    return [
        where.fault(
            "sources.building_unknown_school", row=row, column="school",
            value=school, nearest=nearest(school, known) or "",
        )
        for row, school in enumerate(table["school"])
        if told[row] and school and known and school not in known
    ]  # fmt: skip


def _told(table: pd.DataFrame) -> np.ndarray:
    """Rows that tell something: the template has a row for each school, to be filled in."""
    figures = table.drop(columns="school")
    filled = figures.notna() & (figures != "")
    return np.asarray(filled.any(axis=1))


def _twins(table: pd.DataFrame, where: Where) -> list[Fault]:
    twins = table["school"].duplicated() & (table["school"] != "") & _told(table)
    return [
        where.fault(
            "sources.building_twin", row=int(row), column="school",
            school=str(table["school"].iloc[row]),
        )
        for row in np.flatnonzero(twins)
    ]  # fmt: skip


def _years_reversed(table: pd.DataFrame, where: Where) -> list[Fault]:
    """Renovated before it was built, or to be renovated before it last was."""
    faults = []
    for early, late in (("built_year", "renovated_year"), ("renovated_year", "renovation_year")):
        wrong = table[late] < table[early]
        faults += [
            where.fault(
                "sources.building_years", row=int(row), column=late,
                school=str(table["school"].iloc[row]),
                early=int(table[early].iloc[row]), late=int(table[late].iloc[row]),
            )
            for row in np.flatnonzero(wrong)
        ]  # fmt: skip
    return faults


def _price_without_year(table: pd.DataFrame, where: Where) -> list[Fault]:
    """A renovation of which no year can be told."""
    known = table[["built_year", "renovated_year", "renovation_year"]].notna().any(axis=1)
    wrong = (table["renovation_eur"] > 0) & ~known & (table["condition"] == "")
    return [
        where.fault(
            "sources.building_no_year", row=int(row), column="renovation_year",
            school=str(table["school"].iloc[row]),
        )
        for row in np.flatnonzero(wrong)
    ]  # fmt: skip


def _too_small(table: pd.DataFrame, schools: pd.DataFrame, where: Where) -> list[Fault]:
    known = schools[~schools["school"].duplicated()].set_index("school")
    pupils = table["school"].map(known["pupils"]).to_numpy(np.float64)
    wrong = table["area_m2"].to_numpy(np.float64) < LEAST_M2_OF_A_PUPIL * pupils
    return [
        where.fault(
            "sources.building_too_small", row=int(row), column="area_m2",
            school=str(table["school"].iloc[row]), area=float(table["area_m2"].iloc[row]),
            pupils=float(pupils[row]),
        )
        for row in np.flatnonzero(wrong)
    ]  # fmt: skip
