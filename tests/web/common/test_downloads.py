"""What people wrote must reach a spreadsheet as words: a formula in a name runs on opening."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from skolnat.web.common.downloads import as_csv, as_json, as_xlsx, download, harmless

NASTY = ["=1+1", "+358 40", "-2", "@SUM(A1)", "\t=1", "  =1+1", '=HYPERLINK("http://x","y")']


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_of_a_csv_file_is_a_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(["a"], [[text]]).decode("utf-8-sig")), delimiter=";"))
    assert rows == [["a"], [f"'{text}"]]


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_of_a_workbook_is_a_formula(text: str) -> None:
    cell = load_workbook(io.BytesIO(as_xlsx(["a"], [[text]], "s")))["s"]["A2"]
    assert cell.value == text
    assert cell.data_type == "s"


@given(st.text(max_size=20))
def test_harmless_adds_at_most_an_apostrophe(text: str) -> None:
    assert harmless(text) in {text, f"'{text}"}
    assert not harmless(text).lstrip(" ").startswith(("=", "+", "-", "@"))


def test_numbers_stay_numbers_and_hours_are_finlands() -> None:
    row = [-3, 2.5, None, datetime(2022, 3, 30, 7, 0, tzinfo=UTC)]
    columns = ["n", "x", "none", "at"]
    assert as_csv(columns, [row]).decode("utf-8-sig").splitlines()[1] == (
        "-3;2.5;;2022-03-30T10:00+03:00"
    )
    assert json.loads(as_json(columns, [row])) == [
        {"n": -3, "x": 2.5, "none": None, "at": "2022-03-30T10:00+03:00"}
    ]
    sheet = load_workbook(io.BytesIO(as_xlsx(columns, [row], "s")))["s"]
    assert [cell.value for cell in sheet[2]][:2] == [-3, 2.5]


def test_a_download_is_saved_and_never_shown() -> None:
    answer = download("csv", "people", ["a"], [["b"]])
    assert answer["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"
