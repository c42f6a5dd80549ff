"""A region's workbook, read back: its own schools, pupil places and flows, or every fault."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from skolnat.common.faults import Fault, InvalidInput, raise_if_any
from skolnat.region.check import school_faults
from skolnat.region.names import MunicipalityNames, nearest, shown_names
from skolnat.region.places import Where
from skolnat.region.schemas import Column, empty, is_blank, wrong_values
from skolnat.sources import reference
from skolnat.sources.building_check import building_faults
from skolnat.sources.grid import cell_of_id, projected
from skolnat.sources.teaching_check import (
    beyond_the_school,
    staff_faults,
    teaching_faults,
)
from skolnat.sources.workbook_layout import (
    BUILDINGS_SHEET,
    FLOWS_SHEET,
    PLACES_SHEET,
    SCHOOLS_SHEET,
    SEATS_SHEET,
    SHEETS,
    STAFF_SHEET,
    TEACHING_SHEET,
    Sheet,
    columns_of_headings,
    folded_heading,
    is_municipality,
    sheet_of_title,
)

_NUMBER_AS_TEXT: Final = re.compile(
    r"^[+-]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?$|^[+-]?\d+(?:[.,]\d+)?$"
)
"""Numbers that a spreadsheet took for text: decimal comma, spaces between the thousands."""

_TOLD: Final = "\0told"
"""Stands for a municipality that is unknown and has been told, until its cell is blanked; no cell
of a spreadsheet can hold it."""

_DIGITS_OF_CODE: Final = {"school": 5, "postal_code": 5}
"""Codes that a spreadsheet takes for numbers and robs of their leading zeros."""


@dataclass(frozen=True, eq=False)
class WorkbookData:
    """What a workbook holds, with codes for names. Treat as read-only.

    Parameters
    ----------
    schools, pupil_places, flows, seats, teaching, staff, buildings
        One table a sheet, with the columns of :mod:`skolnat.sources.workbook_layout`; what the
        workbook leaves empty is NaN or "". A municipality that stands among the schools shows
        all its schools there, and likewise among the pupil places.
    file
        The file, as the user wrote it; "" where the data come from none.
    warnings
        What was noticed and does not stop the work.
    """

    schools: pd.DataFrame = field(default_factory=lambda: empty(SCHOOLS_SHEET.columns))
    pupil_places: pd.DataFrame = field(default_factory=lambda: empty(PLACES_SHEET.columns))
    flows: pd.DataFrame = field(default_factory=lambda: empty(FLOWS_SHEET.columns))
    seats: pd.DataFrame = field(default_factory=lambda: empty(SEATS_SHEET.columns))
    teaching: pd.DataFrame = field(default_factory=lambda: empty(TEACHING_SHEET.columns))
    staff: pd.DataFrame = field(default_factory=lambda: empty(STAFF_SHEET.columns))
    buildings: pd.DataFrame = field(default_factory=lambda: empty(BUILDINGS_SHEET.columns))
    file: str = ""
    warnings: tuple[Fault, ...] = ()


def read_workbook(path: Path) -> WorkbookData:
    """Read a workbook.

    Parameters
    ----------
    path
        An ``.xlsx`` file, as :func:`skolnat.sources.workbook_template.write_workbook` makes it;
        sheets and headings in any of the three languages.

    Raises
    ------
    InvalidInput
        With every fault of every sheet, each with sheet, row, column and remedy.
    """
    file = str(path)
    names = MunicipalityNames.of(reference.municipalities())
    tables = {sheet.name: empty(sheet.columns) for sheet in SHEETS}
    faults: list[Fault] = []
    seen: set[str] = set()
    places: dict[str, Where] = {}
    for tab, rows in _grids(path).items():
        sheet = sheet_of_title(tab)
        if sheet is None:
            continue
        if sheet.name in seen:
            faults.append(Fault("sources.twin_sheet", file=file, column=tab))
            continue
        seen.add(sheet.name)
        reading = _Reading(sheet, tab, file, rows)
        tables[sheet.name] = reading.table(names)
        places[sheet.name] = reading.where
        faults += reading.faults
    if SCHOOLS_SHEET.name not in seen:
        faults.append(Fault("sources.no_schools_sheet", file=file))
    if TEACHING_SHEET.name in places:
        faults += beyond_the_school(tables["teaching"], tables["schools"], places["teaching"])
    if BUILDINGS_SHEET.name in places:
        faults += building_faults(tables["buildings"], tables["schools"], places["buildings"])
    raise_if_any(faults)
    return WorkbookData(
        schools=tables["schools"],
        pupil_places=tables["pupil_places"],
        flows=tables["flows"],
        seats=tables["seats"],
        teaching=tables["teaching"],
        staff=tables["staff"],
        buildings=tables["buildings"],
        file=file,
        warnings=tuple(faults),
    )


def _grids(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the cells of every sheet by the title of its tab."""
    import openpyxl

    if not path.is_file():
        raise InvalidInput([Fault("sources.no_workbook", file=str(path))])
    try:
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that matter not here
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            return {sheet.title: _grid(sheet) for sheet in book.worksheets}
    except Exception as error:
        fault = Fault("sources.not_a_workbook", file=str(path))
        raise InvalidInput([fault]) from error


