"""The assumptions of cost are worth what they reproduce: three published facts.

The median cost of a pupil was 12,358 EUR in 2023, about 55 % of it teaching and 25 % property;
growing a unit from 20 to 60 pupils saved almost 4,000 EUR a pupil, transport aside. The facts
are of one year, so the first year of the plan is looked at: later, pupils fall and buildings
stay, and a pupil costs more.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from skolnat.economy.prices import expected_group_table, prices
from skolnat.network.evaluate import ledger_rows, unit_rows
from skolnat.rules.rules import default_rules
from skolnat.study.prepare import Prepared


@pytest.mark.parametrize("year", [2023, 2026])
def test_from_20_to_60_pupils_a_pupil_costs_almost_4000_less(year: int) -> None:
    rules = default_rules()
    price, groups = prices("1-6", rules, year), expected_group_table("1-6", 60, rules, year)

    def per_pupil(pupils: int) -> float:
        unit = price.leadership + price.property_unit + price.property_seat * pupils
        return price.pupil + (unit + price.group * float(groups[pupils])) / pupils

    assert 3_500 <= per_pupil(20) - per_pupil(60) <= 4_100


@pytest.fixture(scope="module")
def first_year(
    prepared_example: Callable[[str], Prepared], today_plans: Callable[[Prepared], list]
) -> tuple[pd.DataFrame, pd.Series]:
    """Costs of Päijänne-Tavastland in 2026, and pupils by the municipality that teaches them."""
    prepared = prepared_example("paijanne-tavastland")
    plans = today_plans(prepared)
    ledger = pd.concat([ledger_rows(plan, prepared.rules) for plan in plans])
    units = pd.concat([unit_rows(plan, prepared.rules) for plan in plans])
    pupils = units[units["period"] == 0].groupby("home")["pupils"].sum()
    return ledger[ledger["year"] == prepared.study.first_year], pupils


def test_the_median_municipality_costs_what_it_did(
    first_year: tuple[pd.DataFrame, pd.Series],
) -> None:
    ledger, pupils = first_year
    per_pupil = ledger.groupby("home")["eur"].sum() / pupils
    assert len(per_pupil) == 10
    assert per_pupil.median() == pytest.approx(12_358, rel=0.08)
    assert per_pupil.between(8_900, 30_000).all()


def test_teaching_is_about_55_and_property_about_25_percent(
    first_year: tuple[pd.DataFrame, pd.Series],
) -> None:
    ledger, _ = first_year
    share = ledger.groupby("item")["eur"].sum() / ledger["eur"].sum()
    assert 0.50 <= share["teaching"] + share["pupil_teaching"] <= 0.60
    assert 0.20 <= share["property"] <= 0.30
