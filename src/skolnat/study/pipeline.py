"""The steps of a study, each kept under the hash of what it depends on."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from skolnat.common.faults import Fault
from skolnat.cooperation.gains import Gain, gain_of
from skolnat.cooperation.game import Game
from skolnat.cooperation.shapley import Shares, exact_shares, sampled_shares
from skolnat.forecast import forecast
from skolnat.forecast.inputs import ForecastInputs
from skolnat.forecast.result import Forecast
from skolnat.network.solve import Effort
from skolnat.network.warm import compile_kernels
from skolnat.region.names import shown_names
from skolnat.sources import reference
from skolnat.study.cache import Steps, file_hash, key_of
from skolnat.study.file import StudyFile
from skolnat.study.inputs import Inputs, read_inputs
from skolnat.study.prepare import Prepared, cases_with_capacity, prepare
from skolnat.study.results import Evaluated, Tables, evaluate, summary, without_road
from skolnat.study.roads import notes_of
from skolnat.study.routes import routes_of, with_routes
from skolnat.study.solve import BRISK, EFFORTS, MarketSolution, planned, solve_markets, turns
from skolnat.study.tables import all_tables, gross_gains

EXACT_PLAYERS = 5
"""Up to so many municipalities every coalition is valued."""


@dataclass(frozen=True)
class Result:
    """What a study gives: its tables and its summary."""

    tables: Tables
    summary: dict[str, Any]


def compute(path: Path, steps: Steps, executor: Executor | None) -> Result:
    """Run the steps of a study.

    Parameters
    ----------
    path
        The study file.
    steps
        Where answers are kept.
    executor
        Processes for what can be done side by side; None does it here.

    Raises
    ------
    InvalidInput
        With every fault of the input, before anything is computed.
    """
    inputs = read_inputs(path)
    study = inputs.study
    files = [file_hash(path)]
    named = {file: file_hash(file) for file in study.named_files}
    files += named.values()
    futures_key = key_of(
        "forecast", study.base_year, study.last_year, study.draws, study.seed,
        study.municipalities, study.forecast_scenario,
        [file and named[file] for file in (study.population, study.housing)],
    )  # fmt: skip
    futures = steps.run("forecast", futures_key, lambda: study_futures(study, inputs.futures))
    key = key_of(files)
    prepared = steps.run(
        "journeys",
        key,
        lambda: prepare(study, inputs.region, futures, inputs.workbook, roads=inputs.roads),
    )
    steps.run("compile", key_of("compile"), compile_kernels)
    solutions = steps.run(
        "network", key, lambda: solve_markets(prepared.cases, _effort(study), study.seed, executor)
    )
    evaluated = steps.run("evaluate", key, lambda: evaluate(prepared, planned(prepared, solutions)))
    by_distance = gross_gains(prepared, evaluated)
    if study.buses.routes:
        buses = steps.run("buses", key, lambda: routes_of(prepared, evaluated, inputs, executor))
        evaluated = with_routes(prepared, evaluated, buses)
    gain = steps.run("cooperation", key, lambda: _gain(prepared, solutions, evaluated, executor))
    repeats = steps.run(
        "sensitivity",
        key,
        lambda: _sensitivity(prepared, solutions, gain, by_distance, executor),
    )
    book = inputs.workbook
    own = () if book is None else set(book.pupil_places["municipality"])
    tables = steps.run("tables", key, lambda: all_tables(prepared, evaluated, gain, repeats, own))
    return Result(tables, _summary(inputs, prepared, evaluated, solutions, gain, repeats, steps))


def study_futures(study: StudyFile, brought: ForecastInputs | None = None) -> Forecast:
    """Sample the futures of the whole country and keep the study's municipalities."""
    told = brought or ForecastInputs()
    whole = forecast(
        base_year=study.base_year, until=study.last_year, draws=study.draws, seed=study.seed,
        scenario=told.scenario, population=told.population, housing=told.housing,
    )  # fmt: skip
    return whole.select(study.municipalities)


def _effort(study: StudyFile) -> Effort:
    return EFFORTS[study.network.effort]


def _interval(solutions: tuple[MarketSolution, ...], years: int) -> tuple[float, float]:
    """The proven interval of the gain alone to together, euros a year."""
    alone = [solution.solved["alone"] for solution in solutions]
    together = [solution.solved["together"] for solution in solutions]
    cheapest_together = sum(solution.together.cost for solution in solutions)
    cheapest_alone = sum(solution.alone.cost for solution in solutions)
    low = sum(s.bound for s in alone) - cheapest_together
    high = cheapest_alone - sum(s.bound for s in together)
    return low / years, high / years


