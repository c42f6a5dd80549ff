"""What a region must keep to: one check a function, and every fault is told.

Each check takes the tables and their origin, and returns the faults with the row they lie in.
The same checks serve a workbook, whose rows its owner sees, and a whole :class:`Region`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
import shapely

from skolnat.common.faults import Fault
from skolnat.region.names import shown_names
from skolnat.region.places import Where
from skolnat.region.schemas import TABLES, Schema, is_blank, missing_columns, wrong_values

SHORE_TOLERANCE_M: Final = 1000.0
"""How far from simplified boundaries (m) a place still counts as inside: shores are cut off."""


def check_tables(tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """Return every fault of the tables of a region.

    Parameters
    ----------
    tables
        All tables of :data:`skolnat.region.schemas.TABLES` by name.
    """
    places = {name: Where(name) for name in tables}
    lacking = [
        fault
        for name in tables
        for fault in missing_columns(tables[name], TABLES[name], places[name])
    ]
    if lacking:
        return lacking  # the checks below read these columns
    faults = [
        fault
        for name in tables
        for fault in wrong_values(tables[name], _value_schema(name), places[name])
    ]
    codes = tuple(tables["municipalities"]["municipality"])
    schools = tables["schools"]
    faults += empty_region(tables["municipalities"], tables["cells"], schools)
    faults += aland_municipalities(tables["municipalities"], places["municipalities"])
    for name, column in _CODES_OF_MUNICIPALITIES:
        faults += unknown_municipalities(tables[name], column, codes, places[name])
    faults += twin_ids(tables["municipalities"], "municipality", places["municipalities"])
    faults += twin_ids(tables["cells"], "cell", places["cells"])
    names = shown_names(tables["municipalities"])
    faults += school_faults(schools, tables["boundaries"], names, places["schools"])
    return faults


def school_faults(
    schools: pd.DataFrame, boundaries: pd.DataFrame, names: Mapping[str, str], where: Where
) -> list[Fault]:
    """Return the faults of schools alone: ids, places, capacities.

    Parameters
    ----------
    schools
        Table of schools, of a region or of a workbook.
    boundaries
        Polygons of all municipalities of the country.
    names
        Code of a municipality to how it is shown; other codes are shown as they are.
    where
        Origin of the table.
    """
    return [
        *twin_ids(schools, "school", where),
        *schools_without_place(schools, where),
        *schools_out_of_place(schools, boundaries, names, where),
        *capacities_below_pupils(schools, where),
    ]


def empty_region(
    municipalities: pd.DataFrame, cells: pd.DataFrame, schools: pd.DataFrame
) -> list[Fault]:
    """Return what a region cannot be without: municipalities, children and a school."""
    faults = []
    if municipalities.empty:
        faults.append(Where("municipalities").fault("region.no_municipality"))
    if cells.empty or not float(pd.to_numeric(cells["children"], errors="coerce").sum()) > 0:
        faults.append(Where("cells").fault("region.no_children"))
    if schools.empty:
        faults.append(Where("schools").fault("region.no_school"))
    return faults


def aland_municipalities(municipalities: pd.DataFrame, where: Where) -> list[Fault]:
    """Return a fault for each municipality of Åland: school law and money of its own."""
    return [
        where.fault(
            "region.aland",
            row=int(row),
            column="municipality",
            name_sv=municipalities["name_sv"].iloc[row],
        )
        for row in np.flatnonzero(municipalities["aland"].astype(bool))
    ]


def unknown_municipalities(
    frame: pd.DataFrame, column: str, codes: Collection[str], where: Where
) -> list[Fault]:
    """Return a fault for each row whose municipality is not among the known codes."""
    strange = ~frame[column].isin(list(codes)) & ~is_blank(frame[column])
    return [
        where.fault(
            "region.unknown_municipality",
            row=int(row),
            column=column,
            value=str(frame[column].iloc[row]),
        )
        for row in np.flatnonzero(strange)
    ]


def twin_ids(frame: pd.DataFrame, column: str, where: Where) -> list[Fault]:
    """Return a fault for each row whose id an earlier row has already."""
    twins = frame[column].duplicated() & ~is_blank(frame[column])
    first = frame.assign(_row=np.arange(len(frame))).groupby(column)["_row"].first()
    return [
        where.fault(
            "region.twin_id",
            row=int(row),
            column=column,
            value=str(frame[column].iloc[row]),
            first=where.row(int(first[frame[column].iloc[row]])),
        )
        for row in np.flatnonzero(twins)
    ]


def schools_without_place(schools: pd.DataFrame, where: Where) -> list[Fault]:
    """Return a fault for each school whose latitude or longitude is unknown."""
    return [
        where.fault(
            "region.no_coordinates", row=int(row), column=column, name=_name(schools, int(row))
        )
        for column in ("lat", "lon")
        for row in np.flatnonzero(is_blank(schools[column]))
    ]


def schools_out_of_place(
    schools: pd.DataFrame, boundaries: pd.DataFrame, names: Mapping[str, str], where: Where
) -> list[Fault]:
    """Return schools in the sea or abroad (errors), or in another municipality (warnings).

    Geocoding faults exist at the source, so a school in the wrong municipality is told and
    listed, never moved: a workbook corrects it.
    """
    codes = boundaries["municipality"].to_numpy()
    polygons = shapely.from_wkb(boundaries["wkb"].to_numpy())
    tree = shapely.STRtree(polygons)
    faults = []
    for row in np.flatnonzero(np.isfinite(schools[["x", "y"]].astype(float)).all(axis=1)):
        point = shapely.Point(float(schools["x"].iloc[row]), float(schools["y"].iloc[row]))
        near = codes[tree.query(point, predicate="dwithin", distance=SHORE_TOLERANCE_M)]
        name, municipality = _name(schools, int(row)), str(schools["municipality"].iloc[row])
        if not near.size:
            fault = where.fault(
                "region.in_the_sea",
                row=int(row),
                column="lat",
                name=name,
                municipality=names.get(municipality, municipality),
            )
            faults.append(fault)
        elif municipality and municipality not in near:
            fault = where.fault(
                "region.in_another_municipality",
                row=int(row),
                column="lat",
                severity="warning",
                name=name,
                municipality=names.get(municipality, municipality),
                found=names.get(str(near[0]), str(near[0])),
            )
            faults.append(fault)
    return faults


def capacities_below_pupils(schools: pd.DataFrame, where: Where) -> list[Fault]:
    """Return a fault for each school that holds fewer pupils than go there today."""
    pupils = pd.to_numeric(schools["pupils"], errors="coerce")
    capacity = pd.to_numeric(schools["capacity"], errors="coerce")
    return [
        where.fault(
            "region.capacity_below_pupils",
            row=int(row),
            column="capacity",
            name=_name(schools, int(row)),
            capacity=float(capacity.iloc[row]),
            pupils=float(pupils.iloc[row]),
        )
        for row in np.flatnonzero(capacity < pupils)
    ]


_CODES_OF_MUNICIPALITIES: Final = (
    ("cells", "municipality"),
    ("schools", "municipality"),
    ("population", "municipality"),
)


def _value_schema(table: str) -> Schema:
    """Return the schema for checking values; unknown places have a check of their own."""
    if table != "schools":
        return TABLES[table]
    kept = [column for column in TABLES[table] if column.name not in ("x", "y")]
    return tuple(replace(c, blank=True) if c.name in ("lat", "lon") else c for c in kept)


def _name(schools: pd.DataFrame, row: int) -> str:
    """Return how a school is called in a fault: its name, or its id where it has none."""
    return str(schools["name"].iloc[row] or schools["school"].iloc[row])
