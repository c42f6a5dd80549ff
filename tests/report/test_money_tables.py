"""Money that does not add up is what courts were asked about: every sum must close."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skolnat.report import money_tables
from skolnat.report.results import Results, keyed


def test_cost_by_item_is_the_mean_year(results: Results) -> None:
    items = money_tables.by_item(results)
    assert items.loc["teaching"].tolist() == [1.8e6] * 4
    assert items.loc["property"].tolist() == pytest.approx([1.2e6, 1.05e6, 0.9e6, 1.2e6])
    # 15,000 once for each of three municipalities, over 15 years.
    assert items.loc["closing"].tolist() == pytest.approx([0.0, 3e3, 3e3, 3e3])
    assert "compensation" not in items.index


def test_compensation_sums_to_zero_and_net_is_gross_plus_it(results: Results) -> None:
    told = keyed(money_tables.by_municipality(results), "scenario", "municipality")
    assert told["together", "081"]["compensation"] == pytest.approx(30e3)
    assert told["together", "576"]["compensation"] == pytest.approx(-30e3)
    for row in told.values():
        assert row["net"] == pytest.approx(row["gross"] + row["compensation"])
    sums = money_tables.by_municipality(results).groupby("scenario")["compensation"].sum()
    assert sums.to_numpy() == pytest.approx(0.0)


def test_kinds_of_cost_sum_to_the_gross_cost(results: Results) -> None:
    kinds = money_tables.by_kind(results, "together").sum(axis=1)
    told = keyed(money_tables.by_municipality(results), "scenario", "municipality")
    for code in kinds.index:
        assert kinds[code] == pytest.approx(told["together", code]["gross"])


def test_the_waterfall_ends_where_the_scenarios_do(results: Results) -> None:
    steps = money_tables.waterfall(results)
    sums = steps[steps["total"]].set_index("kind")["end"]
    assert sums["alone"] == pytest.approx(-117e3)
    assert sums["together"] == pytest.approx(-237e3)
    parts = steps[~steps["total"]]
    assert parts.iloc[1:]["start"].tolist() == pytest.approx(parts.iloc[:-1]["end"].tolist())
    assert "other" not in set(steps["kind"])  # nothing changes there


def test_gains_tell_why_they_are_withheld(make: Callable[..., Results], results: Results) -> None:
    assert set(money_tables.gains(results)["withheld"]) == {""}
    unproven = make(withheld=True, gain=(-10.0, 20.0))
    assert set(money_tables.gains(unproven)["withheld"]) == {"no_proven_gain"}
    unsure = make(withheld=True)
    assert set(money_tables.gains(unsure)["withheld"]) == {"too_uncertain"}


def test_sensitivity_puts_the_base_between_the_factors(results: Results) -> None:
    told = money_tables.sensitivity_of_gains(results)
    assert told.columns.tolist() == [0.9, 1.0, 1.2]
    assert told.loc["576"].tolist() == [-2_000.0, 40_000.0, 38_000.0]
