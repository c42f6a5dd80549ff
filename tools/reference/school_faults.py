"""What is in doubt about a school: every fault is listed, and nothing is moved.

The register's own copy was geocoded from names, and municipality and postal code follow the
position, so a school put in the wrong town agrees with itself. Register numbers do not follow:
they were given out municipality by municipality, and a school among the numbers of another
municipality stands out. So do names that hold another municipality's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from reference.names import bears_own_name, genitives
from reference.places import MERGERS

FAULTS: Final[Mapping[str, str]] = {
    "municipality_missing": "the register names no municipality; detail: that of the position",
    "municipality_mismatch": "the position lies in another municipality than the register says; "
    "detail: that municipality, and the metres to the one said",
    "outside_finland": "the position lies in no municipality; detail: metres to the nearest",
    "uninhabited": "nobody lives near the position (sea, wilderness); detail: metres to people",
    "postal_code_missing": "the register names no postal code",
    "postal_code_unknown": "the postal code has no area in 2019; detail: the code",
    "postal_code_far": "the position lies far from its postal code; detail: metres",
    "map_elsewhere": "the map (OpenStreetMap) has a school of that name in the municipality, far "
    "from the position; known of three regions; detail: metres",
    "shared_position": "several schools on one point; detail: the others",
    "name_elsewhere": "the name holds that of another municipality; detail: that municipality",
    "number_elsewhere": "the register number lies among those of another municipality; detail: "
    "that municipality",
    "place_elsewhere": "the name is that of a district of another municipality; detail: that "
    "municipality",
    "language_isolated": "teaches in a language that is not the municipality's; detail: the "
    "language",
}
"""Kinds of faults. Detail is a code or a figure, so that it reads in every language."""

FAR: Final = 1000.0
"""Metres from a postal area, or from people, that are too far."""
BESIDE: Final = 2
"""Register numbers looked at on each side."""
WIDE: Final = 6
"""Register numbers on each side among which a sister school is looked for."""
REACH: Final = 15
"""How far a neighbour's number may be."""

DISTRICTS: Final[Mapping[str, str]] = {
    "Alberga": "049",
    "Haagan": "091",
    "Juvanpuiston": "049",
    "Kaitaan": "049",
    "Kilon": "049",
    "Laajalahden": "049",
    "Leppävaaran": "049",
    "Lintulaakson": "049",
    "Lintumetsän": "049",
    "Mainingin": "049",
    "Mankkaan": "049",
    "Mankkaanpuron": "049",
    "Matinlahden": "049",
    "Rastaalan": "049",
    "Rinnekodin": "049",
    "Soukan": "049",
    "Ymmerstan": "049",
}
"""First words of names that are districts of Helsinki or Espoo and were found elsewhere.

Judged by reading the list of schools; a namesake elsewhere may be right, hence only a fault.
"""


def school_faults(
    schools: pd.DataFrame,
    said: pd.Series[str],
    polygons: geopandas.GeoDataFrame,
    postal: geopandas.GeoDataFrame,
    cells: pd.DataFrame,
    municipalities: pd.DataFrame,
    mapped: pd.DataFrame,
) -> pd.DataFrame:
    """Return the table ``school_faults``: school, fault (a key of FAULTS), detail.

    Parameters
    ----------
    schools
        The table ``schools``.
    said
        School number to the municipality that the register names, missing where none.
    polygons
        municipality, geometry (EPSG:3067).
    postal
        postal_code, geometry (EPSG:3067).
    cells
        The table ``grid``.
    municipalities
        The table ``municipalities``.
    mapped
        municipality, name, x, y: schools as the map has them.
    """
    table = schools.assign(said=schools["school"].map(said))
    points = shapely.points(table["x"], table["y"])
    found = [
        *municipality_faults(table, points, polygons),
        *uninhabited(table, points, cells),
        *postal_faults(table, points, postal),
        *mapped_elsewhere(table, mapped),
        *shared_positions(table),
        *names_elsewhere(table, municipalities),
        *numbers_elsewhere(table, municipalities),
        *districts_elsewhere(table),
        *isolated_languages(table, municipalities),
    ]
    order = {fault: place for place, fault in enumerate(FAULTS)}
    rows = sorted(found, key=lambda row: (row[0], order[row[1]]))
    return pd.DataFrame(rows, columns=["school", "fault", "detail"])


Found = Iterator[tuple[str, str, str]]


def municipality_faults(
    schools: pd.DataFrame, points: np.ndarray, polygons: geopandas.GeoDataFrame
) -> Found:
    """Yield schools without municipality, in another than they say, or outside Finland."""
    shapes = polygons.geometry.to_numpy()
    by_code = dict(zip(polygons["municipality"], shapes, strict=True))
    nearest = shapely.STRtree(shapes).nearest(points)
    codes = polygons["municipality"].to_numpy()[nearest]
    away = shapely.distance(points, shapes[nearest])
    rows = zip(schools["school"], schools["said"], points, codes, away, strict=True)
    for school, said, point, code, metres in rows:
        if metres > FAR:
            yield school, "outside_finland", f"{metres:.0f}"
        if not isinstance(said, str):
            yield school, "municipality_missing", code
        elif said != code:
            distance = shapely.distance(point, by_code[said])
            if distance > 0:
                yield school, "municipality_mismatch", f"{code};{distance:.0f}"