def _grid(sheet: Any) -> list[tuple[Any, ...]]:
    sheet.reset_dimensions()  # the size that a file states may be wrong
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


class _Reading:
    """Turns the cells of one sheet into a table, and collects what is wrong on the way."""

    def __init__(self, sheet: Sheet, tab: str, file: str, grid: Sequence[tuple[Any, ...]]) -> None:
        self.faults: list[Fault] = []
        self._sheet = sheet
        self._file = file
        self._tab = tab
        self._columns = self._read_headings(grid[0] if grid else ())
        filled = [
            (number, row)
            for number, row in enumerate(grid[1:], start=2)
            if any(not _is_empty(value) for value in row)
        ]
        self._rows = [row for _, row in filled]
        headings = {name: str(grid[0][at]).strip() for name, at in self._columns.items()}
        self.where = Where(tab, file, [number for number, _ in filled], headings)

    def table(self, names: MunicipalityNames) -> pd.DataFrame:
        """Return the table in the types of its columns; faulty cells are told, and blank."""
        columns = {c.name: self._column(c, names) for c in self._sheet.columns}
        raw = pd.DataFrame(columns, dtype=object)
        # A sheet without a needed column has nothing to check in it; the heading is told.
        present = [c for c in self._sheet.columns if c.name in self._columns]
        self.faults += wrong_values(raw, tuple(present), self.where)
        raw = raw.mask(raw == _TOLD, None)
        table = pd.DataFrame({c.name: _typed(raw[c.name], c) for c in self._sheet.columns})
        self.faults += _SHEET_CHECKS[self._sheet.name](table, self.where, self._columns)
        return table

    def _read_headings(self, cells: Iterable[Any]) -> dict[str, int]:
        known = columns_of_headings(self._sheet)
        found: dict[str, int] = {}
        strange: dict[str, str] = {}
        for at, cell in enumerate(cells):
            if _is_empty(cell):
                continue
            name = known.get(folded_heading(cell))
            if name is None:
                strange[folded_heading(cell)] = str(cell).strip()
            elif name in found:
                self._tell("sources.twin_heading", str(cell).strip())
            else:
                found[name] = at
        lacking = [c.name for c in self._sheet.columns if c.name not in found]
        self._tell_strange(strange, {h: n for h, n in known.items() if n in lacking})
        for name in lacking:
            if name in self._sheet.needed:
                self._tell("sources.missing_heading", name)
        return found

    def _tell_strange(self, strange: dict[str, str], lacking: dict[str, str]) -> None:
        for folded, shown in strange.items():
            like = nearest(folded, lacking)
            if like is None:
                fault = Where(self._tab, self._file).fault(
                    "sources.unknown_heading", row=0, column=shown, severity="warning"
                )
                self.faults.append(fault)
            else:
                self._tell("sources.misspelt_heading", shown, like)

    def _tell(self, code: str, heading: str, like: str = "") -> None:
        where = Where(self._tab, self._file)
        self.faults.append(where.fault(code, row=0, column=heading, nearest=like))

    def _column(self, column: Column, names: MunicipalityNames) -> list[Any]:
        at = self._columns.get(column.name)
        if at is None:
            return [None] * len(self._rows)
        cells = [row[at] if at < len(row) else None for row in self._rows]
        if is_municipality(self._sheet, column):
            return [self._municipality(row, column, cell, names) for row, cell in enumerate(cells)]
        return [_plain(cell, column) for cell in cells]

    def _municipality(
        self, row: int, column: Column, cell: Any, names: MunicipalityNames
    ) -> str | None:
        if _is_empty(cell):
            return None
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        code = names.find(text)
        if code is not None:
            return code
        like, value = names.nearest(text), text.strip()
        code = "sources.unknown_municipality" if like is None else "sources.misspelt_municipality"
        fault = self.where.fault(code, row=row, column=column.name, value=value, nearest=like or "")
        self.faults.append(fault)
        return _TOLD


