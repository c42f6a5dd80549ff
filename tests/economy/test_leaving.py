"""The exit year, by hand; and Kaavi–Juankoski, whose agreement ended on 31 July 2015."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.economy.leaving import Way, exit_account, exit_accounts
from skolnat.economy.payments import Statute, flows_of, payment_lines
from skolnat.plan.agreement import Agreement
from skolnat.rules.rules import default_rules

RULES = default_rules()


def agreement(**changes: object) -> Agreement:
    told: dict[str, object] = {
        "name": "x", "form": "agreement", "parties": ("204", "174"), "start": date(2028, 8, 1),
    }  # fmt: skip
    return Agreement(**{**told, **changes})  # type: ignore[arg-type]


WAY = Way("204", "174", "7-9", 10.0, 9_600.0, since=2028)


def sums(table: pd.DataFrame) -> dict[tuple[int, str], float]:
    return table.groupby(["year", "kind"])["eur"].sum().to_dict()


def test_the_statute_pays_for_seventeen_months_after_the_last_lesson() -> None:
    found = exit_account(agreement(), [WAY], date(2030, 1, 1), 12, 2)
    assert set(found["end"]) == {"2031-07-31"}
    # In force: 2030 by the count of 2028, and January to July 2031; then the lag.
    assert sums(found) == pytest.approx(
        {
            (2030, "in_force"): 96_000,
            (2031, "in_force"): 96_000 * 212 / 365,
            (2031, "lag"): 96_000 * 153 / 365,
            (2032, "lag"): 96_000,
        }
    )
    late = found[found["kind"] == "lag"]
    assert late["months"].sum() == pytest.approx(17, abs=0.1)


def test_an_agreed_price_ends_with_the_last_lesson_and_the_lag_does_not() -> None:
    way = Way("204", "174", "7-9", 10.0, 9_600.0, agreed=12_000.0, since=2028)
    found = sums(exit_account(agreement(price="fixed"), [way], date(2030, 1, 1), 6, 2))
    assert found == pytest.approx(
        {
            (2030, "in_force"): 120_000 * 212 / 365,
            (2030, "lag"): 96_000 * 153 / 365,
            (2031, "lag"): 96_000,
        }
    )


def test_what_is_settled_comes_back_to_the_cent() -> None:
    found = exit_account(agreement(after_end="settled"), [WAY], date(2030, 1, 1), 12, 2)
    total = found.groupby("kind")["eur"].sum()
    assert total["lag"] + total["paid_back"] == pytest.approx(0.0)


@given(
    given_day=st.dates(date(2030, 1, 1), date(2035, 12, 31)),
    notice=st.integers(0, 36),
    lag=st.integers(0, 3),
    since=st.integers(2026, 2031),
)
def test_the_exit_account_is_what_the_ledger_pays_when_the_agreement_ends(
    given_day: date, notice: int, lag: int, since: int
) -> None:
    """Two ways to one sum: the account, and the payments of a plan with that end."""
    way = Way("204", "174", "7-9", 10.0, 9_600.0, agreed=12_000.0, since=since)
    held = agreement(price="fixed", price_eur={"7-9": 12_000.0})
    table = exit_account(held, [way], given_day, notice, lag)
    end = date.fromisoformat(table["end"].iloc[0])
    years = tuple(range(2020, end.year + lag + 3))
    flows = pd.DataFrame(
        {
            "period": range(len(years)), "residence": "204", "provider": "174", "stage": "7-9",
            # In the year of the end they are there to July and gone on the day that counts: the
            # price is of the months in force, the count of none.
            "pupils": [10.0 if since <= year <= end.year else 0.0 for year in years],
        }
    )  # fmt: skip
    told = flows_of(flows, flows.iloc[:0].drop(columns="period"), tuple((y,) for y in years))
    lines = payment_lines(told, Statute({"7-9": 9_600.0}, lag), [held.ended(end)], RULES)
    mine = lines[(lines["municipality"] == "204") & (lines["year"] >= given_day.year)]
    # The flow of the last autumn stands for the spring alone, which is not counted on its day.
    ghost = lines["year"].eq(end.year + lag) & lines["municipality"].eq("204")
    expected = mine["eur"].sum() - lines.loc[ghost, "eur"].sum() * (lag > 0)
    if lag > 0:
        assert table["eur"].sum() == pytest.approx(expected)


def test_longer_notice_moves_the_lag_and_does_not_shorten_it() -> None:
    table = exit_accounts(agreement(), [WAY], date(2030, 1, 1), 2)
    late = table[table["kind"] == "lag"].groupby("notice_months")["eur"].sum()
    assert late.index.tolist() == [6, 12, 24]
    assert late.to_numpy() == pytest.approx([96_000 * (1 + 153 / 365)] * 2
                                            + [96_000 * (1 + 153 / 366)])  # fmt: skip


CLAIM_EUR = 1_221_014.0
"""What Kaavi claimed for 2015 and 2016 (KHO 1003/2020)."""


def kaavi(pupils: float) -> pd.DataFrame:
    """The account of Kaavi (204) and Juankoski (174): given up to end on 31.7.2015."""
    base = {year: RULES.number("compensation.base_eur", year) for year in (2015, 2016)}
    parts = []
    for year, eur in base.items():
        way = Way("204", "174", "7-9", pupils, 1.6 * eur, since=2008)
        held = agreement(start=date(2008, 8, 1))
        account = exit_account(held, [way], date(2014, 7, 31), 12, 2)
        parts.append(account[account["year"] == year])
    return pd.concat(parts)


def test_kaavi_paid_juankoski_for_seventeen_months_after_the_end() -> None:
    table = kaavi(1.0)
    assert set(table["end"]) == {"2015-07-31"}
    late = table[table["kind"] == "lag"].set_index("year")
    # 1.60 × 6,226.21 for five months of 2015, 1.60 × 6,693.89 for the whole of 2016.
    assert late.loc[2015, "eur"] == pytest.approx(9_961.936 * 153 / 365)
    assert late.loc[2016, "eur"] == pytest.approx(10_710.224)
    assert late["months"].sum() == pytest.approx(17, abs=0.1)


def test_the_claim_is_of_the_size_of_a_small_municipalitys_upper_grades() -> None:
    """How many pupils is not known to us; the claim lies between these two readings of it."""
    late = kaavi(1.0).query("kind == 'lag'")["eur"].sum()
    both_years = 1.6 * (6_226.21 + 6_693.89)
    assert CLAIM_EUR / late == pytest.approx(82.02, abs=0.01)
    assert CLAIM_EUR / both_years == pytest.approx(59.07, abs=0.01)
