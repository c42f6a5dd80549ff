"""Whoever brings three things that are wrong wants to hear of all three."""

from __future__ import annotations

from pathlib import Path

import pytest

from skolnat.common.faults import InvalidInput
from skolnat.forecast.inputs import ForecastInputs, read_forecast_inputs
from skolnat.forecast.scenarios import SCENARIOS


def test_nothing_brought_is_the_reference() -> None:
    assert read_forecast_inputs() == ForecastInputs()
    assert read_forecast_inputs(scenario="official").scenario is SCENARIOS["official"]


def test_faults_of_all_are_told_together(tmp_path: Path) -> None:
    none = tmp_path / "none.csv"
    with pytest.raises(InvalidInput) as caught:
        read_forecast_inputs(none, none, "High_fertilty")
    assert [fault.code for fault in caught.value.faults] == [
        "sources.population_no_file",
        "forecast.housing_no_file",
        "forecast.misspelt_scenario",
    ]
    assert caught.value.faults[-1].values["nearest"] == "high_fertility"
