"""Estimates are needed where registers are silent, and must never pass for facts."""

from __future__ import annotations

import pandas as pd

from skolnat.region.estimate import (
    catchment_children,
    mark_estimated,
    stages_not_taught,
    with_estimates,
    with_grades,
)
from skolnat.region.region import Region


def schools(region: Region, **columns: list[object]) -> pd.DataFrame:
    """Three schools of one municipality and language, at 2, 8 and 15 km, as given."""
    return region.schools.assign(**({"municipality": "016"} | columns))


def cells(region: Region, children: list[float]) -> pd.DataFrame:
    """Squares at 1, 9 and 15 km, each beside the school of the same place in the list."""
    return region.cells.assign(municipality="016", children=children)


def test_where_no_school_of_grades_7_to_9_is_known_the_name_decides(region: Region) -> None:
    unknown = schools(region, grades=["", "", "1-6"], name=["A koulu", "B peruskoulu", "C"])
    found = with_grades(unknown, cells(region, [9.0, 1.0, 1.0]))
    assert found["grades"].tolist() == ["1-6", "1-9", "1-6"]
    assert found["estimated"].tolist() == ["grades", "grades", ""]


def test_else_the_largest_catchment_decides(region: Region) -> None:
    unknown = schools(region, grades=["", "", ""])
    found = with_grades(unknown, cells(region, [3.0, 1.0, 2.0]))
    assert found["grades"].tolist() == ["1-9", "1-6", "1-6"]


def test_where_one_is_known_the_others_are_lower_schools(region: Region) -> None:
    found = with_grades(schools(region, grades=["", "7-9", ""]), cells(region, [9.0, 1.0, 9.0]))
    assert found["grades"].tolist() == ["1-6", "7-9", "1-6"]


def test_a_town_needs_more_than_one_upper_school(region: Region) -> None:
    # 3,000 children under 15 are 600 pupils in grades 7-9: more than one school takes.
    found = with_grades(
        schools(region, grades=["", "", ""]), cells(region, [1500.0, 1000.0, 500.0])
    )
    assert found["grades"].tolist() == ["1-9", "1-9", "1-6"]


def test_each_language_gets_its_own_upper_school(region: Region) -> None:
    two = schools(region, grades=["", "", ""], language=["fi", "sv", "fi"])
    found = with_grades(two, cells(region, [1.0, 2.0, 3.0]))
    assert found["grades"].tolist() == ["1-6", "1-9", "1-9"]


def test_special_and_private_schools_teach_all_grades(region: Region) -> None:
    other = schools(
        region,
        grades=["7-9", "", ""],
        kind=["comprehensive", "special", "comprehensive"],
        provider=["municipal", "municipal", "private"],
    )
    assert with_grades(other, cells(region, [1, 1, 1]))["grades"].tolist() == ["7-9", "1-9", "1-9"]


def test_catchments_are_of_the_own_municipality_and_language(region: Region) -> None:
    assert catchment_children(region.schools, region.cells).tolist() == [3.0, 5.0, 7.0]
    nowhere = region.schools.assign(x=[2_000.0, float("nan"), 15_000.0])
    assert catchment_children(nowhere, region.cells).tolist() == [8.0, 0.0, 7.0]


def test_estimates_fill_only_what_is_unknown_and_are_marked(region: Region) -> None:
    known = schools(region, pupils=[10.0, None, None], estimated=["", "grades", ""])
    found = with_estimates(
        known.astype({"pupils": "float64"}),
        pupils=pd.Series({"1": 99.0, "2": 42.0}),
        capacity=pd.Series({"1": 99.0}),
    )
    assert found["pupils"].fillna(-1).tolist() == [10.0, 42.0, -1.0]
    assert found["capacity"].tolist() == [20.0, 20.0, 20.0]
    assert found["estimated"].tolist() == ["", "grades;pupils", ""]


def test_a_mark_is_set_once(region: Region) -> None:
    rows = pd.Series([True, True, False])
    twice = mark_estimated(mark_estimated(region.schools, "grades", rows), "grades", rows)
    assert twice["estimated"].tolist() == ["grades", "grades", ""]


def test_a_stage_that_nobody_teaches_is_told(region: Region) -> None:
    assert stages_not_taught(region.schools, {}) == []
    lower = region.schools.assign(grades=["1-6", "1-6", "1-9"])
    (fault,) = stages_not_taught(lower, {"016": "Asikkala (016)"})
    assert (fault.code, fault.severity) == ("region.no_stage", "warning")
    assert dict(fault.values) == {
        "municipality": "Asikkala (016)",
        "language": "fi",
        "stage": "7-9",
    }
