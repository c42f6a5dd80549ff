"""The words in which plans are told are few, and every room uses the same."""

from __future__ import annotations

from typing import get_args

from skolnat.plan.scenario import GROSS_ITEMS, PAYMENT, SCENARIOS, UNCHANGEABLE, ScenarioName


def test_there_are_four_scenarios_everywhere() -> None:
    assert get_args(ScenarioName) == SCENARIOS
    assert SCENARIOS == ("today", "alone", "together", "together_keeping")


def test_a_payment_is_no_resource_and_what_cannot_change_is_one() -> None:
    assert PAYMENT not in GROSS_ITEMS
    assert set(UNCHANGEABLE) < set(GROSS_ITEMS)
    assert len(set(GROSS_ITEMS)) == len(GROSS_ITEMS)
