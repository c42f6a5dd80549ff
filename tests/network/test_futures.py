"""A figure that rests on a forecast needs an interval: the cost of a plan in every future.

With the mean future the cost must be that of the ledger, to the cent; with more pupils it is
worked out by hand.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from skolnat.forecast.result import AGES, Forecast
from skolnat.network.build import Period
from skolnat.network.evaluate import ledger_rows
from skolnat.network.futures import costs_in_futures, growth
from skolnat.plan.scenario import SCENARIOS
from skolnat.study.prepare import Prepared
from skolnat.study.solve import BRISK, planned, solve_markets


@pytest.fixture(scope="module")
def tunturi_lappi(prepared_example: Callable[[str], Prepared]) -> Prepared:
    return prepared_example("tunturi-lappi")


def test_growth_is_a_future_over_the_mean_of_all_by_municipality_and_period() -> None:
    draws = np.ones((2, 1, 3, len(AGES)), np.float32)
    draws[1, 0, 1:, 7] = 7.0  # age 7 is in grade 1; the base year stays as it is
    futures = Forecast(("016",), 2025, (2025, 2026, 2027), AGES, draws)
    periods = (Period((2026,)), Period((2027,)))
    # Pupils of grades 1-6: 6 in one future, 6 + 6 in the other; mean 9.
    expected = np.array([[[6 / 9], [6 / 9]], [[12 / 9], [12 / 9]]])
    np.testing.assert_allclose(growth(futures, "1-6", periods), expected)
    np.testing.assert_allclose(growth(futures, "7-9", periods), 1.0)


def test_the_mean_future_costs_what_the_ledger_says(tunturi_lappi: Prepared) -> None:
    solutions = solve_markets(tunturi_lappi.cases, BRISK, 1, None)
    plans = planned(tunturi_lappi, solutions)
    for scenario in SCENARIOS:
        for plan in plans[scenario]:
            ones = np.ones((1, len(plan.periods), len(tunturi_lappi.region.codes)))
            ledger = ledger_rows(plan, tunturi_lappi.rules)["eur"].sum()
            found = costs_in_futures(plan, ones, tunturi_lappi.rules)
            assert found[0] == pytest.approx(ledger / tunturi_lappi.years, rel=1e-9)


def test_more_pupils_cost_more_and_nobody_leaves_the_standing_costs(
    tunturi_lappi: Prepared,
) -> None:
    plan = planned(tunturi_lappi, solve_markets(tunturi_lappi.cases, BRISK, 1, None))["today"][0]
    shape = (3, len(plan.periods), len(tunturi_lappi.region.codes))
    factors = np.ones(shape) * np.array([0.0, 1.0, 1.2])[:, None, None]
    nobody, now, more = costs_in_futures(plan, factors, tunturi_lappi.rules)
    assert nobody == pytest.approx(float(plan.market.fixed[plan.open[0]].sum()))
    assert nobody < now < more
