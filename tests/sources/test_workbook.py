"""A municipality gets back exactly what it wrote, and every slip of the pen is told at once.

A workbook passes through many hands and programs: codes lose their zeros, decimals get commas,
columns move. What is meant is understood; what cannot be understood is named with its cell.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skolnat.common.faults import InvalidInput, render
from skolnat.common.languages import LANGUAGES, Language
from skolnat.region.schemas import Column, conformed
from skolnat.sources import reference
from skolnat.sources.workbook import WorkbookData, read_workbook
from skolnat.sources.workbook_layout import (
    FLOWS_SHEET,
    PLACES_SHEET,
    SCHOOLS_SHEET,
    Sheet,
    is_municipality,
    title,
)
from skolnat.sources.workbook_template import prefilled, write_workbook

CODES = sorted(reference.municipalities()["municipality"])
# Points well inside the country, so that no school lies in the sea.
INLAND = [(61.2164, 25.5403), (62.4728, 21.3568), (68.3849, 23.637), (60.98, 25.66)]


def texts() -> st.SearchStrategy[str]:
    """Texts that a cell can hold: no control characters, no white space around."""
    letters = st.characters(
        exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="\ufeff"
    )
    return st.text(letters, min_size=1, max_size=30).map(str.strip).filter(bool)


def values(sheet: Sheet, column: Column) -> st.SearchStrategy[Any]:
    """What may stand in a cell of a column."""
    if is_municipality(sheet, column):
        return st.sampled_from(CODES)
    if column.choices:
        known: st.SearchStrategy[Any] = st.sampled_from(column.choices)
    elif column.kind == "text":
        known = texts()
    elif column.kind == "integer":
        known = st.integers(int(column.minimum or 0), int(column.maximum or 9)).map(float)
    else:
        known = st.floats(0, 1e6, allow_subnormal=False)
    unknown = "" if column.kind == "text" else float("nan")
    return st.one_of(st.just(unknown), known) if column.blank else known


@st.composite
def tables(draw: st.DrawFn, sheet: Sheet) -> pd.DataFrame:
    """Sound tables of a sheet."""
    row = st.fixed_dictionaries({c.name: values(sheet, c) for c in sheet.columns})
    rows = draw(st.lists(row, max_size=5))
    for at, one in enumerate(rows):
        _make_sound(one, sheet, at, draw)
    frame = pd.DataFrame(rows, columns=[column.name for column in sheet.columns])
    floats = {c.name: "float64" for c in sheet.columns if c.kind == "integer"}
    plain = tuple(Column(c.name, "number" if c.name in floats else c.kind) for c in sheet.columns)
    return conformed(frame, plain)


def _make_sound(row: dict[str, Any], sheet: Sheet, at: int, draw: st.DrawFn) -> None:
    if sheet is SCHOOLS_SHEET:
        row["school"] = f"{row['school'][:20]}-{at}"
        row["lat"], row["lon"] = draw(st.sampled_from(INLAND))
        if row["capacity"] < row["pupils"]:
            row["capacity"] = row["pupils"]
    elif sheet is PLACES_SHEET:
        square = draw(st.booleans())
        row["cell"] = "1kmN4310E5110" if square else ""
        row["lat"], row["lon"] = (float("nan"),) * 2 if square else draw(st.sampled_from(INLAND))
    elif row["residence"] == row["provider"]:
        row["provider"] = next(code for code in CODES if code != row["residence"])


@settings(max_examples=30)
@given(tables(SCHOOLS_SHEET), tables(PLACES_SHEET), tables(FLOWS_SHEET), st.sampled_from(LANGUAGES))
def test_what_was_written_is_read(
    schools: pd.DataFrame, places: pd.DataFrame, flows: pd.DataFrame, language: Language
) -> None:
    written = WorkbookData(schools, places, flows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "region.xlsx"
        write_workbook(path, written, language)
        read = read_workbook(path)
    pd.testing.assert_frame_equal(read.schools, schools)
    pd.testing.assert_frame_equal(read.pupil_places, places)
    pd.testing.assert_frame_equal(read.flows, flows)


def workbook(folder: Path, language: Language = "en", **cells: dict[str, Any]) -> Path:
    """A workbook of Kaskö's two schools, with some cells of a sheet changed: {"B2": value}."""
    path = folder / "region.xlsx"
    write_workbook(path, prefilled(["231"]), language, replace=True)
    book = openpyxl.load_workbook(path)
    for sheet, changes in cells.items():
        for place, value in changes.items():
            book[title(sheet, language)][place] = value
    book.save(path)
    return path


