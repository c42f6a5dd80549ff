"""A planner mends everything in one go: each fault is found, all are told, sound data pass."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from skolnat.common.faults import Fault, InvalidInput, render
from skolnat.region.region import Region


def with_school(region: Region, row: int, **values: object) -> Region:
    schools = region.schools.copy().astype(object)
    for column, value in values.items():
        schools.loc[row, column] = value
    return region.with_schools(schools)


def told(region: Region) -> list[tuple[str, int | None, str]]:
    return [(fault.code, fault.row, fault.column) for fault in region.check()]


def test_a_sound_region_has_no_fault(region: Region) -> None:
    assert region.check() == []
    assert region.checked() is region


def test_unknown_municipality(region: Region) -> None:
    assert told(with_school(region, 1, municipality="999")) == [
        ("region.unknown_municipality", 2, "schools!municipality"),
        ("region.in_another_municipality", 2, "schools!lat"),
    ]


def test_school_without_coordinates(region: Region) -> None:
    nowhere = with_school(region, 0, lat=None, lon=None, x=None, y=None)
    assert told(nowhere) == [
        ("region.no_coordinates", 1, "schools!lat"),
        ("region.no_coordinates", 1, "schools!lon"),
    ]


def test_school_in_the_sea_but_not_one_on_the_shore(region: Region) -> None:
    assert told(with_school(region, 2, x=21_001.0)) == [("region.in_the_sea", 3, "schools!lat")]
    assert told(with_school(region, 2, x=20_999.0)) == []


def test_school_in_another_municipality_is_told_and_stays(region: Region) -> None:
    moved = with_school(region, 0, x=15_000.0)
    assert [(f.code, f.severity) for f in moved.check()] == [
        ("region.in_another_municipality", "warning")
    ]
    assert moved.checked().schools["x"][0] == 15_000.0


def test_negative_pupils_and_capacity_below_pupils(region: Region) -> None:
    assert told(with_school(region, 0, pupils=-1.0)) == [("region.negative", 1, "schools!pupils")]
    (fault,) = with_school(region, 1, capacity=9.0).check()
    assert fault == Fault(
        "region.capacity_below_pupils",
        row=2,
        column="schools!capacity",
        values={"name": "School 2", "capacity": 9, "pupils": 10},
    )


def test_unknown_capacity_is_no_fault(region: Region) -> None:
    assert told(with_school(region, 0, capacity=None, pupils=None)) == []


def test_two_schools_with_one_id_name_the_row_of_the_first(region: Region) -> None:
    (fault,) = with_school(region, 2, school="1").check()
    assert (fault.code, fault.row, fault.values["first"]) == ("region.twin_id", 3, 1)


def test_wrong_language_and_grades(region: Region) -> None:
    assert told(with_school(region, 0, language="en", grades="1-5")) == [
        ("region.unknown_choice", 1, "schools!language"),
        ("region.unknown_choice", 1, "schools!grades"),
    ]


def test_coordinates_that_are_no_degrees(region: Region) -> None:
    swapped = with_school(region, 0, lat=6_789_000.0, x=None, y=None)
    assert told(swapped) == [("region.too_large", 1, "schools!lat")]


def test_an_empty_region_is_told_for_each_thing_it_lacks(region: Region) -> None:
    none = replace(
        region,
        municipalities=region.municipalities[:0],
        cells=region.cells[:0],
        schools=region.schools[:0],
        population=region.population[:0],
    )
    assert [fault.code for fault in none.check()] == [
        "region.no_municipality",
        "region.no_children",
        "region.no_school",
    ]


def test_aland_is_excluded_visibly(region: Region) -> None:
    municipalities = region.municipalities.assign(aland=[False, True])
    (fault,) = replace(region, municipalities=municipalities).check()
    assert (fault.code, fault.row, fault.values["name_sv"]) == ("region.aland", 2, "Lahti")


def test_all_faults_are_raised_at_once_and_read_as_sentences(region: Region) -> None:
    bad = with_school(with_school(region, 0, pupils=-2.0), 2, x=90_000.0, school="1")
    with pytest.raises(InvalidInput) as caught:
        bad.checked()
    codes = [fault.code for fault in caught.value.faults]
    assert codes == ["region.negative", "region.twin_id", "region.in_the_sea"]
    assert render(caught.value.faults[0]) == (
        "row 1, column schools!pupils: -2 is negative; "
        "write 0 or more, or leave the cell empty where it may be unknown"
    )


def test_a_table_without_a_column_is_told_before_its_cells(region: Region) -> None:
    lacking = region.with_schools(region.schools.drop(columns=["lat"]))
    assert told(lacking) == [("region.missing_column", None, "schools!lat")]


def test_schools_of_a_table_without_rows(region: Region) -> None:
    nothing: pd.DataFrame = region.schools[:0]
    assert [f.code for f in region.with_schools(nothing).check()] == ["region.no_school"]
