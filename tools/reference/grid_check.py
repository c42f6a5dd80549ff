"""The grid against the register, municipality by municipality, and why they differ.

Children under 15 in the squares (end of 2021) are set beside the register's (end of 2019, the
last year open by single age). What lies between is split into parts that each come from data:

cohorts
    What two years change: the official projection for 2021, scaled to what the register of 2021
    counts in the region, less the register of 2019.
coverage
    People whom the squares lack, or have too many of, against the register's total of the same
    day, beyond what the country lacks on average (1.4 %): those without a known building,
    above all students and resort staff, and those near a border that areas share out badly.
astride
    Squares that a municipal border cuts: a square goes whole to the municipality of its middle;
    shared by area instead, the municipality would have so many fewer or more.
chance
    What is left: the census office moves every count of a square a little (by 1.7 children on
    average, as squares whose ages do not add up to their people show), and the projection errs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from reference.grid import CRS, GRID_CRS, SIDE

UNDER: Final = 15
LIMIT: Final = 0.15
"""Relative difference from which a municipality must be explained by name."""
SURE: Final = 3.0
"""Standard deviations within which chance is an explanation."""
WEIGHTY: Final = 0.2
"""Part of the difference from which something is named as a reason."""
PARTS: Final = ("cohorts", "coverage", "astride", "chance")


@dataclass(frozen=True)
class Register:
    """What the register and the projection know of each municipality, by its code.

    Parameters
    ----------
    children
        Under 15 at the end of 2019, as counted.
    projected
        Under 15 at the end of 2019, as projected a year before: its error is that of a year.
    expected
        Under 15 at the end of 2021, projected and scaled to the region's count.
    people
        All inhabitants at the end of 2021, as counted.
    """

    children: pd.Series[float]
    projected: pd.Series[float]
    expected: pd.Series[float]
    people: pd.Series[float]


def register(
    population: pd.DataFrame,
    projection: pd.DataFrame,
    regional: pd.DataFrame,
    totals: pd.DataFrame,
    region_of: pd.Series[str],
) -> Register:
    """Return the register's side from the built tables; `region_of` is by municipality."""
    counted = population[(population["year"] == 2019) & (population["age"] < UNDER)]
    young = projection[projection["age"] < UNDER]
    by_year = {
        year: young[young["year"] == year].groupby("municipality")["persons"].sum()
        for year in (2019, 2021)
    }
    region = regional[(regional["year"] == 2021) & (regional["age"] < UNDER)]
    wanted = region.groupby("region")["persons"].sum()
    factor = wanted / by_year[2021].groupby(region_of).sum()
    people = totals[totals["year"] == 2021].set_index("municipality")["persons"]
    return Register(
        children=counted.groupby("municipality")["persons"].sum().astype(float),
        projected=by_year[2019].astype(float),
        expected=by_year[2021] * region_of.map(factor),
        people=people.astype(float),
    )


def differences(
    cells: pd.DataFrame,
    located: pd.DataFrame,
    polygons: geopandas.GeoDataFrame,
    known: Register,
) -> pd.DataFrame:
    """Return the table ``grid_differences``, one row a municipality.

    Parameters
    ----------
    cells
        The table ``grid``.
    located
        The raw squares with municipality and share, as of :func:`reference.grid.locate_squares`.
    polygons
        municipality, geometry.
    known
        As of :func:`register`.

    Returns
    -------
    pandas.DataFrame
        municipality, grid (children under 15, 2021), register (2019), difference (grid /
        register - 1), the four parts in children, deviation (one standard deviation of chance,
        children), inside and touching (children of squares that lie wholly in the municipality,
        and of all that touch it), abroad (children of its squares counted out as not Finland's),
        reasons (;-joined parts that matter, where the difference is over the limit).
    """
    split = overlaps(cells, polygons)
    by = cells.groupby("municipality")
    grid = by["children"].sum()
    shared = split.groupby("municipality")[["children_here", "people_here"]].sum()
    touching = split.groupby("municipality")["children"].sum()
    whole = split[split["part"] > 1 - 1e-6].groupby("municipality")["children"].sum()
    table = pd.DataFrame({"grid": grid, "register": known.children})
    table["difference"] = (table["grid"] / table["register"] - 1).round(4)
    table["cohorts"] = known.expected - known.children
    usual = shared["people_here"].sum() / known.people.sum()
    table["coverage"] = known.expected * (shared["people_here"] / known.people / usual - 1)
    table["astride"] = grid - shared["children_here"]
    table["chance"] = table["grid"] - table["register"] - table[list(PARTS[:3])].sum(axis=1)
    table["deviation"] = np.hypot(
        moved(located) * np.sqrt(by.size()), projection_error(known) * np.sqrt(known.children)
    )
    table["inside"] = whole.reindex(table.index, fill_value=0)
    table["touching"] = touching.reindex(table.index, fill_value=0)
    table["abroad"] = grid_abroad(located).reindex(table.index, fill_value=0)
    table = table.rename_axis("municipality").reset_index()
    table["reasons"] = [reasons(row) for _, row in table.iterrows()]
    numbers = [*PARTS, "deviation"]
    table[numbers] = table[numbers].round(1)
    return table


