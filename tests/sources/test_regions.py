"""A region is the reference tables, except where a municipality has told better itself."""

from __future__ import annotations

import pandas as pd
import pytest

from skolnat.common.faults import InvalidInput
from skolnat.sources import reference
from skolnat.sources.grid import cell_ids, projected
from skolnat.sources.regions import build_region
from skolnat.sources.workbook import WorkbookData
from skolnat.sources.workbook_layout import FLOWS_SHEET, PLACES_SHEET, SCHOOLS_SHEET, Sheet
from skolnat.sources.workbook_template import prefilled

NAN = float("nan")


def table(sheet: Sheet, *rows: dict[str, object]) -> pd.DataFrame:
    blank = {c.name: "" if c.kind == "text" else NAN for c in sheet.columns}
    return pd.DataFrame([blank | row for row in rows])


def test_every_municipality_outside_aland_makes_a_sound_region() -> None:
    table = reference.municipalities()
    region = build_region(list(table.loc[~table["aland"], "municipality"]))
    assert [fault for fault in region.check() if fault.severity == "error"] == []
    assert region.schools["grades"].isin(["1-6", "7-9", "1-9"]).all()
    assert region.schools["estimated"].str.contains("grades").all()


def test_unknown_codes_are_told() -> None:
    with pytest.raises(InvalidInput) as caught:
        build_region(["016", "999", "000"])
    assert [fault.values["value"] for fault in caught.value.faults] == ["999", "000"]


def test_a_workbook_replaces_the_schools_of_its_municipalities_alone() -> None:
    own = table(
        SCHOOLS_SHEET,
        {"school": "A", "name": "Alakoulu", "municipality": "231", "language": "fi", "pupils": 9.0}
        | {"lat": 62.385, "lon": 21.222},
        {"school": "B", "name": "Elsewhere", "municipality": "398", "language": "fi"},
    )
    region = build_region(["545", "231"], WorkbookData(schools=own))
    assert region.schools["municipality"].tolist() == ["545"] * 8 + ["231"]
    mine = region.schools.iloc[-1]
    assert mine[["school", "grades", "provider", "kind", "estimated"]].tolist() == [
        "A",
        "1-6",  # from its name
        "municipal",
        "comprehensive",
        "grades",
    ]
    x, y = projected(pd.Series([62.385]), pd.Series([21.222]))
    assert mine[["x", "y", "pupils"]].tolist() == [x[0], y[0], 9.0]


def test_grades_that_a_workbook_tells_are_no_estimate() -> None:
    own = prefilled(["231"]).schools.assign(grades=["1-9", "1-6"])
    region = build_region(["231"], WorkbookData(schools=own))
    assert region.schools["grades"].tolist() == ["1-9", "1-6"]
    assert region.schools["estimated"].tolist() == ["", ""]


def test_pupil_places_replace_the_children_of_their_municipality() -> None:
    plain = build_region(["231", "545"])
    home = plain.cells[plain.cells["municipality"] == "231"].iloc[0]
    lat, lon = pd.Series([62.3853] * 2), pd.Series([21.2220] * 2)
    places = table(
        PLACES_SHEET,
        {"municipality": "231", "cell": home["cell"], "pupils": 4.0, "age": 8.0},
        {"municipality": "231", "cell": home["cell"], "pupils": 3.0, "grade": 5.0},
        {"municipality": "231", "lat": lat[0], "lon": lon[0], "pupils": 2.0},
        {"municipality": "231", "cell": "1kmN4999E4999", "pupils": 1.0},
    )
    region = build_region(["231", "545"], WorkbookData(pupil_places=places))
    children = region.cells.set_index("cell")["children"]
    mine = region.cells["municipality"] == "231"
    expected = {home["cell"]: 7.0, "1kmN4999E4999": 1.0}
    (there,) = set(cell_ids(lat, lon))
    expected[there] = expected.get(there, 0.0) + 2.0
    assert children[children.index.isin(expected)].to_dict() == expected
    assert region.cells.loc[mine, "children"].sum() == 10.0
    others = ~plain.cells["municipality"].eq("231")
    assert region.cells.loc[~mine, "children"].sum() == plain.cells.loc[others, "children"].sum()
    assert not region.cells["cell"].duplicated().any()


def test_a_square_of_a_neighbour_keeps_its_children_and_the_pupils_theirs() -> None:
    neighbours = build_region(["545"]).cells
    square = neighbours.loc[neighbours["children"].idxmax()]
    places = table(PLACES_SHEET, {"municipality": "231", "cell": square["cell"], "pupils": 6.0})
    cells = build_region(["231", "545"], WorkbookData(pupil_places=places)).cells
    children = cells.set_index("cell")["children"]
    assert children[square["cell"]] == square["children"]
    assert children[f"{square['cell']}/231"] == 6.0


def test_flows_to_and_from_the_region_are_kept() -> None:
    flow = {"stage": "7-9", "language": "fi", "pupils": 5.0}
    flows = table(
        FLOWS_SHEET,
        flow | {"residence": "016", "provider": "398"},
        flow | {"residence": "091", "provider": "016"},
        flow | {"residence": "091", "provider": "092"},
    )
    region = build_region(["016"], WorkbookData(flows=flows))
    assert region.flows[["residence", "provider"]].to_numpy().tolist() == [
        ["016", "398"],
        ["091", "016"],
    ]
    assert not region.flows["estimated"].any()
