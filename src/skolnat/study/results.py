"""The tables of a result: everything that the report says, and the summary for machines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

import numpy as np
import pandas as pd

from skolnat.checks.breaches import check_plan
from skolnat.cooperation.gains import Gain
from skolnat.economy.identity import STATE_ITEM
from skolnat.economy.ledger import LINE
from skolnat.network.cut_off import cells_cut_off
from skolnat.network.demand import STAGE_AGES
from skolnat.network.evaluate import (
    Planned,
    assignment_rows,
    journey_rows,
    pupils_moved,
    unit_rows,
)
from skolnat.network.futures import cell_futures, costs_in_futures
from skolnat.plan.scenario import (
    PAYMENTS,
    SCENARIOS,
    SHARED_TEACHING,
    SMALL_GROUPS,
    UNCHANGEABLE,
    WITH_AGREEMENT,
    ScenarioName,
)
from skolnat.study.measures import lines_of_measures, measures_in
from skolnat.study.money import (
    costs_of,
    flows_before,
    ledger_of,
    paid_by_statute,
    resource_lines,
    state_share,
)
from skolnat.study.prepare import Prepared
from skolnat.study.small_groups import SmallGroups, small_groups_of
from skolnat.study.solve import MarketSolution
from skolnat.study.teaching import (
    checked,
    groups_of_plan,
    hours_of_plan,
    recounted,
    seats_of,
    teaching_of,
)
from skolnat.study.terms import agreement_rows, exit_rows
from skolnat.teaching.demand import Teaching
from skolnat.teaching.range import Range, optional_range

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Evaluated:
    """The plans of every scenario as tables.

    Parameters
    ----------
    units, assignments, ledger, journeys, breaches, range, groups, hours, recount
        One table of all scenarios each, with a column ``scenario``; municipalities as codes.
    costs
        The lines behind the ledger, and of the state share, each with its cost id.
    by_statute
        What each municipality would pay if nothing were agreed, over all years.
    agreements, exit
        The agreements of the study, or a draft, and what leaving them costs.
    moved
        Pupils who change school, by scenario.
    small_groups
        What small groups cost, by scenario.
    futures
        Gross cost in each sampled future, euros a year: ``scenario, future, eur``.
    buses
        Tables of the bus routes by name, empty where none are planned, see
        :mod:`skolnat.study.routes`.
    instead
        What routes cost beyond the estimate by distance, euros a year, by scenario.
    """

    units: pd.DataFrame
    assignments: pd.DataFrame
    ledger: pd.DataFrame
    journeys: pd.DataFrame
    breaches: pd.DataFrame
    range: pd.DataFrame
    costs: pd.DataFrame
    by_statute: pd.DataFrame
    agreements: pd.DataFrame
    exit: pd.DataFrame
    groups: pd.DataFrame
    hours: pd.DataFrame
    recount: pd.DataFrame
    moved: Mapping[str, float]
    small_groups: Mapping[ScenarioName, SmallGroups]
    futures: pd.DataFrame
    buses: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    instead: Mapping[ScenarioName, float] = field(default_factory=dict)


def evaluate(
    prepared: Prepared,
    plans: Mapping[ScenarioName, tuple[Planned, ...]],
    *,
    in_futures: bool = True,
) -> Evaluated:
    """Evaluate every scenario; in every future too, unless only the mean is asked for."""
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in _TABLES}
    moved: dict[str, float] = {}
    small: dict[ScenarioName, SmallGroups] = {}
    teaching = teaching_of(prepared)
    taught = {name: _taught(prepared, plans[name], teaching) for name in SCENARIOS}
    before, budget = flows_before(prepared, plans["today"]), 0.0
    for name in SCENARIOS:
        told = taught[name]
        spare = budget if name == "together_keeping" else 0.0
        one = _evaluate_one(prepared, name, plans[name], before, told, spare, teaching)
        moved[name] = pupils_moved(told.rows, taught["today"].rows)
        small[name] = small_groups_of(prepared, teaching, told.rows, one["costs"], name)
        for table, frame in one.items():
            parts[table].append(frame.assign(scenario=name))
        if name == "today":
            kept = taught["together_keeping"].groups
            _, keeping = resource_lines(prepared, plans["together_keeping"], kept)
            measures = lines_of_measures(prepared, "together_keeping")
            whole = pd.concat([keeping, measures[list(LINE)]], ignore_index=True)
            budget = _left_of_today(one["costs"], whole) / prepared.years
    tables = {table: pd.concat(frames, ignore_index=True) for table, frames in parts.items()}
    marks = prepared.units.set_index("unit")["estimated"]
    tables["units"]["estimated"] = tables["units"]["unit"].map(marks)
    named = {table: _with_codes(frame, prepared) for table, frame in tables.items()}
    named["costs"] = pd.concat([named["costs"], state_share(prepared)], ignore_index=True)
    named["agreements"] = agreement_rows(prepared)
    named["exit"] = exit_rows(
        prepared, plans["together"], plans["today"], taught["together"].groups
    )
    futures = pd.DataFrame()
    if in_futures:
        futures = _futures(prepared, plans, named["ledger"], small)
    return Evaluated(
        moved=moved, small_groups=small, futures=futures, buses={}, instead={}, **named
    )


def _left_of_today(today: pd.DataFrame, keeping: pd.DataFrame) -> float:
    """What distance groups may cost where every school is kept: never more than is saved.

    Neither with small groups, which the optimiser does not see, nor without them.
    """
    saved = []
    for passed_over in ((), (SMALL_GROUPS,)):
        sums = []
        for lines in (today, keeping):
            counted = ~lines["part"].isin(passed_over) & ~lines["item"].isin(PAYMENTS)
            sums.append(float(lines.loc[counted, "eur"].sum()))
        saved.append(sums[0] - sums[1])
    return max(min(saved), 0.0)


def _futures(
    prepared: Prepared,
    plans: Mapping[ScenarioName, tuple[Planned, ...]],
    ledger: pd.DataFrame,
    small: Mapping[ScenarioName, SmallGroups],
) -> pd.DataFrame:
    """Cost of every scenario in every future.

    Distance groups and measures cost the same in all; so does what small groups cost beyond their
    mean hours, which follow the pupils.
    """
    laid = cell_futures(
        prepared.demand, prepared.forecast, prepared.periods, seed=prepared.study.seed
    )
    frames = []
    for name, markets in plans.items():
        mine = (ledger["scenario"] == name) & ledger["item"].isin(BESIDE_THE_PLAN)
        stacked = [costs_in_futures(plan, laid, prepared.rules) for plan in markets]
        eur = np.sum(stacked, axis=0)
        eur = eur + ledger.loc[mine, "eur"].sum() / prepared.years + small[name].beyond
        frames.append(pd.DataFrame({"scenario": name, "future": range(len(eur)), "eur": eur}))
    return pd.concat(frames, ignore_index=True)


_TABLES = (
    "units", "assignments", "ledger", "journeys", "breaches", "range", "costs", "by_statute",
    "groups", "hours", "recount",
)  # fmt: skip


def _stacked(plans: tuple[Planned, ...], table: Callable[[Planned], pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([table(plan) for plan in plans], ignore_index=True)


def _yearly(ledger: pd.DataFrame) -> float:
    """Gross cost a year, the mean over the years."""
    gross = ledger[~ledger["item"].isin(PAYMENTS)]
    return float(gross["eur"].sum() / gross["year"].nunique())


BESIDE_THE_PLAN: Final = ("distance_groups", SHARED_TEACHING)
"""Items that follow no pupils and are the same in every future."""


@dataclass(frozen=True)
class _Taught:
    """The units of one scenario, who sits in them, and their groups."""

    units: pd.DataFrame
    rows: pd.DataFrame
    seats: pd.DataFrame
    groups: pd.DataFrame


def _taught(prepared: Prepared, plans: tuple[Planned, ...], teaching: Teaching) -> _Taught:
    units = _stacked(plans, lambda plan: unit_rows(plan, prepared.rules))
    rows = _stacked(plans, lambda plan: assignment_rows(plan, prepared.rules))
    seats = seats_of(rows)
    return _Taught(units, rows, seats, groups_of_plan(prepared, teaching, units, seats))


def _evaluate_one(
    prepared: Prepared, scenario: ScenarioName, plans: tuple[Planned, ...],
    before: pd.DataFrame, taught: _Taught, budget: float, teaching: Teaching,
) -> Tables:  # fmt: skip
    units, rows, groups = taught.units, taught.rows, taught.groups
    choice, distance = _range(prepared, units, budget)
    costs = costs_of(prepared, scenario, plans, before, distance, groups)
    agreed = scenario in WITH_AGREEMENT
    taken = measures_in(prepared, scenario)
    told = checked(prepared, plans, rows, units, groups, agreed=agreed, measures=taken)
    return {
        "units": units,
        "assignments": rows,
        "costs": costs,
        "by_statute": paid_by_statute(prepared, plans, before),
        "ledger": ledger_of(costs),
        "journeys": journey_rows(rows, prepared.periods),
        "breaches": check_plan(told),
        "range": choice,
        "groups": groups,
        "hours": hours_of_plan(prepared, groups, taught.seats),
        "recount": recounted(teaching, units, groups),
    }


def _range(
    prepared: Prepared, units: pd.DataFrame, budget: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who can choose an optional language, and what distance groups cost by municipality."""
    rows, costs = [], []
    open_ = units[units["open"]]
    left = dict.fromkeys(range(len(prepared.periods)), budget)
    for key, group in open_.groupby(["period", "stage", "language"]):
        period, stage, language = cast("tuple[int, str, str]", key)
        loads = group["pupils"].to_numpy(np.float64)
        held = prepared.periods[period].frozen
        found = optional_range(
            loads, stage, prepared.rules, prepared.study.first_year,
            budget=0.0 if held else left[period],
        )  # fmt: skip
        left[period] -= found.cost
        rows.append((period, stage, language, found.pupils, found.with_choice))
        years = prepared.periods[period].years
        costs += _lines_of_groups(group, found, years, f"{language}:{stage}")
    columns = ["period", "stage", "language", "pupils", "with_choice"]
    return pd.DataFrame(rows, columns=columns), pd.DataFrame(costs, columns=list(LINE))


