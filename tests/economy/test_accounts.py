"""An account in common makes no euro and loses none: its cost is borne once, by the key, net.

What an authority is paid beside its key is taken off the key; what a responsible municipality's
parties pay by statute is given back. So nobody pays twice, and in no year is anything left over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.economy.accounts import Account, account_lines, account_of, key_parts, on_accounts
from skolnat.economy.identity import AUTHORITY_SHARE, identified
from skolnat.economy.ledger import PlanTables, TransportPrices, cost_lines
from skolnat.economy.payments import Statute, cost_per_pupil, flows_of, payment_lines
from skolnat.economy.prices import Prices
from skolnat.plan.agreement import Agreement
from skolnat.rules.rules import default_rules

RULES = default_rules()
STATUTE = Statute({"1-6": 6_000.0, "7-9": 9_600.0}, 2)
PERIODS = ((2026, 2027), (2028, 2029, 2030), (2031,))
CODES = ["081", "576", "781", "016"]
PEOPLE = {"081": 2_600.0, "576": 2_800.0, "781": 3_400.0, "016": 8_000.0}
Make = Callable[..., PlanTables]


def authority(name: str = "A", **changes: object) -> Agreement:
    told = {"form": "joint_authority", "parties": ("081", "576"), "start": date(2020, 8, 1)}
    return Agreement(name, **{"price": "shared", **told, **changes})  # type: ignore[arg-type]


def led(name: str = "L", **changes: object) -> Agreement:
    told = {"form": "responsible_municipality", "responsible": "576"}
    return authority(name, **{**told, **changes})


def units_and_ways(
    loads: dict[tuple[str, str], float], stage: str = "7-9"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One unit of a stage in every municipality, with pupils by residence and provider."""
    homes = sorted({provider for _, provider in loads})
    units = pd.DataFrame(
        [(p, f"{home}:{stage}", stage, home) for p in range(3) for home in homes],
        columns=["period", "unit", "stage", "home"],
    )
    ways = pd.DataFrame(
        [(p, home, provider, stage, pupils)
         for p in range(3) for (home, provider), pupils in loads.items()],
        columns=["period", "residence", "provider", "stage", "pupils"],
    )  # fmt: skip
    return units, ways


def teaching(eur: dict[str, float], stage: str = "7-9") -> pd.DataFrame:
    """A line of teaching and one of the journey a year, and a closing, of each provider."""
    rows = [
        (home, year, item, f"{home}:{stage}", part, 1.0, price, price)
        for home, teach in eur.items()
        for year in range(2026, 2032)
        for item, part, price in (
            ("teaching", "basic", teach),
            ("transport", "pupil", 7_000.0),
            ("closing", "unit", 90_000.0),
        )
    ]
    columns = ["municipality", "year", "item", "of", "part", "quantity", "price", "eur"]
    return pd.DataFrame(rows, columns=columns)


def settled(
    agreements: list[Agreement], resources: pd.DataFrame, units: pd.DataFrame, ways: pd.DataFrame,
    before: pd.DataFrame | None = None, cost: pd.Series | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, list[Account]]:  # fmt: skip
    """Lines as booked, every payment, and the accounts."""
    booked = on_accounts(resources, units, agreements)
    early = ways[ways["period"] == 0] if before is None else before
    flows = flows_of(ways, early, PERIODS, agreements)
    paid = payment_lines(flows, STATUTE, agreements, RULES, cost)
    accounts = [
        account_of(one, booked, units, ways, PERIODS, PEOPLE) for one in agreements if one.holder
    ]
    shared = [account_lines(account, paid) for account in accounts]
    return booked, pd.concat([paid, *shared], ignore_index=True), accounts


def of_year(lines: pd.DataFrame, code: str, year: int) -> float:
    return float(lines.loc[(lines["municipality"] == code) & (lines["year"] == year), "eur"].sum())


EUR = {"081": 500_000.0, "576": 900_000.0}
LOADS = {("081", "081"): 30.0, ("081", "576"): 10.0, ("576", "576"): 60.0, ("781", "576"): 5.0}


