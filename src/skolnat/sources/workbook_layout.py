"""How the workbook of a region is laid out: its sheets, their columns, and the words on them.

Sheets and headings are written in one language and read in any of the three.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from skolnat.common.languages import LANGUAGES, Language, catalogue
from skolnat.region.schemas import (
    CONDITIONS,
    FLOWS,
    GRADES,
    PROVIDERS,
    SCHOOL_KINDS,
    SCHOOLS,
    STAGES,
    TEACHING_LANGUAGES,
    Column,
    Schema,
)

_SCHOOLS_BY_NAME: Final = {column.name: column for column in SCHOOLS}
_FLOWS_BY_NAME: Final = {column.name: column for column in FLOWS}


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Parameters
    ----------
    name
        Name in the code; the title on the sheet is :func:`title`.
    columns
        What it holds, from left to right.
    needed
        Columns without which the sheet says nothing; others may be left out altogether.
    """

    name: str
    columns: Schema
    needed: tuple[str, ...]


SCHOOLS_SHEET: Final = Sheet(
    "schools",
    (
        _SCHOOLS_BY_NAME["school"],
        _SCHOOLS_BY_NAME["name"],
        _SCHOOLS_BY_NAME["municipality"],
        _SCHOOLS_BY_NAME["language"],
        Column("grades", "text", blank=True, choices=GRADES),
        Column("provider", "text", blank=True, choices=PROVIDERS),
        Column("kind", "text", blank=True, choices=SCHOOL_KINDS),
        _SCHOOLS_BY_NAME["postal_code"],
        Column("lat", "number", "degrees", blank=True, minimum=-90, maximum=90),
        Column("lon", "number", "degrees", blank=True, minimum=-180, maximum=180),
        _SCHOOLS_BY_NAME["pupils"],
        _SCHOOLS_BY_NAME["capacity"],
        _SCHOOLS_BY_NAME["property_eur_per_year"],
    ),
    needed=("school", "name", "municipality", "language", "lat", "lon"),
)

PLACES_SHEET: Final = Sheet(
    "pupil_places",
    (
        Column("municipality", "text"),
        Column("cell", "text", blank=True),
        Column("lat", "number", "degrees", blank=True, minimum=-90, maximum=90),
        Column("lon", "number", "degrees", blank=True, minimum=-180, maximum=180),
        Column("age", "integer", "years", blank=True, minimum=0, maximum=20),
        Column("grade", "integer", "grade", blank=True, minimum=0, maximum=9),
        Column("pupils", "number", "pupils", minimum=0),
    ),
    needed=("municipality", "pupils"),
)

FLOWS_SHEET: Final = Sheet(
    "flows",
    tuple(_FLOWS_BY_NAME[n] for n in ("residence", "provider", "stage", "language", "pupils")),
    needed=("residence", "provider", "stage", "language", "pupils"),
)

TEACHING_SHEET: Final = Sheet(
    "teaching",
    (
        Column("municipality", "text"),
        Column("school", "text"),
        Column("stage", "text", choices=STAGES),
        Column("subject", "text"),
        Column("grade", "integer", "grade", blank=True, minimum=1, maximum=9),
        Column("pupils", "integer", "pupils", minimum=0),
        Column("groups", "integer", "groups", blank=True, minimum=0),
        Column("weekly_hours", "number", "h/week", blank=True, minimum=0),
    ),
    needed=("municipality", "school", "stage", "subject", "pupils"),
)

STAFF_SHEET: Final = Sheet(
    "staff",
    (
        Column("municipality", "text"),
        Column("stage", "text", choices=STAGES),
        Column("subject", "text"),
        Column("weekly_hours", "number", "h/week", minimum=0),
    ),
    needed=("municipality", "stage", "subject", "weekly_hours"),
)