def _lines_of_groups(
    group: pd.DataFrame, found: Range, years: tuple[int, ...], of: str
) -> list[tuple[int, int, str, str, str, float, float, float]]:
    """Part the cost of distance groups by the pupils of each municipality."""
    if found.cost == 0.0:
        return []
    by_home = group.groupby("home")["pupils"].sum()
    parts = by_home / by_home.sum() * found.groups
    price = found.cost / found.groups
    return [
        (home, year, "distance_groups", of, "group", quantity, price, quantity * price)
        for home, quantity in zip(parts.index.tolist(), parts.tolist(), strict=True)
        for year in years
    ]


def _with_codes(frame: pd.DataFrame, prepared: Prepared) -> pd.DataFrame:
    """Put codes of municipalities for their places, and schools for units; money has codes."""
    if "cost_id" in frame or "eur" in frame:
        return frame
    codes = (*prepared.region.codes, "")
    result = frame.rename(
        columns={"home": "municipality", "residence": "municipality"}, errors="ignore"
    )
    for column in ("municipality", "provider"):
        if column in result:
            result[column] = [codes[int(m)] for m in result[column]]
    if "unit" in result:
        result["school"] = result["unit"].str.partition(":")[0]
    return result


def summary(
    prepared: Prepared,
    evaluated: Evaluated,
    solutions: tuple[MarketSolution, ...],
    gain: Gain,
    not_robust: list[str],
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """Return the figures for machines: see the documentation of ``summary.json``."""
    codes = prepared.region.codes
    by_future = evaluated.futures.pivot_table(index="future", columns="scenario", values="eur")
    by_code = {
        code: {
            "before_transfer": float(gain.before[m]),
            "share": None if gain.shares is None else float(gain.shares[m]),
            "transfer": None if gain.transfers is None else float(gain.transfers[m]),
        }
        for m, code in enumerate(codes)
    }
    return {
        "region": {"name": prepared.study.name.model_dump(), "municipalities": list(codes)},
        "scenarios": {
            name: _scenario_summary(prepared, evaluated, solutions, name) for name in SCENARIOS
        },
        "gain": {
            "low": gain.low,
            "high": gain.high,
            **gain_with_small_groups(solutions, evaluated.small_groups, prepared.years),
        },
        "gain_by_municipality": by_code,
        "cost_in_futures": {name: _spread(by_future[name]) for name in SCENARIOS},
        "gain_in_futures": _spread(by_future["alone"] - by_future["together"]),
        "gain_withheld": gain.reason,
        "seconds": dict(seconds),
        "indicative": ["journeys"] if prepared.journeys.indicative else [],
        "roads": _roads(prepared),
        "buses": _buses(prepared, evaluated),
        "estimated": estimated_inputs(prepared),
        "not_robust": not_robust,
        "state_share_eur_per_year": _state_share(prepared, evaluated),
        "pupils_outside": float(prepared.outside["pupils"].sum()),
        "years": [prepared.study.first_year, prepared.study.last_year],
        "periods": [list(period.years) for period in prepared.periods],
    }


def gain_with_small_groups(
    solutions: tuple[MarketSolution, ...],
    small: Mapping[ScenarioName, SmallGroups],
    years: int,
) -> dict[str, float]:
    """Return what small groups add to the gain, and the proven interval of both together.

    Returns
    -------
    dict
        ``small_groups``: what they cost alone less together, in the plans shown; ``whole_low``
        and ``whole_high``: the gain lies between, small groups counted; euros a year.
    """
    alone, together = small["alone"], small["together"]
    one = [solution.solved["alone"] for solution in solutions]
    two = [solution.solved["together"] for solution in solutions]
    low = sum(s.bound for s in one) - sum(s.plan.cost for s in two)
    high = sum(s.plan.cost for s in one) - sum(s.bound for s in two)
    return {
        "small_groups": alone.eur - together.eur,
        "whole_low": low / years + alone.least - together.eur,
        "whole_high": high / years + alone.eur - together.least,
    }


def _state_share(prepared: Prepared, evaluated: Evaluated) -> dict[str, float]:
    """State share for the ages of the study, received, by municipality."""
    lines = evaluated.costs[evaluated.costs["item"] == STATE_ITEM]
    sums = -lines.groupby("municipality")["eur"].sum() / prepared.years
    return {str(code): float(eur) for code, eur in sums.items()}


def _roads(prepared: Prepared) -> dict[str, Any] | None:
    """Source of the roads, and how much they do not join; None without roads."""
    source = prepared.journeys.source
    if source is None:
        return None
    return {
        "source": source.name,
        "date": source.date,
        "licence": "© OpenStreetMap contributors, ODbL 1.0",
        "places_without_road": len(without_road(prepared)),
        "schools_without_road": list(prepared.journeys.sites_unreached),
    }


def without_road(prepared: Prepared) -> tuple[str, ...]:
    """Return the squares with pupils that no road joins to a school of their stage and language."""
    return cells_cut_off(prepared.journeys, prepared.units, prepared.demand, prepared.study.years)


def _buses(prepared: Prepared, evaluated: Evaluated) -> dict[str, Any] | None:
    """How the bus routes were planned; None without routes."""
    if not evaluated.buses:
        return None
    wish = prepared.study.buses
    return {"mixed": wish.mixed, "hub": wish.hub, "rounds": wish.rounds}


def _spread(values: pd.Series) -> dict[str, float]:
    """Four futures in five lie from p10 to p90."""
    levels = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
    return {name: float(values.quantile(level)) for name, level in levels.items()}


def _scenario_summary(
    prepared: Prepared,
    evaluated: Evaluated,
    solutions: tuple[MarketSolution, ...],
    name: ScenarioName,
) -> dict[str, float | int]:
    ledger = evaluated.ledger[evaluated.ledger["scenario"] == name]
    cost = _yearly(ledger)
    fixed = _yearly(ledger[ledger["item"].isin(UNCHANGEABLE)])
    journeys = evaluated.journeys
    whole = journeys[
        (journeys["scenario"] == name)
        & (journeys["municipality"] == "")
        & (journeys["stage"] == "")
    ].iloc[0]
    units = evaluated.units
    last = units[(units["scenario"] == name) & (units["period"] == units["period"].max())]
    gap = sum(solution.solved[name].gap for solution in solutions) / prepared.years
    small, instead = evaluated.small_groups[name], evaluated.instead.get(name, 0.0)
    # The optimiser decides on the rest alone, by distance, so its gap is one of the rest.
    taken = ledger.loc[ledger["item"] == SHARED_TEACHING, "eur"]
    measures = float(taken.sum()) / prepared.years
    decided = cost - fixed - small.eur - instead - measures
    return {
        "cost_eur_per_year": cost,
        "changeable_cost_eur_per_year": decided,
        "small_groups_eur_per_year": small.eur,
        "small_groups_least_eur_per_year": small.least,
        "routes_instead_eur_per_year": instead,
        "measures_eur_per_year": measures,
        "gap": gap / decided,
        "gap_with_small_groups": (gap + small.eur - small.least) / (decided + small.eur),
        "pupils_over_limit": float(whole["over_limit"]),
        "mean_journey_km": float(whole["mean_km"]),
        "schools_open": int(last[last["open"]]["school"].nunique()),
        "pupils_moved": evaluated.moved[name],
    }


def estimated_inputs(prepared: Prepared) -> list[str]:
    """Name the inputs that are estimates, in the words of the tables."""
    schools = prepared.units["estimated"].str.split(";").explode()
    names = [f"schools.{name}" for name in sorted(set(schools) - {""})]
    names += ["cells.children", "language_shares"]
    if not prepared.forecast.counted.issuperset(prepared.forecast.municipalities):
        names.append("forecast.2020-2025")
    if prepared.flows["estimated"].any():
        names.append("flows")
    return names


def pupils_by_group(prepared: Prepared) -> pd.DataFrame:
    """The forecast by municipality, year and age group, with its interval.

    Returns
    -------
    DataFrame
        ``municipality`` ("" = region), ``year, age_group, mean, p10, p50, p90``.
    """
    groups = {"7-12": STAGE_AGES["1-6"], "13-15": STAGE_AGES["7-9"]}
    groups["7-15"] = (*groups["7-12"], *groups["13-15"])
    futures = prepared.forecast
    frames = []
    for name, ages in groups.items():
        draws = futures.total(ages)
        whole = np.concatenate([draws, draws.sum(axis=1, keepdims=True)], axis=1)
        p10, p50, p90 = np.quantile(whole, (0.1, 0.5, 0.9), axis=0)
        index = pd.MultiIndex.from_product(
            [(*futures.municipalities, ""), futures.years], names=["municipality", "year"]
        )
        values = {"mean": whole.mean(axis=0), "p10": p10, "p50": p50, "p90": p90}
        frame = pd.DataFrame({key: v.ravel() for key, v in values.items()}, index=index)
        frames.append(frame.reset_index().assign(age_group=name))
    return pd.concat(frames, ignore_index=True)
