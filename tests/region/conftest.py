"""A small region by hand: two municipalities, squares 10 km wide, three schools."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely

from skolnat.region.region import Region
from skolnat.region.schemas import CELLS, FLOWS, MUNICIPALITIES, POPULATION, SCHOOLS, empty

NAMES = ("name", "region_name", "subregion_name")


def municipality(code: str, name: str, *, aland: bool = False) -> dict[str, object]:
    words = {f"{kind}_{language}": name for kind in NAMES for language in ("sv", "fi", "en")}
    return {
        "municipality": code,
        "language_status": "fi",
        "region": "07",
        "subregion": "071",
        "aland": aland,
    } | words


def school(code: str, x: float, **other: object) -> dict[str, object]:
    return {
        "school": code,
        "name": f"School {code}",
        "municipality": "016",
        "language": "fi",
        "grades": "1-6",
        "provider": "municipal",
        "kind": "comprehensive",
        "postal_code": "",
        "lat": 61.0,
        "lon": 25.0,
        "x": x,
        "y": 5_000.0,
        "pupils": 10.0,
        "capacity": 20.0,
        "property_eur_per_year": 1_000.0,
        "estimated": "",
    } | other


def cell(code: str, x: float, children: float, home: str = "016") -> dict[str, object]:
    return {
        "cell": code,
        "x": x,
        "y": 5_000.0,
        "municipality": home,
        "population": 10 * int(children),
        "children": children,
        "border": False,
    }


def frame(rows: list[dict[str, object]], schema: tuple) -> pd.DataFrame:  # type: ignore[type-arg]
    return pd.DataFrame(rows).reindex(columns=[column.name for column in schema])


@pytest.fixture
def region() -> Region:
    """Asikkala (x 0-10 km) and Lahti (10-20 km); everything east of 20 km is sea."""
    boxes = [shapely.box(0, 0, 10_000, 10_000), shapely.box(10_000, 0, 20_000, 10_000)]
    population = {"municipality": "016", "year": 2019, "age": 7, "sex": "m", "persons": 5.0}
    return Region(
        municipalities=frame(
            [municipality("016", "Asikkala"), municipality("398", "Lahti")], MUNICIPALITIES
        ),
        cells=frame([cell("a", 1_000, 3), cell("b", 9_000, 5), cell("c", 15_000, 7, "398")], CELLS),
        schools=frame(
            [
                school("1", 2_000),
                school("2", 8_000, grades="7-9"),
                school("3", 15_000, municipality="398", grades="1-9"),
            ],
            SCHOOLS,
        ),
        population=frame([population], POPULATION),
        flows=empty(FLOWS),
        boundaries=pd.DataFrame(
            {"municipality": ["016", "398"], "wkb": [shapely.to_wkb(box) for box in boxes]}
        ),
    )
