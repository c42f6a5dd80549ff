"""What is not known of schools is estimated, and every estimate is marked as one.

The reference schools come without pupils and capacities, and grades are known of some at most.
Grades are completed from what a municipality must offer; pupils and capacities come later, from
the catchments that the journeys give.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from skolnat.common.faults import Fault
from skolnat.region.places import Where
from skolnat.region.schemas import STAGES, is_blank

_WHOLE_SCHOOL: Final = re.compile(
    r"yhtenäi|peruskoul|perusk\.|grundskol|skolcent|sammanhåll|comprehensive", re.IGNORECASE
)
"""Names that a school of grades 1-9 tends to bear."""

MOST_UPPER_PUPILS: Final = 500
"""Pupils in grades 7-9 of one school, above which a town is taken to have another (assumed)."""


def with_grades(schools: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the schools with grades where they were unknown, marked as estimated.

    A municipality must offer both stages in each language in which it teaches (628/1998 § 4).
    Where none of its schools of a language is known to teach grades 7-9, or too few for their
    pupils (:data:`MOST_UPPER_PUPILS`), those that most likely do become 1-9: by their names,
    then by the largest catchments. What is then still unknown becomes 1-6; special schools, and
    schools that are not the municipality's, 1-9.

    Parameters
    ----------
    schools
        Table of schools; ``grades`` is "" where unknown.
    cells
        Squares of the region, whose children weigh the catchments.
    """
    result = schools.copy()
    unknown = is_blank(result["grades"])
    ordinary = (result["kind"] == "comprehensive") & (result["provider"] == "municipal")
    weight = catchment_children(result, cells)
    grades = result["grades"].astype("str").mask(unknown, "1-6")
    grades = grades.mask(unknown & ~ordinary, "1-9")
    for (municipality, _), group in result[ordinary].groupby(["municipality", "language"]):
        here = ordinary & (result["municipality"] == municipality)
        children = cells.loc[cells["municipality"] == municipality, "children"].sum()
        wanted = _upper_schools_wanted(float(children) * len(group) / int(here.sum()))
        lacking = wanted - int(group["grades"].isin(("7-9", "1-9")).sum())
        whole = _likeliest(result, weight, group.index[unknown.loc[group.index]])[: max(lacking, 0)]
        grades = grades.mask(result.index.isin(whole), "1-9")
    result["grades"] = grades
    result = mark_estimated(result, "grades", unknown)
    return _with_lower_grades_where_they_lack(result, cells)


NEAR_M: Final = 3_000.0
"""Children so close to a school of grades 7-9 live in its village."""

LACKING_M: Final = 5_000.0
"""A village whose next school of grades 1-6 is further off than this has one of its own."""

LACKING_SHARE: Final = 0.2
"""Part of a municipality's children from which on such a village counts (assumed)."""


