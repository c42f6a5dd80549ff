"""What is shown of a plan is computed from the plan alone, and every euro and pupil is found again.

The optimiser's cost of a plan and the ledger are two ways to the same sum; pupils are as many in
every table, period and scenario; payments sum to zero.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skolnat.economy.prices import expected_group_table, prices
from skolnat.network.build import Period
from skolnat.network.evaluate import (
    Planned,
    assignment_rows,
    joined,
    journey_rows,
    label,
    ledger_rows,
    pupils_moved,
    unit_rows,
)
from skolnat.network.kernel import problem
from skolnat.network.market import Market
from skolnat.network.scenarios import today
from skolnat.network.search import Found, fill
from skolnat.plan.scenario import GROSS_ITEMS, UNCHANGEABLE
from skolnat.rules.rules import default_rules
from skolnat.study.prepare import Prepared

RULES = default_rules()
PRICE = prices("1-6", RULES, 2026)
GROUPS = expected_group_table("1-6", 100, RULES, 2026)
PERIODS = (Period((2026, 2027), frozen=True), Period((2028, 2029, 2030)), Period((2031,)))


def market_of(pupils: list[list[float]], candidate: tuple[bool, bool] = (False, False)) -> Market:
    """Two municipalities, two squares, a unit in each; 1 km at home, 10 km to the other."""
    km = np.array([[1.0, 10.0], [10.0, 1.0]])
    periods = len(pupils)
    return Market(
        stage="1-6", language="fi", cells=("a", "b"), units=("1:1-6", "2:1-6"),
        cell_municipality=np.arange(2), unit_municipality=np.arange(2),
        candidate=np.array(candidate), pupils=np.array(pupils),
        years=np.array([float(len(p.years)) for p in PERIODS[-periods:]]),
        km=km, minutes=np.where(km > 5, 28.0, 12.0),
        arc_cost=np.where(km > 5, 300.0 + 378.0 * 10 * 0.3, 0.0),
        capacity=np.array([20.0, 30.0]), fixed=PRICE.leadership + np.array([40_000.0, 50_000.0]),
        closing=np.array([60_000.0, 75_000.0]), load_cost=PRICE.group * GROUPS,
        overflow=PRICE.extension_seat,
    )  # fmt: skip


def moved_together() -> Planned:
    """The first unit closes in 2028; its pupils go to the second, which is then too small."""
    return Planned(
        market_of([[10.0, 20.0], [12.0, 22.0], [8.0, 16.0]]), PERIODS,
        np.array([1, 3]), np.array([[0, 1], [1, 1], [1, 1]]), PRICE,
    )  # fmt: skip


def test_units_by_hand() -> None:
    rows = unit_rows(moved_together(), RULES)
    assert rows["pupils"].tolist() == [10.0, 20.0, 0.0, 34.0, 0.0, 24.0]
    assert rows["open"].tolist() == [True, True, False, True, False, True]
    assert rows["years"].tolist() == ["2026–2027"] * 2 + ["2028–2030"] * 2 + ["2031"] * 2
    assert rows["use"].tolist() == pytest.approx([0.5, 2 / 3, 0.0, 34 / 30, 0.0, 0.8])
    assert rows["home"].tolist() == [0, 1] * 3
    assert (rows["groups"][rows["pupils"] == 0] == 0).all()


def test_the_ledger_by_hand() -> None:
    ledger = (
        ledger_rows(moved_together(), RULES).set_index(["home", "year", "item"])["eur"].sort_index()
    )
    assert ledger[0, 2026, "teaching"] == pytest.approx(GROUPS[10] * PRICE.group)
    assert ledger[1, 2027, "teaching"] == pytest.approx(GROUPS[20] * PRICE.group)
    assert set(ledger[0, 2028].index) == {"closing", "transport"}
    assert ledger[1, 2030, "teaching"] == pytest.approx(GROUPS[34] * PRICE.group)
    assert ledger[1, 2030, "extension"] == pytest.approx(4 * PRICE.extension_seat)
    assert ledger[1, 2030, "leadership"] == PRICE.leadership
    assert ledger[1, 2030, "property"] == 50_000
    assert ledger[1, 2030, "pupil_other"] == pytest.approx(34 * 1_900)
    # The journey falls on the pupils' own municipality; to close is paid once.
    assert ledger[0, 2030, "transport"] == pytest.approx(12 * (300 + 378 * 10 * 0.3))
    assert (1, 2030, "transport") not in ledger
    assert ledger[0, 2028, "closing"] == 60_000
    assert "closing" not in ledger[0, 2029]


def test_journeys_by_hand() -> None:
    found = journey_rows(assignment_rows(moved_together(), RULES), PERIODS)
    region = found[(found["home"] == -1) & (found["stage"] == "")].iloc[0]
    # Six years: two of 10 + 20, three of 12 + 22, one of 8 + 16.
    pupils = (2 * 30 + 3 * 34 + 24) / 6
    far = (3 * 12 + 8) / 6
    assert region["pupils"] == pytest.approx(pupils)
    assert region["over_5"] == pytest.approx(far)
    assert region["under_3"] == pytest.approx(pupils - far)
    assert region["mean_km"] == pytest.approx((far * 10 + (pupils - far) * 1) / pupils)
    assert region["mean_minutes"] == pytest.approx((far * 28 + (pupils - far) * 12) / pupils)
    assert (region["from_3_to_5"], region["over_limit"]) == (0.0, 0.0)
    assert set(zip(found["home"], found["stage"], strict=True)) == {
        (home, stage) for home in (-1, 0, 1) for stage in ("", "1-6")
    }


def test_pupils_moved_by_hand() -> None:
    plan = moved_together()
    still = Planned(plan.market, PERIODS, np.array([3, 3]), np.array([[0, 1]] * 3), PRICE)
    rows, baseline = assignment_rows(plan, RULES), assignment_rows(still, RULES)
    # The twelve of the second period, and not the eight of the third again.
    assert pupils_moved(rows, baseline) == 12.0
    assert pupils_moved(baseline, baseline) == 0.0


def test_labels_of_periods() -> None:
    assert [label(period) for period in PERIODS] == ["2026–2027", "2028–2030", "2031"]


def frozen_and_planned(
    candidate: tuple[bool, bool], closes: list[int], start: list[int]
) -> Planned:
    frozen = market_of([[10.0, 20.0], [12.0, 22.0], [8.0, 16.0]], candidate)
    held = dataclasses.replace(
        frozen,
        pupils=frozen.pupils[:1],
        years=frozen.years[:1],
        capacity=frozen.capacity[:1],
    )
    rest = dataclasses.replace(
        frozen,
        pupils=frozen.pupils[1:],
        years=frozen.years[1:],
        capacity=frozen.capacity[1:],
    )
    now = Found(np.array(start), np.array([[0, 0] if start[1] == 0 else [0, 1]]), 0.0)
    seat = np.array([[0, 1], [0, 1]])
    return joined(held, rest, PERIODS, now, Found(np.array(closes), seat, 0.0), PRICE)


def test_years_before_the_first_change_stay_as_they_are() -> None:
    plan = frozen_and_planned((False, False), [0, 2], [1, 1])
    assert plan.open.tolist() == [[True, True], [False, True], [False, True]]
    assert plan.market.years.tolist() == [2.0, 3.0, 1.0]
    assert plan.market.pupils[:, 0].tolist() == [10.0, 12.0, 8.0]


def test_a_candidate_opens_with_the_first_change_and_costs_nothing_before() -> None:
    plan = frozen_and_planned((False, True), [2, 2], [1, 0])
    assert plan.open.tolist() == [[True, False], [True, True], [True, True]]
    ledger = ledger_rows(plan, RULES).set_index(["home", "item", "year"])["eur"].sort_index()
    assert ledger[1, "property"].to_dict() == dict.fromkeys(range(2028, 2032), 50_000.0)
    never = frozen_and_planned((False, True), [2, 0], [1, 0])
    assert not never.open[:, 1].any()
    assert "closing" not in ledger_rows(never, RULES)["item"].tolist()


def test_a_unit_decided_to_close_before_the_first_change_is_closed_then() -> None:
    plan = frozen_and_planned((False, False), [2, 0], [1, 0])
    assert plan.open[:, 1].tolist() == [False, False, False]
    ledger = ledger_rows(plan, RULES)
    paid = ledger[ledger["item"] == "closing"]
    assert paid[["home", "year", "eur"]].to_numpy().tolist() == [[1, 2026, 75_000.0]]


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), which=st.integers(0, 10))
def test_the_ledger_is_what_the_optimiser_counts(
    prepared_example: Callable[[str], Prepared], seed: int, which: int
) -> None:
    """For any plan of a real market: the changeable items of the planned years are its cost."""
    prepared = prepared_example("tunturi-lappi")
    k = which % len(prepared.cases)
    case, plan = random_plan(prepared, k, seed)
    market = case.market
    price = prices(market.stage, prepared.rules, 2026)
    start = today(prepared.frozen[k]).plan
    told = joined(prepared.frozen[k].market, market, prepared.periods, start, plan, price)
    ledger = ledger_rows(told, prepared.rules)
    assert set(ledger["item"]) <= set(GROSS_ITEMS)
    assert (ledger["eur"] >= 0.0).all()
    mine = ledger[(ledger["year"] >= 2028) & ~ledger["item"].isin(UNCHANGEABLE)]
    assert mine["eur"].sum() == pytest.approx(plan.cost, rel=1e-9)
    _same_pupils_everywhere(told, prepared)


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), which=st.integers(0, 10))
def test_buildings_cost_in_the_ledger_what_the_optimiser_counts(
    prepared_example: Callable[[str], Prepared], seed: int, which: int
) -> None:
    """Renovations, temporary premises and sales: every plan differs from *today* by the same."""
    prepared = prepared_example("tunturi-lappi")
    k, random = which % len(prepared.cases), np.random.default_rng(seed)
    case, first = prepared.cases[k], prepared.frozen[k].market
    count = len(case.market.units)
    assert case.market.buildings is not None
    assert first.buildings is not None
    told = dataclasses.replace(
        case.market.buildings,
        renovation=random.choice([0.0, 4e5, 3e6], count),
        due=random.integers(2026, 2045, count),
        held=random.choice([0.0, 40_000.0], count),
        sale=random.choice([0.0, 5e5], count),
    )
    market = dataclasses.replace(case.market, buildings=told, closing=told.costs())
    before = dataclasses.replace(told, periods=first.buildings.periods)
    frozen = dataclasses.replace(first, buildings=before, closing=before.costs())
    case = dataclasses.replace(case, market=market)
    start = today(prepared.frozen[k]).plan
    price = prices(market.stage, prepared.rules, 2026)
    layout = problem(market, case.open)
    sums = []
    for closes in (np.full(count, market.periods), random.integers(0, market.periods + 1, count)):
        closes[seed % count] = market.periods
        plan = fill(market, layout, closes)
        assert plan is not None
        whole = joined(frozen, market, prepared.periods, start, plan, price)
        ledger = ledger_rows(whole, prepared.rules)
        paid = ledger.loc[~ledger["item"].isin(UNCHANGEABLE), "eur"].sum()
        planned = ledger[(ledger["year"] >= 2028) & ~ledger["item"].isin(UNCHANGEABLE)]
        assert planned["eur"].sum() == pytest.approx(plan.cost, rel=1e-9)
        sums.append((paid, plan.cost))
    (one, held), (two, other) = sums
    assert two - one == pytest.approx(other - held, rel=1e-9, abs=1e-3)


def random_plan(prepared: Prepared, k: int, seed: int) -> tuple[Any, Found]:
    """A plan whose units close at random, with open borders."""
    case, random = prepared.cases[k], np.random.default_rng(seed)
    count = len(case.market.units)
    closes = random.integers(0, case.market.periods + 1, count)
    closes[random.integers(0, count)] = case.market.periods
    plan = fill(case.market, problem(case.market, case.open), closes)
    assert plan is not None
    return case, plan


def _same_pupils_everywhere(plan: Planned, prepared: Prepared) -> None:
    expected = plan.market.pupils.sum(axis=1)
    rows = assignment_rows(plan, RULES)
    assert rows.groupby("period")["pupils"].sum().to_numpy() == pytest.approx(expected)
    units = unit_rows(plan, prepared.rules)
    assert units.groupby("period")["pupils"].sum().to_numpy() == pytest.approx(expected)
    assert (units.loc[~units["open"], "pupils"] == 0).all()
    found = journey_rows(rows, prepared.periods)
    lengths = [len(period.years) for period in prepared.periods]
    yearly = float(np.average(expected, weights=lengths))
    for part in (found["home"] == -1, found["home"] != -1):
        stage = found[part & (found["stage"] == plan.market.stage)]
        assert stage["pupils"].sum() == pytest.approx(yearly)
        bands = stage[["under_3", "from_3_to_5", "over_5"]].to_numpy().sum()
        assert bands == pytest.approx(yearly)
