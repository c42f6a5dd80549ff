"""Bus routes as a step of the main job, and what they change in the tables of a result.

The optimiser and the first evaluation hold a journey by pupils and kilometres. Where a study asks
for routes, every scenario and period gets its own, and what they cost stands in place of the cost
by distance, for each municipality that has riders. The journey of everybody who is carried is then
that of the timetable, in every table: walk, wait, ride, and wait for the bell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from skolnat.access.graph import load_graph
from skolnat.access.settlement import SettlementGraph
from skolnat.checks import journeys as journey_checks
from skolnat.checks.plan import COLUMNS as FINDING
from skolnat.checks.plan import Checked
from skolnat.economy.identity import identified
from skolnat.economy.ledger import LINE
from skolnat.network.evaluate import journey_rows, label, transport_prices
from skolnat.plan.scenario import PAYMENTS, SCENARIOS
from skolnat.rules.rules import Rules, default_rules
from skolnat.study.buses import network_of, travel_on
from skolnat.study.inputs import Inputs
from skolnat.study.money import ledger_of, with_nominal
from skolnat.study.prepare import Prepared, settled_squares
from skolnat.study.results import Evaluated
from skolnat.transport.service import Network, plan_service
from skolnat.transport.settings import Bells, Settings, read_bells, read_vehicles, settings
from skolnat.transport.solve import Effort
from skolnat.transport.tables import COLUMNS, tables_of

REPLACED: Final = ("transport", "boarding")
"""Items of the ledger that routes tell better than distances."""

DAILY: Final = ("journey.daily_minutes", "journey.daily_minutes_from_13", "journey.boarding")
"""Rules whose findings follow the timetable."""


@dataclass(frozen=True)
class Day:
    """The buses of one plan in one period: all that a process needs to plan them.

    Parameters
    ----------
    network, options
        Who is carried, and with what.
    ground
        Folder of the road graph, or the settlement graph.
    rules, year
        The rules, and the year at which they are read.
    mixed, hub, rounds, seed
        As in the study file.
    told
        Edges that the municipalities call hard, shape (E,).
    """

    network: Network
    options: Settings
    ground: Path | SettlementGraph
    rules: Rules
    year: int
    mixed: bool
    hub: str
    rounds: int
    seed: int
    told: npt.NDArray[np.bool_] | None = None

    @property
    def key(self) -> str:
        """What tells this day from others of the same study."""
        digest = hashlib.sha256()
        for table in (self.network.riders, self.network.units):
            digest.update(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes())
        return digest.hexdigest()


def routes_of(
    prepared: Prepared, evaluated: Evaluated, inputs: Inputs, executor: Executor | None
) -> dict[str, pd.DataFrame]:
    """Plan the buses of every scenario and period.

    Parameters
    ----------
    prepared, evaluated, inputs
        The study, its plans as tables, and what it reads.
    executor
        Processes for what can be done side by side; None does it here.

    Returns
    -------
    dict
        Tables of :mod:`skolnat.transport.tables` by name, with ``scenario`` and ``period``. Plans
        that carry the same pupils, as all do in the frozen years, have the same routes.
    """
    options = _settings(prepared, inputs)
    study, rules, year = prepared.study, prepared.rules, prepared.study.first_year
    ground = study.roads or settled_squares(prepared.region.cells)
    tables = {
        "assignments": evaluated.assignments,
        "cells": prepared.region.cells,
        "schools": prepared.region.schools,
    }
    wish = study.buses
    days: dict[str, Day] = {}
    which: list[tuple[str, int, str]] = []
    for scenario in SCENARIOS:
        for period in range(len(prepared.periods)):
            network = network_of(tables, scenario, period, rules, year, hub=wish.hub)
            day = Day(network, options, ground, rules, year, wish.mixed, wish.hub, wish.rounds,
                      study.seed, None if inputs.roads is None else inputs.roads.told)  # fmt: skip
            days.setdefault(day.key, day)
            which.append((scenario, period, day.key))
    side_by_side = map if executor is None else executor.map
    planned = side_by_side(tables_of_day, days.values())
    by_key = dict(zip(days, planned, strict=True))
    return {
        name: pd.concat(
            [by_key[key][name].assign(scenario=scenario, period=period)
             for scenario, period, key in which],
            ignore_index=True,
        )
        for name in COLUMNS
    }  # fmt: skip


def tables_of_day(day: Day) -> dict[str, pd.DataFrame]:
    """Plan the buses of a day and return their tables."""
    options, rules, year = day.options, day.rules, day.year
    ground = load_graph(day.ground) if isinstance(day.ground, Path) else day.ground
    travel, walk = travel_on(ground, options, rules, year, day.told)
    service = plan_service(
        day.network, options, travel, mixed=day.mixed, hub=day.hub,
        effort=Effort(cheapest=day.rounds), seed=day.seed, walk=walk,
    )  # fmt: skip
    return tables_of(service, rules, year)


def _settings(prepared: Prepared, inputs: Inputs) -> Settings:
    """Vehicles and bells of the study's own files, or those of the rules."""
    study = prepared.study
    schools = set(prepared.region.schools["school"])
    bells: dict[str, Bells] = {}
    if inputs.roads is not None:
        for stage in ("1-6", "7-9"):
            told = inputs.roads.bells.of(stage)
            if told is not None:
                bells[stage] = Bells(told[0] * 60.0, told[1] * 60.0)
    if study.bells is not None:
        bells |= read_bells(study.bells, schools)
    vehicles = None if study.vehicles is None else read_vehicles(study.vehicles)
    return settings(prepared.rules, study.first_year, vehicles=vehicles, bells=bells)


