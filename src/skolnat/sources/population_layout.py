"""The layout of a population file: encoding, separator, heading, and what its columns mean.

Statistics Finland's table 11re comes in many shapes: sexes and years as columns or as rows, names
or codes, comma or semicolon, Latin-1 or UTF-8, in three languages. Here each becomes the same long
list of figures, with the place each was read from.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from skolnat.common.faults import Fault

COLUMNS: Final[dict[str, frozenset[str]]] = {
    "area": frozenset({"alue", "område", "region", "area", "kunta", "kommun", "municipality"}),
    "age": frozenset({"ikä", "ålder", "age", "ika"}),
    "sex": frozenset({"sukupuoli", "kön", "sex", "gender"}),
    "year": frozenset({"vuosi", "år", "year", "aika", "time"}),
}
"""Headings, in lower case, of the columns that are no figures."""

SEXES: Final[dict[str, str]] = {
    "miehet": "m", "män": "m", "males": "m", "men": "m", "male": "m", "m": "m", "1": "m",
    "naiset": "f", "kvinnor": "f", "females": "f", "women": "f", "female": "f", "f": "f", "2": "f",
    "yhteensä": "t", "totalt": "t", "total": "t", "sss": "t", "both": "t", "sammanlagt": "t",
}  # fmt: skip
"""Words and codes of sexes; ``t`` is both."""

ALL_AGES: Final = frozenset(
    {"yhteensä", "totalt", "total", "sss", "sammanlagt", "ikä yhteensä", "alla", "all"}
)
_YEAR: Final = re.compile(r"(?<!\d)(19\d\d|20\d\d)(?!\d)")
_AGE: Final = re.compile(r"^0*(\d{1,3})\s*(?:(-|–|\+)\s*0*(\d{1,3})?)?\s*(?:v\.?|år|vuotiaat)?$")
_GARBLED: Final = re.compile("Ã[\u0080-\u00bf„–…]")
OLDEST: Final = 100
"""The last single age, open upwards."""


@dataclass(frozen=True)
class Figure:
    """One figure of the file.

    Parameters
    ----------
    row
        Line in the file, from 1.
    column
        Heading of its column.
    area, year, sex
        As written; the year as a number, the sex as ``m``, ``f`` or ``t``.
    first, last
        Ages it counts; both None for all ages.
    text
        The figure as written.
    """

    row: int
    column: str
    area: str
    year: int
    sex: str
    first: int | None
    last: int | None
    text: str


def decoded(path: Path) -> tuple[str, list[Fault]]:
    """Return the text of a file, whatever its encoding, and what was found of it.

    UTF-8 and UTF-16 are recognised for certain; else the file is taken as Windows-1252 (which
    holds Latin-1), or as the old DOS code page where that alone makes letters of its bytes. Text
    that was decoded wrongly before it was saved is put right where it can be.
    """
    raw = path.read_bytes()
    file = str(path)
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16"), []
    if b"\0" in raw or raw[:2] == b"PK":
        return "", [Fault("sources.population_no_text", file=file)]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "".join(map(_line, raw.splitlines(keepends=True)))
        if "\ufffd" in text or "„" in text or "”" in text:
            text = raw.decode("cp850")
            return text, [Fault("sources.population_dos", file=file, severity="warning")]
        return text, []
    return _repaired(text, file)


def _line(raw: bytes) -> str:
    """Decode one line: files put together from others mix UTF-8 and Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _repaired(text: str, file: str) -> tuple[str, list[Fault]]:
    """Put text right that was taken for Latin-1 before it was saved as UTF-8."""
    if "\ufffd" in text:
        row = text[: text.index("\ufffd")].count("\n") + 1
        return text, [Fault("sources.population_lost_letters", file=file, row=row)]
    if _GARBLED.search(text):
        for codec in ("cp1252", "latin-1"):
            try:
                repaired = text.encode(codec).decode("utf-8")
            except (UnicodeEncodeError, UnicodeDecodeError):
                continue
            return repaired, [Fault("sources.population_garbled", file=file, severity="warning")]
    return text, []