def _with_lower_grades_where_they_lack(schools: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the schools with 7-9 made 1-9 where the village around would else have no 1-6.

    A name such as *yhteiskoulu* tells of grades 7-9, but in many small municipalities the school
    of that name has long taught grades 1-9, and the register knows no other in the village. Only
    grades that are estimates are changed.
    """
    ordinary = schools[(schools["kind"] == "comprehensive") & (schools["provider"] == "municipal")]
    guessed = ordinary["estimated"].str.contains("grades") & (ordinary["grades"] == "7-9")
    changed: list[Hashable] = []
    for index, school in ordinary[guessed].iterrows():
        home = cells[cells["municipality"] == school["municipality"]]
        same = (ordinary["municipality"] == school["municipality"]) & (
            ordinary["language"] == school["language"]
        )
        lower = ordinary[same & ordinary["grades"].isin(("1-6", "1-9"))]
        near = np.hypot(home["x"] - school["x"], home["y"] - school["y"]) <= NEAR_M
        lacking = near.to_numpy(copy=True)
        for other in lower.itertuples():
            lacking &= np.hypot(home["x"] - other.x, home["y"] - other.y) > LACKING_M
        children = home["children"].to_numpy(dtype=float)
        if children[lacking].sum() >= LACKING_SHARE * max(children.sum(), 1e-9):
            changed.append(index)
    return schools.assign(grades=schools["grades"].mask(schools.index.isin(changed), "1-9"))


def _upper_schools_wanted(children: float) -> int:
    """Return how many schools grades 7-9 take at least, of the children under 15 of an area."""
    upper = children * 3 / 15
    return max(1, math.ceil(upper / MOST_UPPER_PUPILS))


def _likeliest(schools: pd.DataFrame, weight: pd.Series, rows: pd.Index) -> pd.Index:
    """Return the rows, first the school that most likely teaches grades 7-9 too."""
    named = schools.loc[rows, "name"].map(lambda name: bool(_WHOLE_SCHOOL.search(name)))
    order = pd.DataFrame(
        {"named": named, "weight": weight.loc[rows], "school": schools.loc[rows, "school"]}
    )
    order = order.sort_values(["named", "weight", "school"], ascending=[False, False, True])
    return order.index


def catchment_children(schools: pd.DataFrame, cells: pd.DataFrame) -> pd.Series:
    """Return the children for whom each school is the nearest of its municipality and language.

    Parameters
    ----------
    schools
        Table of schools.
    cells
        Squares with ``x``, ``y`` (m) and ``children`` (a weight).

    Returns
    -------
    Series
        Children by row of ``schools``, as the crow flies; 0 for a school without a place.
    """
    children = pd.Series(0.0, index=schools.index)
    placed = schools[np.isfinite(schools[["x", "y"]].astype(float)).all(axis=1)]
    for (municipality, _), group in placed.groupby(["municipality", "language"]):
        home = cells[cells["municipality"] == municipality]
        dx = home["x"].to_numpy()[:, None] - group["x"].to_numpy()[None, :]
        dy = home["y"].to_numpy()[:, None] - group["y"].to_numpy()[None, :]
        nearest = np.hypot(dx, dy).argmin(axis=1)
        counts = np.bincount(nearest, home["children"].to_numpy(dtype=float), len(group))
        children.loc[group.index] = counts
    return children


def with_estimates(
    schools: pd.DataFrame,
    pupils: pd.Series | None = None,
    capacity: pd.Series | None = None,
    property_eur_per_year: pd.Series | None = None,
) -> pd.DataFrame:
    """Return the schools with figures where they were unknown, marked as estimated.

    Parameters
    ----------
    schools
        Table of schools.
    pupils, capacity, property_eur_per_year
        Estimates by school id (index); what is known already stays as it is. None leaves the
        column alone.
    """
    result = schools.copy()
    estimates = {
        "pupils": pupils,
        "capacity": capacity,
        "property_eur_per_year": property_eur_per_year,
    }
    for column, estimate in estimates.items():
        if estimate is None:
            continue
        given = result["school"].map(estimate).astype("float64")
        filled = result[column].isna() & given.notna()
        result[column] = result[column].astype("float64").where(~filled, given)
        result = mark_estimated(result, column, filled)
    return result


def mark_estimated(schools: pd.DataFrame, column: str, rows: pd.Series) -> pd.DataFrame:
    """Return the schools with a column added to ``estimated`` in some rows.

    Parameters
    ----------
    schools
        Table of schools.
    column
        Name of the column that holds an estimate.
    rows
        True for each row whose value is an estimate.
    """

    def added(marks: str) -> str:
        return ";".join(dict.fromkeys([*filter(None, marks.split(";")), column]))

    marks = schools["estimated"].fillna("").astype("str")
    return schools.assign(estimated=marks.where(~rows, marks.map(added)))


def stages_not_taught(schools: pd.DataFrame, names: Mapping[str, str]) -> list[Fault]:
    """Return a warning for each municipality and language without a school of a stage.

    Small municipalities do send a stage to their neighbour; the flow should then be given.

    Parameters
    ----------
    schools
        Table of schools.
    names
        Code of a municipality to how it is shown.
    """
    ordinary = schools[schools["kind"] == "comprehensive"]
    return [
        Where("schools").fault(
            "region.no_stage",
            severity="warning",
            municipality=names.get(str(municipality), str(municipality)),
            language=str(language),
            stage=stage,
        )
        for (municipality, language), group in ordinary.groupby(["municipality", "language"])
        for stage in STAGES
        if not group["grades"].isin((stage, "1-9", "")).any()
    ]
