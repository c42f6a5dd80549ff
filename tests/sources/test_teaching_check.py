"""A wrong row of teaching turns into wrong hours: every kind of fault, and none in good rows."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from skolnat.common.faults import InvalidInput
from skolnat.common.languages import LANGUAGES, Language
from skolnat.sources.workbook import WorkbookData, read_workbook
from skolnat.sources.workbook_layout import (
    EXAMPLES,
    STAFF_SHEET,
    TEACHING_EXAMPLES,
    TEACHING_SHEET,
    title,
)
from skolnat.sources.workbook_template import prefilled, write_workbook

GOOD = TEACHING_EXAMPLES


def book(
    path: Path, teaching: list[tuple[object, ...]], staff: tuple[tuple[object, ...], ...] = (),
    language: Language = "en",
) -> Path:  # fmt: skip
    """A template of Asikkala with rows on the sheets of teaching."""
    write_workbook(path, prefilled(["016"]), language)
    edited = openpyxl.load_workbook(path)
    for sheet, rows in ((TEACHING_SHEET, teaching), (STAFF_SHEET, staff)):
        for row in rows:
            edited[title(sheet.name, language)].append(row)
    edited.save(path)
    return path


def told(path: Path, *rows: tuple[object, ...]) -> list[tuple[str, int | None, str]]:
    with pytest.raises(InvalidInput) as caught:
        read_workbook(book(path / "t.xlsx", list(rows)))
    return [(f.code, f.row, f.column) for f in caught.value.faults if f.severity == "error"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_are_sound_in_every_language(tmp_path: Path, language: Language) -> None:
    staff = (("016 Asikkala", "1-6", "all", 480),)
    data = read_workbook(book(tmp_path / "t.xlsx", [*GOOD], staff, language))
    assert data.teaching["subject"].tolist() == [row[3] for row in GOOD]
    assert data.teaching["pupils"].tolist() == [14, 9, 11, 2, 5, 3]
    assert data.staff.to_numpy().tolist() == [["016", "1-6", "all", 480.0]]
    shown = openpyxl.load_workbook(tmp_path / "t.xlsx")[title(EXAMPLES, language)]
    assert shown.max_row == 2 + len(GOOD)


def test_a_template_has_no_teaching_yet(tmp_path: Path) -> None:
    write_workbook(tmp_path / "t.xlsx", WorkbookData())
    assert read_workbook(tmp_path / "t.xlsx").teaching.empty


def test_every_fault_at_once(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        ("016", "03911", "1-6", "basic", 1, 14, 0, None),
        ("016", "03911", "1-6", "basic", 7, 9, 1, 21),
        ("016", "03911", "1-6", "a3-de", None, 11, 1, 2),
        ("016", "03911", "1-6", "a2-fr", None, 24, 1, 2),
        ("016", "03911", "1-6", "worldview", None, 5, 0, 2),
        ("016", "03911", "1-6", "worldview", None, 5, 1, 2),
        ("016", "nowhere", "1-6", "worldview", None, 5, 1, 2),
    )
    assert sorted(found, key=lambda fault: (fault[1] or 0, fault[2])) == [
        ("sources.teaching_without_group", 2, "teaching!Groups"),
        ("sources.teaching_grade_of_other_stage", 3, "teaching!Grade"),
        ("sources.teaching_unknown_subject", 4, "teaching!Subject"),
        ("sources.teaching_beyond_school", 5, "teaching!Pupils"),
        ("sources.teaching_hours_without_groups", 6, "teaching!Weekly hours (h/week)"),
        ("sources.teaching_twin_row", 7, "teaching!Subject"),
        ("sources.teaching_unknown_school", 8, "teaching!School id"),
    ]


def test_values_that_are_no_counts(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        ("016", "03911", "1-6", "worldview", None, -1, 1, 2),
        ("016", "03911", "5-6", "a2-de", None, 2.5, 1, 2),
    )
    assert {code for code, _, _ in found} == {
        "region.unknown_choice", "region.not_whole", "region.negative",
    }  # fmt: skip


def test_an_unknown_subject_of_teachers_hours(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", [], (("016", "1-6", "all", 4), ("016", "1-6", "a2", 4)))
    with pytest.raises(InvalidInput) as caught:
        read_workbook(path)
    (fault,) = [f for f in caught.value.faults if f.severity == "error"]
    assert (fault.code, fault.row, fault.values["value"]) == (
        "sources.teaching_unknown_subject", 3, "a2",
    )  # fmt: skip
