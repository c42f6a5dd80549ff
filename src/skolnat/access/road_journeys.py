"""Journeys along real roads, and what the law says of each (628/1998 § 32)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from skolnat.access.bells import STAGES, Bells
from skolnat.access.graph import RoadGraph
from skolnat.access.hard_roads import hard_by_tag
from skolnat.access.journeys import FloatArray, Journeys, Source, StageJourneys
from skolnat.access.profiles import Profile
from skolnat.access.snap import Snapped, snap
from skolnat.access.tables import Travel, travel_table
from skolnat.rules.rules import Rules

FURTHEST_WALK_KM: Final = 60.0
"""Walks are measured so far; what lies beyond is told by the length of the ride."""

LONGEST_RIDE_MINUTES: Final = 300.0
FURTHEST_RIDE_KM: Final = 400.0

BESIDE_HARD_M: Final = 250.0
"""A safe road may lie so much further from a place than a hard one, to be its road."""

NO_WAY_KM: Final = 999.0
NO_WAY_MINUTES: Final = 24.0 * 60.0
"""Stand for a school that cannot be reached from a place that can reach others: over every limit,
so that no plan sends anybody there."""

_CM_IN_A_KM: Final = 1e5
_CS_IN_A_MINUTE: Final = 6000.0


@dataclass(frozen=True)
class RoadStudy:
    """What a study travels on.

    Parameters
    ----------
    graph
        The roads.
    told
        Edges that the municipalities' own file calls hard, shape (E,); None where there is none.
    bells
        Bell times.
    secondary
        Schools where a place is secondary: the guardian bears the journey.
    """

    graph: RoadGraph
    told: npt.NDArray[np.bool_] | None = None
    bells: Bells = field(default_factory=Bells)
    secondary: frozenset[str] = frozenset()


def road_journeys(
    roads: RoadStudy,
    cells: pd.DataFrame,
    schools: pd.DataFrame,
    rules: Rules,
    year: int,
    instead: Journeys,
) -> Journeys:
    """Measure the journeys along real roads.

    Parameters
    ----------
    roads
        Roads, hard roads, bell times.
    cells, schools
        Squares and sites: ``cell`` or ``school``, ``x``, ``y`` in the projection of the graph.
    rules, year
        Limits, speeds and waiting of that year.
    instead
        Journeys along the settlement graph: what a place that reaches no school by road is given,
        and told of, so that its children stay in every sum.
    """
    within = rules.number("journey.snap_km", year) * 1000.0
    homes = cells[["x", "y"]].to_numpy(np.float64)
    sites = schools[["x", "y"]].to_numpy(np.float64)
    floor = rules.number("journey.within_cell_km", year)

    def spots(profile: Profile) -> tuple[Snapped, Snapped]:
        return (
            snap(roads.graph, profile, homes, within),
            snap(roads.graph, profile, sites, within),
        )

    on_foot, by_bus = spots("walk"), spots("bus")
    walk = Travel(roads.graph, "walk", "cm")
    walked = np.maximum(_km(walk, *on_foot, FURTHEST_WALK_KM), floor)
    ridden = np.maximum(_km(Travel(roads.graph, "bus", "cm"), *by_bus, FURTHEST_RIDE_KM), floor)
    driven = _driven_minutes(roads.graph, by_bus, rules, year)
    # A footbridge may be all that leads there, or only a road on which nobody walks.
    ridden = np.where(np.isfinite(ridden), ridden, walked)
    km = np.where(np.isfinite(walked), walked, ridden)
    reached = np.isfinite(km)
    stages = {}
    for stage in STAGES:
        hard = hard_by_tag(roads.graph, stage, rules, year)
        hard = hard if roads.told is None else hard | roads.told
        limit = rules.number("journey.free_transport_km", year)
        safe = _safe_km(roads.graph, hard, (homes, sites), on_foot, limit)
        # A safe road beside the place may make its way a little shorter: that takes no right away.
        free = ~(np.maximum(safe, floor) <= limit) | (km > limit)
        on_roads = _minutes(km, driven, free, stage, roads.bells, rules, year)
        stages[stage] = StageJourneys(on_roads, free, free & (km <= limit))
    own = [school in roads.secondary for school in schools["school"]]
    found = Journeys(
        cells=tuple(cells["cell"]),
        schools=tuple(schools["school"]),
        km=km,
        minutes=stages["1-6"].minutes,
        indicative=False,
        ride_km=ridden,
        stages=stages,
        secondary=np.array(own, dtype=np.bool_),
        source=Source(str(roads.graph.about["source"]), str(roads.graph.about["date"])),
    )
    return _with_the_unreached(found, reached, instead, rules, year)


def _km(travel: Travel, homes: Snapped, sites: Snapped, furthest_km: float) -> FloatArray:
    """Kilometres from every home to every site; infinite beyond the furthest."""
    table = travel_table(travel, homes, sites, int(furthest_km * _CM_IN_A_KM)).toarray()
    km: FloatArray = np.where(table > 0, table / _CM_IN_A_KM, np.inf)
    return km


def safe_spots(
    graph: RoadGraph, hard: npt.NDArray[np.bool_], places: FloatArray, nearest: Snapped
) -> Snapped:
    """Return where walkers begin who shall not walk along a hard road.

    A place whose nearest road is hard may begin on a safe one that lies hardly further: a square
    stands for houses on either. Where the safe road is further away the hard one leads there, and
    the place has none.

    Parameters
    ----------
    graph, hard
        The roads, and which edges are hard, shape (E,).
    places
        Metres in the projection of the graph, shape (P, 2).
    nearest
        The same places on their nearest roads.
    """
    within = float(nearest.access_cm.max(initial=0)) / 100.0 + BESIDE_HARD_M
    safe = snap(graph, "walk", places, within, closed=hard)
    beside = nearest.found & (safe.access_cm <= nearest.access_cm + BESIDE_HARD_M * 100.0)
    return replace(safe, edge=np.where(beside, safe.edge, -1).astype(np.int32))


def _safe_km(
    graph: RoadGraph, hard: npt.NDArray[np.bool_], places: tuple[FloatArray, FloatArray],
    on_foot: tuple[Snapped, Snapped], limit_km: float,
) -> FloatArray:  # fmt: skip
    """Kilometres on foot without a hard road; infinite beyond the limit."""
    spots = [
        safe_spots(graph, hard, where, nearest)
        for where, nearest in zip(places, on_foot, strict=True)
    ]
    return _km(Travel(graph, "walk", "cm", closed=hard), spots[0], spots[1], limit_km)


def _driven_minutes(
    graph: RoadGraph, by_bus: tuple[Snapped, Snapped], rules: Rules, year: int
) -> FloatArray:
    """Minutes from every home to every site, driven straight there."""
    speed = rules.number("journey.walk_km_h", year)
    travel = Travel(graph, "bus", "cs", access_km_h=speed)
    limit = int(LONGEST_RIDE_MINUTES * _CS_IN_A_MINUTE)
    table = travel_table(travel, *by_bus, limit).toarray()
    minutes: FloatArray = np.where(table > 0, table / _CS_IN_A_MINUTE, np.inf)
    return minutes


def _minutes(
    km: FloatArray, driven: FloatArray, free: npt.NDArray[np.bool_], stage: str, bells: Bells,
    rules: Rules, year: int,
) -> FloatArray:  # fmt: skip
    """Half of the daily minutes of a stage: on foot, or walk to the stop, ride and waiting."""
    walk = km / rules.number("journey.walk_km_h", year) * 60.0
    around = rules.number("journey.stop_minutes", year)
    around += bells.wait_minutes(stage, rules, year) / 2.0
    ride = rules.number("journey.ride_detour", year) * driven + around
    # Where no bus can drive, one walks, however far.
    carried = free & np.isfinite(driven)
    result: FloatArray = np.where(carried, ride, walk)
    return result


def _with_the_unreached(
    found: Journeys, reached: npt.NDArray[np.bool_], instead: Journeys, rules: Rules, year: int
) -> Journeys:
    """Give places without any way to school the settlement graph's journeys, and name them."""
    lost = np.asarray(~reached.any(axis=1))
    # What reaches no place at all is a site without a road: it must not be the nearest by default.
    blind = np.asarray(~reached.any(axis=0))
    none = ~reached & ~lost[:, None]
    row = lost[:, None] & np.ones_like(reached)

    def mended(values: FloatArray, other: FloatArray, no_way: float) -> FloatArray:
        return np.where(row, other, np.where(none, no_way, values))

    stages = {}
    for stage, own in found.stages.items():
        minutes = mended(own.minutes, instead.minutes, NO_WAY_MINUTES)
        free = np.where(row, instead.free(stage, rules, year), own.free | none)
        stages[stage] = StageJourneys(minutes, free, own.hard & ~row & ~none)
    ride = found.km if found.ride_km is None else found.ride_km
    return Journeys(
        cells=found.cells,
        schools=found.schools,
        km=mended(found.km, instead.km, NO_WAY_KM),
        minutes=stages["1-6"].minutes,
        indicative=False,
        ride_km=mended(ride, instead.km, NO_WAY_KM),
        stages=stages,
        secondary=found.secondary,
        source=found.source,
        unreached=tuple(np.array(found.cells, dtype=object)[lost]),
        sites_unreached=tuple(np.array(found.schools, dtype=object)[blind]),
        instead=instead,
    )