def told(path: Path) -> list[tuple[str, int | None, str]]:
    with pytest.raises(InvalidInput) as caught:
        read_workbook(path)
    assert {fault.file for fault in caught.value.faults} == {str(path)}
    return [(fault.code, fault.row, fault.column) for fault in caught.value.faults]


def test_the_template_knows_the_schools_but_no_estimate(tmp_path: Path) -> None:
    schools = read_workbook(workbook(tmp_path)).schools
    assert schools["name"].tolist() == ["Kaskisten koulu", "Kaskö svenska skola"]
    assert schools["language"].tolist() == ["fi", "sv"]
    assert (schools["grades"] == "").all()
    assert schools[["pupils", "capacity", "property_eur_per_year"]].isna().all(axis=None)


# Columns of the sheet of schools: A id, B name, C municipality, D language, E grades, I lat,
# J lon, K pupils, L capacity, M property cost.
@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        ({"C2": "Kasko"}, [("sources.misspelt_municipality", 2, "schools!Municipality")]),
        ({"C2": "Qwerty"}, [("sources.unknown_municipality", 2, "schools!Municipality")]),
        ({"I3": None}, [("region.no_coordinates", 3, "schools!Latitude (degrees)")]),
        ({"I3": 62.4, "J3": 19.5}, [("region.in_the_sea", 3, "schools!Latitude (degrees)")]),
        ({"K2": -4}, [("region.negative", 2, "schools!Pupils today")]),
        ({"K2": "many"}, [("region.not_a_number", 2, "schools!Pupils today")]),
        ({"K2": True}, [("region.not_a_number", 2, "schools!Pupils today")]),
        ({"K2": 50, "L2": 40}, [("region.capacity_below_pupils", 2, "schools!Capacity (pupils)")]),
        ({"A2": "same", "A3": "same"}, [("region.twin_id", 3, "schools!Id")]),
        ({"D2": "suomi"}, [("region.unknown_choice", 2, "schools!Teaching language (fi, sv, se)")]),
        ({"B2": None}, [("region.blank_cell", 2, "schools!School")]),
        ({"C1": "Municipalty"}, [
            ("sources.misspelt_heading", 1, "schools!Municipalty"),
            ("sources.missing_heading", 1, "schools!municipality"),
        ]),
        ({"K1": "Capacity (pupils)"}, [("sources.twin_heading", 1, "schools!Capacity (pupils)")]),
    ],
)  # fmt: skip
def test_faults_of_schools(
    tmp_path: Path, cells: dict[str, Any], faults: list[tuple[str, int, str]]
) -> None:
    assert told(workbook(tmp_path, schools=cells)) == faults


def test_all_faults_of_all_sheets_are_told_at_once_in_the_words_of_the_workbook(
    tmp_path: Path,
) -> None:
    path = workbook(
        tmp_path,
        "sv",
        schools={"K2": "femtio", "C3": "Närpäs"},
        pupil_places={"A2": "231", "G2": -1, "A3": "231", "B3": "1kmN1", "G3": 2},
        flows={"A2": "231", "B2": "545", "C2": "1-9", "D2": "sv", "E2": 3},
    )
    with pytest.raises(InvalidInput) as caught:
        read_workbook(path)
    lines = [render(fault, "sv").removeprefix(f"{path}, ") for fault in caught.value.faults]
    assert lines == [
        "rad 3, kolumn skolor!Kommun: det finns ingen kommun ”Närpäs”; menade du Närpes?",
        "rad 2, kolumn skolor!Elever i dag: ”femtio” är inget tal; "
        "skriv bara siffror och lämna bort enheten",
        "rad 2, kolumn elevplatser!Elever: -1 är negativt; "
        "skriv 0 eller mer, eller lämna cellen tom där värdet får vara okänt",
        "rad 2, kolumn elevplatser!Latitud (grader): platsen har varken ruta eller koordinater; "
        "fyll i rutan eller latitud och longitud",
        "rad 3, kolumn elevplatser!Ruta: ”1kmN1” är ingen ruta på 1 km; "
        "skriv den som 1kmN4310E5110 eller ange latitud och longitud i stället",
        "rad 2, kolumn elevströmmar!Årskurser: ”1-9” är okänt här; skriv något av: 1-6, 7-9",
    ]


