"""The workbook guides the one who fills it in, and never destroys what has been filled in."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from skolnat.common.faults import InvalidInput
from skolnat.common.languages import LANGUAGES, Language
from skolnat.sources.workbook import WorkbookData
from skolnat.sources.workbook_layout import SHEETS, title
from skolnat.sources.workbook_template import prefilled, write_workbook


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_has_a_heading_and_a_comment(tmp_path: Path, language: Language) -> None:
    write_workbook(tmp_path / "a.xlsx", WorkbookData(), language)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for sheet in SHEETS:
        page = book[title(sheet.name, language)]
        heads = [cell for cell in page[1] if cell.value]
        assert len(heads) == len(sheet.columns)
        assert all(cell.comment is not None and cell.comment.text for cell in heads)


def test_lists_are_offered_and_the_first_sheet_speaks_three_languages(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", WorkbookData(), "fi")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    rules = {
        str(rule.sqref): rule.formula1 for rule in book["koulut"].data_validations.dataValidation
    }
    assert rules["E2:E5001"] == '"1-6,7-9,1-9"'
    assert rules["C2:C5001"] == "'listat'!$A$1:$A$308"
    assert book["listat"]["A1"].value == "005 Alajärvi"
    text = "\n".join(str(cell.value) for (cell,) in book.worksheets[0].iter_rows() if cell.value)
    assert text.startswith("Skolnätin työkirja")
    assert "Arbetsbok för Skolnät" in text
    assert "Workbook for Skolnät" in text


def test_a_workbook_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "region.xlsx"
    path.write_text("filled in with care")
    with pytest.raises(InvalidInput) as caught:
        write_workbook(path, WorkbookData())
    assert [fault.code for fault in caught.value.faults] == ["sources.file_exists"]
    assert path.read_text() == "filled in with care"
    write_workbook(path, WorkbookData(), replace=True)
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "code"), [("a.ods", "sources.not_xlsx"), ("none/a.xlsx", "sources.no_folder")]
)
def test_names_that_will_not_do(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        write_workbook(tmp_path / name, WorkbookData())
    assert [fault.code for fault in caught.value.faults] == [code]
    assert list(tmp_path.iterdir()) == []


def test_schools_follow_the_order_of_the_municipalities() -> None:
    assert list(dict.fromkeys(prefilled(["545", "231"]).schools["municipality"])) == ["545", "231"]