BUILDINGS_SHEET: Final = Sheet(
    "buildings",
    (
        Column("school", "text"),
        Column("area_m2", "number", "m2", blank=True, minimum=1),
        Column("condition", "text", blank=True, choices=CONDITIONS),
        Column("built_year", "integer", "year", blank=True, minimum=1700, maximum=2100),
        Column("renovated_year", "integer", "year", blank=True, minimum=1700, maximum=2100),
        Column("renovation_year", "integer", "year", blank=True, minimum=2000, maximum=2100),
        Column("renovation_eur", "number", "EUR", blank=True, minimum=0),
        Column("sale_eur", "number", "EUR", blank=True, minimum=0),
        Column("empty_years", "number", "years", blank=True, minimum=0, maximum=50),
    ),
    needed=("school",),
)

SEATS_SHEET: Final = Sheet(
    "seats",
    (
        Column("school", "text"),
        Column("year", "integer", "first autumn", minimum=2000, maximum=2100),
        Column("capacity", "number", "pupils", minimum=0),
    ),
    needed=("school", "year", "capacity"),
)

SHEETS: Final = (
    SCHOOLS_SHEET,
    PLACES_SHEET,
    FLOWS_SHEET,
    SEATS_SHEET,
    TEACHING_SHEET,
    STAFF_SHEET,
    BUILDINGS_SHEET,
)
EXAMPLES: Final = "examples"
"""A sheet that shows how rows of teaching look; it is never read."""

TEACHING_EXAMPLES: Final = (
    ("016", "03911", "1-6", "basic", 1, 14, 1, 21.0),
    ("016", "03911", "1-6", "basic", 2, 9, 1, 21.0),
    ("016", "03911", "1-6", "a2-de", None, 11, 1, 2.0),
    ("016", "03911", "1-6", "religion-ort", None, 2, 0, 0.0),
    ("016", "03911", "1-6", "worldview", None, 5, 1, 1.0),
    ("016", "03911", "1-6", "second_language", None, 3, None, None),
)
"""Rows of the sheet of teaching, in the order of its columns."""

README: Final = "readme"
MUNICIPALITY_COLUMNS: Final = ("municipality", "residence")
"""Columns of municipalities in every sheet; ``provider`` is one too on the sheet of flows."""

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "language": TEACHING_LANGUAGES,
    "grades": GRADES,
    "stage": STAGES,
    "provider": PROVIDERS,
    "kind": SCHOOL_KINDS,
    "condition": CONDITIONS,
}


def is_municipality(sheet: Sheet, column: Column) -> bool:
    """Return whether a column holds municipalities."""
    own = sheet is FLOWS_SHEET and column.name == "provider"
    return own or column.name in MUNICIPALITY_COLUMNS


def words(language: Language) -> Mapping[str, str]:
    """Return titles, headings and comments in one language."""
    return catalogue("skolnat.sources", "workbook", language)


def title(sheet: str, language: Language) -> str:
    """Return what stands on the tab of a sheet."""
    return words(language)[f"title.{sheet}"]


def heading(sheet: Sheet, column: str, language: Language) -> str:
    """Return the heading of a column, with its unit."""
    return words(language)[f"{sheet.name}.{column}.heading"]


def sheet_of_title(text: str) -> Sheet | None:
    """Return the sheet that a tab names, in any language, or None."""
    for sheet in SHEETS:
        names = {sheet.name, *(title(sheet.name, language) for language in LANGUAGES)}
        if _folded(text) in {_folded(name) for name in names}:
            return sheet
    return None


def columns_of_headings(sheet: Sheet) -> dict[str, str]:
    """Return folded heading, in any language, to the name of its column."""
    names = {column.name: column.name for column in sheet.columns}
    for language in LANGUAGES:
        for column in sheet.columns:
            names[_folded(heading(sheet, column.name, language))] = column.name
    return names


def folded_heading(text: object) -> str:
    """Return a heading as it is compared: lower case, single spaces, without its unit's case."""
    return _folded(str(text))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
