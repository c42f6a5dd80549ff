"""Series by municipality: the projection of 2019, totals, migration, shares of languages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from reference.places import Places
from reference.raw import read_csv

COUNTRY: Final = "SSS"
ALL_AGES: Final = 999
OLDEST_CHILD: Final = 20


def projection_2019(data: Path, places: Places) -> pd.DataFrame:
    """Return the table ``projection_2019``: municipality, year 2019..2040, age 0..20, persons.

    The official projection made in 2019 from the population of the end of 2018.

    Raises
    ------
    ValueError
        When ages do not sum to totals, or municipalities not to the country (the published
        figures are whole numbers and do sum).
    """
    raw = read_csv(data, "finland/statfin_projection2019_muni_age.csv.gz")
    long = pd.DataFrame(
        {
            "area": raw["alue"],
            "year": pd.to_numeric(raw["time"]),
            "age": pd.to_numeric(raw["ika"]),
            "persons": pd.to_numeric(raw["vaesto_e19"]).astype(int),
        }
    )
    single = long[long["age"] != ALL_AGES]
    totals = long[long["age"] == ALL_AGES].set_index(["area", "year"])["persons"].sort_index()
    if not single.groupby(["area", "year"])["persons"].sum().eq(totals).all():
        raise ValueError("projection of 2019: the ages do not sum to the totals")
    country = single[single["area"] == COUNTRY].set_index(["year", "age"])["persons"]
    areas = single[single["area"] != COUNTRY].copy()
    if not areas.groupby(["year", "age"])["persons"].sum().eq(country.sort_index()).all():
        raise ValueError("projection of 2019: the municipalities do not sum to the country")
    areas = areas[areas["age"] <= OLDEST_CHILD]
    areas["municipality"] = places.carry(areas["area"])
    return areas.groupby(["municipality", "year", "age"], as_index=False)["persons"].sum()


def totals(data: Path, places: Places) -> pd.DataFrame:
    """Return the table ``totals``: municipality, year 2000..2022, persons at 31 December."""
    raw = read_csv(data, "finland/population_total_2000_2022.csv")
    table = pd.DataFrame(
        {
            "municipality": places.carry(raw["municipality_code"]),
            "year": pd.to_numeric(raw["year"]),
            "persons": pd.to_numeric(raw["primary.value"]).astype(int),
        }
    )
    return table.groupby(["municipality", "year"], as_index=False)["persons"].sum()


def migration(data: Path, places: Places) -> pd.DataFrame:
    """Return the table ``migration``: municipality, year 1990..2018, in, out, net.

    Moves between municipalities of Finland, counted from the matrix of flows rather than from
    the published sums, so that moves between two municipalities that have since become one
    are no longer moves.
    """
    raw = read_csv(data, "finland/migration_matrix_1990_2018.csv.gz")
    flows = pd.DataFrame(
        {
            "to": places.named(raw["Tulokunta"]),
            "from": places.named(raw["Lahtokunta"]),
            "year": pd.to_numeric(raw["Vuosi"]),
            "persons": pd.to_numeric(raw["values"]).astype(int),
        }
    )
    flows = flows[flows["to"] != flows["from"]]
    arrived = flows.groupby(["to", "year"])["persons"].sum().rename_axis(["municipality", "year"])
    left = flows.groupby(["from", "year"])["persons"].sum().rename_axis(["municipality", "year"])
    everywhere = pd.MultiIndex.from_product(
        [sorted(set(places.codes.values())), sorted(flows["year"].unique())],
        names=["municipality", "year"],
    )
    table = pd.DataFrame(
        {
            "in": arrived.reindex(everywhere, fill_value=0),
            "out": left.reindex(everywhere, fill_value=0),
        }
    )
    table["net"] = table["in"] - table["out"]
    return table.reset_index()


def published_migration(data: Path, places: Places) -> pd.DataFrame:
    """Return the published sums of migration 1990..2017, to check :func:`migration` against."""
    raw = read_csv(data, "finland/migration_municipality_1990_2017.csv.gz")
    measures = {"tulomuutto": "in", "lahtomuutto": "out", "nettomuutto": "net"}
    raw = raw[raw["Tiedot"].isin(list(measures))]
    long = pd.DataFrame(
        {
            "municipality": places.carry(raw["kunta_no"]),
            "year": pd.to_numeric(raw["Vuosi"]),
            "measure": raw["Tiedot"].map(measures),
            "persons": pd.to_numeric(raw["values"]),
        }
    )
    wide = long.pivot_table("persons", ["municipality", "year"], "measure", aggfunc="sum")
    return wide.reset_index().rename_axis(columns=None)


def language_shares(data: Path, places: Places) -> pd.DataFrame:
    """Return the table ``language_shares``: shares (0..1) by municipality and year 2006..2016.

    Returns
    -------
    pandas.DataFrame
        municipality, year, swedish_share (inhabitants whose language is Swedish),
        foreign_citizen_share (inhabitants with another citizenship than Finnish; nothing in the
        open data tells their language). Published with one decimal of a per cent, so a share is
        right to 0.0005; municipalities that have since become one are weighted by inhabitants.
    """
    raw = read_csv(data, "finland/municipality_key_figures_2006_2016.csv.gz")
    people = pd.to_numeric(raw["Vakiluku"])
    columns = {
        "swedish_share": "Ruotsinkielisten_osuus_vaestosta",
        "foreign_citizen_share": "Ulkomaan_kansalaisten_osuus_vaestosta",
    }
    table = pd.DataFrame(
        {
            "municipality": places.named(raw["Alue"]),
            "year": pd.to_numeric(raw["vuosi"]),
            "people": people,
        }
    )
    for name, column in columns.items():
        table[name] = pd.to_numeric(raw[column]) / 100 * people
    sums = table.groupby(["municipality", "year"], as_index=False).sum()
    for name in columns:
        sums[name] = (sums[name] / sums["people"]).round(4)
    return sums.drop(columns="people")
