"""A cost id names one line, says what it rests on, and its beginnings are sums."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.economy.identity import (
    AXES,
    BASIS,
    SIDES,
    basis_of,
    identified,
    kind_of,
    state_share_lines,
)
from skolnat.economy.ledger import PlanTables, TransportPrices, cost_lines
from skolnat.economy.payments import Statute, flows_of, payment_lines
from skolnat.economy.prices import Prices
from skolnat.plan.scenario import GROSS_ITEMS, PAYMENTS
from skolnat.rules.rules import default_rules

RULES = default_rules()
Make = Callable[..., PlanTables]


@given(seed=st.integers(0, 10**9))
def test_parts_sum_to_the_whole_at_every_beginning_of_a_cost_id(
    make: Make, by_stage: dict[str, Prices], transport: TransportPrices, seed: int
) -> None:
    plan = make(seed, 3, 5)
    flows = flows_of(plan.ways, plan.ways.iloc[:0], plan.periods)
    pay = payment_lines(flows, Statute({"1-6": 6e3, "7-9": 9e3}, 2), [], RULES)
    lines = pd.concat([cost_lines(plan, by_stage, transport), pay], ignore_index=True)
    told = identified(lines, "together")
    assert told["cost_id"].is_unique
    assert told["eur"].sum() == pytest.approx(lines["eur"].sum())
    assert (told["cost_id"] == told["parent"] + "/" + told["part"]).all()
    ids = told["cost_id"].str.split("/", expand=True)
    assert list(ids.columns) == list(range(len(AXES)))
    for depth in range(1, len(AXES)):
        whole = told["eur"].groupby([ids[k] for k in range(depth)]).sum()
        parts = told["eur"].groupby([ids[k] for k in range(depth + 1)]).sum()
        assert parts.groupby(level=list(range(depth))).sum().to_numpy() == pytest.approx(
            whole.to_numpy(), abs=1e-6
        )
    # Gross and payments are net: nothing else is in a scenario.
    assert set(told["side"]) <= {"gross", "payments"}


def test_every_rule_of_every_basis_is_a_rule_and_every_item_has_a_side() -> None:
    for item, kind in BASIS:
        part = {"compensation": "7-9", "state_share": "base"}.get(item, kind)
        part = f"a-7-9-{kind}" if item == "agreement" else part
        assert kind_of(item, part) == kind
        for of in ("01234:1-6", "01234:7-9"):
            _, rules = basis_of(item, of, part)
            assert set(rules) <= set(RULES.rules), (item, kind)
    assert {item for item, _ in BASIS} == set(SIDES)
    assert set(SIDES) == {*GROSS_ITEMS, *PAYMENTS, "state_share"}


def test_rules_are_those_of_the_stage() -> None:
    assert "teaching.duty_7_9" in basis_of("teaching", "01234:7-9", "basic")[1]
    assert "teaching.duty_1_6" in basis_of("teaching", "01234:1-6", "basic")[1]
    assert "compensation.weight_13_15" in basis_of("compensation", "081", "7-9")[1]
    assert "compensation.weight_7_12" in basis_of("agreement", "081", "x-7-9-1-6-lag")[1]
    assert "state_share.base_13_15_eur" in basis_of("state_share", "7-9", "base")[1]


def test_the_state_share_by_hand() -> None:
    residents = pd.DataFrame(
        {"municipality": ["081", "081"], "year": 2026, "stage": ["1-6", "7-9"],
         "pupils": [100.0, 50.0]}
    )  # fmt: skip
    lines = state_share_lines(residents, {"1-6": 8_596.30, "7-9": 14_733.47}, 25.0)
    assert lines["eur"].tolist() == pytest.approx([-100 * 2_149.075, -50 * 3_683.3675])