def _plain(cell: Any, column: Column) -> Any:
    """Return a cell as its column holds it, where that can be told; else as it is."""
    if _is_empty(cell):
        return None
    if column.kind == "text":
        return _text(cell, column.name)
    if isinstance(cell, str) and _NUMBER_AS_TEXT.match(cell.strip()):
        return float(re.sub(r"\s", "", cell).replace(",", "."))
    return str(cell) if not isinstance(cell, int | float) or isinstance(cell, bool) else cell


def _text(cell: Any, column: str) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    if isinstance(cell, int) and column in _DIGITS_OF_CODE:
        return text.zfill(_DIGITS_OF_CODE[column])
    return text


def _is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _typed(values: pd.Series, column: Column) -> pd.Series:
    if column.kind == "text":
        return values.map(lambda value: "" if value is None else value).astype("str")
    return pd.to_numeric(values, errors="coerce").astype("float64")


def _check_schools(table: pd.DataFrame, where: Where, present: Iterable[str]) -> list[Fault]:
    if not set(SCHOOLS_SHEET.needed) <= set(present):
        return []
    placed = projected(table["lat"], table["lon"])
    table = table.assign(x=placed[0], y=placed[1])
    names = shown_names(reference.municipalities())
    return school_faults(table, reference.boundaries(), names, where)


def _check_places(table: pd.DataFrame, where: Where, _: Iterable[str]) -> list[Fault]:
    """Return places that are no place: neither square nor coordinates, or an unreadable square."""
    faults = []
    for row, (cell, lat, lon) in enumerate(
        zip(table["cell"], table["lat"], table["lon"], strict=True)
    ):
        if cell and cell_of_id(cell) is None:
            faults.append(where.fault("sources.no_square", row=row, column="cell", value=cell))
        elif not cell and (np.isnan(lat) or np.isnan(lon)):
            faults.append(where.fault("sources.place_nowhere", row=row, column="lat"))
    return faults


def _check_flows(table: pd.DataFrame, where: Where, _: Iterable[str]) -> list[Fault]:
    """Return flows that cross no border."""
    same = (table["residence"] == table["provider"]) & ~is_blank(table["residence"])
    return [
        where.fault("sources.flow_at_home", row=int(row), column="provider")
        for row in np.flatnonzero(same)
    ]


def _check_seats(table: pd.DataFrame, where: Where, _: Iterable[str]) -> list[Fault]:
    """Return schools that are given two capacities from the same year."""
    known = (table["school"] != "") & table["year"].notna()
    twins = table.duplicated(["school", "year"]) & known
    return [
        where.fault(
            "sources.seats_twin_row", row=int(row), column="year",
            school=str(table["school"].iloc[row]), year=int(table["year"].iloc[row]),
        )
        for row in np.flatnonzero(twins)
    ]  # fmt: skip


def _check_teaching(table: pd.DataFrame, where: Where, _: Iterable[str]) -> list[Fault]:
    return teaching_faults(table, where)


def _check_staff(table: pd.DataFrame, where: Where, _: Iterable[str]) -> list[Fault]:
    return staff_faults(table, where)


def _check_nothing(_: pd.DataFrame, __: Where, ___: Iterable[str]) -> list[Fault]:
    """Return nothing: a building is checked beside its school, when all sheets are read."""
    return []


_SHEET_CHECKS: Final = {
    "schools": _check_schools,
    "pupil_places": _check_places,
    "flows": _check_flows,
    "seats": _check_seats,
    "teaching": _check_teaching,
    "staff": _check_staff,
    "buildings": _check_nothing,
}
