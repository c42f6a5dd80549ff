"""The columns of every table of a Region, and the check that a table keeps to them.

A table is a pandas frame. What its columns are called, what they hold, in which unit and within
which bounds is told once, here, as data: the check, the workbook and the documentation read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from skolnat.common.faults import Fault
from skolnat.region.places import Where

Kind = Literal["text", "integer", "number", "flag", "bytes"]

GRADES: Final = ("1-6", "7-9", "1-9")
STAGES: Final = ("1-6", "7-9")
TEACHING_LANGUAGES: Final = ("fi", "sv", "se")
LANGUAGE_STATUSES: Final = ("fi", "fi_sv", "sv_fi", "sv")
PROVIDERS: Final = ("municipal", "private", "state")
SCHOOL_KINDS: Final = ("comprehensive", "special", "candidate")
CONDITIONS: Final = ("good", "fair", "poor")
"""Classes of a building's condition survey."""

SEXES: Final = ("m", "f")


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name
        Heading in the table.
    kind
        What a cell holds; numbers are ``float``, whole numbers ``integer``.
    unit
        Unit of the figures; "" for text.
    blank
        Whether a cell may be unknown: NaN for numbers, "" for text.
    choices
        The only values allowed, when not empty.
    minimum, maximum
        Bounds that belong to the values allowed; None for no bound.
    """

    name: str
    kind: Kind
    unit: str = ""
    blank: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


Schema = tuple[Column, ...]

MUNICIPALITIES: Final[Schema] = (
    Column("municipality", "text"),
    Column("name_sv", "text"),
    Column("name_fi", "text"),
    Column("name_en", "text"),
    Column("language_status", "text", choices=LANGUAGE_STATUSES),
    Column("region", "text"),
    Column("region_name_sv", "text"),
    Column("region_name_fi", "text"),
    Column("region_name_en", "text"),
    Column("subregion", "text"),
    Column("subregion_name_sv", "text"),
    Column("subregion_name_fi", "text"),
    Column("subregion_name_en", "text"),
    Column("aland", "flag"),
)

CELLS: Final[Schema] = (
    Column("cell", "text"),
    Column("x", "number", "m, EPSG:3067"),
    Column("y", "number", "m, EPSG:3067"),
    Column("municipality", "text"),
    Column("population", "integer", "persons", minimum=0),
    Column("children", "number", "persons under 15, a weight", minimum=0),
    Column("border", "flag"),
)

SCHOOLS: Final[Schema] = (
    Column("school", "text"),
    Column("name", "text"),
    Column("municipality", "text"),
    Column("language", "text", choices=TEACHING_LANGUAGES),
    Column("grades", "text", choices=GRADES),
    Column("provider", "text", choices=PROVIDERS),
    Column("kind", "text", choices=SCHOOL_KINDS),
    Column("postal_code", "text", blank=True),
    Column("lat", "number", "degrees, WGS 84", minimum=-90, maximum=90),
    Column("lon", "number", "degrees, WGS 84", minimum=-180, maximum=180),
    Column("x", "number", "m, EPSG:3067"),
    Column("y", "number", "m, EPSG:3067"),
    Column("pupils", "number", "pupils", blank=True, minimum=0),
    Column("capacity", "number", "pupils", blank=True, minimum=0),
    Column("property_eur_per_year", "number", "EUR a year", blank=True, minimum=0),
    Column("estimated", "text", blank=True),
)

POPULATION: Final[Schema] = (
    Column("municipality", "text"),
    Column("year", "integer", "31 December"),
    Column("age", "integer", "years", minimum=0, maximum=100),
    Column("sex", "text", choices=SEXES),
    Column("persons", "number", "persons", minimum=0),
)

FLOWS: Final[Schema] = (
    Column("residence", "text"),
    Column("provider", "text"),
    Column("stage", "text", choices=STAGES),
    Column("language", "text", choices=TEACHING_LANGUAGES),
    Column("pupils", "number", "pupils", minimum=0),
    Column("estimated", "flag"),
)

BOUNDARIES: Final[Schema] = (
    Column("municipality", "text"),
    Column("wkb", "bytes", "polygon, EPSG:3067"),
)

TABLES: Final[Mapping[str, Schema]] = {
    "municipalities": MUNICIPALITIES,
    "cells": CELLS,
    "schools": SCHOOLS,
    "population": POPULATION,
    "flows": FLOWS,
    "boundaries": BOUNDARIES,
}
"""Name of a table to its columns, in the order in which they are saved."""


_TYPES: Final[Mapping[Kind, str]] = {
    "text": "str",
    "bytes": "object",
    "integer": "int64",
    "number": "float64",
    "flag": "bool",
}


def empty(schema: Schema) -> pd.DataFrame:
    """Return a table of no rows with the columns and types of a schema."""
    return pd.DataFrame({c.name: pd.Series(dtype=_TYPES[c.kind]) for c in schema})


def conformed(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Return the columns of a schema alone, in its order and with its types.

    Parameters
    ----------
    frame
        Table that has every column of the schema, and may have more.
    schema
        What the table shall hold.
    """
    types = {c.name: _TYPES[c.kind] for c in schema}
    return frame[list(types)].astype(types).reset_index(drop=True)


