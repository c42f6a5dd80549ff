"""Small groups move money: what they cost agrees with their hours, and no bound is passed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skolnat.economy.prices import prices
from skolnat.network.evaluate import Planned, assignment_rows, lines_of, unit_rows
from skolnat.plan.priced import BASIC
from skolnat.plan.scenario import PAYMENTS, SCENARIOS
from skolnat.study.money import resource_lines
from skolnat.study.results import gain_with_small_groups
from skolnat.study.small_groups import small_groups_of
from skolnat.study.tables import gross_gains
from skolnat.study.teaching import groups_of_plan, seats_of, teaching_of

NAMES = ("tunturi-lappi", "sydosterbotten")


@pytest.fixture(params=NAMES)
def done(request: pytest.FixtureRequest, example: Callable[[str], Any]) -> Any:
    return example(request.param)


def test_teaching_in_the_ledger_is_the_hours_of_the_groups_at_their_price(done: Any) -> None:
    prepared, groups = done.prepared, done.evaluated.groups
    hour = {
        stage: prices(stage, prepared.rules, prepared.study.first_year).hour
        for stage in ("1-6", "7-9")
    }
    years = groups["period"].map({p: len(t.years) for p, t in enumerate(prepared.periods)})
    eur = groups["weekly_hours"] * groups["stage"].map(hour) * years
    keys = [groups["scenario"], groups["municipality"]]
    ledger = done.evaluated.ledger
    paid = ledger[ledger["item"] == "teaching"].groupby(["scenario", "municipality"])["eur"].sum()
    by_home = eur.groupby(keys).sum()
    assert by_home.index.equals(paid.index)
    assert by_home.to_numpy() == pytest.approx(paid.to_numpy(), rel=1e-9)
    small = eur[groups["subject"] != BASIC].groupby(groups["scenario"]).sum() / prepared.years
    for name in SCENARIOS:
        assert done.evaluated.small_groups[name].eur == pytest.approx(small[name], rel=1e-9)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_evaluated_cost_is_the_optimisers_and_what_small_groups_go_beyond(
    done: Any, name: str
) -> None:
    prepared = done.prepared
    held = lines_of(done.plans[name], prepared.rules)["eur"].sum() / prepared.years
    ledger = done.evaluated.ledger
    mine = (ledger["scenario"] == name) & ~ledger["item"].isin((*PAYMENTS, "distance_groups"))
    cost = ledger.loc[mine, "eur"].sum() / prepared.years
    assert cost == pytest.approx(held + done.evaluated.small_groups[name].beyond, rel=1e-9)


def test_no_plan_goes_below_the_least_and_all_have_the_same_mean(done: Any) -> None:
    small = done.evaluated.small_groups
    for name in SCENARIOS:
        assert 0.0 < small[name].least <= small[name].eur
        assert small[name].mean == pytest.approx(small["today"].mean, rel=1e-9)
    assert small["today"].least == pytest.approx(small["today"].eur, rel=1e-9)
    # Behind closed borders readers stay together: no plan of one's own needs fewer groups.
    assert small["alone"].least >= small["together"].least


def test_the_gain_of_the_plans_shown_lies_in_the_interval_of_the_whole(done: Any) -> None:
    told = gain_with_small_groups(done.solutions, done.evaluated.small_groups, done.prepared.years)
    gain = float(gross_gains(done.prepared, done.evaluated).sum())
    assert told["whole_low"] <= gain <= told["whole_high"]
    shown = [
        sum(s.solved[name].plan.cost for s in done.solutions) for name in ("alone", "together")
    ]
    rest = (shown[0] - shown[1]) / done.prepared.years
    assert gain == pytest.approx(rest + told["small_groups"], rel=1e-9, abs=1e-3)


def test_in_the_mean_of_the_futures_small_groups_are_counted_too(done: Any) -> None:
    """Costs in futures are not linear in pupils, so they lie near the ledger, not on it."""
    ledger = done.evaluated.ledger
    gross = ledger[~ledger["item"].isin(PAYMENTS)].groupby("scenario")["eur"].sum()
    mean = done.evaluated.futures.groupby("scenario")["eur"].mean() * done.prepared.years
    apart = (mean / gross - 1.0).reindex(SCENARIOS)
    assert (apart.abs() < 0.02).all()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_random_plans_never_cost_less_than_the_bound(
    example: Callable[[str], Any], seed: int
) -> None:
    """Whatever squares go where: basic groups by the optimiser's sum, small groups above least."""
    done, rng = example("tunturi-lappi"), np.random.default_rng(seed)
    prepared, teaching = done.prepared, teaching_of(done.prepared)
    plans = tuple(_scattered(plan, rng) for plan in done.plans["today"])
    units = pd.concat([unit_rows(plan, prepared.rules) for plan in plans], ignore_index=True)
    rows = pd.concat([assignment_rows(plan, prepared.rules) for plan in plans], ignore_index=True)
    groups = groups_of_plan(prepared, teaching, units, seats_of(rows))
    _, costs = resource_lines(prepared, plans, groups)
    small = small_groups_of(prepared, teaching, rows, costs, "together")
    assert small.least <= small.eur
    held = lines_of(plans, prepared.rules)["eur"].sum() / prepared.years
    cost = costs["eur"].sum() / prepared.years
    assert cost == pytest.approx(held + small.beyond, rel=1e-9)
    assert cost >= held - small.mean + small.least


def _scattered(plan: Planned, rng: np.random.Generator) -> Planned:
    """Send every square to any school to which a road leads, the frozen period as it is."""
    market, seat = plan.market, plan.seat.copy()
    for i in range(len(market.cells)):
        known = np.flatnonzero(np.isfinite(market.km[i]) & ~market.candidate)
        seat[1:, i] = rng.choice(known)
    return replace(plan, seat=seat)
