"""What the tags of a road say to somebody who walks, cycles, drives or goes by school bus.

Combinations of tags become *kinds* of road: a small table of speeds, both ways, that every edge
of the graph points into. The defaults stand in ``data/profiles.toml``, dated and with sources.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from skolnat.sources.osm import Tags

Profile = Literal["walk", "cycle", "car", "bus"]
PROFILES: Final[tuple[Profile, ...]] = get_args(Profile)

CLASS: Final = 0
TRAFFIC: Final = 1
FERRY: Final = 2
COLUMNS: Final = (
    "class", "traffic_km_h", "ferry_minutes",
    *(f"{profile}_{way}" for profile in PROFILES for way in ("forward", "backward")),
)  # fmt: skip
"""Columns of a table of kinds: class of road, limit of the traffic that walkers share a busy road
with (0 where they have a way of their own), minutes of a ferry (0: no ferry; -1: not tagged), and
km/h of each profile along and against the way (0: closed)."""

MPH: Final = 1.609344
_RURAL: Final = {"rural": 80.0, "urban": 50.0, "motorway": 120.0, "walk": 7.0, "none": 120.0}
_BACKWARD: Final = ("-1", "reverse")
_ONE_WAY: Final = ("yes", "true", "1")
_SIDEWALKS: Final = ("yes", "both", "left", "right", "separate")
_LET_THROUGH: Final = ("yes", "designated", "permissive")
_OWN_KEYS: Final[Mapping[Profile, tuple[str, ...]]] = {
    "walk": ("foot",),
    "cycle": ("bicycle",),
    "car": ("motorcar", "motor_vehicle"),
    "bus": ("bus", "psv"),
}
_NUMBER: Final = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?\s*$")
_DURATION: Final = re.compile(r"^(?:(\d+):)?(\d+):(\d+)$")


@cache
def settings() -> Mapping[str, Any]:
    """Return what ``data/profiles.toml`` says."""
    text = resources.files("skolnat.access").joinpath("data", "profiles.toml").read_text("utf-8")
    return tomllib.loads(text)


def class_names() -> tuple[str, ...]:
    """Return the classes of roads, in the order of their numbers."""
    return tuple(settings()["classes"])


def column(profile: Profile, *, backward: bool) -> int:
    """Return the column of a profile's speed in a table of kinds."""
    return 3 + 2 * PROFILES.index(profile) + int(backward)


def kinds_of(tags: Sequence[Tags]) -> npt.NDArray[np.float32]:
    """Return the kinds of roads that combinations of tags stand for.

    Parameters
    ----------
    tags
        Combinations of tags of ways.

    Returns
    -------
    ndarray
        Shape (len(tags), len(COLUMNS)), see :data:`COLUMNS`; a class of -1 is no road at all.
    """
    rows = [_kind(dict(combination)) for combination in tags]
    return np.array(rows, dtype=np.float32).reshape(-1, len(COLUMNS))


