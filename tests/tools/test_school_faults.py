"""Geocoding faults, one made for each kind: all are found, none is mended."""

from __future__ import annotations

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from reference.names import bears_own_name, genitive
from reference.school_faults import FAULTS, school_faults

MUNICIPALITIES = pd.DataFrame(
    {
        "municipality": ["049", "091", "564"],
        "name_fi": ["Espoo", "Helsinki", "Oulu"],
        "name_sv": ["Esbo", "Helsingfors", "Uleåborg"],
        "language_status": ["fi_sv", "fi_sv", "fi"],
    }
)
POLYGONS = geopandas.GeoDataFrame(
    {"municipality": ["049", "091", "564"]},
    geometry=[
        shapely.box(0, 0, 50_000, 50_000),
        shapely.box(50_000, 0, 100_000, 50_000),
        shapely.box(0, 400_000, 50_000, 450_000),
    ],
)
POSTAL = geopandas.GeoDataFrame(
    {"postal_code": ["02100", "00100", "90100"]}, geometry=POLYGONS.geometry
)
CELLS = pd.DataFrame(
    {
        "x": np.tile(np.arange(500.0, 100_000, 1000), 25),
        "y": np.repeat(np.arange(500.0, 50_000, 2000), 100),
    }
)


MAPPED = [
    ("049", "Kartan Koulu", 25_000.0, 30_000.0),
    ("049", "Kartan koulu", 25_000.0, 29_000.0),
    ("049", "Vieren koulu", 25_900.0, 25_000.0),
    ("091", "Naapurin koulu", 60_000.0, 25_000.0),
]


def faults_of(*schools: dict[str, object]) -> set[tuple[str, str, str]]:
    rows = []
    for place, school in enumerate(schools):
        row: dict[str, object] = {
            "school": f"{90_000 + 100 * place:05}",
            "name": "Mäen koulu",
            "municipality": "049",
            "said": "049",
            "postal_code": "02100",
            "x": 25_000,
            "y": 25_000,
            "language": "fi",
        }
        row.update(school)
        row["lat"], row["lon"] = row["y"], row["x"]
        rows.append(row)
    table = pd.DataFrame(rows)
    said = table.set_index("school")["said"]
    mapped = pd.DataFrame(MAPPED, columns=["municipality", "name", "x", "y"])
    found = school_faults(
        table.drop(columns="said"), said, POLYGONS, POSTAL, CELLS, MUNICIPALITIES, mapped
    )
    assert set(found["fault"]) <= set(FAULTS)
    return set(found.itertuples(index=False, name=None))


def test_a_school_in_order_has_no_fault() -> None:
    assert faults_of({}) == set()


@pytest.mark.parametrize(
    ("school", "fault", "detail"),
    [
        ({"x": 60_000, "postal_code": "00100"}, "municipality_mismatch", "091;10000"),
        ({"said": None}, "municipality_missing", "049"),
        ({"x": -5000}, "outside_finland", "5000"),
        ({"postal_code": ""}, "postal_code_missing", ""),
        ({"postal_code": "02999"}, "postal_code_unknown", "02999"),
        ({"postal_code": "00100"}, "postal_code_far", "25000"),
        ({"name": "Oulun normaalikoulu"}, "name_elsewhere", "564"),
        ({"name": "Svenska Privatsk. i Uleåborg"}, "name_elsewhere", "564"),
        ({"name": "Haagan peruskoulu"}, "place_elsewhere", "091"),
        # Of twins on the map, the nearer; a name in another municipality is another school.
        ({"name": "Kartan koulu"}, "map_elsewhere", "4000"),
    ],
)
def test_each_fault_is_found(school: dict[str, object], fault: str, detail: str) -> None:
    assert ("90000", fault, detail) in faults_of(school)


@pytest.mark.parametrize("name", ["Vieren koulu", "Naapurin koulu"])
def test_a_school_near_its_place_on_the_map_is_in_order(name: str) -> None:
    assert faults_of({"name": name}) == set()


def test_a_school_in_the_sea_is_far_from_people() -> None:
    found = faults_of({"x": -9_500, "y": 24_500})
    assert ("90000", "uninhabited", "10000") in found


def test_an_isolated_language_is_listed() -> None:
    oulu = {"municipality": "564", "said": "564", "y": 425_000, "postal_code": "90100"}
    assert ("90000", "language_isolated", "sv") in faults_of({**oulu, "language": "sv"})
    assert not {fault for _, fault, _ in faults_of({**oulu, "language": "se"})} & {
        "language_isolated"
    }


def test_schools_on_one_point_name_each_other() -> None:
    assert faults_of({}, {}, {"x": 26_000}) == {
        ("90000", "shared_position", "90100"),
        ("90100", "shared_position", "90000"),
    }


def block(*homes: str) -> list[dict[str, object]]:
    """Return schools of one block of numbers, each in order where it says it is."""
    place = {"049": (10_000, "02100"), "091": (60_000, "00100")}
    return [
        {
            "school": f"{3_120 + number:05}",
            "municipality": home,
            "said": home,
            "x": place[home][0] + 1000 * number,
            "postal_code": place[home][1],
        }
        for number, home in enumerate(homes)
    ]


def test_a_school_among_the_numbers_of_another_municipality_is_found() -> None:
    found = faults_of(*block("049", "049", "091", "049", "049"))
    assert found == {("03122", "number_elsewhere", "049")}


def test_a_sister_or_the_own_name_clears_a_number() -> None:
    assert faults_of(*block("049", "049", "091", "049", "049", "091")) == set()
    named = block("049", "049", "091", "049", "049")
    named[2]["name"] = "Helsingin yhteislyseo"
    assert faults_of(*named) == set()


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("Helsinki", "Helsingin"),
        ("Turku", "Turun"),
        ("Lahti", "Lahden"),
        ("Tampere", "Tampereen"),
        ("Kauniainen", "Kauniaisten"),
        ("Lappeenranta", "Lappeenrannan"),
        ("Ylitornio", "Ylitornion"),
        ("Hanko", "Hangon"),
        ("Padasjoki", "Padasjoen"),
        ("Vihti", "Vihdin"),
        ("Muhos", "Muhoksen"),
    ],
)
def test_genitives(name: str, of: str) -> None:
    assert genitive(name) == of
    assert bears_own_name(f"{of} yhteiskoulu", (name,))
