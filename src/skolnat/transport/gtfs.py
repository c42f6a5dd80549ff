"""Bus routes as a GTFS feed, the form in which carriers and journey planners take timetables.

Follows the schedule reference of gtfs.org: agency, stops, routes, trips, stop_times, calendar,
feed_info, and shapes where roads are known. Each route of a vehicle is a route of the feed with
one trip on every school day.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from skolnat.transport.lines import Lines
from skolnat.transport.tables import Tables

if TYPE_CHECKING:
    from pyproj import Transformer

BUS: Final = 3
"""Type of route: bus."""

_BEGIN: Final = (1980, 1, 1, 0, 0, 0)
"""Date of every file in the archive, so that the same feed is the same file."""


def write_gtfs(
    path: Path, tables: Tables, names: Mapping[str, str], *, title: str, language: str, year: int,
    lines: Lines | None = None,
) -> None:  # fmt: skip
    """Write routes and their calls as a GTFS feed.

    Parameters
    ----------
    path
        The archive to write.
    tables
        ``bus_routes`` and ``route_stops``, whole or public.
    names
        Name of each stop and school by its id.
    title
        Name of the region, as agency and publisher.
    language
        Of the names.
    year
        The feed holds for the school year that begins in the autumn of this year, Monday to
        Friday; holidays are the carrier's to take out.
    lines
        Where the routes run along roads; without them the feed has no shapes.
    """
    calls = tables["route_stops"]
    first, last = date(year, 8, 10), date(year + 1, 5, 31)
    days = f"{first:%Y%m%d}", f"{last:%Y%m%d}"
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday")
    service = {"service_id": "school"} | dict.fromkeys(weekdays, 1)
    service |= {"saturday": 0, "sunday": 0, "start_date": days[0], "end_date": days[1]}
    agency = {
        "agency_id": "skolnat",
        "agency_name": title,
        "agency_url": "https://example.org/",
        "agency_timezone": "Europe/Helsinki",
        "agency_lang": language,
    }
    feed = {
        "feed_publisher_name": title,
        "feed_publisher_url": "https://example.org/",
        "feed_lang": language,
        "feed_start_date": days[0],
        "feed_end_date": days[1],
    }
    files = {
        "agency": pd.DataFrame([agency]),
        "stops": _stops(calls, names),
        "routes": _routes(tables["bus_routes"]),
        "trips": _trips(tables["bus_routes"], lines),
        "stop_times": _stop_times(calls),
        "calendar": pd.DataFrame([service]),
        "feed_info": pd.DataFrame([feed]),
    }
    if lines:
        files["shapes"] = _shapes(lines)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in files.items():
            info = zipfile.ZipInfo(f"{name}.txt", _BEGIN)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, table.to_csv(index=False, lineterminator="\n"))


@cache
def _to_degrees() -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:3067", "EPSG:4326", always_xy=True)


def _stops(calls: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    places = calls.drop_duplicates("stop").sort_values("stop")
    x, y = (places[name].to_numpy(np.float64) for name in ("x", "y"))
    lon, lat = _to_degrees().transform(x, y)
    return pd.DataFrame(
        {
            "stop_id": places["stop"].to_numpy(),
            "stop_name": [names[stop] for stop in places["stop"]],
            "stop_lat": np.round(lat, 5),
            "stop_lon": np.round(lon, 5),
        }
    )


def _routes(routes: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "route_id": routes["route"],
            "agency_id": "skolnat",
            "route_short_name": routes["route"],
            "route_type": BUS,
        }
    )


def _trips(routes: pd.DataFrame, lines: Lines | None) -> pd.DataFrame:
    trips = pd.DataFrame(
        {
            "route_id": routes["route"],
            "service_id": "school",
            "trip_id": routes["route"],
            "direction_id": (routes["direction"] == "afternoon").astype(np.int64),
        }
    )
    if lines:
        trips["shape_id"] = routes["route"].where(routes["route"].isin(lines), "")
    return trips


def _shapes(lines: Lines) -> pd.DataFrame:
    parts = []
    for route, line in sorted(lines.items()):
        lon, lat = _to_degrees().transform(line[:, 0], line[:, 1])
        places = {"shape_pt_lat": np.round(lat, 5), "shape_pt_lon": np.round(lon, 5)}
        parts.append(pd.DataFrame({"shape_id": route, **places}))
    shapes = pd.concat(parts, ignore_index=True)
    shapes["shape_pt_sequence"] = shapes.groupby("shape_id").cumcount() + 1
    return shapes


def _stop_times(calls: pd.DataFrame) -> pd.DataFrame:
    """Times of all calls; nobody gets on at a stop in the afternoon, or off in the morning."""
    stop = calls["kind"] == "stop"
    morning = calls["direction"] == "morning"
    hub = calls["kind"] == "hub"
    no_on = ~hub & (stop != morning)
    no_off = ~hub & (stop == morning)
    return pd.DataFrame(
        {
            "trip_id": calls["route"],
            "arrival_time": calls["arrive"].map(_time),
            "departure_time": calls["leave"].map(_time),
            "stop_id": calls["stop"],
            "stop_sequence": calls["call"],
            "pickup_type": no_on.astype(np.int64),
            "drop_off_type": no_off.astype(np.int64),
        }
    )


def _time(seconds: Any) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
