"""Bus routes as a step of the main job, and what they change in the tables of a result.

The optimiser and the first evaluation hold a journey by pupils and kilometres. Where a study asks
for routes, every scenario and period gets its own, and what they cost stands in place of the cost
by distance, for each municipality that has riders. The daily journey of § 32 is then that of the
timetable: walk, wait, ride, and wait for the bell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from skolnat.access.graph import load_graph
from skolnat.access.journeys import share_over_limit
from skolnat.access.settlement import SettlementGraph
from skolnat.checks import journeys as journey_checks
from skolnat.checks.plan import COLUMNS as FINDING
from skolnat.checks.plan import Checked
from skolnat.economy.identity import identified
from skolnat.economy.ledger import LINE
from skolnat.network.evaluate import label, transport_prices
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
                      study.seed)  # fmt: skip
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
    travel, walk = travel_on(ground, options, rules.number("journey.snap_km", year))
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
    days = _days(prepared, evaluated, buses)
    old = evaluated.costs
    years = {p: period.years for p, period in enumerate(prepared.periods)}
    paid = _by_year(buses["bus_costs"][["scenario", "period", "municipality", "eur_a_year"]], years)
    routed = pd.MultiIndex.from_frame(paid[["scenario", "year", "municipality"]])
    mine = pd.MultiIndex.from_frame(old[["scenario", "year", "municipality"]])
    kept = old[~(old["item"].isin(REPLACED) & mine.isin(routed))]
    new = [_lines(prepared, name, paid, days, years) for name in SCENARIOS]
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
        costs=costs,
        ledger=ledger,
        futures=futures,
        breaches=_findings(prepared, evaluated.breaches, days),
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


def _days(
    prepared: Prepared, evaluated: Evaluated, buses: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return the daily journey of every pupil: by the timetable, on foot for those not carried.

    Returns
    -------
    DataFrame
        ``scenario, period, municipality, unit, stage, pupils, minutes`` (one way, half a day) and
        ``over``, pupils whose day exceeds § 32.
    """
    rides = buses["bus_days"]
    # Whom no road reaches has no journey that is short enough.
    daily = rides["daily_minutes"].fillna(np.inf)
    by_bus = pd.DataFrame(
        {
            "scenario": rides["scenario"], "period": rides["period"],
            "municipality": rides["home"], "unit": rides["unit"], "stage": rides["stage"],
            "pupils": rides["pupils"].astype(float), "minutes": daily / 2.0,
        }
    )  # fmt: skip
    rows = evaluated.assignments
    own = rows[~rows["carried"].astype(bool) & (rows["pupils"] > 0.0)]
    on_foot = own[["scenario", "period", "municipality", "unit", "stage", "pupils", "minutes"]]
    whole = pd.concat([by_bus, on_foot], ignore_index=True)
    over = np.zeros(len(whole))
    for stage in whole["stage"].unique():
        at = (whole["stage"] == stage).to_numpy()
        minutes = whole.loc[at, "minutes"].to_numpy(np.float64)
        over[at] = share_over_limit(minutes, str(stage), prepared.rules, prepared.study.first_year)
    return whole.assign(over=whole["pupils"] * over)


def _lines(
    prepared: Prepared, scenario: str, paid: pd.DataFrame, days: pd.DataFrame,
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
    long = days[(days["scenario"] == scenario) & (days["over"] > 0.0)]
    over = long.groupby(["period", "municipality", "unit"], as_index=False)[["over"]].sum()
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


def _findings(prepared: Prepared, breaches: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """Return the findings with those on the daily journey told by the timetable."""
    place = {code: m for m, code in enumerate(prepared.region.codes)}
    codes = (*prepared.region.codes, "")
    frames = [breaches[~breaches["rule"].isin(DAILY)]]
    for scenario in SCENARIOS:
        rows = days[days["scenario"] == scenario]
        rows = rows.assign(residence=rows["municipality"].map(place))
        plan = _checked(prepared, rows)
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
