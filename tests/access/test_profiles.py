"""Tags decide who may pass: one wrong reading sends a child along a motorway."""

from __future__ import annotations

import pytest

from skolnat.access.profiles import (
    CLASS,
    FERRY,
    PROFILES,
    TRAFFIC,
    Profile,
    blocked_by,
    column,
    kinds_of,
    reversed_kinds,
)


def speeds(profile: Profile, **tags: str) -> tuple[float, float]:
    pairs = tuple(sorted((key.replace("__", ":"), value) for key, value in tags.items()))
    row = kinds_of([pairs])[0]
    along, against = (float(row[column(profile, backward=way)]) for way in (False, True))
    return along, against


def test_everybody_may_use_a_street_both_ways() -> None:
    assert speeds("walk", highway="residential") == (5.0, 5.0)
    assert speeds("cycle", highway="residential") == (15.0, 15.0)
    assert speeds("car", highway="residential") == pytest.approx((34.0, 34.0))  # 0.85 × 40
    assert speeds("bus", highway="residential") == pytest.approx((30.0, 30.0))  # 0.75 × 40


@pytest.mark.parametrize(
    ("tagged", "limit"),
    [("60", 60.0), ("30 mph", 48.28032), ("FI:urban", 50.0), ("fi:rural", 80.0), ("signals", 80.0),
     ("walk", 7.0), ("none", 120.0), ("0", 80.0)],
)  # fmt: skip
def test_the_tagged_limit_goes_before_that_of_the_class(tagged: str, limit: float) -> None:
    found = speeds("car", highway="secondary", maxspeed=tagged)
    assert found == pytest.approx((0.85 * limit, 0.85 * limit), rel=1e-6)


def test_a_bus_drives_eighty_at_most() -> None:
    assert speeds("bus", highway="motorway", maxspeed="120") == pytest.approx((60.0, 0.0))


def test_one_way_streets_bind_wheels_and_not_feet() -> None:
    tags = {"highway": "residential", "oneway": "yes"}
    assert speeds("walk", **tags) == (5.0, 5.0)
    assert speeds("car", **tags)[1] == 0.0
    assert speeds("cycle", **tags)[1] == 0.0
    assert speeds("cycle", **tags, oneway__bicycle="no") == (15.0, 15.0)
    assert speeds("car", highway="residential", oneway="-1") == pytest.approx((0.0, 34.0))
    assert speeds("car", highway="tertiary", junction="roundabout")[1] == 0.0
    assert speeds("car", highway="motorway")[1] == 0.0
    assert speeds("car", highway="motorway", oneway="no")[1] > 0.0


@pytest.mark.parametrize(
    ("tags", "who"),
    [
        ({"highway": "motorway"}, "car bus"),
        ({"highway": "trunk", "motorroad": "yes"}, "car bus"),
        ({"highway": "footway"}, "walk"),
        ({"highway": "footway", "bicycle": "yes"}, "walk cycle"),
        ({"highway": "cycleway"}, "walk cycle"),
        ({"highway": "cycleway", "foot": "no"}, "cycle"),
        ({"highway": "steps"}, "walk"),
        ({"highway": "service"}, "walk cycle car"),
        ({"highway": "service", "bus": "designated"}, "walk cycle car bus"),
        ({"highway": "service", "access": "private"}, ""),
        ({"highway": "service", "access": "private", "foot": "yes"}, "walk"),
        ({"highway": "residential", "motor_vehicle": "destination"}, "walk cycle car bus"),
        ({"highway": "residential", "motor_vehicle": "no"}, "walk cycle"),
        ({"highway": "residential", "motor_vehicle": "no", "psv": "yes"}, "walk cycle bus"),
        ({"highway": "residential", "vehicle": "no"}, "walk"),
        ({"highway": "primary", "foot": "use_sidepath"}, "cycle car bus"),
        ({"highway": "construction"}, ""),
        ({"highway": "track", "winter_road": "yes"}, ""),
        ({"route": "ferry"}, "walk cycle car bus"),
        ({"route": "ferry", "foot": "yes"}, "walk cycle"),
        ({"route": "ferry", "foot": "yes", "motor_vehicle": "yes"}, "walk cycle car bus"),
        ({"route": "ferry", "access": "private"}, ""),
    ],
)
def test_who_may_use_which_road(tags: dict[str, str], who: str) -> None:
    able = [profile for profile in PROFILES if sum(speeds(profile, **tags)) > 0.0]
    assert able == who.split()


def test_traffic_counts_where_walkers_share_a_busy_road() -> None:
    def traffic(**tags: str) -> float:
        pairs = tuple(sorted((key.replace("__", ":"), value) for key, value in tags.items()))
        return float(kinds_of([pairs])[0, TRAFFIC])

    assert traffic(highway="primary", maxspeed="100") == 100.0
    assert traffic(highway="primary") == 80.0
    assert traffic(highway="primary", sidewalk="right") == 0.0
    assert traffic(highway="primary", sidewalk__both="separate") == 0.0
    assert traffic(highway="primary", sidewalk="no") == 80.0
    assert traffic(highway="residential", maxspeed="80") == 0.0


@pytest.mark.parametrize(
    ("told", "minutes"),
    [("00:30", 30.0), ("1:05", 65.0), ("01:00:30", 60.5), ("12", 12.0), ("PT5M", -1.0),
     ("0", -1.0), ("", -1.0)],
)  # fmt: skip
def test_how_long_a_ferry_takes(told: str, minutes: float) -> None:
    assert kinds_of([(("duration", told), ("route", "ferry"))])[0, FERRY] == minutes


def test_a_kind_against_its_direction_has_its_speeds_turned() -> None:
    kinds = kinds_of([(("highway", "residential"), ("oneway", "yes"))])
    turned = reversed_kinds(kinds)
    ahead, back = column("car", backward=False), column("car", backward=True)
    assert (turned[0, ahead], turned[0, back]) == (kinds[0, back], kinds[0, ahead])
    assert turned[0, CLASS] == kinds[0, CLASS]
    assert (reversed_kinds(turned) == kinds).all()


@pytest.mark.parametrize(
    ("tags", "stopped"),
    [
        ({"barrier": "bollard"}, "car bus"),
        ({"barrier": "bollard", "bus": "yes"}, "car"),
        ({"barrier": "gate"}, "car bus"),
        ({"barrier": "gate", "motor_vehicle": "yes"}, ""),
        ({"barrier": "gate", "access": "private"}, "walk cycle car bus"),
        ({"barrier": "kerb"}, ""),
        ({"barrier": "cattle_grid"}, ""),
        ({"barrier": "stile"}, "cycle car bus"),
        ({"barrier": "height_restrictor"}, "bus"),
    ],
)
def test_whom_a_barrier_stops(tags: dict[str, str], stopped: str) -> None:
    bits = int(blocked_by([tuple(sorted(tags.items()))])[0])
    assert [p for i, p in enumerate(PROFILES) if bits >> i & 1] == stopped.split()