def figures(text: str, file: str) -> tuple[list[Figure], list[Fault]]:
    """Return every figure of a file, and every fault of its layout."""
    lines = text.splitlines()
    start = _heading(lines)
    if start is None:
        return [], [Fault("sources.population_no_heading", file=file)]
    separator = _separator(lines[start])
    rows = list(csv.reader(io.StringIO("\n".join(lines[start:])), delimiter=separator))
    heading = [cell.strip() for cell in rows[0]]
    roles = {name: _index(heading, words) for name, words in COLUMNS.items()}
    values = [i for i, cell in enumerate(heading) if i not in roles.values() and cell]
    faults = _heading_faults(heading, roles, values, file, start + 1)
    if faults:
        return [], faults
    found: list[Figure] = []
    for number, row in enumerate(rows[1:], start=start + 2):
        if any(cell.strip() for cell in row):
            read, wrong = _row(row, number, heading, roles, values, file)
            found += read
            faults += wrong
    return found, faults


def _heading(lines: list[str]) -> int | None:
    for number, line in enumerate(lines[:50]):
        cells = {cell.strip().strip('"').lower() for cell in re.split(r"[,;\t]", line)}
        if cells & COLUMNS["area"] and cells & COLUMNS["age"]:
            return number
    return None


def _separator(heading: str) -> str:
    bare = re.sub(r'"[^"]*"', "", heading) or heading
    return max(";\t,", key=bare.count)


def _index(heading: list[str], words: frozenset[str]) -> int | None:
    return next((i for i, cell in enumerate(heading) if cell.lower() in words), None)


def _heading_faults(
    heading: list[str],
    roles: dict[str, int | None],
    values: list[int],
    file: str,
    row: int,
) -> list[Fault]:
    if not values:
        return [Fault("sources.population_no_figures", file=file, row=row)]
    return [
        Fault("sources.population_no_year", file=file, row=row, column=heading[index])
        for index in values
        if roles["year"] is None and not _YEAR.search(heading[index])
    ]


def _row(
    row: list[str],
    number: int,
    heading: list[str],
    roles: dict[str, int | None],
    values: list[int],
    file: str,
) -> tuple[list[Figure], list[Fault]]:
    def cell(index: int | None) -> str:
        return row[index].strip() if index is not None and index < len(row) else ""

    if len(row) < len(heading):
        count = {"cells": len(row), "columns": len(heading)}
        return [], [Fault("sources.population_short_row", file=file, row=number, values=count)]
    area, age = cell(roles["area"]), cell(roles["age"])
    ages = _ages(age)
    if ages is None:
        column = heading[roles["age"] or 0]
        fault = Fault(
            "sources.population_age", file=file, row=number, column=column, values={"value": age}
        )
        return [], [fault]
    found: list[Figure] = []
    for index in values:
        year = _YEAR.search(cell(roles["year"]) or heading[index])
        sex = _sex(cell(roles["sex"]), heading[index])
        if year is None or sex is None:
            role = "year" if year is None else "sex"
            at = roles[role]
            column = heading[index if at is None else at]
            value = {"value": cell(at)}
            code = "sources.population_year" if year is None else "sources.population_sex"
            return [], [Fault(code, file=file, row=number, column=column, values=value)]
        found.append(Figure(number, heading[index], area, int(year[1]), sex, *ages, cell(index)))
    return found, []


@cache
def _ages(text: str) -> tuple[int | None, int | None] | None:
    """Return the first and last age, (None, None) for all ages, None for no age."""
    if text.lower() in ALL_AGES:
        return None, None
    match = _AGE.match(text.strip().lower())
    if match is None:
        return None
    first = min(int(match[1]), OLDEST)
    if match[2] is None:
        return first, first
    last = int(match[3]) if match[3] else OLDEST
    return (first, min(last, OLDEST)) if last >= first else None


@cache
def _sex(written: str, heading: str) -> str | None:
    if written:
        return SEXES.get(written.lower())
    words = re.split(r"[\s,;:]+", heading.lower())
    return next((SEXES[word] for word in words if word in SEXES and not word.isdigit()), "t")
