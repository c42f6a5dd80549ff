"""A fault must name the cell as its owner sees it, or nobody finds it."""

from __future__ import annotations

from skolnat.region.places import Where


def test_rows_count_from_one_where_there_is_no_file() -> None:
    fault = Where("schools").fault("region.x", row=0, column="pupils")
    assert (fault.file, fault.row, fault.column) == ("", 1, "schools!pupils")


def test_rows_and_headings_are_those_of_the_file() -> None:
    where = Where("koulut", "a.xlsx", rows=[2, 7], headings={"pupils": "Oppilaita tänään"})
    fault = where.fault("region.x", row=1, column="pupils")
    assert (fault.file, fault.row, fault.column) == ("a.xlsx", 7, "koulut!Oppilaita tänään")
    assert where.fault("region.x", column="lat").column == "koulut!lat"


def test_a_fault_of_the_whole_table_names_the_table() -> None:
    fault = Where("flows").fault("region.x", severity="warning")
    assert (fault.row, fault.column, fault.severity) == (None, "flows", "warning")


def test_whole_numbers_are_shown_without_decimals() -> None:
    fault = Where("t").fault("region.x", value=40.0, other=1.5, name="A")
    assert fault.values == {"value": 40, "other": 1.5, "name": "A"}
    assert isinstance(fault.values["value"], int)