def missing_columns(frame: pd.DataFrame, schema: Schema, where: Where) -> list[Fault]:
    """Return a fault for every column of the schema that the table lacks."""
    return [
        where.fault("region.missing_column", column=column.name)
        for column in schema
        if column.name not in frame.columns
    ]


def wrong_values(frame: pd.DataFrame, schema: Schema, where: Where) -> list[Fault]:
    """Return every cell that does not keep to its column, column by column.

    Parameters
    ----------
    frame
        Table; columns that it lacks are passed over (see :func:`missing_columns`).
    schema
        What the columns must hold.
    where
        Where the table comes from, so that a fault can name its row.
    """
    faults: list[Fault] = []
    for column in schema:
        if column.name in frame.columns:
            faults += _column_faults(frame[column.name], column, where)
    return faults


def _column_faults(values: pd.Series, column: Column, where: Where) -> Iterator[Fault]:
    unknown = is_blank(values).to_numpy()
    if not column.blank:
        for row in np.flatnonzero(unknown):
            yield where.fault("region.blank_cell", row=int(row), column=column.name)
    if column.choices:
        strange = ~unknown & ~values.isin(column.choices).to_numpy()
        choices = ", ".join(column.choices)
        for row in np.flatnonzero(strange):
            value = str(values.iloc[row])
            yield where.fault(
                "region.unknown_choice",
                row=int(row),
                column=column.name,
                value=value,
                choices=choices,
            )
    if column.kind in ("number", "integer"):
        yield from _number_faults(values, unknown, column, where)


def _number_faults(
    values: pd.Series, unknown: np.ndarray, column: Column, where: Where
) -> Iterator[Fault]:
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)
    no_number = ~unknown & ~np.isfinite(numbers)
    for row in np.flatnonzero(no_number):
        value = str(values.iloc[row])
        yield where.fault("region.not_a_number", row=int(row), column=column.name, value=value)
    known = ~unknown & ~no_number
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    bounds = {
        "region.not_whole": known & (column.kind == "integer") & (numbers != np.floor(numbers)),
        "region.negative" if low == 0 else "region.too_small": known & (numbers < low),
        "region.too_large": known & (numbers > high),
    }
    for code, wrong in bounds.items():
        for row in np.flatnonzero(wrong):
            yield where.fault(
                code,
                row=int(row),
                column=column.name,
                value=float(numbers[row]),
                minimum=low,
                maximum=high,
            )


def is_blank(values: pd.Series) -> pd.Series:
    """Return which cells are unknown: NaN, None or an empty text."""
    empty_text = [isinstance(value, str) and not value.strip() for value in values]
    return values.isna() | pd.Series(empty_text, index=values.index, dtype=bool)