def overlaps(cells: pd.DataFrame, polygons: geopandas.GeoDataFrame) -> pd.DataFrame:
    """Return each square and municipality that meet, with the part of the square's people.

    The parts of a square sum to 1, whatever part of it is sea or abroad.
    """
    corner = cells["cell"].str.extract(r"N(\d+)E(\d+)").astype(int) * SIDE
    boxes = geopandas.GeoSeries(
        shapely.box(corner[1], corner[0], corner[1] + SIDE, corner[0] + SIDE), crs=GRID_CRS
    ).to_crs(CRS)
    shapes = polygons.geometry.to_numpy()
    square, shape = shapely.STRtree(shapes).query(boxes.to_numpy(), predicate="intersects")
    area = shapely.area(shapely.intersection(boxes.to_numpy()[square], shapes[shape]))
    split = pd.DataFrame(
        {
            "cell": cells["cell"].to_numpy()[square],
            "municipality": polygons["municipality"].to_numpy()[shape],
            "children": cells["children"].to_numpy()[square],
            "people": cells["population"].to_numpy()[square],
            "area": area,
        }
    )
    split = split[split["area"] > 0]
    split["part"] = split["area"] / split.groupby("cell")["area"].transform("sum")
    split["children_here"] = split["children"] * split["part"]
    split["people_here"] = split["people"] * split["part"]
    return split


def moved(raw: pd.DataFrame) -> float:
    """Return by how much a count of a square was moved, as a standard deviation.

    Four counts, the people and three ages, were moved each on its own; without that the ages
    would sum to the people. Only squares with all three ages count: a zero is never moved.
    """
    ages = raw[["under_15", "from_15", "from_65"]]
    full = (ages > 0).all(axis=1)
    gap = (raw["people"] - ages.sum(axis=1))[full]
    return float(np.sqrt((gap**2).mean() / 4))


def projection_error(known: Register) -> float:
    """Return the error of the projection three years ahead, per square root of a child.

    Measured a year ahead and taken to grow with the square root of time.
    """
    gap = (known.children - known.projected) / np.sqrt(known.children)
    return float(np.sqrt(3 * (gap**2).median() / 0.455))  # median of chi-square, 1 degree


def grid_abroad(located: pd.DataFrame) -> pd.Series[int]:
    """Return the children of border squares that were counted out, by municipality."""
    left = located["under_15"] - (located["under_15"] * located["share"]).round()
    return left.groupby(located["municipality"]).sum().astype(int)


def reasons(row: pd.Series[float]) -> str:
    """Return the parts that explain a difference over the limit, weightiest first.

    "" below the limit, and where the parts do not explain it: the rest must be within chance,
    or what is expected must lie between what surely lives in the municipality and what may.
    """
    if abs(row["difference"]) <= LIMIT:
        return ""
    gap = row["grid"] - row["register"]
    parts = {name: row[name] for name in PARTS}
    slack = SURE * row["deviation"]
    expected = row["grid"] - parts["astride"] - parts["chance"]
    by_chance = abs(parts["chance"]) <= slack
    by_border = row["inside"] - slack <= expected <= row["touching"] + slack
    if not (by_chance or by_border):
        return ""
    if not by_chance:
        parts["astride"] += parts["chance"]
        parts["chance"] = 0.0
    weights = {name: part / gap for name, part in parts.items()}
    named = [name for name in PARTS if weights[name] >= WEIGHTY]
    return ";".join(sorted(named, key=lambda name: -weights[name]))


def unexplained(table: pd.DataFrame) -> list[str]:
    """Return the municipalities whose difference is over the limit and has no reason."""
    large = table["difference"].abs() > LIMIT
    return table.loc[large & (table["reasons"] == ""), "municipality"].tolist()
