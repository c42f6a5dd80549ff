"""A figure that rests on a forecast needs an interval: squares, and plans, in every future.

Squares must add up to the forecast in every future; with the pupils that a plan was made for its
cost must be that of the ledger, to the cent; with more pupils it is worked out by hand.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from skolnat.forecast.result import AGES, Forecast
from skolnat.network.build import Period
from skolnat.network.demand import STAGE_AGES
from skolnat.network.evaluate import ledger_rows
from skolnat.network.futures import (
    CellFutures,
    cell_futures,
    costs_in_futures,
    costs_with,
    representative,
)
from skolnat.plan.scenario import SCENARIOS
from skolnat.study.prepare import Prepared
from skolnat.study.solve import BRISK, planned, solve_markets


@pytest.fixture(scope="module")
def tunturi_lappi(prepared_example: Callable[[str], Prepared]) -> Prepared:
    return prepared_example("tunturi-lappi")


@pytest.fixture(scope="module")
def laid(tunturi_lappi: Prepared) -> CellFutures:
    prepared = tunturi_lappi
    return cell_futures(prepared.demand, prepared.forecast, prepared.periods)


def test_squares_add_up_to_the_forecast_in_every_future(
    tunturi_lappi: Prepared, laid: CellFutures
) -> None:
    forecast, home = tunturi_lappi.forecast, tunturi_lappi.demand.homes.home
    for stage, ages in STAGE_AGES.items():
        for p, period in enumerate(tunturi_lappi.periods):
            columns = [forecast.years.index(year) for year in period.years]
            whole = forecast.total(ages)[:, :, columns].mean(axis=2)
            counts = laid.counts[stage][:, p]
            found = np.stack([counts[:, home == m].sum(axis=1) for m in range(len(whole[0]))], 1)
            np.testing.assert_allclose(found, whole, rtol=1e-4)


def test_grades_add_up_to_their_stage_and_draws_do_not_depend_on_which_are_kept(
    tunturi_lappi: Prepared, laid: CellFutures
) -> None:
    prepared = tunturi_lappi
    some = cell_futures(
        prepared.demand, prepared.forecast, prepared.periods, grades=True, draws=[3, 11]
    )
    for stage, ages in STAGE_AGES.items():
        for language in ("fi", "sv"):
            grades = sum(some.grade(age - 6, language) for age in ages)
            whole = laid.pupils(stage, language)[[3, 11]]
            np.testing.assert_allclose(grades, whole, rtol=1e-3, atol=1e-4)
    assert some.weights.tolist() == [0.5, 0.5]


def test_the_mean_of_the_futures_is_what_is_planned_with(
    tunturi_lappi: Prepared, laid: CellFutures
) -> None:
    for case in tunturi_lappi.cases:
        market = case.market
        mean = laid.pupils(market.stage, market.language, market.cells).mean(axis=0)
        later = mean[len(tunturi_lappi.periods) - market.periods :]
        assert later.sum() == pytest.approx(market.pupils.sum(), rel=1e-5)
        if market.pupils.sum() > 100.0:
            assert np.corrcoef(later.ravel(), market.pupils.ravel())[0, 1] > 0.98


def test_with_the_pupils_it_was_made_for_a_plan_costs_what_the_ledger_says(
    tunturi_lappi: Prepared,
) -> None:
    solutions = solve_markets(tunturi_lappi.cases, BRISK, 1, None)
    plans = planned(tunturi_lappi, solutions)
    for scenario in SCENARIOS:
        for plan in plans[scenario]:
            ledger = ledger_rows(plan, tunturi_lappi.rules)["eur"].sum()
            found = costs_with(plan, plan.market.pupils[None], tunturi_lappi.rules)
            assert found[0] == pytest.approx(ledger / tunturi_lappi.years, rel=1e-9)


def test_more_pupils_cost_more_and_nobody_leaves_the_standing_costs(
    tunturi_lappi: Prepared, laid: CellFutures
) -> None:
    plan = planned(tunturi_lappi, solve_markets(tunturi_lappi.cases, BRISK, 1, None))["today"][0]
    factors = np.array([0.0, 1.0, 1.2])[:, None, None]
    nobody, now, more = costs_with(plan, factors * plan.market.pupils, tunturi_lappi.rules)
    assert nobody == pytest.approx(float(plan.market.fixed[plan.open[0]].sum()))
    assert nobody < now < more
    spread = costs_in_futures(plan, laid, tunturi_lappi.rules)
    assert spread.shape == (20,)
    assert 0.0 < spread.std() < 0.5 * now


def futures(draws: np.ndarray) -> Forecast:
    """One municipality, one year, so many pupils of age 7 in each draw."""
    children = np.zeros((len(draws), 1, 1, len(AGES)), np.float32)
    children[:, 0, 0, 7] = draws
    return Forecast(("016",), 2025, (2025,), AGES, children)


def test_few_draws_stand_for_all() -> None:
    whole = futures(np.array([1.0, 2.0, 3.0, 90.0, 91.0, 50.0, 50.0, 50.0, 50.0, 50.0]))
    draws, weights = representative(whole, (Period((2025,)),), 3)
    # By hand: 50 first (it is the median), then the three small ones by their middle, then 90.
    assert whole.draws[draws, 0, 0, 7].tolist() == [2.0, 90.0, 50.0]
    assert weights.tolist() == [0.3, 0.2, 0.5]
    everything, equal = representative(whole, (Period((2025,)),), 99)
    assert everything.tolist() == list(range(10))
    assert equal.sum() == pytest.approx(1.0)
