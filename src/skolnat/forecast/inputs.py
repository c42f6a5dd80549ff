"""What may be brought to a forecast: a newer register, a housing plan, a named future."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from skolnat.common.faults import Fault, attempted, raise_if_any
from skolnat.forecast.housing_file import read_housing
from skolnat.forecast.scenarios import SCENARIOS, FutureScenario, HousingPlan, scenario_of
from skolnat.sources.population_table import read_newer


@dataclass(frozen=True)
class ForecastInputs:
    """What was brought, read and found sound.

    Parameters
    ----------
    population
        Newer counts; None where there are none.
    housing
        Homes to be built; None where there is no plan.
    scenario
        The future asked for.
    notes
        What was mended in the files, as warnings.
    """

    population: pd.DataFrame | None = None
    housing: HousingPlan | None = None
    scenario: FutureScenario = SCENARIOS["reference"]
    notes: tuple[Fault, ...] = ()


def read_forecast_inputs(
    population: Path | None = None, housing: Path | None = None, scenario: str = "reference"
) -> ForecastInputs:
    """Read everything that is brought to a forecast.

    Parameters
    ----------
    population
        See :func:`skolnat.sources.population_table.read_newer`.
    housing
        See :func:`skolnat.forecast.housing_file.read_housing`.
    scenario
        Name of a scenario.

    Raises
    ------
    InvalidInput
        With every fault of all of them.
    """
    faults: list[Fault] = []
    newer = None if population is None else attempted(faults, lambda: read_newer(population))
    plan = None if housing is None else attempted(faults, lambda: read_housing(housing))
    future = attempted(faults, lambda: scenario_of(scenario))
    raise_if_any(faults)
    return ForecastInputs(
        population=None if newer is None else newer.table,
        housing=plan,
        scenario=future or SCENARIOS["reference"],
        notes=() if newer is None else newer.notes,
    )