def uninhabited(schools: pd.DataFrame, points: np.ndarray, cells: pd.DataFrame) -> Found:
    """Yield schools farther from the middle of any populated square than a square is wide."""
    tree = shapely.STRtree(shapely.points(cells["x"], cells["y"]))
    index, metres = tree.query_nearest(points, return_distance=True, all_matches=False)
    for place, distance in zip(index[0], metres, strict=True):
        if distance > FAR + FAR / np.sqrt(2):
            yield schools["school"].iloc[place], "uninhabited", f"{distance:.0f}"


def postal_faults(
    schools: pd.DataFrame, points: np.ndarray, postal: geopandas.GeoDataFrame
) -> Found:
    """Yield schools whose postal code is missing, unknown, or far from their position."""
    by_code = dict(zip(postal["postal_code"], postal.geometry, strict=True))
    for school, code, point in zip(schools["school"], schools["postal_code"], points, strict=True):
        if not code:
            yield school, "postal_code_missing", ""
        elif code not in by_code:
            yield school, "postal_code_unknown", code
        else:
            metres = shapely.distance(point, by_code[code])
            if metres > FAR:
                yield school, "postal_code_far", f"{metres:.0f}"


def mapped_elsewhere(schools: pd.DataFrame, mapped: pd.DataFrame) -> Found:
    """Yield schools that the map has under the same name, far away in the same municipality.

    Where the map has twins of a name, the nearest counts.
    """
    pairs = schools.assign(key=schools["name"].str.casefold()).merge(
        mapped.assign(key=mapped["name"].str.casefold()),
        on=["municipality", "key"],
        suffixes=("", "_map"),
    )
    metres = np.hypot(pairs["x"] - pairs["x_map"], pairs["y"] - pairs["y_map"])
    nearest = metres.groupby(pairs["school"]).min()
    for school, distance in nearest[nearest > FAR].items():
        yield str(school), "map_elsewhere", f"{distance:.0f}"


def shared_positions(schools: pd.DataFrame) -> Found:
    """Yield schools that stand on one point with others."""
    for _, group in schools.groupby(["lat", "lon"]):
        numbers = group["school"].tolist()
        if len(numbers) > 1:
            for school in numbers:
                yield school, "shared_position", ";".join(n for n in numbers if n != school)


def names_elsewhere(schools: pd.DataFrame, municipalities: pd.DataFrame) -> Found:
    """Yield schools whose name holds that of another municipality.

    A Finnish name begins with the municipality's genitive (*Oulun normaalikoulu*), a Swedish or
    English one holds it anywhere (*Svenska skolan i Hyvinge*). A name held by several
    municipalities, or equal to the own one's, tells nothing.
    """
    first, anywhere = genitives(municipalities)
    for school, name, own in zip(
        schools["school"], schools["name"], schools["municipality"], strict=True
    ):
        words = name.replace("-", " ").split()
        codes = set(first.get(words[0], ()))
        for word in words:
            codes |= set(anywhere.get(word, ()))
        if len(codes) == 1 and own not in codes:
            yield school, "name_elsewhere", codes.pop()


def numbers_elsewhere(schools: pd.DataFrame, municipalities: pd.DataFrame) -> Found:
    """Yield schools whose register number lies among those of another municipality.

    Of the two nearest numbers on each side, none farther than the reach, three must be of one
    other municipality. A school that bears its own municipality's name, or has a sister of the
    same municipality close by, is where it belongs: small municipalities hold few numbers.
    """
    order = schools.sort_values("school")
    numbers = order["school"].astype(int).to_numpy()
    homes = order["said"].fillna("").to_numpy()
    own_names = _own_names(municipalities)
    for place, (school, name) in enumerate(zip(order["school"], order["name"], strict=True)):
        known = [
            other
            for other in range(max(0, place - WIDE), min(len(order), place + WIDE + 1))
            if other != place and homes[other] and abs(numbers[other] - numbers[place]) <= REACH
        ]
        below = [homes[other] for other in known if other < place][-BESIDE:]
        above = [homes[other] for other in known if other > place][:BESIDE]
        beside = below + above
        if len(below) < BESIDE or len(above) < BESIDE:
            continue
        most = max(sorted(set(beside)), key=beside.count)
        if beside.count(most) < 2 * BESIDE - 1 or most == homes[place]:
            continue
        if homes[place] and (
            homes[place] in {homes[other] for other in known}
            or bears_own_name(name, own_names[homes[place]])
        ):
            continue
        yield school, "number_elsewhere", most


def _own_names(municipalities: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {
        code: (finnish, swedish)
        for code, finnish, swedish in zip(
            municipalities["municipality"],
            municipalities["name_fi"],
            municipalities["name_sv"],
            strict=True,
        )
    }
    for merger in MERGERS:
        names[merger.new] = (*names.get(merger.new, ()), merger.name_fi, merger.name_sv)
    return names


def districts_elsewhere(schools: pd.DataFrame) -> Found:
    """Yield schools named for a district of another municipality."""
    for school, name, own in zip(
        schools["school"], schools["name"], schools["municipality"], strict=True
    ):
        home = DISTRICTS.get(name.split()[0])
        if home and home != own:
            yield school, "place_elsewhere", home


def isolated_languages(schools: pd.DataFrame, municipalities: pd.DataFrame) -> Found:
    """Yield Swedish schools of Finnish municipalities, and Finnish ones of Swedish ones.

    Most are right: language islands. They are the first to look at when a position is wrong.
    """
    status = municipalities.set_index("municipality")["language_status"]
    for school, language, own in zip(
        schools["school"], schools["language"], schools["municipality"], strict=True
    ):
        if language in ("fi", "sv") and language not in status[own].split("_"):
            yield school, "language_isolated", language