def test_what_is_meant_is_understood(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        "fi",
        schools={
            "A2": 123, "C2": "Kaskö", "H2": 64260, "I2": "62,3853", "K2": "1 234,5", "L2": 2000.0,
            "M2": "12\u00a0000", "C3": 231,
        },
    )  # fmt: skip
    schools = read_workbook(path).schools
    assert schools.loc[0, ["school", "municipality", "postal_code"]].tolist() == [
        "00123",
        "231",
        "64260",
    ]
    assert schools.loc[0, ["lat", "pupils", "capacity", "property_eur_per_year"]].tolist() == [
        62.3853,
        1234.5,
        2000.0,
        12000.0,
    ]
    assert schools["municipality"].tolist() == ["231", "231"]


def test_columns_may_move_and_empty_rows_are_passed_over(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    book = openpyxl.load_workbook(path)
    book["schools"].insert_rows(2, 3)
    book["schools"].insert_cols(1)
    book["schools"]["K7"] = "x"  # longitude of a row further down: an otherwise empty school
    book.save(path)
    assert (("region.not_a_number", 7, "schools!Longitude (degrees)")) in told(path)


def test_a_column_that_is_not_known_is_noticed_and_left(tmp_path: Path) -> None:
    read = read_workbook(workbook(tmp_path, schools={"N1": "Notes of the rector", "N2": "!"}))
    assert [(f.code, f.severity, f.column) for f in read.warnings] == [
        ("sources.unknown_heading", "warning", "schools!Notes of the rector")
    ]


def test_sheets_that_lack_or_stand_twice(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    book = openpyxl.load_workbook(path)
    book["flows"].title = "skolor"
    book.save(path)
    assert told(path) == [("sources.twin_sheet", None, "skolor")]
    del book["skolor"], book["schools"]
    book.save(path)
    assert told(path) == [("sources.no_schools_sheet", None, "")]


def test_pupils_do_not_flow_to_where_they_live(tmp_path: Path) -> None:
    flow = {"A2": "231", "B2": "231", "C2": "7-9", "D2": "fi", "E2": 3}
    assert told(workbook(tmp_path, flows=flow)) == [
        ("sources.flow_at_home", 2, "flows!Providing municipality")
    ]


@pytest.mark.parametrize("content", [b"", b"name;pupils\nA;1\n", b"PK\x03\x04 no zip after all"])
def test_a_file_that_is_no_workbook(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "region.xlsx"
    path.write_bytes(content)
    assert told(path) == [("sources.not_a_workbook", None, "")]


def test_no_file_at_all(tmp_path: Path) -> None:
    assert told(tmp_path / "none.xlsx") == [("sources.no_workbook", None, "")]


@settings(max_examples=30)
@given(st.data())
def test_a_damaged_workbook_is_told_and_never_crashes(data: st.DataObject) -> None:
    whole = _whole_workbook()
    cut = data.draw(st.integers(0, len(whole) - 1))
    spoilt = bytearray(whole[: cut if data.draw(st.booleans()) else len(whole)])
    for _ in range(data.draw(st.integers(0, 5)) if spoilt else 0):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "region.xlsx"
        path.write_bytes(bytes(spoilt))
        try:
            read_workbook(path)
        except InvalidInput as invalid:
            assert invalid.faults


_WHOLE: list[bytes] = []


def _whole_workbook() -> bytes:
    if not _WHOLE:
        with tempfile.TemporaryDirectory() as folder:
            _WHOLE.append(workbook(Path(folder)).read_bytes())
    return _WHOLE[0]
