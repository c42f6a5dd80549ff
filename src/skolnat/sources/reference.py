"""The reference tables that ship with the package: open facts of Finland, ready to use.

Each table is a function that returns a pandas frame, read once. Whole numbers come as 64-bit
integers, however narrow they lie on disk, so that nothing wraps around.
What each table is, of which year and by whose leave, is told by :func:`sources` and, for people,
by ``SOURCES.md`` beside the tables.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

TABLES: Final = (
    "municipalities",
    "mergers",
    "boundaries",
    "population",
    "regional_population",
    "regional_projection",
    "regional_fertility",
    "projection_2019",
    "age_classes",
    "postal_ages",
    "totals",
    "migration",
    "language_shares",
    "grid",
    "grid_differences",
    "schools",
    "school_faults",
)
"""Names of the tables; each is a function of this module."""


METRES: Final = ("x", "y")
"""Coordinates: whole metres on disk, floats in use."""


@dataclass(frozen=True)
class Source:
    """Where a table comes from.

    Parameters
    ----------
    title
        What the holder calls it.
    holder
        Who publishes it, as the attribution is to read.
    year
        Year or years that the figures tell of.
    licence
        Name of the licence.
    retrieved
        Year and month of retrieval.
    note
        What was done to it, and what to know before trusting it.
    """

    title: str
    holder: str
    year: str
    licence: str
    retrieved: str
    note: str


def municipalities() -> pd.DataFrame:
    """Return the 308 municipalities of 2026.

    municipality (three digits), name_sv, name_fi, name_en, language_status ("fi", "fi_sv",
    "sv_fi", "sv"), region (two digits) and subregion (three) with names in three languages,
    aland.
    """
    return _table("municipalities")


def mergers() -> pd.DataFrame:
    """Return the municipalities that ended: old, old_name_sv, old_name_fi, new, year.

    `year` is the first in which the old municipality is no more.
    """
    return _table("mergers")


def boundaries() -> pd.DataFrame:
    """Return simplified boundaries: municipality, wkb (EPSG:3067); neighbours share lines."""
    return _table("boundaries")


def population() -> pd.DataFrame:
    """Return the register by single age: municipality, year, age (0..100), sex, persons.

    31 December 2018 and 2019, at the borders of 2026; age 100 is 100 or more.
    """
    return _table("population")


def regional_population() -> pd.DataFrame:
    """Return 19 regions: region, year (1972..2025), age (0..100), sex, persons."""
    return _table("regional_population")


def regional_projection() -> pd.DataFrame:
    """Return the official projection of 2024: region, year (2024..2045), age, sex, persons.

    It starts from the end of 2023, so its 2024 and 2025 are projected, not counted.
    """
    return _table("regional_projection")


def regional_fertility() -> pd.DataFrame:
    """Return total fertility, children a woman: region, year (1990..2025), rate."""
    return _table("regional_fertility")


def projection_2019() -> pd.DataFrame:
    """Return the official projection of 2019: municipality, year, age (0..20), persons."""
    return _table("projection_2019")


def age_classes() -> pd.DataFrame:
    """Return child age classes "0-2", "3-6", "7-12" and "13-15", end of 2013..2018.

    municipality, year, age_class, persons, estimated (2013..2017: fitted to the register from
    postal areas), coverage (people of the postal areas over the register's, before the fit).
    """
    return _table("age_classes")


def postal_ages() -> pd.DataFrame:
    """Return the same classes by postal area as published: end of 2013..2017.

    postal_code, year, age_class, persons. About one per cent of people have no postal code;
    areas too small to show are left out.
    """
    return _table("postal_ages")


def totals() -> pd.DataFrame:
    """Return total population: municipality, year (2000..2022), persons, 31 December."""
    return _table("totals")


def migration() -> pd.DataFrame:
    """Return moves within Finland: municipality, year (1990..2018), in, out, net."""
    return _table("migration")


def language_shares() -> pd.DataFrame:
    """Return municipality, year (2006..2016), swedish_share, foreign_citizen_share (0..1)."""
    return _table("language_shares")


def grid() -> pd.DataFrame:
    """Return the populated 1 km squares of the end of 2021.

    cell, x, y (EPSG:3067, metres), municipality, population, children (under 15: a weight, not
    a count), border (at the border of Sweden or Norway), finnish_share (part of the square that
    counts as Finland's), dry (no water in it), postal_code (area of 2019 that holds its middle).
    """
    return _table("grid")


def grid_differences() -> pd.DataFrame:
    """Return how far the grid is from the register, by municipality, and why.

    municipality, grid (children under 15 in 2021), register (2019), difference (grid/register
    - 1), and the parts that explain it, in children; see ``SOURCES.md``.
    """
    return _table("grid_differences")


def schools() -> pd.DataFrame:
    """Return the basic-education institutions of 2025.

    school (register number), name, kind ("comprehensive", "special"), upper_secondary,
    municipality, postal_code, lat, lon, x, y, language, languages (all, ;-joined), grades ("" where
    nothing tells), provider, estimated (;-joined names of estimated columns). Positions are as
    the source has them; those in doubt are in :func:`school_faults`.
    """
    return _table("schools")


def school_faults() -> pd.DataFrame:
    """Return what is in doubt about a school: school, fault, detail."""
    return _table("school_faults")


@cache
def sources() -> Mapping[str, Source]:
    """Return the source of each table, by the table's name."""
    listed = tomllib.loads(_folder().joinpath("sources.toml").read_text(encoding="utf-8"))
    return {table: Source(**entry) for table, entry in listed.items()}


def _table(name: str) -> pd.DataFrame:
    """Return a table that the caller may change: pandas copies what is written to."""
    return _read(name).copy(deep=False)


@cache
def _read(name: str) -> pd.DataFrame:
    file = _folder().joinpath(f"{name}.parquet")
    if not file.is_file():
        raise FileNotFoundError(
            f"the reference table {name} is missing from the package: install it anew, or build "
            "the tables with tools/build_reference.py"
        )
    packed = pq.read_table(pa.BufferReader(file.read_bytes()))
    wide = pa.schema([pa.field(field.name, _widened(field)) for field in packed.schema])
    frame: pd.DataFrame = packed.cast(wide).to_pandas()
    return frame


def _widened(field: pa.Field) -> pa.DataType:
    if field.name in METRES:
        return pa.float64()
    return pa.int64() if pa.types.is_integer(field.type) else field.type


def _folder() -> Traversable:
    return resources.files("skolnat").joinpath("reference")
