"""Payments move money and make none: both sides of each, no pupil paid for twice, the lag kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.economy.ledger import PlanTables, TransportPrices, cost_lines
from skolnat.economy.payments import Statute, cost_per_pupil, flows_of, payment_lines
from skolnat.economy.prices import Prices
from skolnat.plan.agreement import Agreement, slug
from skolnat.plan.forms import FORMS
from skolnat.rules.rules import default_rules

RULES = default_rules()
STATUTE = Statute({"1-6": 6_000.0, "7-9": 9_600.0}, 2)
PERIODS = ((2026, 2027), (2028, 2029, 2030), (2031,))
Make = Callable[..., PlanTables]


def one_way(periods: list[float], before: float = 0.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pupils of 7-9 from 204 to 174 in each period, and before the plan."""
    columns = {"residence": "204", "provider": "174", "stage": "7-9"}
    ways = pd.DataFrame({"period": range(len(periods)), "pupils": periods}).assign(**columns)
    return ways, pd.DataFrame({"pupils": [before]}).assign(**columns)


def paid(lines: pd.DataFrame, code: str = "204") -> dict[int, float]:
    return lines[lines["municipality"] == code].groupby("year")["eur"].sum().to_dict()


def test_compensation_follows_the_pupils_of_two_years_before() -> None:
    flows = flows_of(*one_way([0.0, 10.0, 5.0], before=3.0), PERIODS)
    lines = payment_lines(flows, STATUTE, [], RULES)
    # 2024-2025: three pupils; 2026-2027: none; then ten of 2028-2029.
    assert paid(lines) == pytest.approx(
        {2026: 3 * 9_600, 2027: 3 * 9_600, 2030: 96_000, 2031: 96_000}
    )
    assert paid(lines, "174") == pytest.approx({y: -eur for y, eur in paid(lines).items()})


def test_an_agreed_price_replaces_compensation_for_the_months_in_force() -> None:
    held = Agreement(
        "Yhteinen yläkoulu", "agreement", ("204", "174"), date(2028, 8, 1), date(2030, 7, 31),
        price="fixed", price_eur={"7-9": 12_000.0},
    )  # fmt: skip
    flows = flows_of(*one_way([0.0, 10.0, 0.0]), PERIODS)
    lines = payment_lines(flows, STATUTE, [held], RULES)
    # 2028: 153 of 366 days; 2029 whole; 2030: 212 of 365 days, and the rest by statute.
    assert paid(lines) == pytest.approx(
        {
            2028: 120_000 * 153 / 366,
            2029: 120_000,
            2030: 120_000 * 212 / 365 + 96_000 * 153 / 365,
            2031: 96_000,
        }
    )
    assert set(lines["part"]) == {
        "7-9", "yhteinen-ylakoulu-7-9-price", "yhteinen-ylakoulu-7-9-settled",
    }  # fmt: skip


def test_what_the_statute_pays_after_the_end_goes_back_where_that_is_agreed() -> None:
    held = Agreement(
        "a", "agreement", ("204", "174"), date(2024, 8, 1), date(2028, 7, 31),
        after_end="settled",
    )  # fmt: skip
    flows = flows_of(*one_way([10.0, 0.0, 0.0], before=10.0), PERIODS)
    kept = paid(payment_lines(flows, STATUTE, [held], RULES))
    # Seven months of 2028 are taught; what is paid for the other five and for 2029 goes back.
    assert kept == pytest.approx({2026: 96_000, 2027: 96_000, 2028: 96_000 * 213 / 366, 2029: 0.0})


def test_a_joint_authority_is_paid_94_percent() -> None:
    held = Agreement("A", "joint_authority", ("204", "174"), date(2026, 8, 1), price="shared")
    flows = flows_of(*one_way([10.0, 10.0, 10.0], before=10.0), PERIODS, [held])
    lines = payment_lines(flows, STATUTE, [held], RULES)
    # The counts of 2024 and 2025 are before the authority; the months it teaches are given back.
    assert paid(lines) == pytest.approx(
        {2026: 96_000 * 212 / 365, 2027: 0.0, **dict.fromkeys(range(2028, 2032), 0.94 * 96_000)}
    )
    assert set(lines.loc[lines["year"] >= 2028, "municipality"]) == {"204", "authority-a"}
    assert set(lines.loc[lines["year"] >= 2028, "part"]) == {"authority-7-9"}