def with_routes(
    prepared: Prepared, evaluated: Evaluated, buses: Mapping[str, pd.DataFrame]
) -> Evaluated:
    """Return the tables of a result with routes in place of the cost by distance.

    Parameters
    ----------
    prepared, evaluated
        The study, and its plans priced by distance.
    buses
        Of :func:`routes_of`.

    Notes
    -----
    The routes of a period cost the same in each of its years. Futures keep the difference between
    routes and distance, as they keep what small groups cost beyond their mean.
    """
    assignments = _by_timetable(evaluated.assignments, buses["bus_squares"])
    old = evaluated.costs
    years = {p: period.years for p, period in enumerate(prepared.periods)}
    paid = _by_year(buses["bus_costs"][["scenario", "period", "municipality", "eur_a_year"]], years)
    routed = pd.MultiIndex.from_frame(paid[["scenario", "year", "municipality"]])
    mine = pd.MultiIndex.from_frame(old[["scenario", "year", "municipality"]])
    kept = old[~(old["item"].isin(REPLACED) & mine.isin(routed))]
    new = [_lines(prepared, name, paid, assignments, years) for name in SCENARIOS]
    costs = pd.concat([kept, *[lines for lines in new if len(lines)]], ignore_index=True)
    ledger = pd.concat(
        [ledger_of(costs[costs["scenario"] == name]).assign(scenario=name) for name in SCENARIOS],
        ignore_index=True,
    )
    instead = {
        name: (_gross(ledger, name) - _gross(evaluated.ledger, name)) / prepared.years
        for name in SCENARIOS
    }
    futures = evaluated.futures
    if len(futures):
        futures = futures.assign(eur=futures["eur"] + futures["scenario"].map(instead))
    return replace(
        evaluated,
        assignments=assignments,
        journeys=_journeys(prepared, assignments),
        costs=costs,
        ledger=ledger,
        futures=futures,
        breaches=_findings(prepared, evaluated.breaches, assignments),
        buses=dict(buses),
        instead=instead,
    )


def _gross(ledger: pd.DataFrame, scenario: str) -> float:
    told = ledger[(ledger["scenario"] == scenario) & ~ledger["item"].isin(PAYMENTS)]
    return float(told["eur"].sum())


def _by_year(rows: pd.DataFrame, years: Mapping[int, tuple[int, ...]]) -> pd.DataFrame:
    """Lay rows of periods out over their years."""
    told = rows.assign(year=rows["period"].map(lambda p: list(years[int(p)])))
    return told.explode("year", ignore_index=True).astype({"year": "int64"})


def _by_timetable(assignments: pd.DataFrame, squares: pd.DataFrame) -> pd.DataFrame:
    """Return assignments whose minutes, and part over § 32, are those of the timetable.

    Who boards keeps the minutes by distance and is over; so is whom no road reaches, who has no
    journey that is short enough. Riders so few that they round to none keep their estimate.
    """
    keys = ["scenario", "period", "cell", "unit", "municipality"]
    mine = squares.rename(columns={"home": "municipality", "pupils": "riders"})
    mine = mine[[*keys, "riders", "daily_minutes", "over_limit"]]
    rows = assignments.merge(mine, on=keys, how="left", validate="one_to_one")
    timed = rows["daily_minutes"].notna()
    minutes = rows["minutes"].where(~timed, rows["daily_minutes"] / 2.0)
    share = rows["over_limit"] / rows["riders"]
    over = rows["over"].where(share.isna(), share)
    return assignments.assign(minutes=minutes.to_numpy(), over=over.to_numpy())


