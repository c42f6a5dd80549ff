"""Who reaches a school by road, but none for their grades, is neither lost nor sent 999 km."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from skolnat.access.road_journeys import NO_WAY_KM as NONE
from skolnat.network.build import build_markets
from skolnat.network.cut_off import cells_cut_off, cut_off


def test_only_who_has_no_school_is_given_the_estimate() -> None:
    """Four squares of municipality 0 and one of 1; two units of 0, one of 1."""
    km = np.array(
        [
            [3.0, NONE, 9.0],  # one at home: the other is no choice
            [NONE, NONE, 9.0],  # none at home: behind closed borders they need those
            [NONE, NONE, NONE],  # none at all
            [3.0, 4.0, NONE],
            [8.0, 9.0, NONE],
        ]
    )
    found = cut_off(km, np.array([0, 0, 0, 0, 1]), np.array([0, 0, 1]))
    assert found.astype(int).tolist() == [
        [0, 0, 0],
        [1, 1, 0],
        [1, 1, 1],
        [0, 0, 0],
        [0, 0, 1],
    ]


def test_without_a_school_at_home_a_neighbour_s_is_enough() -> None:
    km = np.array([[NONE, 7.0], [NONE, NONE]])
    found = cut_off(km, np.array([0, 0]), np.array([1, 2]))
    assert found.astype(int).tolist() == [[0, 0], [1, 1]]


def test_an_island_with_a_lower_school_alone(prepared_example: Any) -> None:
    """Upper pupils keep the settlement graph's way; lower ones and all others keep their roads."""
    prepared = prepared_example("tunturi-lappi")
    settled = prepared.journeys
    units, years = prepared.units, prepared.study.years
    assert cells_cut_off(settled, units, prepared.demand, years) == ()
    pupils = prepared.demand.by_cell("7-9", "fi", years)
    island = int(np.argmax(pupils))
    upper = units.loc[units["stage"] == "7-9", "school"].unique()
    sites = [settled.schools.index(school) for school in upper]
    km = settled.km.copy()
    km[island, sites] = NONE
    roads = replace(settled, km=km, indicative=False, instead=settled)
    lost = cells_cut_off(roads, units, prepared.demand, years)
    assert lost == (settled.cells[island],)
    markets = build_markets(
        units, prepared.demand, roads, prepared.periods, prepared.rules, year=years[0]
    )
    before = build_markets(
        units, prepared.demand, settled, prepared.periods, prepared.rules, year=years[0]
    )
    for market, other in zip(markets, before, strict=True):
        if (market.stage, market.language) == ("7-9", "fi"):
            assert (market.km == other.km).all()
            assert (market.paid == other.paid).all()
            assert market.arc_cost.max() == other.arc_cost.max()
        if (market.stage, market.language) == ("1-6", "fi"):
            row = market.km[market.cells.index(settled.cells[island])]
            assert sorted(set(row[row >= NONE])) == [NONE]  # the upper schools' lower grades
            assert (row < NONE).any()
