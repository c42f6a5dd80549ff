"""From squares to what a carrier, a map and a council get: nobody lost, nobody pointed at."""

from __future__ import annotations

import warnings
import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import gtfs_kit
import numpy as np
import pandas as pd
import partridge
import pytest

from skolnat.rules.rules import default_rules
from skolnat.transport import lines
from skolnat.transport.geopackage import write_geopackage
from skolnat.transport.gtfs import write_gtfs
from skolnat.transport.public import public
from skolnat.transport.service import Network, Service, plan_service
from skolnat.transport.settings import Settings, settings
from skolnat.transport.solve import Effort
from skolnat.transport.tables import COLUMNS, tables_of

YEAR = 2030
RULES = default_rules()
QUICK = Effort(0, 400)


def straight(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """As the crow flies, at 60 km/h."""
    km = np.hypot(*(places[:, None, :] - places[None, :, :]).T) / 1000.0
    return km * 60.0, km


@pytest.fixture(scope="module")
def network() -> Network:
    """Two municipalities along a road of 30 km, with schools at 0 km (100) and 28 km (200).

    The stop at 20 km has two pupils, and those at 8 and 12 km have more.
    """
    base = np.array([400_000.0, 6_900_000.0])
    rows = [
        ("c08", 8, "s1:1-6", "100", "100", 5.0), ("c08", 8, "s1:7-9", "100", "100", 3.0),
        ("c12", 12, "s1:1-6", "100", "100", 4.0), ("c12", 12, "s2:1-6", "200", "100", 3.0),
        ("c20", 20, "s2:1-6", "200", "200", 2.0), ("c16", 16, "s1:7-9", "200", "200", 4.4),
    ]  # fmt: skip
    names = ["cell", "km", "unit", "home", "municipality", "pupils"]
    riders = pd.DataFrame(rows, columns=names)
    riders["x"], riders["y"] = base[0] + 1000.0 * riders.pop("km"), base[1]
    units = pd.DataFrame(
        {
            "unit": ["s1:1-6", "s1:7-9", "s2:1-6"],
            "school": ["s1", "s1", "s2"],
            "stage": ["1-6", "7-9", "1-6"],
            "x": base[0] + np.array([0.0, 0.0, 28_000.0]),
            "y": base[1],
            "municipality": ["100", "100", "200"],
        }
    )
    depots = pd.DataFrame({"depot": ["yard"], "x": [base[0]], "y": [base[1] + 500.0]})
    return Network(riders, units, depots)


@pytest.fixture(scope="module")
def usual() -> Settings:
    return settings(RULES, YEAR)


@pytest.fixture(scope="module")
def service(network: Network, usual: Settings) -> Service:
    return plan_service(network, usual, straight, effort=QUICK)


@pytest.fixture(scope="module")
def tables(service: Service) -> dict[str, pd.DataFrame]:
    return tables_of(service, RULES, YEAR)


def test_every_pupil_rides_once_each_way(service: Service, tables: dict[str, pd.DataFrame]) -> None:
    assert sum(p.pupils for p in service.stops.parties) == 21
    for direction, half in tables["route_stops"].groupby("direction"):
        at_stops = half[half["kind"] == "stop"]
        at_schools = half[half["kind"] == "school"]
        on, off = ("on", "off") if direction == "morning" else ("off", "on")
        assert (at_stops[on].sum(), at_stops[off].sum()) == (21, 0)
        assert (at_schools[off].sum(), at_schools[on].sum()) == (21, 0)
    assert (tables["route_stops"]["load"] >= 0).all()
    last = tables["route_stops"].groupby("route").tail(1)
    assert (last["load"] == 0).all()
    peaks = tables["route_stops"].groupby("route")["load"].max()
    routes = tables["bus_routes"].set_index("route").sort_index()
    assert (routes["peak"] == peaks).all()
    assert (routes["peak"] <= routes["seats"]).all()


def test_buses_come_and_go_in_the_hours_of_each_school(tables: dict[str, pd.DataFrame]) -> None:
    """8.30 and 9.00, buses from 20 to 7 minutes before; 13.30 and 14.45, from 7 to 30 after."""
    calls = tables["route_stops"]
    for unit, begins, ends in (("s1:1-6", 510, 810), ("s1:7-9", 540, 885), ("s2:1-6", 510, 810)):
        mine = calls[calls["unit"] == unit]
        arrive = mine.loc[mine["direction"] == "morning", "arrive"] / 60
        leave = mine.loc[mine["direction"] == "afternoon", "leave"] / 60
        assert arrive.between(begins - 20, begins - 7).all()
        assert leave.between(ends + 7, ends + 30).all()
        assert len(arrive)
        assert len(leave)


def test_costs_by_municipality_sum_to_the_routes(
    service: Service, tables: dict[str, pd.DataFrame]
) -> None:
    costs = tables["bus_costs"].set_index("municipality")
    assert costs["eur_a_day"].sum() == pytest.approx(tables["bus_routes"]["eur"].sum())
    assert costs["eur_a_year"].sum() == pytest.approx(189 * costs["eur_a_day"].sum())
    assert costs["pupils"].to_dict() == {"100": 12, "200": 9}
    assert costs["eur_a_day"].sum() == pytest.approx(
        sum(shift.plan.eur for shift in service.shifts.values())
    )


def test_a_day_counts_walk_wait_ride_and_wait(service: Service) -> None:
    """One pupil, no choice: 10 km, so 10 minutes on a taxi that arrives 7 minutes before 8.30."""
    one = replace(
        service.network,
        riders=service.network.riders.head(1).assign(
            pupils=1.0, x=service.network.units["x"][0] + 10_000.0
        ),
    )
    alone = plan_service(one, service.settings, straight, effort=QUICK)
    day = tables_of(alone, RULES, YEAR)["bus_days"].iloc[0]
    assert day["walk_minutes"] == 0.0
    assert day["morning_minutes"] == pytest.approx(5 + 10 + 7)
    assert day["afternoon_minutes"] == pytest.approx(7 + 10)
    assert day["over_limit"] == 0.0
    assert bool(day["carried"])


def test_who_cannot_be_reached_is_listed_and_the_others_ride(
    network: Network, usual: Settings
) -> None:
    def broken(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """No ferry to the stop at 16 km."""
        seconds, km = straight(places)
        island = np.abs(places[:, 0] - 416_000.0) < 1.0
        seconds[island[:, None] != island[None, :]] = np.inf
        km[island[:, None] != island[None, :]] = np.inf
        return seconds, km

    found = plan_service(network, usual, broken, effort=QUICK)
    assert [p.pupils for p in found.shifts["morning"].stranded] == [4]
    days = tables_of(found, RULES, YEAR)["bus_days"]
    assert days.loc[~days["carried"], "pupils"].sum() == 4
    on = tables_of(found, RULES, YEAR)["route_stops"]
    assert on.loc[on["direction"] == "morning", "on"].sum() == 17


def test_whose_way_is_too_long_even_straight_is_carried_and_listed(
    network: Network, usual: Settings
) -> None:
    short = replace(usual, longest_ride=15 * 60.0)
    found = plan_service(network, short, straight, effort=QUICK)
    assert {p.unit for p in found.shifts["morning"].stretched} == {"s1:7-9", "s2:1-6"}


def test_who_cannot_be_home_in_time_boards_and_rides_no_bus(
    network: Network, usual: Settings
) -> None:
    # From 16 km the rides take 32 minutes a day and the waits 5 + 7 + 7: 51 in all.
    strict = replace(usual, daily_minutes={"1-6": 150.0, "7-9": 50.0})
    found = plan_service(network, strict, straight, effort=QUICK)
    away = found.shifts["morning"].boarding
    assert {(party.unit, party.pupils) for party in away} == {("s1:7-9", 4)}
    tables = tables_of(found, RULES, YEAR)
    days = tables["bus_days"]
    assert days.loc[~days["carried"], "over_limit"].sum() == 4
    on = tables["route_stops"]
    assert on.loc[on["direction"] == "morning", "on"].sum() == days["pupils"].sum() - 4


def test_a_region_where_nobody_is_entitled_needs_no_bus(
    network: Network, usual: Settings, tmp_path: Path
) -> None:
    nobody = replace(network, riders=network.riders.head(0), units=network.units.head(0))
    told = tables_of(plan_service(nobody, usual, straight, effort=QUICK), RULES, YEAR)
    assert all(table.empty for table in told.values())
    write_gtfs(tmp_path / "gtfs.zip", told, {}, title="Region", language="en", year=YEAR)
    write_geopackage(tmp_path / "routes.gpkg", told, lines.straight(told["route_stops"]))
    assert gpd.read_file(tmp_path / "routes.gpkg", layer="routes").empty
    assert public(told)["bus_routes"].empty


def test_a_change_at_a_hub_is_kept_where_it_saves(usual: Settings) -> None:
    """Hamlets west and east of a hub, the school 30 km beyond: no bus can call at both."""
    xy = np.array([[-10.0, 4.0], [10.0, 4.0]]) * 1000.0 + 500_000.0
    cells = ["west", "east"]
    riders = pd.DataFrame({"cell": cells, "unit": "far:1-6", "home": ["100", "200"]})
    riders = riders.assign(x=xy[:, 0], y=xy[:, 1], municipality="100", pupils=8.0)
    units = pd.DataFrame(
        {
            "unit": ["far:1-6", "hub:1-6"], "school": ["far", "hub"], "stage": "1-6",
            "x": 500_000.0, "y": [470_000.0, 500_000.0], "municipality": "100",
        }
    )  # fmt: skip
    depots = pd.DataFrame({"depot": ["yard"], "x": [500_000.0], "y": [500_000.0]})
    tight = replace(usual, longest_ride=54 * 60.0, change=(60.0, 7 * 60.0))
    network = Network(riders, units, depots)
    straight_on = plan_service(network, tight, straight, effort=QUICK)
    assert [shift.plan.buses for shift in straight_on.shifts.values()] == [2, 2]
    found = plan_service(network, tight, straight, effort=QUICK, hub="hub")
    told = tables_of(found, RULES, YEAR)
    for direction, shift in found.shifts.items():
        assert set(shift.trunk.values()) == {"hub>far:1-6|1"}
        assert shift.plan.eur < shift.straight_eur == straight_on.shifts[direction].plan.eur
    assert told["bus_days"]["changes"].all()
    assert told["bus_costs"].set_index("municipality")["pupils"].to_dict() == {"100": 8, "200": 8}
    assert told["bus_costs"]["eur_a_day"].sum() == pytest.approx(told["bus_routes"]["eur"].sum())
    hub = told["route_stops"][told["route_stops"]["kind"] == "hub"]
    assert set(hub["stop"]) == {"hub"}
    assert (told["bus_days"]["morning_minutes"] <= 18 + 5 + 54 + 20).all()


def test_the_tables_have_the_columns_they_promise(tables: dict[str, pd.DataFrame]) -> None:
    assert {name: tuple(table.columns) for name, table in tables.items()} == dict(COLUMNS)


def test_nothing_public_points_at_a_child(tables: dict[str, pd.DataFrame]) -> None:
    shown = public(tables)
    assert set(shown) == {"bus_routes", "route_stops", "bus_costs"}
    stops = shown["route_stops"]
    waiting = tables["bus_days"].groupby("stop")["pupils"].sum()
    assert (waiting < 3).any()
    named = set(stops.loc[stops["kind"] == "stop", "stop"])
    assert named == set(waiting[waiting >= 3].index)
    for table in shown.values():
        assert not {"pupils", "on", "off", "load", "peak"} & set(table.columns)
    assert set(stops["route"]) == set(shown["bus_routes"]["route"])


def names(tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    return {stop: f"Name of {stop}" for stop in tables["route_stops"]["stop"]}


def test_readers_of_gtfs_read_the_feed(tables: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    path = tmp_path / "gtfs.zip"
    write_gtfs(path, tables, names(tables), title="Region", language="sv", year=YEAR)
    feed = gtfs_kit.read_feed(path, dist_units="km")
    routes = tables["bus_routes"]
    assert sorted(feed.routes["route_id"]) == sorted(routes["route"])
    assert feed.calendar["start_date"].tolist() == ["20300810"]
    trips = feed.compute_trip_stats()
    assert (trips["num_stops"] == trips["trip_id"].map(
        tables["route_stops"].groupby("route").size())).all()  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the reader is older than its pandas
        other = partridge.load_feed(str(path))
        read = other.stop_times.sort_values(["trip_id", "stop_sequence"], ignore_index=True)
        stops = other.stops.set_index("stop_id")
    told = tables["route_stops"].sort_values(["route", "call"], ignore_index=True)
    assert read["arrival_time"].tolist() == told["arrive"].tolist()
    assert read["departure_time"].tolist() == told["leave"].tolist()
    # 400 km east and 6,900 km north in EPSG:3067 is 62.22 degrees north, 25.08 east.
    assert stops.loc["s1", "stop_lat"] == pytest.approx(62.22, abs=5e-3)
    assert stops.loc["s1", "stop_lon"] == pytest.approx(25.08, abs=1e-2)


def test_the_same_routes_give_the_same_feed(
    tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    for name in ("a.zip", "b.zip"):
        write_gtfs(tmp_path / name, tables, names(tables), title="R", language="fi", year=YEAR)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None


def test_a_map_opens_the_geopackage(tables: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    path = tmp_path / "routes.gpkg"
    for shown in (tables, public(tables)):
        write_geopackage(path, shown, lines.straight(shown["route_stops"]))
        drawn = gpd.read_file(path, layer="routes")
        points = gpd.read_file(path, layer="route_stops")
        assert drawn.crs.to_epsg() == 3067
        assert set(drawn["route"]) == set(shown["bus_routes"]["route"])
        assert points["arrive"].tolist() == shown["route_stops"]["arrive"].tolist()
        first = shown["route_stops"].iloc[0]
        assert (points.geometry[0].x, points.geometry[0].y) == (first["x"], first["y"])
        line = drawn.set_index("route").geometry[first["route"]]
        calls = shown["route_stops"]["route"] == first["route"]
        assert len(line.coords) == calls.sum()