def test_an_authority_is_paid_94_percent_of_every_pupil_and_the_rest_by_its_pupils() -> None:
    """081 has 40 of the members' 100 pupils; 781 is no member and pays compensation alone."""
    units, ways = units_and_ways(LOADS)
    booked, paid, _ = settled([authority()], teaching(EUR), units, ways)
    each = 0.94 * 9_600
    rest = 1_400_000 - 105 * each
    for year in range(2026, 2032):
        assert of_year(booked, "authority-a", year) == pytest.approx(1_400_000)
        assert of_year(paid, "081", year) == pytest.approx(40 * each + 0.4 * rest)
        assert of_year(paid, "576", year) == pytest.approx(60 * each + 0.6 * rest)
        assert of_year(paid, "781", year) == pytest.approx(5 * each)
        assert of_year(paid, "authority-a", year) == pytest.approx(-1_400_000)
        # What closing and the journey cost stays where it was.
        assert of_year(booked, "081", year) == pytest.approx(97_000)


def test_a_responsible_municipality_bears_the_cost_and_compensation_is_replaced() -> None:
    """Net of compensation the other party pays its part and no more; 781 goes on by statute."""
    units, ways = units_and_ways(LOADS)
    booked, paid, _ = settled([led()], teaching(EUR), units, ways)
    rest = 1_400_000 - 5 * 9_600
    assert of_year(booked, "576", 2029) == pytest.approx(1_400_000 + 97_000)
    assert of_year(paid, "081", 2029) == pytest.approx(0.4 * rest)
    assert of_year(paid, "781", 2029) == pytest.approx(5 * 9_600)
    assert of_year(paid, "576", 2029) == pytest.approx(-0.4 * rest - 5 * 9_600)
    mine = paid[(paid["municipality"] == "081") & (paid["year"] == 2029)].set_index("part")["eur"]
    # The statute is paid for all 40, and given back: the state settles it whatever is agreed.
    assert mine.to_dict() == pytest.approx(
        {"7-9": 40 * 9_600, "l-7-9-settled": -40 * 9_600, "l-7-9-share": 0.4 * rest}
    )


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({}, 0.4),
        ({"key": "population"}, 2_600 / 5_400),
        ({"key": "equal"}, 0.5),
        ({"key": "shares", "shares": {"081": 0.25, "576": 0.75}}, 0.25),
    ],
)
def test_the_parts_by_every_key(changes: dict[str, object], part: float) -> None:
    _, ways = units_and_ways(LOADS)
    parts = key_parts(led(stages=("7-9",), **changes), ways, PERIODS, PEOPLE)
    assert parts["081"].to_numpy() == pytest.approx([part] * 6)
    assert parts.sum(axis=1).to_numpy() == pytest.approx([1.0] * 6)


def test_a_key_that_tells_nothing_is_equal_parts() -> None:
    _, ways = units_and_ways(dict.fromkeys(LOADS, 0.0))
    for key in ("pupils", "population"):
        parts = key_parts(led(stages=("7-9",), key=key), ways, PERIODS, {})
        assert parts["081"].to_numpy() == pytest.approx([0.5] * 6)


def test_the_first_year_is_shared_whole_and_the_old_lag_is_not_paid_beside_it() -> None:
    """From 1 August 2028: 153 of 366 days. No count is the authority's before that December."""
    units, ways = units_and_ways(LOADS)
    one = authority(start=date(2028, 8, 1))
    _, paid, _ = settled([one], teaching(EUR), units, ways)
    share = 153 / 366
    assert of_year(paid, "081", 2027) == pytest.approx(10 * 9_600)
    assert of_year(paid, "081", 2028) == pytest.approx(
        0.4 * share * 1_400_000 + (1 - share) * 10 * 9_600
    )
    assert of_year(paid, "081", 2029) == pytest.approx(0.4 * 1_400_000)
    each = 0.94 * 9_600
    assert of_year(paid, "081", 2030) == pytest.approx(40 * each + 0.4 * (1_400_000 - 105 * each))