def _gain(
    prepared: Prepared,
    solutions: tuple[MarketSolution, ...],
    evaluated: Evaluated,
    executor: Executor | None,
) -> Gain:
    low, high = _interval(solutions, prepared.years)
    shares = _shares(prepared, solutions, executor) if low > 0.0 else None
    return gain_of(low, high, gross_gains(prepared, evaluated), shares)


def _shares(
    prepared: Prepared, solutions: tuple[MarketSolution, ...], executor: Executor | None
) -> Shares | None:
    players = len(prepared.region.codes)
    if players < 2:
        return None
    game = Game(
        prepared.cases,
        [solution.alone for solution in solutions],
        [solution.together for solution in solutions],
        players,
        prepared.study.seed,
        executor,
    )
    if players <= EXACT_PLAYERS:
        shares = exact_shares(players, game.values)
    else:
        pairs = prepared.study.cooperation.pairs
        shares = sampled_shares(players, game.values, pairs=pairs, seed=prepared.study.seed)
    years = prepared.years
    return Shares(shares.shares / years, shares.errors / years, shares.exact, shares.coalitions)


def _sensitivity(
    prepared: Prepared,
    solutions: tuple[MarketSolution, ...],
    gain: Gain,
    savings_before: np.ndarray,
    executor: Executor | None,
) -> pd.DataFrame:
    """Repeat the run with other capacities and tell what turns.

    The savings of municipalities are compared by distance on both sides: the repeats have no
    routes.
    """
    rows = []
    for factor in prepared.study.sensitivity.capacity:
        cases = cases_with_capacity(prepared, factor)
        other = solve_markets(cases, BRISK, prepared.study.seed, executor)
        again = evaluate(prepared, planned(prepared, other), in_futures=False)
        savings = gross_gains(prepared, again)
        for m, code in enumerate(prepared.region.codes):
            base, now = float(savings_before[m]), float(savings[m])
            rows.append(
                (factor, "gain", "together", code, "", base, now, _sign(base) != _sign(now))
            )
        low, high = _interval(other, prepared.years)
        middle = (gain.low + gain.high) / 2.0
        turned = (low > 0.0) != (gain.low > 0.0)
        rows.append((factor, "gain", "together", "", "", middle, (low + high) / 2.0, turned))
        for scenario, unit, before, after in turns(solutions, other, cases):
            rows.append((factor, "closure", scenario, "", unit, before, after, True))
    columns = [
        "capacity_factor",
        "what",
        "scenario",
        "municipality",
        "unit",
        "base",
        "value",
        "turns",
    ]
    table = pd.DataFrame(rows, columns=columns)
    homes = prepared.units.set_index("unit")["municipality"]
    closures = table["what"] == "closure"
    table.loc[closures, "municipality"] = table.loc[closures, "unit"].map(homes)
    return table.astype({"base": "float64", "value": "float64", "turns": "bool"})


SMALL_GAIN_EUR = 10_000.0
"""Savings closer to zero than this have no sign."""


def _sign(eur: float) -> int:
    return 0 if abs(eur) < SMALL_GAIN_EUR else int(np.sign(eur))


def _road_notes(prepared: Prepared) -> list[Fault]:
    """Places and schools of the study that no road joins."""
    shown = shown_names(reference.municipalities())
    return notes_of(prepared.journeys, prepared.demand.cells, without_road(prepared), shown)


def _summary(
    inputs: Inputs,
    prepared: Prepared,
    evaluated: Evaluated,
    solutions: tuple[MarketSolution, ...],
    gain: Gain,
    repeats: pd.DataFrame,
    steps: Steps,
) -> dict[str, Any]:
    turned = repeats[repeats["turns"]]
    keys = turned["what"] + ":" + turned["scenario"] + ":" + turned["municipality"]
    not_robust = sorted(set(keys + ":" + turned["unit"]))
    result = summary(prepared, evaluated, solutions, gain, not_robust, steps.seconds)
    result["warnings"] = [
        {"code": fault.code, "values": {k: str(v) for k, v in fault.values.items()}}
        for fault in (*inputs.warnings, *_road_notes(prepared))
    ]
    result["forecast"] = {
        "scenario": inputs.study.forecast_scenario,
        "population": inputs.futures.population is not None,
        "housing": inputs.futures.housing is not None,
    }
    return result