def _placed(prepared: Prepared, assignments: pd.DataFrame) -> pd.DataFrame:
    """Return assignments with places of municipalities in place of their codes."""
    place = {code: m for m, code in enumerate(prepared.region.codes)}
    return assignments.assign(residence=assignments["municipality"].map(place))


def _journeys(prepared: Prepared, assignments: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of journeys of every scenario."""
    rows, codes = _placed(prepared, assignments), (*prepared.region.codes, "")
    frames = []
    for name in SCENARIOS:
        sums = journey_rows(rows[rows["scenario"] == name], prepared.periods)
        homes = [codes[int(home)] for home in sums.pop("home")]
        sums.insert(0, "municipality", homes)
        frames.append(sums.assign(scenario=name))
    return pd.concat(frames, ignore_index=True)


def _lines(
    prepared: Prepared, scenario: str, paid: pd.DataFrame, assignments: pd.DataFrame,
    years: Mapping[int, tuple[int, ...]],
) -> pd.DataFrame:  # fmt: skip
    """Lines of a scenario's ledger: each municipality's part of the routes, and boarding."""
    rules, first = prepared.rules, prepared.study.first_year
    price = transport_prices(rules, first).boarding
    mine = paid[paid["scenario"] == scenario]
    rows = [
        (code, year, "transport", "routes", "routes", 1.0, eur, eur)
        for code, year, eur in mine[["municipality", "year", "eur_a_year"]].itertuples(index=False)
        if eur > 0.0
    ]
    long = assignments[(assignments["scenario"] == scenario) & (assignments["over"] > 0.0)]
    over = long.assign(over=long["over"] * long["pupils"])
    over = over.groupby(["period", "municipality", "unit"], as_index=False)[["over"]].sum()
    over = over[over["over"] > 0.0]
    routed = set(zip(mine["municipality"], mine["year"], strict=True))
    rows += [
        (code, year, "boarding", unit, "pupil", pupils, price, pupils * price)
        for code, year, unit, pupils in _by_year(over, years)[
            ["municipality", "year", "unit", "over"]
        ].itertuples(index=False)
        if (code, year) in routed
    ]
    if not rows:
        return pd.DataFrame()
    lines = identified(pd.DataFrame(rows, columns=list(LINE)), scenario)
    mark = "journeys" if prepared.journeys.indicative else ""
    return with_nominal(lines, rules, first).assign(estimated=mark)


def _findings(
    prepared: Prepared, breaches: pd.DataFrame, assignments: pd.DataFrame
) -> pd.DataFrame:
    """Return the findings with those on the daily journey told by the timetable."""
    rows, codes = _placed(prepared, assignments), (*prepared.region.codes, "")
    frames = [breaches[~breaches["rule"].isin(DAILY)]]
    for scenario in SCENARIOS:
        plan = _checked(prepared, rows[rows["scenario"] == scenario])
        found: list[dict[str, Any]] = [
            *journey_checks.longest_journeys(plan), *journey_checks.boarding(plan)
        ]  # fmt: skip
        told = pd.DataFrame(found, columns=list(FINDING)).rename(columns={"home": "municipality"})
        told["municipality"] = [codes[int(home)] for home in told["municipality"]]
        school = told["unit"].astype(str).str.split(":").str[0]
        frames.append(told.assign(scenario=scenario, school=school))
    return pd.concat([f for f in frames if len(f)] or frames[:1], ignore_index=True)[
        list(breaches.columns)
    ]


def _checked(prepared: Prepared, rows: pd.DataFrame) -> Checked:
    """Return a plan of which the checks see the daily journeys alone."""
    nothing, none = pd.DataFrame(), np.zeros(0)
    return Checked(
        assignments=rows, units=nothing, groups=nothing, told=nothing, language_status=(),
        minority_share=none, minority_persons=none,
        years={p: label(period) for p, period in enumerate(prepared.periods)},
        last_years={p: period.years[-1] for p, period in enumerate(prepared.periods)},
        rules=prepared.rules, year=prepared.study.first_year, law=default_rules(), agreed=True,
    )  # fmt: skip
