"""What a term sheet tells of a real plan: a draft where nothing is agreed, and the exit year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from skolnat.plan.agreement import Agreement
from skolnat.plan.scenario import PAYMENTS, SMALL_GROUPS
from skolnat.study.account_table import accounts_table
from skolnat.study.money import agreements_in
from skolnat.study.results import evaluate
from skolnat.study.tables import gross_gains, investments, net_gains
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


@pytest.fixture(scope="module")
def joint(lapland: Any) -> Any:
    """The study with an authority of two, and the grades 7-9 of the others under one of them."""
    one, two, three, four = lapland.prepared.region.codes
    made = (
        Agreement("Authority", "joint_authority", (one, two), date(2028, 8, 1), date(2035, 7, 31),
                  price="shared"),
        Agreement("Led", "responsible_municipality", (three, four), date(2028, 8, 1),
                  stages=("7-9",), responsible=three, price="shared", key="shares",
                  shares={three: 0.7, four: 0.3}),
    )  # fmt: skip
    prepared = replace(lapland.prepared, study=replace(lapland.prepared.study, agreements=made))
    return prepared, evaluate(prepared, lapland.plans, in_futures=False)


def test_an_authority_has_a_ledger_of_its_own_that_is_zero_in_every_year(
    lapland: Any, joint: Any
) -> None:
    prepared, evaluated = joint
    ledger = evaluated.ledger
    own = ledger[ledger["municipality"] == "authority-authority"]
    assert set(own["scenario"]) == {"together", "together_keeping"}
    gross = own[~own["item"].isin(PAYMENTS)]
    assert {"teaching", "property", "leadership", "pupil_other"} <= set(gross["item"])
    assert gross["eur"].sum() > 1e6
    sums = own.groupby(["scenario", "year"])["eur"].sum()
    assert sums.abs().max() < 1e-4
    paid = ledger[ledger["item"].isin(PAYMENTS)].groupby(["scenario", "year"])["eur"].sum()
    assert paid.abs().max() < 1e-4
    # What schools cost is what they cost: by place all is as without an account, but the small
    # groups, since thresholds are counted over the parties of one provider.
    keys, old, new = ["scenario", "place"], lapland.evaluated.costs, evaluated.costs
    sums = [
        told[(told["side"] == "gross") & (told["part"] != SMALL_GROUPS)].groupby(keys)["eur"].sum()
        for told in (old, new)
    ]
    assert sums[1].to_dict() == pytest.approx(sums[0].to_dict())
    gains = gross_gains(prepared, evaluated)
    by_scenario = ledger[~ledger["item"].isin(PAYMENTS)].groupby("scenario")["eur"].sum()
    whole = (by_scenario["alone"] - by_scenario["together"]) / prepared.years
    assert gains.sum() == pytest.approx(whole)


def test_no_account_changes_the_state_share(lapland: Any, joint: Any) -> None:
    told = [one[one["item"] == "state_share"].set_index("cost_id")["eur"]
            for one in (lapland.evaluated.costs, joint[1].costs)]  # fmt: skip
    assert told[0].to_dict() == told[1].to_dict()
    assert set(joint[1].costs.loc[joint[1].costs["side"] == "state", "scenario"]) == {"residence"}


def test_the_account_in_the_exit_year_is_that_of_the_ledger(joint: Any) -> None:
    """In a whole year in force the exit account says what the ledger does of the same year."""
    prepared, evaluated = joint
    told = evaluated.exit
    costs = evaluated.costs[evaluated.costs["scenario"] == "together"]
    own = costs[costs["of"].astype(str).eq("authority-authority") & (costs["year"] == 2030)]
    whole = told[(told["agreement"] == "Authority") & (told["notice_months"] == 24)]
    year = whole[(whole["year"] == 2030) & (whole["kind"] == "in_force")]
    one, two = prepared.region.codes[:2]
    for party in (one, two):
        ledger = own.loc[own["municipality"] == party, "eur"].sum()
        assert year.loc[year["payer"] == party, "eur"].sum() == pytest.approx(ledger, rel=1e-9)
    # Its members get back what it is paid when it teaches nobody, others' payments too.
    late = whole.loc[whole["kind"] == "lag", "eur"].sum()
    assert whole.loc[whole["kind"] == "paid_back", "eur"].sum() == pytest.approx(-late)
    row = agreement_rows(prepared).set_index("agreement").loc["Led"]
    assert (row["account"], row["key"]) == (prepared.region.codes[2], "shares")
    assert row["shares"] == f"{prepared.region.codes[2]}=0.7;{prepared.region.codes[3]}=0.3"


def test_the_table_of_accounts_sums_to_what_the_schools_cost(joint: Any) -> None:
    prepared, evaluated = joint
    table = accounts_table(prepared, evaluated.costs)
    for scenario in ("together", "together_keeping"):
        own = table[(table["scenario"] == scenario) & (table["agreement"] == "Authority")]
        assert own["pays"].sum() == pytest.approx(own["cost"].sum())
        assert own["cost"].sum() > 1e6
        led = table[(table["scenario"] == scenario) & (table["agreement"] == "Led")]
        three, four = prepared.region.codes[2:]
        paid = led.set_index("municipality")["pays"]
        assert paid[three] == 0.0
        # Net of compensation, the part by the key: what others pay comes off first.
        assert 0.0 < paid[four] <= 0.3 * led["cost"].sum() + 1e-6


def test_a_renovation_is_one_investment_also_in_the_year_an_account_begins(joint: Any) -> None:
    """In 2028 a part of the annuity stands where the school lies, the rest on the account."""
    prepared, evaluated = joint
    home, unit = prepared.region.codes[0], "09999:1-6"
    rows = [
        (code, year, share * 900_000.0, share * 45_000.0)
        for code, year, share in (
            (home, 2027, 1.0), (home, 2028, 0.6), ("authority-authority", 2028, 0.4),
            ("authority-authority", 2029, 1.0),
        )
    ]  # fmt: skip
    costs = pd.DataFrame(rows, columns=["municipality", "year", "quantity", "eur"]).assign(
        scenario="together", place=home, side="gross", item="property", part="renovation",
        of=unit, estimated="",
    )  # fmt: skip
    (row,) = investments(prepared, replace(evaluated, costs=costs)).to_dict("records")
    assert (row["municipality"], row["unit"], row["what"]) == (home, unit, "renovation")
    assert (row["year"], row["investment_eur"]) == (2027, 900_000.0)
    assert row["eur_per_year"] == pytest.approx(3 * 45_000.0 / prepared.years)
    late = costs[costs["year"] >= 2028]
    (row,) = investments(prepared, replace(evaluated, costs=late)).to_dict("records")
    assert (row["year"], row["investment_eur"]) == (2028, pytest.approx(900_000.0))


def test_an_account_that_begins_after_the_plan_is_none_in_it(lapland: Any) -> None:
    one, two = lapland.prepared.region.codes[:2]
    late = Agreement("Late", "joint_authority", (one, two), date(2060, 8, 1), price="shared")
    prepared = replace(lapland.prepared, study=replace(lapland.prepared.study, agreements=(late,)))
    evaluated = evaluate(prepared, lapland.plans, in_futures=False)
    table = accounts_table(prepared, evaluated.costs)
    assert table["municipality"].unique().tolist() == [one, two]
    assert table[["cost", "compensation", "share", "pays"]].abs().to_numpy().max() == 0.0
    assert "authority-late" not in set(evaluated.ledger["municipality"])


def test_a_gain_by_statute_is_the_same_whatever_is_agreed(lapland: Any, joint: Any) -> None:
    """It says what each gains if nothing is agreed; small groups alone differ with one provider."""
    plain = net_gains(lapland.prepared, lapland.evaluated)
    ledger = lapland.evaluated.ledger
    sums = ledger.pivot_table(index="municipality", columns="scenario", values="eur", aggfunc="sum")
    codes = list(lapland.prepared.region.codes)
    whole = (sums["alone"] - sums["together"]).reindex(codes) / lapland.prepared.years
    assert plain == pytest.approx(whole.to_numpy())
    paid = [net_gains(*one) - gross_gains(*one)
            for one in (joint, (lapland.prepared, lapland.evaluated))]  # fmt: skip
    assert paid[0] == pytest.approx(paid[1])
