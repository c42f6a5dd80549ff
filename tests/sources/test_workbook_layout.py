"""Sheets and headings are written in one language and read in any: they must not be confused."""

from __future__ import annotations

import pytest

from skolnat.common.languages import LANGUAGES
from skolnat.sources.workbook_layout import (
    SHEETS,
    columns_of_headings,
    folded_heading,
    heading,
    sheet_of_title,
    title,
)


def test_headings_of_a_sheet_are_unlike_in_all_languages() -> None:
    """Otherwise a workbook in one language could be read as another column of the next."""
    for sheet in SHEETS:
        known = columns_of_headings(sheet)
        for language in LANGUAGES:
            for column in sheet.columns:
                folded = folded_heading(heading(sheet, column.name, language))
                assert known[folded] == column.name, (sheet.name, language, column.name)


def test_tabs_are_known_in_every_language_and_others_are_not() -> None:
    for sheet in SHEETS:
        for language in LANGUAGES:
            assert sheet_of_title(f" {title(sheet.name, language).upper()} ") is sheet
    assert sheet_of_title("Sheet1") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_are_such_as_a_spreadsheet_takes(language: str) -> None:
    for name in ("readme", "lists", *(sheet.name for sheet in SHEETS)):
        text = title(name, language)  # type: ignore[arg-type]
        assert 0 < len(text) <= 31
        assert not set(text) & set(":\\/?*[]")
