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


def test_every_table_tells_the_daily_journey_by_the_timetable(routed: Any) -> None:
    """Breaches, journeys, assignments and boarding are one count, worked out here from squares."""
    told, buses, after = routed
    rules, year = told.prepared.rules, told.prepared.study.first_year
    squares = buses["bus_squares"]
    own = told.evaluated.assignments
    others = own[~own["carried"] & (own["pupils"] > 0.0)]
    length = np.array([len(period.years) for period in told.prepared.periods])
    price = rules.number("transport.boarding_eur", year)
    for name in SCENARIOS:
        expected = np.zeros(length.size)
        for stage in ("1-6", "7-9"):
            mine = squares[(squares["scenario"] == name) & (squares["stage"] == stage)]
            timed = mine[mine["carried"]]
            half = timed["daily_minutes"].to_numpy(np.float64) / 2.0
            over = share_over_limit(half, stage, rules, year) * timed["pupils"]
            np.add.at(expected, timed["period"], over)
            away = mine[~mine["carried"]]
            boards = away[away["over_limit"].notna()]
            assert (boards["over_limit"] == boards["pupils"]).all()
            np.add.at(expected, boards["period"], boards["pupils"])
            few = away[away["over_limit"].isna()].rename(columns={"home": "municipality"})
            keys = ["scenario", "period", "cell", "unit", "municipality"]
            few = few.merge(own, on=keys, suffixes=("", "_there"))  # they keep the estimate
            over = share_over_limit(few["minutes"].to_numpy(np.float64), stage, rules, year)
            np.add.at(expected, few["period"], over * few["pupils"])
            rows = others[(others["scenario"] == name) & (others["stage"] == stage)]
            over = share_over_limit(rows["minutes"].to_numpy(np.float64), stage, rules, year)
            np.add.at(expected, rows["period"], over * rows["pupils"])
        told_of = after.breaches
        told_of = told_of[(told_of["scenario"] == name) & (told_of["severity"] == "breach")]
        found = told_of.loc[told_of["rule"].isin(DAILY), "pupils"].sum()
        assert found == pytest.approx(expected.sum())
        whole = after.journeys[
            (after.journeys["scenario"] == name) & (after.journeys["stage"] == "")
        ]
        yearly = float(expected @ length) / length.sum()
        region = whole.loc[whole["municipality"] == "", "over_limit"]
        assert region.item() == pytest.approx(yearly)
        assert whole["over_limit"].sum() == pytest.approx(2.0 * yearly)
        mine = after.costs[(after.costs["scenario"] == name) & (after.costs["item"] == "boarding")]
        assert mine["eur"].sum() == pytest.approx(float(expected @ length) * price)


def test_who_is_carried_has_the_minutes_of_the_timetable(routed: Any) -> None:
    told, buses, after = routed
    keys = ["scenario", "period", "cell", "unit"]
    squares = buses["bus_squares"].rename(columns={"home": "municipality"})
    timed = squares[squares["carried"]].set_index([*keys, "municipality"])["daily_minutes"]
    before, now = told.evaluated.assignments, after.assignments
    assert len(before) == len(now)
    index = pd.MultiIndex.from_frame(now[[*keys, "municipality"]])
    riding = index.isin(timed.index)
    assert riding.sum() == len(timed) > 100
    half = timed.loc[index[riding]].to_numpy() / 2.0
    assert now.loc[riding, "minutes"].to_numpy() == pytest.approx(half)
    same = ["pupils", "km", "carried", "unit"]
    pd.testing.assert_frame_equal(before[same], now[same])
    pd.testing.assert_frame_equal(before.loc[~riding, ["minutes"]], now.loc[~riding, ["minutes"]])


def test_a_square_has_its_own_walk_and_its_party_the_longest(routed: Any) -> None:
    _, buses, _ = routed
    keys = ["scenario", "period", "stop"]
    longest = buses["bus_days"].groupby(keys)["walk_minutes"].max()
    squares = buses["bus_squares"]
    own = squares.assign(minutes=squares["walk_km"] / 5.0 * 60.0).groupby(keys)["minutes"].max()
    assert longest.to_numpy() == pytest.approx(own.loc[longest.index].to_numpy())


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
