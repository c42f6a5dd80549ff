"""Scenarios are promises about what differs: the numbers must be those of their names."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from skolnat.forecast.result import AGES, Forecast
from skolnat.forecast.scenarios import (
    NEW_SHARE,
    SCENARIOS,
    FutureScenario,
    HousingPlan,
    raked_to_regions,
    scenario_of,
)
from skolnat.forecast.simulate import Drivers


def test_fertility_is_phased_in() -> None:
    by_year = FutureScenario("x", fertility=0.8).fertility_by_year(2025)
    assert by_year[2025] == 1.0
    assert by_year[2030] == pytest.approx(0.8)
    drivers = Drivers(by_year)
    steps = [drivers.fertility_step(year) for year in range(2026, 2033)]
    assert np.prod(steps) == pytest.approx(0.8)
    assert steps[-1] == 1.0


def test_names_find_their_scenario_and_one_of_your_own_is_taken() -> None:
    own = FutureScenario("mine", migration=0.0)
    assert scenario_of(own) is own
    assert scenario_of("high_migration") is SCENARIOS["high_migration"]


def test_housing_brings_the_children_it_says() -> None:
    plan = HousingPlan(
        pd.DataFrame(
            [("016", 2027, "house", 10), ("016", 2027, "flat", 4)],
            columns=["municipality", "year", "kind", "dwellings"],
        ),
        children={"house": 1.0, "flat": 0.5},
    )
    arrivals = plan.arrivals(["009", "016"])
    assert arrivals[2027][0].sum() == 0.0
    assert arrivals[2027][1].sum() == pytest.approx(12.0 * NEW_SHARE, rel=0.05)


def test_raking_keeps_the_spread_in_proportion() -> None:
    rng = np.random.default_rng(1)
    draws = rng.uniform(10, 30, (40, 2, 2, 16)).astype(np.float32)
    future = Forecast(("016", "081"), 2025, (2025, 2026), AGES, draws)
    projection = pd.DataFrame({"region": "07", "year": 2026, "age": range(16), "persons": 100.0})
    raked = raked_to_regions(future, {"016": "07", "081": "07"}, projection)
    np.testing.assert_allclose(raked.mean()[:, 1].sum(axis=0), 100.0, rtol=1e-5)
    assert (raked.draws[:, :, 0] == draws[:, :, 0]).all()
    ratio = raked.draws[:, :, 1] / draws[:, :, 1]
    assert np.ptp(ratio, axis=(0, 1)).max() < 1e-4
