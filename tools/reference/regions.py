"""The 19 regions: population since 1972, fertility, and the official projection of 2024."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from reference.raw import code, read_csv

COUNTRY: Final = "246"
OLDEST: Final = 100
SEXES: Final = {"Miehet": "m", "Naiset": "f"}
BOTH: Final = "Yhteensä"
UNNAMED: Final = "10"
"""Region of the rows that the projection of 2024 leaves without one.

They are Pertunmaa (1,547 inhabitants in 2024, after 1,600 in 2022), which ended when 2026 began:
the region key of 2026 no longer found it. It joined Mäntyharju, in the same region.
"""
UNNAMED_AT_MOST: Final = 1_600
"""Inhabitants of Pertunmaa at the end of 2022: more than that would be somebody else."""


def regional_population(data: Path) -> pd.DataFrame:
    """Return the table ``regional_population``: region, year, age, sex, persons.

    Raises
    ------
    ValueError
        When the regions do not sum to the country's own rows.
    """
    sexes = [
        _sex(read_csv(data, f"forecast/finland_regions_pop{letter}.csv.gz"), sex)
        for letter, sex in (("F", "f"), ("M", "m"))
    ]
    table = pd.concat(sexes, ignore_index=True)
    keys = ["year", "age", "sex"]
    country = table[table["region"] == COUNTRY].set_index(keys)["persons"]
    regions = table[table["region"] != COUNTRY]
    if not regions.groupby(keys)["persons"].sum().eq(country.sort_index()).all():
        raise ValueError("the regions do not sum to the country in the population since 1972")
    return regions.sort_values(["region", "year", "sex", "age"], ignore_index=True)


def _sex(raw: pd.DataFrame, sex: str) -> pd.DataFrame:
    years = [column for column in raw.columns if column.isdigit()]
    long = raw.melt(["reg_code", "age"], years, "year", "persons")
    return pd.DataFrame(
        {
            "region": long["reg_code"].map(_region),
            "year": pd.to_numeric(long["year"]),
            "age": pd.to_numeric(long["age"]),
            "sex": sex,
            "persons": pd.to_numeric(long["persons"]),
        }
    )


def _region(value: str) -> str:
    bare = code(value, 3)
    return bare if bare == COUNTRY else bare[1:]


def fertility(data: Path) -> pd.DataFrame:
    """Return the table ``regional_fertility``: region, year, total fertility rate."""
    raw = read_csv(data, "forecast/finland_regions_tfr.csv.gz")
    years = [column for column in raw.columns if column.isdigit()]
    long = raw.melt(["reg_code"], years, "year", "rate")
    table = pd.DataFrame(
        {
            "region": long["reg_code"].map(_region),
            "year": pd.to_numeric(long["year"]),
            "rate": pd.to_numeric(long["rate"]),
        }
    ).dropna()
    return table[table["region"] != COUNTRY].sort_values(["region", "year"], ignore_index=True)


def regional_projection(data: Path) -> pd.DataFrame:
    """Return the table ``regional_projection``: the official projection of 2024.

    Returns
    -------
    pandas.DataFrame
        region, year (2024..2045), age (0..100, where 100 means 100 or more), sex, persons.

    Raises
    ------
    ValueError
        When the regions do not sum to the country's own rows.
    """
    raw = read_csv(data, "forecast/finland_regions_official_projection_2024.csv.gz")
    raw = raw[raw["sex"] != BOTH]
    table = pd.DataFrame(
        {
            "region": raw["reg_code"].map(_region, na_action="ignore").fillna(UNNAMED),
            "year": pd.to_numeric(raw["year"]),
            "age": pd.to_numeric(raw["age"]).fillna(OLDEST).astype(int),
            "sex": raw["sex"].map(SEXES),
            "persons": pd.to_numeric(raw["pop"]).astype(int),
        }
    )
    unnamed = table[raw["reg_code"].isna()].groupby("year")["persons"].sum()
    if (unnamed > UNNAMED_AT_MOST).any():
        raise ValueError("the rows without a region hold more than Pertunmaa's inhabitants")
    keys = ["year", "age", "sex"]
    country = table[table["region"] == COUNTRY].set_index(keys)["persons"].sort_index()
    regions = table[table["region"] != COUNTRY]
    if not regions.groupby(keys)["persons"].sum().eq(country).all():
        raise ValueError("the regions do not sum to the country in the projection of 2024")
    keys = ["region", "year", "sex", "age"]
    return regions.groupby(keys, as_index=False)["persons"].sum()