@pytest.mark.parametrize("after_end", ["statute", "settled"])
def test_what_an_authority_is_paid_after_its_end_goes_back(after_end: str) -> None:
    """Ended 31 July 2028: paid to the end of 2029 for pupils whom it teaches no more."""
    units, ways = units_and_ways(LOADS)
    one = authority(end=date(2028, 7, 31), after_end=after_end)
    _, paid, _ = settled([one], teaching(EUR), units, ways)
    each = 0.94 * 9_600
    back = 0.4 * 105 * each if after_end == "statute" else 40 * each + 0.4 * 5 * each
    assert of_year(paid, "081", 2029) == pytest.approx(40 * each - back)
    assert of_year(paid, "authority-a", 2029) == pytest.approx(0.0)
    # Two years after the end the statute is that of neighbours again.
    assert of_year(paid, "081", 2030) == pytest.approx(10 * 9_600)


def test_a_responsible_municipality_keeps_the_lag_unless_it_is_settled() -> None:
    units, ways = units_and_ways(LOADS)
    eur = teaching(EUR)
    _, kept, _ = settled([led(end=date(2028, 7, 31))], eur, units, ways)
    assert of_year(kept, "081", 2029) == pytest.approx(40 * 9_600)
    _, back, _ = settled([led(end=date(2028, 7, 31), after_end="settled")], eur, units, ways)
    assert of_year(back, "081", 2029) == pytest.approx(0.0)


def drawn(random: np.random.Generator) -> list[Agreement]:
    """An authority or a responsible municipality, perhaps another of the rest, perhaps a price."""
    order = [str(code) for code in random.permutation(CODES)]
    groups = [order[:2], order[2:]] if random.random() < 0.5 else [order[: random.integers(2, 5)]]
    made = []
    for k, group in enumerate(groups):
        start = date(int(random.integers(2019, 2031)), int(random.integers(1, 13)), 1)
        end = date(int(random.integers(start.year, 2033)), 12, 31 if random.random() < 0.5 else 7)
        key = ["pupils", "population", "equal", "shares"][random.integers(0, 4)]
        parts = random.dirichlet(np.ones(len(group)))
        told: dict[str, object] = {
            "parties": tuple(group), "start": start, "key": key,
            "end": None if random.random() < 0.3 else end,
            "shares": dict(zip(group, parts.tolist(), strict=True)) if key == "shares" else {},
            "stages": [("7-9",), ("1-6", "7-9")][random.integers(0, 2)],
            "after_end": ["statute", "settled"][random.integers(0, 2)],
        }  # fmt: skip
        if random.random() < 0.5:
            made.append(authority(f"a{k}", **told))
        else:
            made.append(led(f"l{k}", responsible=group[random.integers(0, len(group))], **told))
    if random.random() < 0.5:
        price = ["fixed", "cost"][random.integers(0, 2)]
        made.append(
            Agreement("p", "agreement", tuple(order[1:3]), date(2027, 8, 1), price=price,  # type: ignore[arg-type]
                      price_eur={"1-6": 7_000.0, "7-9": 11_000.0})
        )  # fmt: skip
    return made


