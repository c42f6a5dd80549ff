"""Child age classes by municipality 2013-2018, from postal areas where nothing else is open.

For 2018 the source is by municipality and equals the register. For 2013-2017 it is by postal
area, hides small areas and misses people without a postal code. Postal areas are shared out
over municipalities by where people live in the census grid, and then fitted to what the
register does publish of those years: the total of each municipality, and the age classes of
each region. So every sum is the register's, and only the split within a region is an estimate.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from reference.places import Places
from reference.raw import read_csv

CLASSES: Final[Mapping[str, tuple[int, int]]] = {
    "0-2": (0, 2),
    "3-6": (3, 6),
    "7-12": (7, 12),
    "13-15": (13, 15),
}
"""Age classes of children, with their first and last age."""
REST: Final = "16-"

ENDED: Final[Mapping[str, str]] = {
    "14330": "109",
    "14370": "109",
    "16980": "109",
    "38370": "790",
    "90420": "564",
    **dict.fromkeys(("93630", "93680", "93730", "93760", "93780", "93820", "93825"), "305"),
    **dict.fromkeys(("93840", "93850", "93920", "93940", "93990"), "305"),
}
"""Postal codes that ended before the areas of 2019 were drawn, with their municipality.

Judged from the codes beside them: Hämeenlinna, Sastamala, Oulu and Kuusamo.
"""

ROUNDS: Final = 200
CLOSE: Final = 1e-9


def age_classes(
    data: Path,
    places: Places,
    areas: geopandas.GeoDataFrame,
    cells: pd.DataFrame,
    totals: pd.DataFrame,
    regional: pd.DataFrame,
    region_of: Mapping[str, str],
) -> pd.DataFrame:
    """Return the table ``age_classes``.

    Parameters
    ----------
    data, places
        Raw folder, and the look-up of codes and names.
    areas
        postal_code, geometry: the postal areas of 2019.
    cells
        The table ``grid``: where people live.
    totals, regional
        The tables ``totals`` and ``regional_population``, which the years 2013-2017 are fitted
        to.
    region_of
        Municipality to region.

    Returns
    -------
    pandas.DataFrame
        municipality, year (2013..2018), age_class ("0-2", "3-6", "7-12", "13-15"), persons
        (one decimal where fitted), estimated (fitted, not counted), coverage (people that the
        postal areas gave before the fit, over the register's total; 1 for 2018).
    """
    parts = shares(areas, cells)
    postal = postal_classes(read_csv(data, "finland/paavo_he_2013_2017.csv.gz"))
    split = by_municipality(postal, parts)
    fitted = [
        fit_year(split[split["year"] == year], year, totals, regional, region_of)
        for year in sorted(set(split["year"].tolist()))
    ]
    counted = municipal_classes(read_csv(data, "finland/paavo_2018_municipality.csv"), places)
    table = pd.concat([*fitted, counted], ignore_index=True)
    order = {name: place for place, name in enumerate(CLASSES)}
    return table.sort_values(
        ["year", "municipality", "age_class"],
        key=lambda values: values.map(order) if values.name == "age_class" else values,
        ignore_index=True,
    )


def shares(areas: geopandas.GeoDataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return postal_code, municipality, share: where the people of each postal area live.

    A square belongs to the postal area that holds its middle, or to the nearest; an area that
    holds no square belongs to the municipality of the square nearest to its inner point.
    """
    shapes = areas.geometry.to_numpy()
    codes = areas["postal_code"].to_numpy()
    middles = shapely.points(cells["x"], cells["y"])
    found = pd.DataFrame(
        {
            "postal_code": area_of(areas, cells).to_numpy(),
            "municipality": cells["municipality"].to_numpy(),
            "people": cells["population"].to_numpy(dtype=float),
        }
    )
    people = found.groupby(["postal_code", "municipality"], as_index=False)["people"].sum()
    empty = ~np.isin(codes, people["postal_code"])
    inner = shapely.point_on_surface(shapes[empty])
    closest = shapely.STRtree(middles).nearest(inner)
    without = pd.DataFrame(
        {
            "postal_code": codes[empty],
            "municipality": cells["municipality"].to_numpy()[closest],
            "people": 1.0,
        }
    )
    ended = pd.DataFrame(
        {"postal_code": list(ENDED), "municipality": list(ENDED.values()), "people": 1.0}
    )
    ended = ended[~ended["postal_code"].isin(codes)]
    table = pd.concat([people, without, ended], ignore_index=True)
    table["share"] = table["people"] / table.groupby("postal_code")["people"].transform("sum")
    return table.drop(columns="people")


def postal_classes(raw: pd.DataFrame) -> pd.DataFrame:
    """Return postal_code, year, total, and a column a class; hidden areas are left out.

    An area so small that its classes are hidden has a total at most; it cannot tell anything
    of children.
    """
    table = pd.DataFrame(
        {
            "postal_code": raw["alue"],
            "year": pd.to_numeric(raw["vuosi"]).astype(int),
            "total": pd.to_numeric(raw["Asukkaat_yhteensa"]),
        }
    )
    for name in CLASSES:
        table[name] = pd.to_numeric(raw[f"X{name.replace('-', '_')}_vuotiaat"])
    table = table.dropna()
    table[REST] = table["total"] - table[list(CLASSES)].sum(axis=1)
    return table


def postal_ages(data: Path) -> pd.DataFrame:
    """Return the table ``postal_ages``: postal_code, year, age_class, persons, as published.

    Areas whose classes are hidden are left out.
    """
    wide = postal_classes(read_csv(data, "finland/paavo_he_2013_2017.csv.gz"))
    long = wide.melt(
        ["postal_code", "year"], list(CLASSES), var_name="age_class", value_name="persons"
    )
    order = {name: place for place, name in enumerate(CLASSES)}
    return long.astype({"persons": int}).sort_values(
        ["year", "postal_code", "age_class"],
        key=lambda values: values.map(order) if values.name == "age_class" else values,
        ignore_index=True,
    )


def area_of(areas: geopandas.GeoDataFrame, cells: pd.DataFrame) -> pd.Series[str]:
    """Return the postal area of each square: the one that holds its middle, or the nearest."""
    middles = shapely.points(cells["x"], cells["y"])
    nearest = shapely.STRtree(areas.geometry.to_numpy()).nearest(middles)
    return pd.Series(areas["postal_code"].to_numpy()[nearest], cells.index)


def by_municipality(postal: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Return municipality, year and a column a class: postal areas shared out.

    Raises
    ------
    ValueError
        Naming the postal codes that lie nowhere.
    """
    unknown = sorted(set(postal["postal_code"]) - set(parts["postal_code"]))
    if unknown:
        raise ValueError(f"postal codes of no area, missing in ENDED: {', '.join(unknown)}")
    joined = postal.merge(parts, on="postal_code")
    columns = [*CLASSES, REST]
    joined[columns] = joined[columns].mul(joined["share"], axis=0)
    return joined.groupby(["municipality", "year"], as_index=False)[columns].sum()


def fit_year(
    split: pd.DataFrame,
    year: int,
    totals: pd.DataFrame,
    regional: pd.DataFrame,
    region_of: Mapping[str, str],
) -> pd.DataFrame:
    """Return one year fitted to the register: rows of the table ``age_classes``."""
    seed = split.set_index("municipality")[[*CLASSES, REST]]
    total = totals[totals["year"] == year].set_index("municipality")["persons"]
    total = total.reindex(seed.index).astype(float)
    region = seed.index.map(region_of)
    ages = regional[regional["year"] == year].groupby(["region", "age"])["persons"].sum()
    rows = []
    for code in sorted(set(region)):
        mine = seed[region == code]
        single = ages.loc[code]
        wanted = np.array([single.loc[a:b].sum() for a, b in CLASSES.values()], dtype=float)
        wanted = np.append(wanted, single.sum() - wanted.sum())
        fitted = fit(mine.to_numpy(), total[mine.index].to_numpy(), wanted)
        rows.append(pd.DataFrame(fitted, mine.index, mine.columns))
    table = pd.concat(rows).drop(columns=REST).round(1)
    long = table.rename_axis("municipality").reset_index()
    long = long.melt("municipality", var_name="age_class", value_name="persons")
    coverage = (seed.sum(axis=1) / total).round(3)
    return long.assign(year=year, estimated=True, coverage=long["municipality"].map(coverage))


def fit(
    seed: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    rows: np.ndarray[tuple[int], np.dtype[np.float64]],
    columns: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the table nearest to `seed` whose rows and columns have the given sums.

    Iterative proportional fitting. Where the two margins differ in all (by the few people whose
    municipality changed region since), the columns are kept and the rows scaled to them.

    Raises
    ------
    ValueError
        When a sum is wanted of a row or column that is empty.
    """
    if (rows[seed.sum(axis=1) == 0] > 0).any() or (columns[seed.sum(axis=0) == 0] > 0).any():
        raise ValueError("people are wanted where the postal areas have none at all")
    rows = rows * columns.sum() / rows.sum()
    table = seed.copy()
    for _ in range(ROUNDS):
        table *= (rows / table.sum(axis=1))[:, None]
        factor = columns / table.sum(axis=0)
        table *= factor
        if np.abs(factor - 1).max() < CLOSE:
            break
    return table


def municipal_classes(raw: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Return the year 2018, which the source gives by municipality (and by region: left out)."""
    raw = raw[~raw["Area"].str.match(r"MK\d\d ")]
    municipality = places.named(raw["Area"])
    columns = {name: pd.to_numeric(raw[f"{name} years, 2018 (HE)"]) for name in CLASSES}
    wide = pd.DataFrame({"municipality": municipality, **columns})
    long = wide.melt("municipality", var_name="age_class", value_name="persons")
    table = long.groupby(["municipality", "age_class"], as_index=False)["persons"].sum()
    return table.assign(year=2018, estimated=False, coverage=1.0)
