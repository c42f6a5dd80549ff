"""What a term sheet tells of a real plan: a draft where nothing is agreed, and the exit year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from skolnat.plan.agreement import Agreement
from skolnat.plan.scenario import PAYMENTS
from skolnat.study.money import agreements_in
from skolnat.study.results import evaluate
from skolnat.study.terms import agreement_rows, agreements_of, exit_rows


@pytest.fixture(scope="module")
def lapland(example: Callable[[str], Any]) -> Any:
    return example("tunturi-lappi")


def test_a_study_without_an_agreement_gets_a_draft_of_the_statute(lapland: Any) -> None:
    (draft,) = agreements_of(lapland.prepared)
    assert draft.parties == lapland.prepared.region.codes
    assert (draft.form, draft.price, draft.after_end) == ("agreement", "statute", "statute")
    row = agreement_rows(lapland.prepared).iloc[0]
    assert (row["draft"], row["notice_months"], row["notice_agreed"]) == (True, 12, False)
    assert (row["employer"], row["decider"], row["end"]) == ("provider", "provider", "")


def test_the_lag_of_the_exit_is_what_the_flows_of_together_cost_by_statute(lapland: Any) -> None:
    """Done again from the assignments: a year and five months of base × weight a pupil."""
    plans, prepared = lapland.plans, lapland.prepared
    told = exit_rows(prepared, plans["together"], plans["today"])
    assert set(told["notice_months"]) == {6, 12, 24}
    given = date.fromisoformat(agreement_rows(prepared)["given"].iloc[0])
    rows = lapland.evaluated.assignments.query("scenario == 'together'")
    period = next(p for p, one in enumerate(prepared.periods) if given.year in one.years)
    own = rows[(rows["period"] == period) & (rows["municipality"] != rows["provider"])]
    base = prepared.rules.number("compensation.base_eur", 2026)
    yearly = (own["pupils"] * own["stage"].map({"1-6": base, "7-9": 1.6 * base})).sum()
    late = told[(told["kind"] == "lag") & (told["notice_months"] == 24)]
    end = date.fromisoformat(late["end"].iloc[0])
    share = 153 / (366 if end.year % 4 == 0 else 365)
    assert late["eur"].sum() == pytest.approx(yearly * (1 + share), rel=1e-9)
    assert (told["payer"] != told["receiver"]).all()


def test_an_agreement_at_cost_and_one_that_moves_no_pupils(lapland: Any) -> None:
    codes = lapland.prepared.region.codes
    made = (
        Agreement("At cost", "agreement", codes, date(2028, 8, 1), price="cost",
                  after_end="settled", notice_months=18),
        Agreement("Posts", "joint_post", codes, date(2028, 8, 1)),
    )  # fmt: skip
    prepared = replace(lapland.prepared, study=replace(lapland.prepared.study, agreements=made))
    told = exit_rows(prepared, lapland.plans["together"], lapland.plans["today"])
    assert set(told["agreement"]) == {"At cost"}
    assert set(told["notice_months"]) == {6, 12, 18, 24}
    sums = told.groupby("kind")["eur"].sum()
    assert sums["lag"] + sums["paid_back"] == pytest.approx(0.0, abs=1e-6)
    held = told[(told["kind"] == "in_force") & (told["months"] == 12)]
    # A pupil of the far north costs more than the statute pays.
    assert held["eur"].sum() / held["pupils"].sum() > 6_512


def test_an_agreement_that_is_new_prices_nobody_where_borders_are_closed(lapland: Any) -> None:
    codes = lapland.prepared.region.codes
    old = Agreement("Old", "agreement", codes, date(2020, 8, 1))
    new = Agreement("New", "agreement", codes, date(2028, 8, 1))
    study = replace(lapland.prepared.study, agreements=(old, new))
    prepared = replace(lapland.prepared, study=study)
    assert agreements_in(prepared, "today") == agreements_in(prepared, "alone") == (old,)
    assert agreements_in(prepared, "together_keeping") == (old, new)


def test_agreements_of_a_study_sum_to_zero_in_its_ledger(lapland: Any) -> None:
    codes = lapland.prepared.region.codes
    held = Agreement("At cost", "agreement", codes, date(2028, 8, 1), date(2034, 7, 31),
                     price="cost", after_end="settled")  # fmt: skip
    study = replace(lapland.prepared.study, agreements=(held,))
    told = evaluate(replace(lapland.prepared, study=study), lapland.plans)
    paid = told.ledger[told.ledger["item"].isin(PAYMENTS)]
    sums = paid.groupby(["scenario", "year"])["eur"].sum()
    assert sums.to_numpy() == pytest.approx(0.0, abs=1e-6)
    agreed = told.ledger[told.ledger["item"] == "agreement"]
    assert set(agreed["scenario"]) == {"together", "together_keeping"}
    # Resources are what they were: an agreement moves money and nothing else.
    keys = ["scenario", "municipality", "year", "item"]
    both = [
        table.loc[~table["item"].isin(PAYMENTS)].set_index(keys)["eur"].sort_index()
        for table in (told.ledger, lapland.evaluated.ledger)
    ]
    assert both[0].to_dict() == pytest.approx(both[1].to_dict())
