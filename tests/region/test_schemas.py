"""A table that does not keep to its columns must be told of cell by cell, with its row."""

from __future__ import annotations

import pandas as pd

from skolnat.region.places import Where
from skolnat.region.schemas import (
    FLOWS,
    TABLES,
    Column,
    conformed,
    empty,
    is_blank,
    missing_columns,
    wrong_values,
)

WHERE = Where("flows", "region.xlsx", rows=(2, 5, 9), headings={"pupils": "Elever i dag"})


def test_columns_that_lack_are_all_named() -> None:
    faults = missing_columns(pd.DataFrame({"residence": ["016"], "stage": ["1-6"]}), FLOWS, WHERE)
    assert [fault.column for fault in faults] == [
        "flows!provider",
        "flows!language",
        "flows!Elever i dag",
        "flows!estimated",
    ]


def test_each_wrong_cell_is_told_with_the_row_and_heading_that_its_owner_sees() -> None:
    frame = pd.DataFrame(
        {"stage": ["1-6", "7-10", None], "pupils": [-3.0, "many", 4.0]}, dtype=object
    )
    faults = wrong_values(frame, FLOWS, WHERE)
    assert [(fault.code, fault.row, fault.column) for fault in faults] == [
        ("region.blank_cell", 9, "flows!stage"),
        ("region.unknown_choice", 5, "flows!stage"),
        ("region.not_a_number", 5, "flows!Elever i dag"),
        ("region.negative", 2, "flows!Elever i dag"),
    ]


def test_bounds_and_whole_numbers() -> None:
    column = Column("grade", "integer", minimum=1, maximum=9)
    frame = pd.DataFrame({"grade": [1.0, 9.0, 0.0, 10.0, 2.5]})
    faults = wrong_values(frame, (column,), Where("t"))
    assert [(fault.code, fault.row) for fault in faults] == [
        ("region.not_whole", 5),
        ("region.too_small", 3),
        ("region.too_large", 4),
    ]
    assert dict(faults[1].values) == {"value": 0, "minimum": 1, "maximum": 9}


def test_infinity_is_no_number_of_pupils() -> None:
    frame = pd.DataFrame({"pupils": [float("inf"), -float("inf")]})
    assert [f.code for f in wrong_values(frame, FLOWS, Where("t"))] == ["region.not_a_number"] * 2


def test_blank_is_nan_none_and_white_space() -> None:
    values = pd.Series([None, float("nan"), "", "  ", "0", 0], dtype=object)
    assert is_blank(values).tolist() == [True, True, True, True, False, False]


def test_an_empty_table_has_the_types_of_a_full_one() -> None:
    full = conformed(
        pd.DataFrame(
            {
                "pupils": [3],
                "extra": [1],
                "language": ["fi"],
                "stage": ["1-6"],
                "provider": ["398"],
                "residence": ["016"],
                "estimated": [0],
            }
        ),
        FLOWS,
    )
    assert list(full) == [column.name for column in FLOWS]
    assert full.dtypes.tolist() == empty(FLOWS).dtypes.tolist()
    assert all(len(empty(schema)) == 0 for schema in TABLES.values())
