"""Bus routes in the main job: why a figure by routes can stand where one by distance stood.

The swap must lose no pupil and no euro: what municipalities pay is what the routes cost, nothing
but transport and boarding changes, and what routes change is told apart from what is proven.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from skolnat.access.journeys import share_over_limit
from skolnat.plan.scenario import PAYMENTS, SCENARIOS
from skolnat.study.inputs import Inputs
from skolnat.study.keys import BusesTable
from skolnat.study.results import Evaluated
from skolnat.study.routes import DAILY, REPLACED, routes_of, with_routes

ROUNDS = 3


@pytest.fixture(scope="module")
def routed(example: Callable[[str], Any]) -> tuple[Any, dict[str, pd.DataFrame], Evaluated]:
    """An example by distance, its routes, and the same by routes."""
    done = example("tunturi-lappi")
    study = replace(done.prepared.study, buses=BusesTable(routes=True, rounds=ROUNDS))
    prepared = replace(done.prepared, study=study)
    buses = routes_of(prepared, done.evaluated, cast("Inputs", SimpleNamespace(roads=None)), None)
    told = SimpleNamespace(prepared=prepared, evaluated=done.evaluated)
    return told, buses, with_routes(prepared, done.evaluated, buses)


def sums(ledger: pd.DataFrame, *items: str) -> pd.Series:
    """Euros by scenario, year and municipality of some items."""
    rows = ledger[ledger["item"].isin(items)]
    return rows.groupby(["scenario", "year", "municipality"])["eur"].sum()


def test_each_municipality_pays_its_part_of_the_routes_in_every_year(routed: Any) -> None:
    told, buses, after = routed
    costs = buses["bus_costs"]
    by_year = sums(after.ledger, "transport")
    assert len(costs) == len(SCENARIOS) * len(told.prepared.periods) * 4
    for row in costs.to_dict("records"):
        for year in told.prepared.periods[row["period"]].years:
            paid = by_year[row["scenario"], year, row["municipality"]]
            assert paid == pytest.approx(row["eur_a_year"])


def test_what_routes_cost_is_what_is_paid_for_them(routed: Any) -> None:
    told, buses, _ = routed
    days = told.prepared.rules.number("transport.school_days", told.prepared.study.first_year)
    keys = ["scenario", "period"]
    cost = buses["bus_routes"].groupby(keys)["eur"].sum() * days
    paid = buses["bus_costs"].groupby(keys)["eur_a_year"].sum()
    pd.testing.assert_series_equal(cost, paid, check_names=False)


def test_every_pupil_with_free_transport_is_carried_or_boards(routed: Any) -> None:
    told, buses, _ = routed
    rows = told.evaluated.assignments
    due = rows[rows["carried"]].groupby(["scenario", "period", "unit", "municipality"])["pupils"]
    days = buses["bus_days"]
    found = days.groupby(["scenario", "period", "unit", "home"])["pupils"].sum()
    for key, expected in due.sum().items():
        assert found.get(key, 0) == int(np.floor(expected + 0.5)), key


def test_nothing_but_transport_and_boarding_changes(routed: Any) -> None:
    told, _, after = routed
    before = told.evaluated
    others = [item for item in before.ledger["item"].unique() if item not in REPLACED]
    pd.testing.assert_series_equal(sums(before.ledger, *others), sums(after.ledger, *others))
    kept = before.breaches[~before.breaches["rule"].isin(DAILY)]
    left = after.breaches[~after.breaches["rule"].isin(DAILY)]
    assert len(kept) == len(left)


def test_the_difference_is_told_apart(routed: Any) -> None:
    told, _, after = routed
    for name in SCENARIOS:
        gross = [
            float(t.loc[(t["scenario"] == name) & ~t["item"].isin(PAYMENTS), "eur"].sum())
            for t in (told.evaluated.ledger, after.ledger)
        ]
        assert after.instead[name] == pytest.approx((gross[1] - gross[0]) / told.prepared.years)
        for frame, other in ((told.evaluated.futures, after.futures),):
            mine = frame["scenario"] == name
            moved = other.loc[mine, "eur"] - frame.loc[mine, "eur"]
            assert moved.to_numpy() == pytest.approx(after.instead[name])


def test_every_line_can_be_followed(routed: Any) -> None:
    _, _, after = routed
    lines = after.costs
    assert lines["cost_id"].is_unique
    assert lines["eur"].to_numpy() == pytest.approx((lines["quantity"] * lines["price"]).to_numpy())
    by_routes = lines[lines["part"] == "routes"]
    assert set(by_routes["of"]) == {"routes"}
    assert by_routes["rules"].str.contains("buses.share_by_pupil_km").all()


def test_breaches_of_the_daily_journey_follow_the_timetable(routed: Any) -> None:
    told, buses, after = routed
    rules, year = told.prepared.rules, told.prepared.study.first_year
    days = buses["bus_days"]
    own = told.evaluated.assignments
    walkers = own[~own["carried"] & (own["pupils"] > 0.0)]
    for name in SCENARIOS:
        expected = 0.0
        for stage in ("1-6", "7-9"):
            mine = days[(days["scenario"] == name) & (days["stage"] == stage)]
            half = mine["daily_minutes"].fillna(np.inf).to_numpy(np.float64) / 2.0
            over = share_over_limit(half, stage, rules, year)
            expected += float((mine["pupils"].to_numpy() * over).sum())
            rows = walkers[(walkers["scenario"] == name) & (walkers["stage"] == stage)]
            over = share_over_limit(rows["minutes"].to_numpy(np.float64), stage, rules, year)
            expected += float((rows["pupils"].to_numpy() * over).sum())
        told_of = after.breaches
        told_of = told_of[(told_of["scenario"] == name) & (told_of["severity"] == "breach")]
        found = told_of.loc[told_of["rule"].isin(DAILY), "pupils"].sum()
        assert found == pytest.approx(expected)


def test_the_frozen_years_have_the_same_routes_in_every_scenario(routed: Any) -> None:
    told, buses, _ = routed
    assert told.prepared.periods[0].frozen
    first = buses["bus_routes"][buses["bus_routes"]["period"] == 0]
    tables = [
        first[first["scenario"] == name].drop(columns="scenario").reset_index(drop=True)
        for name in SCENARIOS
    ]
    for other in tables[1:]:
        pd.testing.assert_frame_equal(tables[0], other)
