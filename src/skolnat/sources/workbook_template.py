"""Writes the workbook in which a region brings its own figures, empty or prefilled."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlsxwriter

from skolnat.common.faults import Fault, InvalidInput
from skolnat.common.languages import LANGUAGES, Language
from skolnat.region.schemas import Column
from skolnat.sources import reference
from skolnat.sources.workbook import WorkbookData
from skolnat.sources.workbook_layout import (
    BUILDINGS_SHEET,
    CHOICES,
    EXAMPLES,
    README,
    SCHOOLS_SHEET,
    SHEETS,
    TEACHING_EXAMPLES,
    TEACHING_SHEET,
    Sheet,
    heading,
    is_municipality,
    title,
    words,
)

_ROWS_WITH_LISTS: Final = 5000
"""Down to this row the drop-down lists and bounds reach."""

_LISTS: Final = "lists"
_MOST_WIDTH: Final = 40
_README_WIDTH: Final = 90
_LINE_HEIGHT: Final = 15


def prefilled(municipalities: Sequence[str]) -> WorkbookData:
    """Return what is known of the schools of some municipalities.

    Grades, pupils, capacities and costs stay empty: the register knows none of them, and an
    estimate that lay in the workbook would come back as a fact.

    Parameters
    ----------
    municipalities
        Three-digit codes; the schools follow their order.
    """
    order = {code: at for at, code in enumerate(municipalities)}
    known = reference.schools()
    own = known[known["municipality"].isin(order)]
    own = own.sort_values(
        ["municipality", "name", "school"],
        key=lambda values: values.map(order) if values.name == "municipality" else values,
    )
    table = own.reindex(columns=[column.name for column in SCHOOLS_SHEET.columns])
    unknown = ("pupils", "capacity", "property_eur_per_year")
    table = table.assign(grades="").astype(dict.fromkeys(unknown, "float64"))
    stand = table[(table["provider"] == "municipal") & (table["kind"] != "candidate")]
    buildings = stand[["school"]].reindex(columns=[c.name for c in BUILDINGS_SHEET.columns])
    return WorkbookData(
        schools=table.reset_index(drop=True),
        buildings=buildings.assign(condition="").reset_index(drop=True),
    )


def write_workbook(
    path: Path, data: WorkbookData, language: Language = "en", *, replace: bool = False
) -> None:
    """Write a workbook, whole or not at all.

    Parameters
    ----------
    path
        The file to write, ending in ``.xlsx``.
    data
        What stands in it.
    language
        Language of sheets, headings and comments; the first sheet explains in all three.
    replace
        Whether a file that is there already may be written over.

    Raises
    ------
    InvalidInput
        When the file is there already, or its folder is not, or the name ends in something else.
    """
    fault = _fault_of_path(path, replace=replace)
    if fault is not None:
        raise InvalidInput([Fault(fault, file=str(path))])
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _Writing(part, language).write(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _fault_of_path(path: Path, *, replace: bool) -> str | None:
    if path.suffix.lower() != ".xlsx":
        return "sources.not_xlsx"
    if path.exists() and not replace:
        return "sources.file_exists"
    return None if path.parent.is_dir() else "sources.no_folder"


class _Writing:
    """One workbook being written."""

    def __init__(self, path: Path, language: Language) -> None:
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._language = language
        self._words = words(language)
        self._head = self._book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E6EEF5", "border": 1}
        )
        self._text = self._book.add_format({"num_format": "@"})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._bold = self._book.add_format({"bold": True})
        known = reference.municipalities().sort_values("municipality")
        shown = known["municipality"] + " " + known[f"name_{language}"]
        self._shown = dict(zip(known["municipality"], shown, strict=True))

    def write(self, data: WorkbookData) -> None:
        """Write every sheet and close the file."""
        self._readme()
        for sheet in SHEETS:
            self._sheet(sheet, getattr(data, sheet.name))
        self._examples()
        self._lists()
        self._book.close()

    def _readme(self) -> None:
        page = self._book.add_worksheet(title(README, self._language))
        page.set_column(0, 0, _README_WIDTH)
        page.set_landscape()
        row = 0
        others = [language for language in LANGUAGES if language != self._language]
        for language in (self._language, *others):
            lines = [text for key, text in words(language).items() if key.startswith("readme.")]
            for at, line in enumerate(lines):
                page.write_string(row, 0, line, self._wrapped if at else self._bold)
                page.set_row(row, _LINE_HEIGHT * math.ceil(len(line) / _README_WIDTH))
                row += 1
            row += 1

    def _sheet(self, sheet: Sheet, table: pd.DataFrame) -> None:
        page = self._book.add_worksheet(title(sheet.name, self._language))
        page.freeze_panes(1, 2 if sheet is SCHOOLS_SHEET else 0)
        page.set_row(0, 4 * _LINE_HEIGHT)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        for at, column in enumerate(sheet.columns):
            self._column(page, sheet, column, at)
            for row, value in enumerate(table[column.name], start=1):
                self._cell(page, sheet, column, row, at, value)
        page.autofilter(0, 0, max(len(table), 1), len(sheet.columns) - 1)

    def _column(self, page: Any, sheet: Sheet, column: Column, at: int) -> None:
        head = heading(sheet, column.name, self._language)
        page.write_string(0, at, head, self._head)
        comment = self._words[f"{sheet.name}.{column.name}.comment"]
        page.write_comment(0, at, comment, {"x_scale": 2, "author": "Skolnät"})
        named = column.name == "name" or is_municipality(sheet, column)
        width = _MOST_WIDTH if column.name == "name" else 24 if named else 16
        page.set_column(at, at, width, self._text if column.kind == "text" else None)
        rule = self._rule(sheet, column)
        if rule is not None:
            page.data_validation(1, at, _ROWS_WITH_LISTS, at, rule)

    def _rule(self, sheet: Sheet, column: Column) -> dict[str, Any] | None:
        """Return what may be entered in a column: of a list, or a number of 0 or more."""
        if is_municipality(sheet, column):
            source = f"='{title(_LISTS, self._language)}'!$A$1:$A${len(self._shown)}"
            # A warning alone: a name or a bare code is understood as well.
            return {
                "validate": "list",
                "source": source,
                "error_type": "warning",
                "error_message": self._words["wrong_choice"],
            }
        if column.choices:
            return {
                "validate": "list",
                "source": list(CHOICES[column.name]),
                "error_message": self._words["wrong_choice"],
            }
        if column.minimum == 0:
            return {
                "validate": "integer" if column.kind == "integer" else "decimal",
                "criteria": ">=",
                "value": 0,
                "error_message": self._words["negative"],
            }
        return None

    def _cell(self, page: Any, sheet: Sheet, column: Column, row: int, at: int, value: Any) -> None:
        if pd.isna(value) or value == "":
            return
        if is_municipality(sheet, column):
            page.write_string(row, at, self._shown[value], self._text)
        elif column.kind == "text":
            page.write_string(row, at, value, self._text)
        else:
            page.write_number(row, at, float(value))

    def _examples(self) -> None:
        """Show rows as they are filled in, on a sheet that is not read."""
        page = self._book.add_worksheet(title(EXAMPLES, self._language))
        page.set_row(0, 4 * _LINE_HEIGHT)
        page.write_string(0, 0, self._words["examples"], self._bold)
        for at, column in enumerate(TEACHING_SHEET.columns):
            page.set_column(at, at, 24 if is_municipality(TEACHING_SHEET, column) else 16)
            head = heading(TEACHING_SHEET, column.name, self._language)
            page.write_string(1, at, head, self._head)
            for row, example in enumerate(TEACHING_EXAMPLES, start=2):
                self._cell(page, TEACHING_SHEET, column, row, at, example[at])

    def _lists(self) -> None:
        page = self._book.add_worksheet(title(_LISTS, self._language))
        page.write_column(0, 0, list(self._shown.values()))
        page.hide()