def reversed_kinds(kinds: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the same kinds as seen against the direction of the way."""
    turned = kinds.copy()
    for profile in PROFILES:
        there, back = column(profile, backward=False), column(profile, backward=True)
        turned[:, [there, back]] = kinds[:, [back, there]]
    return turned


def _kind(tags: Mapping[str, str]) -> list[float]:
    classes = settings()["classes"]
    name = tags.get("highway", "ferry")
    row = [0.0] * len(COLUMNS)
    # A road of ice or snow is there for a few weeks; nobody's journey can rest on it.
    seasonal = tags.get("ice_road") == "yes" or tags.get("winter_road") == "yes"
    if name not in classes or seasonal or tags.get("seasonal") in ("yes", "winter"):
        row[CLASS] = -1.0
        return row
    facts = classes[name]
    row[CLASS] = float(list(classes).index(name))
    limit = _limit(tags.get("maxspeed", "")) or float(facts["limit"])
    if facts["busy"] and not _footway_beside(tags):
        row[TRAFFIC] = limit
    ferry = "highway" not in tags
    if ferry:
        row[FERRY] = _minutes(tags.get("duration", ""))
    for profile in PROFILES:
        if not _open(profile, tags, facts, ferry=ferry):
            continue
        speed = _speed(profile, name, limit)
        along, against = _directions(profile, tags)
        row[column(profile, backward=False)] = speed if along else 0.0
        row[column(profile, backward=True)] = speed if against else 0.0
    return row


def _open(
    profile: Profile, tags: Mapping[str, str], facts: Mapping[str, Any], *, ferry: bool
) -> bool:
    """Tell whether a profile may use a way at all."""
    access = settings()["access"]
    if tags.get("motorroad") == "yes" and profile in ("walk", "cycle"):
        return False
    told = next((tags[key] for key in access["keys"][profile] if key in tags), None)
    if told is not None and told in access["closed"]:
        return told == "psv" and profile == "bus"
    if ferry and profile in ("car", "bus") and told is None:
        # A ferry of which only walkers and cyclists are told carries no cars.
        return not {"foot", "bicycle"} & tags.keys()
    if facts[profile]:
        return True
    return any(tags.get(key) in _LET_THROUGH for key in _OWN_KEYS[profile])


def _speed(profile: Profile, name: str, limit: float) -> float:
    """Kilometres an hour; a ferry's is found from its length and duration later."""
    speeds, ferry = settings()["speeds"], settings()["ferry"]
    if name == "ferry":
        return float(ferry["km_h"])
    if profile == "walk":
        return float(speeds["walk_km_h"])
    if profile == "cycle":
        rough = name in ("track", "path", "bridleway")
        return float(speeds["cycle_rough_km_h" if rough else "cycle_km_h"])
    driven = limit or 20.0  # a way for walkers that is tagged open to cars
    if profile == "car":
        return driven * float(speeds["car_share"])
    return min(driven, float(speeds["bus_most_km_h"])) * float(speeds["bus_share"])


def _directions(profile: Profile, tags: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether a profile may go along the way, and against it."""
    if profile == "walk":
        return True, True
    oneway = tags.get("oneway", "")
    if not oneway and (
        tags.get("junction") in ("roundabout", "circular")
        or tags.get("highway") in ("motorway", "motorway_link")
    ):
        oneway = "yes"
    if profile == "cycle":
        own = tags.get("oneway:bicycle", "")
        if own == "no" or tags.get("cycleway", "").startswith("opposite"):
            return True, True
        oneway = own or oneway
    if oneway in _BACKWARD:
        return False, True
    return True, oneway not in _ONE_WAY


def _footway_beside(tags: Mapping[str, str]) -> bool:
    keys = ("sidewalk", "sidewalk:left", "sidewalk:right", "sidewalk:both")
    return any(tags.get(key) in _SIDEWALKS for key in keys)


def _limit(text: str) -> float:
    """Return a tagged limit in km/h; 0 where none can be read."""
    found = _NUMBER.match(text)
    if found is not None:
        value = float(found[1]) * (MPH if found[2] == "mph" else 1.0)
        return value if value >= 5.0 else 0.0
    return _RURAL.get(text.rpartition(":")[2], 0.0)


def _minutes(text: str) -> float:
    """Return a tagged duration (``hh:mm``, ``hh:mm:ss`` or minutes) in minutes; -1 where none."""
    found = _DURATION.match(text)
    if found is not None and found[1] is None:
        minutes = int(found[2]) * 60.0 + int(found[3])
    elif found is not None:
        minutes = int(found[1]) * 60.0 + int(found[2]) + int(found[3]) / 60.0
    elif text.isdigit():
        minutes = float(text)
    else:
        return -1.0
    return minutes if minutes > 0.0 else -1.0


def blocked_by(tags: Sequence[Tags]) -> npt.NDArray[np.uint8]:
    """Return which profiles a barrier stops, as bits in the order of :data:`PROFILES`."""
    access, barriers = settings()["access"], settings()["barriers"]
    bits = []
    for combination in tags:
        own = dict(combination)
        found = 0
        for bit, profile in enumerate(PROFILES):
            told = next((own[key] for key in access["keys"][profile] if key in own), None)
            stops = own.get("barrier", "") in barriers[profile]
            if told is not None:
                stops = told in access["closed"]
            found |= int(stops) << bit
        bits.append(found)
    return np.array(bits, dtype=np.uint8)
