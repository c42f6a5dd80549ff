"""Read a municipality's housing plan: homes by year and kind, from a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from skolnat.common.faults import Fault, InvalidInput, raise_if_any
from skolnat.forecast.scenarios import CHILDREN_PER_DWELLING, HousingPlan
from skolnat.region.names import MunicipalityNames
from skolnat.sources import reference
from skolnat.sources.population_layout import decoded

HEADINGS: Final[Mapping[str, frozenset[str]]] = {
    "municipality": frozenset({"municipality", "kommun", "kunta"}),
    "year": frozenset({"year", "år", "vuosi"}),
    "kind": frozenset({"kind", "hustyp", "talotyyppi"}),
    "dwellings": frozenset({"dwellings", "bostäder", "asunnot"}),
}
"""Columns, and what they are called in the three languages."""
KINDS: Final[Mapping[str, frozenset[str]]] = {
    "house": frozenset({"house", "småhus", "pientalo", "omakotitalo"}),
    "row": frozenset({"row", "radhus", "rivitalo"}),
    "flat": frozenset({"flat", "flervåningshus", "kerrostalo"}),
}
"""Kinds of dwelling, and what they are called."""
YEARS: Final = (2019, 2070)
"""First and last year of a plan."""


def read_housing(path: Path) -> HousingPlan:
    """Read a housing plan.

    Parameters
    ----------
    path
        CSV with a heading (comma, semicolon or tab): ``municipality`` (code or name), ``year``
        (in which the homes are moved into), ``kind`` (``house``, ``row``, ``flat``) and
        ``dwellings`` (beyond what is built in any year); headings and kinds in any of the three
        languages.

    Raises
    ------
    InvalidInput
        With every fault of the file.
    """
    text = _text_of(path)
    mark = max(",;\t", key=text.partition("\n")[0].count)
    lines = list(csv.reader(io.StringIO(text), delimiter=mark))
    heads = [head.strip().casefold() for head in lines[0]] if lines else []
    place = {
        name: heads.index(found)
        for name, names in HEADINGS.items()
        if (found := next((head for head in heads if head in names), None)) is not None
    }
    lacking = [name for name in HEADINGS if name not in place]
    if lacking:
        values = {"columns": ", ".join(lacking)}
        raise InvalidInput([Fault("forecast.housing_columns", file=str(path), values=values)])
    reader = _Reader(str(path), place, MunicipalityNames.of(reference.municipalities()))
    faults: list[Fault] = []
    rows = []
    for row, cells in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in cells):
            faults += reader.faults(row, cells)
            rows.append((row, cells))
    if not rows:
        faults.append(Fault("forecast.housing_empty", file=str(path)))
    raise_if_any(faults)
    table = pd.DataFrame([reader.values(cells) for _, cells in rows])
    return HousingPlan(table)


def _text_of(path: Path) -> str:
    if not path.is_file():
        raise InvalidInput([Fault("forecast.housing_no_file", file=str(path))])
    with path.open("rb") as file:
        begins = file.read(4)
    text, faults = ("", []) if begins in (b"PK\3\4", b"PAR1") else decoded(path)
    raise_if_any(faults if text else [])
    if not text:
        code = "forecast.housing_no_text" if path.stat().st_size else "forecast.housing_empty"
        raise InvalidInput([Fault(code, file=str(path))])
    return text


@dataclass(frozen=True)
class _Reader:
    """Reads the cells of a line."""

    file: str
    place: Mapping[str, int]
    names: MunicipalityNames

    def faults(self, row: int, cells: list[str]) -> Iterator[Fault]:
        """Return every fault of a line."""
        if len(cells) <= max(self.place.values()):
            values: dict[str, str | int | float] = {"cells": len(cells)}
            yield Fault("forecast.housing_short_row", self.file, row, values=values)
            return
        code = self._cell(cells, "municipality")
        if self.names.find(code) is None:
            like = self.names.nearest(code)
            named = "housing_municipality" if like is None else "housing_misspelt"
            yield self._fault(named, row, "municipality", code=code, nearest=like or "")
        year = _number(self._cell(cells, "year"))
        if year is None or year != int(year) or not YEARS[0] <= year <= YEARS[1]:
            told = self._cell(cells, "year")
            yield self._fault("housing_year", row, "year", year=told, first=YEARS[0], last=YEARS[1])
        if self._kind(cells) is None:
            known = ", ".join(CHILDREN_PER_DWELLING)
            told = self._cell(cells, "kind")
            yield self._fault("housing_kind", row, "kind", kind=told, known=known)
        number = _number(self._cell(cells, "dwellings"))
        if number is None or number < 0.0:
            told = self._cell(cells, "dwellings")
            yield self._fault("housing_number", row, "dwellings", number=told)

    def values(self, cells: list[str]) -> dict[str, str | int | float | None]:
        """Return what a sound line tells."""
        year = _number(self._cell(cells, "year"))
        return {
            "municipality": self.names.find(self._cell(cells, "municipality")),
            "year": None if year is None else int(year),
            "kind": self._kind(cells),
            "dwellings": _number(self._cell(cells, "dwellings")),
        }

    def _cell(self, cells: list[str], name: str) -> str:
        return cells[self.place[name]].strip()

    def _kind(self, cells: list[str]) -> str | None:
        told = self._cell(cells, "kind").casefold()
        return next((kind for kind, names in KINDS.items() if told in names), None)

    def _fault(self, fault: str, row: int, column: str, **values: str | int) -> Fault:
        return Fault(f"forecast.{fault}", self.file, row, column, values)


def _number(text: str) -> float | None:
    """Return a number, written with a point or a comma; None where it is none."""
    try:
        number = float(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < 1e9 else None
