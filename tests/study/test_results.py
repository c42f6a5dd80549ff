"""Every figure of a result is found again in its tables, in every scenario."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from skolnat.cooperation.gains import gain_of
from skolnat.network.evaluate import ledger_rows
from skolnat.plan.scenario import GROSS_ITEMS, PAYMENT, SCENARIOS, UNCHANGEABLE
from skolnat.study.results import pupils_by_group, summary
from skolnat.study.tables import gross_gains


@pytest.fixture(scope="module")
def lapland(example: Callable[[str], Any]) -> Any:
    return example("tunturi-lappi")


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_ledger_of_the_planned_years_is_what_the_optimiser_counts(
    lapland: Any, name: str
) -> None:
    for solution, plan in zip(lapland.solutions, lapland.plans[name], strict=True):
        ledger = ledger_rows(plan, lapland.prepared.rules)
        mine = ledger[(ledger["year"] >= 2028) & ~ledger["item"].isin(UNCHANGEABLE)]
        assert mine["eur"].sum() == pytest.approx(solution.solved[name].plan.cost, rel=1e-9)


def test_pupils_are_as_many_in_every_table_period_and_scenario(lapland: Any) -> None:
    seated = lapland.evaluated.assignments.groupby(["scenario", "period"])["pupils"].sum()
    taught = lapland.evaluated.units.groupby(["scenario", "period"])["pupils"].sum()
    wide = seated.unstack()
    assert wide.to_numpy() == pytest.approx(np.tile(wide.loc["today"].to_numpy(), (4, 1)))
    assert taught.to_numpy() == pytest.approx(seated.to_numpy())
    journeys = lapland.evaluated.journeys
    region = journeys[(journeys["municipality"] == "") & (journeys["stage"] == "")]
    lengths = [len(period.years) for period in lapland.prepared.periods]
    yearly = float(np.average(wide.loc["today"], weights=lengths))
    assert region["pupils"].to_numpy() == pytest.approx([yearly] * 4)
    parts = journeys[(journeys["municipality"] != "") & (journeys["stage"] != "")]
    assert parts.groupby("scenario")["pupils"].sum().to_numpy() == pytest.approx([yearly] * 4)


def test_payments_sum_to_zero_and_resources_are_never_negative(lapland: Any) -> None:
    ledger = lapland.evaluated.ledger
    paid = ledger[ledger["item"] == PAYMENT].groupby(["scenario", "year"])["eur"].sum()
    assert paid.to_numpy() == pytest.approx(0.0, abs=1e-6)
    gross = ledger[ledger["item"] != PAYMENT]
    assert set(gross["item"]) <= set(GROSS_ITEMS)
    assert (gross["eur"] >= 0.0).all()
    assert not ledger.duplicated(["scenario", "municipality", "year", "item"]).any()


def test_what_follows_the_pupils_is_the_same_in_every_scenario(lapland: Any) -> None:
    ledger = lapland.evaluated.ledger
    mine = ledger[ledger["item"].isin(UNCHANGEABLE)].groupby("scenario")["eur"].sum()
    assert mine.to_numpy() == pytest.approx([mine["today"]] * 4)


def test_the_years_before_the_first_change_are_alike(lapland: Any) -> None:
    ledger = lapland.evaluated.ledger
    early = ledger[(ledger["year"] < 2028)].groupby(["scenario", "year"])["eur"].sum().unstack()
    assert early.to_numpy() == pytest.approx(np.tile(early.loc["today"].to_numpy(), (4, 1)))


def test_together_keeping_costs_no_more_than_today_distance_groups_included(lapland: Any) -> None:
    ledger = lapland.evaluated.ledger
    gross = ledger[ledger["item"] != PAYMENT].groupby("scenario")["eur"].sum()
    assert gross["together_keeping"] <= gross["today"] + 1.0
    small = pd.Series({name: one.eur for name, one in lapland.evaluated.small_groups.items()})
    rest = gross - small * lapland.prepared.years
    assert rest["together_keeping"] <= rest["today"] + 1.0
    groups = ledger[ledger["item"] == "distance_groups"]
    assert set(groups["scenario"]) <= {"together_keeping"}
    assert (groups["year"] >= 2028).all()


def test_together_keeping_empties_no_school(lapland: Any) -> None:
    """Each keeps four fifths of the pupils that it would have with no change."""
    units = lapland.evaluated.units.pivot_table(
        index=["unit", "period"], columns="scenario", values="pupils"
    )
    lacking = (0.8 * units["today"] - units["together_keeping"]).clip(lower=0.0)
    assert lacking.max() < 0.5


def test_nothing_closes_and_the_range_grows_in_together_keeping(lapland: Any) -> None:
    units = lapland.evaluated.units
    assert units[units["scenario"] == "together_keeping"]["open"].all()
    choice = lapland.evaluated.range.groupby("scenario")["with_choice"].sum()
    assert choice["together_keeping"] >= choice["today"] * 0.99


def test_closed_units_teach_nobody(lapland: Any) -> None:
    units = lapland.evaluated.units
    assert (units.loc[~units["open"], ["pupils", "groups", "use"]] == 0.0).all(axis=None)


@pytest.mark.parametrize("name", ["sydosterbotten", "tunturi-lappi"])
def test_every_pupil_is_taught_in_their_language_and_stage(
    example: Callable[[str], Any], name: str
) -> None:
    done = example(name)
    known = done.prepared.units.set_index("unit")
    rows = done.evaluated.assignments
    units = known.loc[rows["unit"]]
    assert (units["language"].to_numpy() == rows["language"].to_numpy()).all()
    assert (units["stage"].to_numpy() == rows["stage"].to_numpy()).all()
    assert (units["municipality"].to_numpy() == rows["provider"].to_numpy()).all()
    assert (units["school"].to_numpy() == rows["school"].to_numpy()).all()


def test_alone_and_today_cross_borders_only_by_the_flows_of_today(
    example: Callable[[str], Any],
) -> None:
    done = example("sydosterbotten")
    rows, codes = done.evaluated.assignments, done.prepared.region.codes
    told = {
        (codes[int(f.residence)], codes[int(f.provider)], f.stage, f.language)
        for f in done.prepared.flows.itertuples()
    }
    mine = rows[rows["scenario"].isin(["today", "alone"]) & (rows["pupils"] > 0)]
    crossing = mine[mine["municipality"] != mine["provider"]]
    seen = set(
        zip(
            crossing["municipality"], crossing["provider"], crossing["stage"],
            crossing["language"], strict=True,
        )
    )  # fmt: skip
    assert seen <= told


def test_the_summary_is_read_from_the_tables(lapland: Any) -> None:
    prepared, evaluated = lapland.prepared, lapland.evaluated
    before = gross_gains(prepared, evaluated)
    gain = gain_of(-1.0, 1.0, before, None)
    told = summary(prepared, evaluated, lapland.solutions, gain, ["x"], {"forecast": 1.0})
    ledger = evaluated.ledger
    for name in SCENARIOS:
        figures = told["scenarios"][name]
        mine = ledger[(ledger["scenario"] == name) & (ledger["item"] != PAYMENT)]
        assert figures["cost_eur_per_year"] == pytest.approx(mine["eur"].sum() / 15)
        fixed = mine.loc[mine["item"].isin(UNCHANGEABLE), "eur"].sum() / 15
        lines = evaluated.costs[evaluated.costs["scenario"] == name]
        small = lines.loc[lines["part"] == "small_groups", "eur"].sum() / 15
        assert figures["small_groups_eur_per_year"] == pytest.approx(small)
        assert figures["changeable_cost_eur_per_year"] == pytest.approx(
            figures["cost_eur_per_year"] - fixed - small
        )
        gap = sum(s.solved[name].plan.cost - s.solved[name].bound for s in lapland.solutions)
        expected = max(gap, 0.0) / 15 / figures["changeable_cost_eur_per_year"]
        assert figures["gap"] == pytest.approx(expected, abs=1e-12)
    assert told["scenarios"]["today"]["gap"] == 0.0
    assert told["scenarios"]["today"]["pupils_moved"] == 0.0
    costs = [told["scenarios"][name]["cost_eur_per_year"] for name in ("alone", "together")]
    assert before.sum() == pytest.approx(costs[0] - costs[1])
    assert told["gain_withheld"] == "no_proven_gain"
    assert all(g["share"] is None for g in told["gain_by_municipality"].values())
    assert sum(g["before_transfer"] for g in told["gain_by_municipality"].values()) == (
        pytest.approx(before.sum())
    )


def test_the_forecast_of_the_region_is_the_sum_of_its_municipalities(lapland: Any) -> None:
    table = pupils_by_group(lapland.prepared)
    mean = table.pivot_table(index=["age_group", "year"], columns="municipality", values="mean")
    assert mean[""].to_numpy() == pytest.approx(mean.drop(columns="").sum(axis=1).to_numpy())
    wide = table.pivot_table(index=["municipality", "year"], columns="age_group", values="mean")
    assert wide["7-15"].to_numpy() == pytest.approx((wide["7-12"] + wide["13-15"]).to_numpy())
    assert (table["p10"] <= table["p50"]).all()
    assert (table["p50"] <= table["p90"]).all()