def agreements_of(random: np.random.Generator) -> list[Agreement]:
    """Up to three agreements of random form, price, parties and years."""
    made = []
    for k in range(random.integers(0, 4)):
        parties = tuple(random.permutation(["081", "576", "781", "016"])[: random.integers(2, 5)])
        start = date(int(random.integers(2024, 2031)), int(random.integers(1, 13)), 1)
        last = date(int(random.integers(start.year, 2033)), 12, 31)
        form = FORMS[random.integers(0, len(FORMS))]
        price = ("statute", "fixed", "cost")[random.integers(0, 3)]
        made.append(
            Agreement(
                f"a{k}", form, parties, start, None if random.random() < 0.3 else last,
                price="shared" if form == "joint_authority" else price,  # type: ignore[arg-type]
                price_eur={"1-6": 7_000.0, "7-9": 11_000.0},
                after_end=("statute", "settled")[random.integers(0, 2)],  # type: ignore[arg-type]
            )
        )  # fmt: skip
    return made


@given(seed=st.integers(0, 10**9))
def test_payments_are_conserved_whatever_is_agreed(
    make: Make, by_stage: dict[str, Prices], transport: TransportPrices, seed: int
) -> None:
    """They sum to zero in every year and pair; what is counted by statute is counted once."""
    random = np.random.default_rng(seed)
    plan, now = make(seed, 4, 6), make(seed + 1, 4, 6)
    flows = flows_of(plan.ways, now.ways[now.ways["period"] == 0], plan.periods)
    agreements = agreements_of(random)
    cost = cost_per_pupil(cost_lines(plan, by_stage, transport), plan.units, plan.periods)
    lines = payment_lines(flows, STATUTE, agreements, RULES, cost)
    assert (lines["eur"] == lines["quantity"] * lines["price"]).all()
    assert lines.groupby("year")["eur"].sum().abs().max() < 1e-6
    pair = lines[["municipality", "of"]].astype(str).agg(sorted, axis=1).str.join(">")
    assert lines["eur"].groupby([pair, lines["year"]]).sum().abs().max() < 1e-6
    # Each pupil of 15 December is paid for once by statute, in the second year after.
    statutory = lines[(lines["item"] == "compensation") & (lines["eur"] > 0)]
    counted = statutory.groupby("year")["quantity"].sum()
    crossing = plan.ways[plan.ways["residence"] != plan.ways["provider"]]
    for p, years in enumerate(plan.periods):
        for year in years:
            expected = crossing.loc[crossing["period"] == p, "pupils"].sum()
            if year + 2 <= 2031:
                assert counted.get(year + 2, 0.0) == pytest.approx(expected)
    # Under agreements no more is given back than the statute has paid.
    back = lines[lines["part"].str.endswith(("-settled", "-lag"))]
    for code, own in lines.groupby("municipality"):
        given_back = -back.loc[(back["municipality"] == code) & (back["eur"] < 0), "eur"].sum()
        gross = own.loc[(own["item"] == "compensation") & (own["eur"] > 0), "eur"].sum()
        assert given_back <= gross + 1e-6 or len(agreements) > 1


def test_a_price_at_cost_is_what_a_pupil_of_the_provider_costs(
    make: Make, by_stage: dict[str, Prices], transport: TransportPrices
) -> None:
    plan = make(3, 2, 3)
    lines = cost_lines(plan, by_stage, transport)
    cost = cost_per_pupil(lines, plan.units, plan.periods)
    own = lines[~lines["item"].isin(["transport", "boarding", "closing"])]
    pupils = plan.units[plan.units["period"] == 0].groupby("home")["pupils"].sum()
    for (provider, stage, year), eur in cost.items():
        mine = own[(own["municipality"] == provider) & (own["year"] == year)]
        mine = mine[mine["of"].str.endswith(stage)]
        if year == 2026 and mine["of"].nunique() == plan.units["unit"].nunique():
            assert eur == pytest.approx(mine["eur"].sum() / pupils[provider])
    agreement = Agreement("a", "agreement", ("081", "576"), date(2026, 1, 1), price="cost")
    flows = flows_of(plan.ways, plan.ways.iloc[:0], plan.periods)
    told = payment_lines(flows, STATUTE, [agreement], RULES, cost)
    priced = told[told["part"].str.endswith("price") & (told["eur"] > 0)]
    assert len(priced) > 0
    for row in priced.to_dict("records"):
        stage = row["part"].rpartition("-price")[0][2:]
        assert row["price"] == pytest.approx(cost[row["of"], stage, row["year"]])
    with pytest.raises(ValueError, match="what a pupil costs"):
        payment_lines(flows, STATUTE, [agreement], RULES)


def test_names_become_parts_of_ids() -> None:
    assert slug("Yhteinen yläkoulu 7–9") == "yhteinen-ylakoulu-7-9"
    assert slug("Åbo & Närpes") == "abo-narpes"
    assert slug("!") == "agreement"
