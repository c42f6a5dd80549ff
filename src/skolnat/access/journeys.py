"""Journeys from every square to every site: kilometres, minutes, and what the law says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from skolnat.access.settlement import SettlementGraph
from skolnat.rules.rules import Rules

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Source:
    """Where roads come from.

    Parameters
    ----------
    name
        File of the extract.
    date
        Day of its data, ISO; "" where it does not tell.
    """

    name: str
    date: str


@dataclass(frozen=True)
class StageJourneys:
    """What differs between stages: a road may be too dangerous for the young alone.

    Parameters
    ----------
    minutes
        Half of the minutes of a day, door to door with waiting, shape (I, S).
    free
        Which journeys are free of charge to the pupil (628/1998 § 32), shape (I, S).
    hard
        Which of them only since a hard road lies on every short way, shape (I, S).
    """

    minutes: FloatArray
    free: BoolArray
    hard: BoolArray


@dataclass(frozen=True)
class Journeys:
    """One-way journeys between squares and sites.

    Parameters
    ----------
    cells, schools
        Identifiers of the I squares and the S sites.
    km
        Kilometres of the shortest way on foot, shape (I, S).
    minutes
        Minutes door to door of grades 1-6: on foot, or by school transport with waiting, shape
        (I, S).
    indicative
        True where no road file was given.
    ride_km
        Kilometres by school transport, shape (I, S); None where only one length is known.
    stages
        By stage what differs; empty where no roads are known.
    secondary
        Sites where a place is secondary (*sekundär*), shape (S,): the guardian bears the journey.
    source
        Where the roads come from; None without roads.
    unreached
        Squares from which no road leads to any site: their journeys are those of the settlement
        graph, and they are told of.
    sites_unreached
        Sites to which no road leads from any square.
    instead
        Journeys along the settlement graph, for places that no road joins to a school they need;
        None without roads.
    """

    cells: tuple[str, ...]
    schools: tuple[str, ...]
    km: FloatArray
    minutes: FloatArray
    indicative: bool
    ride_km: FloatArray | None = None
    stages: Mapping[str, StageJourneys] = field(default_factory=dict)
    secondary: BoolArray | None = None
    source: Source | None = None
    unreached: tuple[str, ...] = ()
    sites_unreached: tuple[str, ...] = ()
    instead: Journeys | None = None

    def minutes_of(self, stage: str) -> FloatArray:
        """Return half of the daily minutes of a stage's pupils, shape (I, S)."""
        return self.stages[stage].minutes if self.stages else self.minutes

    def free(self, stage: str, rules: Rules, year: int) -> BoolArray:
        """Tell which journeys the law makes free of charge to a stage's pupils, shape (I, S)."""
        return self.stages[stage].free if self.stages else entitled(self.km, rules, year)

    def paid(self, stage: str, rules: Rules, year: int) -> BoolArray:
        """Tell which journeys the municipality pays: free ones to a primary place (§ 32)."""
        free = self.free(stage, rules, year)
        return free if self.secondary is None else free & ~self.secondary[None, :]


def journeys(
    graph: SettlementGraph, cells: pd.DataFrame, schools: pd.DataFrame, rules: Rules, year: int
) -> Journeys:
    """Measure the journeys along the settlement graph.

    Parameters
    ----------
    graph
        Populated squares of the region and its surroundings.
    cells
        Squares with children: ``cell``, ``x``, ``y`` (metres).
    schools
        Sites: ``school``, ``x``, ``y`` (metres).
    rules, year
        Circuity, speeds and waiting of that year.
    """
    places = cells[["x", "y"]].to_numpy(np.float64)
    index = cKDTree(graph.points).query(places)[1]
    metres = graph.distances(schools[["x", "y"]].to_numpy(np.float64))[:, index].T
    km = by_road(metres / 1000.0, rules, year)
    km = np.maximum(km, rules.number("journey.within_cell_km", year))
    return Journeys(
        tuple(cells["cell"]),
        tuple(schools["school"]),
        km,
        minutes(km, rules, year),
        indicative=True,
    )


def by_road(km: FloatArray, rules: Rules, year: int) -> FloatArray:
    """Return kilometres by road, estimated, for kilometres along the settlement graph.

    A short way winds more than a long one: the factor falls from ``circuity + circuity_near``
    towards ``circuity``.
    """
    near = rules.number("journey.circuity_near", year)
    fading = np.exp(-km / rules.number("journey.circuity_fades_km", year))
    return km * (rules.number("journey.circuity", year) + near * fading)


def minutes(km: FloatArray, rules: Rules, year: int) -> FloatArray:
    """Return one-way minutes door to door for one-way kilometres."""
    walk = km / rules.number("journey.walk_km_h", year) * 60.0
    ride = km / rules.number("journey.ride_km_h", year) * 60.0
    ride = ride + rules.number("journey.wait_minutes", year)
    result: FloatArray = np.where(entitled(km, rules, year), ride, walk)
    return result


def entitled(km: FloatArray, rules: Rules, year: int) -> npt.NDArray[np.bool_]:
    """Tell which journeys are free of charge to the pupil (628/1998 § 32)."""
    result: npt.NDArray[np.bool_] = km > rules.number("journey.free_transport_km", year)
    return result


def share_over_limit(one_way: FloatArray, stage: str, rules: Rules, year: int) -> FloatArray:
    """Share of a stage's pupils whose daily journey exceeds the law's limit.

    Parameters
    ----------
    one_way
        Minutes one way.
    stage
        ``"1-6"``: 2 h 30 min for all. ``"7-9"``: those in grade 7 born in autumn are still 12
        when the year begins, so grade 7, a third of the stage, is checked at 2 h 30 min, grades
        8 and 9 at 3 h (628/1998 § 32). A region's own limit below that holds for grade 7 too.

    Returns
    -------
    ndarray
        Between 0 and 1, same shape.
    """
    daily = 2.0 * one_way
    young = daily > rules.number("journey.daily_minutes", year)
    if stage == "1-6":
        return young.astype(np.float64)
    old = daily > rules.number("journey.daily_minutes_from_13", year)
    result: FloatArray = (young | old) / 3.0 + old * 2.0 / 3.0
    return result
