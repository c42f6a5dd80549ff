"""The groups of a whole study: they agree with its units, its pupils and its workbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from skolnat.plan.agreement import Agreement
from skolnat.plan.priced import BASIC, GROUPS, HOURS, is_subject
from skolnat.plan.scenario import SCENARIOS
from skolnat.study.teaching import (
    checked,
    grade_shares,
    groups_of_plan,
    nearest_at_home,
    seats_of,
    teaching_of,
)

NAME = "tunturi-lappi"


@pytest.fixture(scope="module")
def done(example: Callable[[str], Any]) -> Any:
    return example(NAME)


def test_the_tables_have_the_columns_that_are_promised(done: Any) -> None:
    for table, schema in ((done.evaluated.groups, GROUPS), (done.evaluated.hours, HOURS)):
        assert {column.name for column in schema} <= set(table.columns)
        assert set(table["scenario"]) == set(SCENARIOS)
        for column in schema:
            if column.minimum is not None:
                assert (table[column.name].dropna() >= column.minimum).all(), column.name
    assert all(is_subject(subject) for subject in done.evaluated.groups["subject"].unique())
    assert set(done.evaluated.groups["provider"]) <= set(done.prepared.region.codes)


def test_every_pupil_of_every_unit_is_in_its_basic_groups(done: Any) -> None:
    keys = ["scenario", "period", "unit"]
    groups = done.evaluated.groups
    basic = groups[groups["subject"] == BASIC].set_index(keys)
    units = done.evaluated.units.set_index(keys)
    there = units[units["open"] & (units["pupils"] > 0)]
    assert basic.index.is_unique
    assert set(basic.index) == set(there.index)
    assert basic["pupils"].to_numpy() == pytest.approx(there.loc[basic.index, "pupils"].to_numpy())
    assert basic["groups"].to_numpy() == pytest.approx(there.loc[basic.index, "groups"].to_numpy())
    assert (basic["combined"] <= basic["groups"] + 1e-9).all()
    assert basic["combined"].sum() > 0  # village schools of Lapland


def test_those_who_are_entitled_are_the_same_in_every_scenario(done: Any) -> None:
    groups = done.evaluated.groups
    sums = groups.groupby(["period", "subject", "scenario"])["entitled"].sum().unstack()
    assert (sums.max(axis=1) - sums.min(axis=1)).max() == pytest.approx(0.0, abs=1e-6)


def test_hours_add_up_to_those_of_the_groups(done: Any) -> None:
    keys = ["scenario", "period"]
    hours = done.evaluated.hours.groupby(keys)["required"].sum()
    groups = done.evaluated.groups.groupby(keys)["weekly_hours"].sum()
    assert hours.to_numpy() == pytest.approx(groups.to_numpy())
    assert (done.evaluated.hours["shared"] <= done.evaluated.hours["required"] + 1e-9).all()


def test_a_responsible_municipality_never_reaches_fewer(done: Any) -> None:
    recount = done.evaluated.recount
    assert (recount["pupils_together"] >= recount["pupils"] - 1e-9).all()
    assert (recount["pupils_together"] <= recount["entitled"] + 1e-9).all()
    units = done.evaluated.units
    units = units[units["scenario"] == "together"].drop(columns=["school"])
    place = {code: m for m, code in enumerate(done.prepared.region.codes)}
    units = units.assign(home=units["municipality"].map(place))
    rows = done.evaluated.assignments
    rows = rows[rows["scenario"] == "together"]
    seats = seats_of(rows.assign(residence=rows["municipality"].map(place)))
    codes = done.prepared.region.codes
    agreed = Agreement(
        "all", "responsible_municipality", codes, date(2020, 8, 1), responsible=codes[1]
    )
    joined = teaching_of(done.prepared, [agreed])
    table = groups_of_plan(done.prepared, joined, units, seats)
    assert set(table["provider"]) == {1}
    found = table.groupby(["period", "subject"])["pupils"].sum()
    told = recount[recount["scenario"] == "together"].set_index(["period", "subject"])
    assert told["pupils_together"].to_numpy() == pytest.approx(found.loc[told.index].to_numpy())


def test_an_agreement_counts_from_the_period_in_which_it_holds(done: Any) -> None:
    codes = done.prepared.region.codes
    agreed = Agreement(
        "upper", "responsible_municipality", codes[:2], date(2028, 8, 1), stages=("7-9",),
        responsible=codes[0],
    )  # fmt: skip
    providers = teaching_of(done.prepared, [agreed]).responsible
    assert (providers[0, "7-9", 1], providers[1, "7-9", 1]) == (1, 0)
    assert (providers[1, "1-6", 1], providers[1, "7-9", 2]) == (1, 2)
    assert teaching_of(done.prepared).responsible[1, "7-9", 1] == 1


def test_what_the_workbook_tells_is_not_estimated(done: Any) -> None:
    row = ("261", "x", "1-6", "religion-ort", np.nan, 12, 1, 3.0)
    told = pd.DataFrame([row], columns=list(done.prepared.teaching.columns))
    known = teaching_of(replace(done.prepared, teaching=told)).wishes
    at = list(done.prepared.region.codes).index("261")
    pupils = float(done.prepared.demand.pupils["1-6"][at, 0])
    assert known.shares["religion-ort", "1-6"][at] == pytest.approx(12 / pupils)
    assert known.shares["religion-isl", "1-6"][at] == 0.0
    assert known.hours == {(at, "religion-ort"): 3.0}
    assert known.estimated["religion-ort"].sum() == len(done.prepared.region.codes) - 1


def test_grades_follow_the_ages_of_the_forecast(done: Any) -> None:
    shares = grade_shares(done.prepared, "7-9")
    assert shares.shape == (4, len(done.prepared.periods), 3)
    assert shares.sum(axis=2) == pytest.approx(np.ones(shares.shape[:2]))
    mean, period = done.prepared.forecast.mean(), done.prepared.periods[0]
    years = [done.prepared.forecast.years.index(year) for year in period.years]
    ages = [done.prepared.forecast.ages.index(age) for age in (13, 14, 15)]
    first = mean[0][np.ix_(years, ages)].sum(axis=0)
    assert shares[0, 0] == pytest.approx(first / first.sum())


def test_the_nearest_open_school_at_home_is_never_further_than_ones_own(done: Any) -> None:
    for plan in done.plans["alone"]:
        nearest = nearest_at_home(plan)
        cells = np.arange(len(plan.market.cells))
        for p, seat in enumerate(plan.seat):
            home = plan.market.cell_municipality == plan.market.unit_municipality[seat]
            way = plan.market.km[cells, seat]
            assert (nearest[p][home] <= way[home] + 1e-9).all()


def test_only_scenarios_without_an_agreement_have_secondary_places(done: Any) -> None:
    found = done.evaluated.breaches
    secondary = found[found["detail_code"].str.startswith("secondary_place")]
    assert not set(secondary["scenario"]) & {"together", "together_keeping"}
    duties = found[found["severity"] == "duty"]
    assert {"journey.free_transport_km", "worldview.least_pupils"} <= set(duties["rule"])


def test_minorities_are_those_of_the_reference_tables(done: Any) -> None:
    rows = done.evaluated.assignments
    place = {code: m for m, code in enumerate(done.prepared.region.codes)}
    one = rows[rows["scenario"] == "today"]
    one = one.assign(residence=one["municipality"].map(place))
    told = checked(
        done.prepared, done.plans["today"], one, pd.DataFrame(), pd.DataFrame(), agreed=False
    )
    assert (told.minority_share < 0.06).all()  # few Swedish speakers in Lapland
    assert (told.minority_persons < 500).all()
    assert list(told.years) == list(told.last_years) == list(range(len(done.prepared.periods)))
