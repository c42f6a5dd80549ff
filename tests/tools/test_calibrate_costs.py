"""The script that holds our prices against published facts counts what it says it counts."""

from __future__ import annotations

import pandas as pd
import pytest

import calibrate_costs as script
from skolnat.economy.prices import expected_group_table, prices
from skolnat.rules.rules import default_rules

RULES = default_rules()


def test_the_cost_of_a_pupil_by_hand() -> None:
    price, groups = prices("1-6", RULES, 2026), expected_group_table("1-6", 300, RULES, 2026)
    by_hand = price.pupil + (30_000 + 35_000 + 2_200 * 20 + price.group * groups[20]) / 20
    assert script.per_pupil(20, RULES) == pytest.approx(by_hand)
    more = price.pupil + price.group * (groups[61] - groups[60])
    assert script.marginal(60, RULES) == pytest.approx(more)


def test_a_fitted_fixed_cost_gives_the_published_saving() -> None:
    region = script.Region(pd.Series([12_000.0, 13_000.0, 15_000.0]), 0.57, 0.24, 0.02, 0.17)
    regions = dict.fromkeys(script.REGIONS, region)
    fit = script.fitted(regions, RULES)
    fixed = fit["fixed cost of a unit (leadership.school_eur + property.unit_eur)"]
    own = RULES.with_overrides({"leadership.school_eur": (fixed - 35_000.0, "fitted")})
    assert script.saving(own) == pytest.approx(
        script.PUBLISHED["20 to 60 pupils, EUR a pupil less"]
    )
    assert fit["all prices, factor"] == pytest.approx(12_358 / 13_000)
    assert script.reproduced(regions, RULES)["most of all municipalities, EUR a pupil"] == 15_000