@given(seed=st.integers(0, 10**9))
def test_accounts_are_conserved_whatever_is_agreed(
    make: Make, by_stage: dict[str, Prices], transport: TransportPrices, seed: int
) -> None:
    """Every euro is borne where it was or on an account; payments are zero; nothing is left."""
    random = np.random.default_rng(seed)
    plan, now = make(seed, 4, 6), make(seed + 1, 4, 6)
    agreements = drawn(random)
    resources = cost_lines(plan, by_stage, transport)
    before = now.ways[now.ways["period"] == 0].drop(columns="period")
    cost = cost_per_pupil(resources, plan.units, plan.periods)
    booked, paid, accounts = settled(agreements, resources, plan.units, plan.ways, before, cost)
    # Gross: the same euros by the place where the school lies, and each line is its formula.
    keys = ["year", "item", "of", "part"]
    old = resources.astype({"item": "str", "part": "str"}).groupby(["municipality", *keys])["eur"]
    new = booked.astype({"item": "str", "part": "str"}).groupby(["place", *keys])["eur"]
    assert new.sum().to_numpy() == pytest.approx(old.sum().to_numpy())
    assert (booked["eur"] == booked["quantity"] * booked["price"]).all()
    assert not booked.loc[booked["eur"] == 0.0].size
    # Payments: both sides, in every year and pair.
    assert paid["eur"].to_numpy() == pytest.approx((paid["quantity"] * paid["price"]).to_numpy())
    assert paid.groupby("year")["eur"].sum().abs().max() < 1e-5
    pair = paid[["municipality", "of"]].astype(str).agg(sorted, axis=1).str.join(">")
    assert paid["eur"].groupby([pair, paid["year"]]).sum().abs().max() < 1e-5
    # An authority has nothing left in any year: gross and payments are zero together.
    both = pd.concat([booked, paid])
    held = both[both["municipality"].astype(str).str.startswith("authority-")]
    if len(held):
        assert held.groupby(["municipality", "year"])["eur"].sum().abs().max() < 1e-4
    # Gross minus transfers is net: what the municipalities bear is what the plan costs.
    own = both[both["municipality"].isin(CODES)].groupby("year")["eur"].sum()
    gross = resources.groupby("year")["eur"].sum()
    assert own.reindex(gross.index, fill_value=0.0).to_numpy() == pytest.approx(gross.to_numpy())
    for account in accounts:
        assert account.parts.sum(axis=1).to_numpy() == pytest.approx(np.ones(len(account.parts)))
        assert (account.parts.to_numpy() >= 0).all()


@given(seed=st.integers(0, 10**9))
def test_a_pupil_is_paid_for_once_by_statute_also_on_an_account(make: Make, seed: int) -> None:
    """Each pupil of 15 December whose provider is another counts in the second year after."""
    agreements = [one for one in drawn(np.random.default_rng(seed)) if one.holder]
    plan = make(seed, 4, 6)
    flows = flows_of(plan.ways, plan.ways.iloc[:0], plan.periods, agreements)
    lines = payment_lines(flows, STATUTE, agreements, RULES)
    statutory = lines[(lines["item"] == "compensation") & (lines["eur"] > 0)]
    counted = statutory.groupby("year")["quantity"].sum()
    for p, years in enumerate(plan.periods):
        rows = plan.ways[plan.ways["period"] == p]
        for year in (one for one in years if one + 2 <= 2031):
            expected = 0.0
            for _, provider, stage, home, pupils in rows[
                ["unit", "provider", "stage", "residence", "pupils"]
            ].itertuples(index=False):
                held = [a.holder for a in agreements
                        if a.held(stage, provider) and a.holds_on(date(year, 12, 15))]  # fmt: skip
                expected += pupils * ((held[0] if held else provider) != home)
            assert counted.get(year + 2, 0.0) == pytest.approx(expected)


def test_lines_of_an_account_have_their_measures_and_rules() -> None:
    units, ways = units_and_ways(LOADS)
    booked, paid, _ = settled([authority()], teaching(EUR), units, ways)
    named = identified(pd.concat([booked, paid]), "together").set_index("cost_id")
    share = named.loc["together/081/payments/agreement/2029/authority-a/a-7-9-share"]
    assert (share["measure"], share["quantity"]) == ("part", pytest.approx(0.4))
    line = named.loc["together/authority-a/gross/teaching/2029/081:7-9/basic"]
    assert (line["place"], line["eur"]) == ("081", 500_000)
    by_statute = named.loc["together/081/payments/compensation/2029/authority-a/authority-7-9"]
    assert AUTHORITY_SHARE in by_statute["rules"].split(";")
