"""Pupils without a seat at home who go to the nearest provider, when that lies outside the region.

A small municipality may teach one language, or one stage, not at all. Where its pupils go is an
input (the table of flows); where that is unknown they are taken to go to the nearest provider,
marked as estimated. A provider outside the study is no partner of it: those pupils are in no
plan and no sum, and the report says how many they are and where they go.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from skolnat.access.journeys import Journeys, journeys
from skolnat.access.settlement import SettlementGraph
from skolnat.network.build import LANGUAGES, units_of
from skolnat.network.demand import STAGE_AGES, Demand
from skolnat.region.region import Region
from skolnat.rules.rules import Rules
from skolnat.sources import reference
from skolnat.sources.regions import build_region

COLUMNS = ("home", "provider", "stage", "language", "pupils", "estimated")


def providers_outside(
    region: Region, graph: SettlementGraph, units: pd.DataFrame, pupils: Demand, ways: Journeys,
    rules: Rules, years: tuple[int, ...],
) -> pd.DataFrame:  # fmt: skip
    """Find the pupils whose nearest provider is no municipality of the study.

    Parameters
    ----------
    region, graph
        The region, and the settlement graph of it and its surroundings.
    units, pupils, ways
        Its units, pupils and journeys to its schools.
    rules, years
        Rules, and years of the plan.

    Returns
    -------
    DataFrame
        :data:`COLUMNS`: ``home`` is the place of the municipality in the region, ``provider`` a
        code, ``pupils`` a mean a year.
    """
    rows: list[tuple[int, str, str, str, float, bool]] = []
    missing = _without_unit(region, units, pupils, years)
    if not missing:
        return pd.DataFrame(rows, columns=list(COLUMNS))
    around = _units_around(region, graph)
    there = journeys(graph, pupils.cells, around, rules, years[0])
    site = {school: s for s, school in enumerate(ways.schools)}
    for home, stage, language, count in missing:
        here = (pupils.cells["home"] == home).to_numpy()
        weight = pupils.cells["share"].to_numpy()[here]
        inside = units[
            (units["stage"] == stage) & (units["language"] == language) & ~units["candidate"]
        ]
        outer = around[(around["stage"] == stage) & (around["language"] == language)]
        own_km = _mean_km(ways.km[here], [site[s] for s in inside["school"]], weight)
        best, best_km = "", np.inf
        for municipality, group in outer.groupby("municipality"):
            km = _mean_km(there.km[here], list(group.index), weight)
            if km < best_km:
                best, best_km = str(municipality), km
        if best_km < own_km or not np.isfinite(own_km):
            rows.append((home, best, stage, language, count, True))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _known(
    region: Region, pupils: Demand, years: tuple[int, ...]
) -> list[tuple[int, str, str, str, float, bool]]:
    """Flows of the region's own table to providers outside it, as means a year.

    A flow is told for today; in later years the same part of the pupils goes.
    """
    place = {code: m for m, code in enumerate(region.codes)}
    rows: list[tuple[int, str, str, str, float, bool]] = []
    for flow in region.flows.to_dict("records"):
        if flow["residence"] not in place or flow["provider"] in place:
            continue
        home, stage, language = place[flow["residence"]], flow["stage"], flow["language"]
        today = pupils.by_municipality(stage, language, pupils.years[:1])[home]
        later = pupils.by_municipality(stage, language, years)[home]
        part = min(1.0, flow["pupils"] / today) if today > 0.0 else 0.0
        rows.append((home, flow["provider"], stage, language, part * float(later), False))
    return rows


def leaving(
    outside: pd.DataFrame, pupils: Demand, years: tuple[int, ...]
) -> dict[tuple[str, str], np.ndarray]:
    """Part of each municipality's pupils who go outside the region, by stage and language."""
    result: dict[tuple[str, str], np.ndarray] = {}
    for (stage, language), group in outside.groupby(["stage", "language"]):
        whole = pupils.by_municipality(str(stage), str(language), years)
        gone = np.bincount(group["home"].astype(int), group["pupils"], len(whole))
        result[str(stage), str(language)] = np.minimum(gone / np.maximum(whole, 1e-12), 1.0)
    return result


def _mean_km(km: np.ndarray, columns: list[int], weight: np.ndarray) -> float:
    if not columns:
        return float("inf")
    return float(np.average(km[:, columns].min(axis=1), weights=weight))


def _without_unit(
    region: Region, units: pd.DataFrame, pupils: Demand, years: tuple[int, ...]
) -> list[tuple[int, str, str, float]]:
    """Municipalities with pupils of a stage and language, no unit, and no flow that is known."""
    existing = units[~units["candidate"]]
    have = set(zip(existing["home"], existing["stage"], existing["language"], strict=True))
    place = {code: m for m, code in enumerate(region.codes)}
    known = {
        (place.get(str(flow.residence), -1), flow.stage, flow.language)
        for flow in region.flows.itertuples()
    }
    columns = [pupils.years.index(year) for year in years]
    found = []
    for stage in STAGE_AGES:
        for language in LANGUAGES:
            counts = pupils.pupils[stage][:, columns].mean(axis=1) * pupils.shares[language]
            for home, count in enumerate(counts):
                key = (home, stage, language)
                if count > 0.0 and key not in have and key not in known:
                    found.append((*key, float(count)))
    return found


def _units_around(region: Region, graph: SettlementGraph) -> pd.DataFrame:
    """Units of the municipalities around the region that the settlement graph reaches."""
    schools = reference.schools()
    low, high = graph.points.min(axis=0), graph.points.max(axis=0)
    near = (
        schools["x"].between(low[0], high[0])
        & schools["y"].between(low[1], high[1])
        & ~schools["municipality"].isin([*region.codes, ""])
    )
    codes = sorted(set(schools.loc[near, "municipality"].dropna()))
    mainland = reference.municipalities().set_index("municipality")
    codes = [code for code in codes if code in mainland.index and not mainland.loc[code, "aland"]]
    if not codes:
        return units_of(region).head(0)
    neighbours = build_region(codes)
    table = neighbours.schools
    inside = table["x"].between(low[0], high[0]) & table["y"].between(low[1], high[1])
    return units_of(neighbours.with_schools(table[inside].reset_index(drop=True)))
