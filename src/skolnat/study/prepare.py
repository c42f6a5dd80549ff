"""The first steps of a study: region, pupils, journeys, units and markets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from skolnat.access.journeys import Journeys, journeys
from skolnat.access.road_journeys import RoadStudy, road_journeys
from skolnat.access.settlement import SettlementGraph, settlement_graph
from skolnat.forecast.result import Forecast
from skolnat.network.borders import closed, opened
from skolnat.network.build import (
    Period,
    allowed_options,
    build_markets,
    catchment_loads,
    periods_of,
    units_of,
    with_figures,
)
from skolnat.network.demand import STAGE_AGES, Demand, demand, language_shares
from skolnat.network.market import FloatArray
from skolnat.network.scenarios import Case
from skolnat.network.seats import seats_by_period
from skolnat.region.region import Region
from skolnat.region.schemas import empty
from skolnat.rules.rules import Rules, default_rules
from skolnat.sources import reference
from skolnat.sources.places import counted_pupils
from skolnat.sources.workbook import WorkbookData
from skolnat.sources.workbook_layout import SEATS_SHEET, STAFF_SHEET, TEACHING_SHEET
from skolnat.study.file import StudyFile
from skolnat.study.outside import leaving, providers_outside

MARGIN_M = 25_000.0
"""So far around the region settlement counts for journeys: a road may leave and come back."""


@dataclass(frozen=True)
class Prepared:
    """Everything that a study plans with, before anything is decided.

    Parameters
    ----------
    study, rules
        The study and its rules, overrides included.
    region
        Tables of the region, with pupils and capacities estimated where unknown.
    forecast
        Futures of the region's municipalities.
    demand, journeys
        Pupils by square, and journeys to schools.
    units
        Units with figures.
    periods
        All planning periods; a frozen one comes first.
    frozen, cases
        Markets of the frozen period (one case each; none when nothing is frozen) and of the
        planned periods.
    flows
        Flows across borders that go on whatever is decided: ``stage, language, residence,
        provider, pupils, estimated``.
    outside
        Pupils whose provider lies outside the region: they are in no plan and no sum.
        ``home, provider, stage, language, pupils`` (mean a year), ``estimated``.
    teaching, staff
        What the workbook tells of teaching and of teachers' hours, see its sheets.
    seats
        Seats of schools in years to come: ``school, year, capacity``.
    """

    study: StudyFile
    rules: Rules
    region: Region
    forecast: Forecast
    demand: Demand
    journeys: Journeys
    units: pd.DataFrame
    periods: tuple[Period, ...]
    frozen: tuple[Case, ...]
    cases: tuple[Case, ...]
    flows: pd.DataFrame
    outside: pd.DataFrame
    teaching: pd.DataFrame = field(default_factory=lambda: empty(TEACHING_SHEET.columns))
    staff: pd.DataFrame = field(default_factory=lambda: empty(STAFF_SHEET.columns))
    seats: pd.DataFrame = field(default_factory=lambda: empty(SEATS_SHEET.columns))

    @property
    def years(self) -> int:
        """Number of years of the plan."""
        return sum(len(period.years) for period in self.periods)


def rules_of(study: StudyFile) -> Rules:
    """Return the rules with the study's overrides and its own limits of the journey.

    A limit of the region's own holds where it is stricter than the law's.
    """
    rules = default_rules()
    overrides = study.overrides
    limits = study.network.time_limits
    for name, own in (
        ("journey.daily_minutes", limits.lower),
        ("journey.daily_minutes_from_13", limits.upper),
    ):
        if own is not None and own < rules.number(name, study.first_year):
            overrides.setdefault(name, (own, "network.time_limits"))
    return rules.with_overrides(overrides) if overrides else rules


def prepare(
    study: StudyFile, region: Region, futures: Forecast, workbook: WorkbookData | None = None,
    *, roads: RoadStudy | None = None,
) -> Prepared:  # fmt: skip
    """Lay out a study for planning.

    Parameters
    ----------
    study
        The study.
    region
        Its region, checked.
    futures
        Futures that hold the region's municipalities and the study's years.
    workbook
        What municipalities brought: their pupils by place stand in their squares instead of the
        census's children, and the sheets of teaching are kept; the region holds the others.
    roads
        Real roads; without them journeys follow the settlement graph.
    """
    rules, first = rules_of(study), study.first_year
    places = None if workbook is None else workbook.pupil_places
    region_futures = futures.select(region.codes)
    shares = language_shares(region, reference.language_shares())
    earliest = int(region.population["year"].min()) if len(region.population) else first
    pupils = demand(
        region, region_futures, shares, known_from=earliest,
        counted=None if places is None else counted_pupils(places, region), year=study.base_year,
    )  # fmt: skip
    graph = settled_squares(region.cells)
    settled = journeys(graph, pupils.cells, region.schools, rules, first)
    ways = settled
    if roads is not None:
        ways = road_journeys(roads, pupils.cells, region.schools, rules, first, settled)
    told = workbook or WorkbookData()
    units = _units(study, region, pupils, ways, rules, told.buildings)
    decided = tuple(study.scenarios.closing.values())
    change = min([study.network.first_change or first, *(year for year in decided if year > first)])
    periods = periods_of(first, change, study.last_year, study.network.periods, decided)
    planned = tuple(period for period in periods if not period.frozen)
    held = tuple(period for period in periods if period.frozen)
    outside = providers_outside(region, graph, units, pupils, settled, rules, study.years)
    pupils = replace(pupils, leaving=leaving(outside, pupils, study.years))
    told = workbook or WorkbookData()
    laid = (study, region, units, told.seats, pupils, ways, rules)
    cases, flows = _cases(*laid, planned)
    frozen, _ = _cases(*laid, held) if held else ((), flows)
    return Prepared(
        study=study,
        rules=rules,
        region=region,
        forecast=region_futures,
        demand=pupils,
        journeys=ways,
        units=units,
        periods=periods,
        frozen=frozen,
        cases=cases,
        flows=flows,
        outside=outside,
        teaching=told.teaching,
        staff=told.staff,
        seats=told.seats,
    )


def settled_squares(cells: pd.DataFrame) -> SettlementGraph:
    """Return the populated squares around some (``x, y``, metres), joined where roads may lead."""
    grid = reference.grid()
    x, y = cells["x"], cells["y"]
    near = grid["x"].between(x.min() - MARGIN_M, x.max() + MARGIN_M) & grid["y"].between(
        y.min() - MARGIN_M, y.max() + MARGIN_M
    )
    own = cells[["x", "y"]].assign(dry=False)
    points = pd.concat([grid.loc[near, ["x", "y", "dry"]], own]).drop_duplicates(["x", "y"])
    return settlement_graph(points[["x", "y"]].to_numpy(np.float64), points["dry"].to_numpy())


def _units(
    study: StudyFile, region: Region, pupils: Demand, ways: Journeys, rules: Rules,
    buildings: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    units = units_of(region)
    base = {stage: pupils.pupils[stage][:, 0] for stage in STAGE_AGES}
    today = catchment_loads(units, pupils, ways, base, pupils.years[0])
    past = [catchment_loads(units, pupils, ways, known, year) for year, known in _history(region)]
    peak = np.max([today, *past], axis=0)
    return with_figures(units, today, peak, rules, study.first_year, buildings)


def _history(region: Region) -> list[tuple[int, Mapping[str, FloatArray]]]:
    """Pupils of each municipality by stage in the years of the register."""
    table = region.population
    history: list[tuple[int, Mapping[str, FloatArray]]] = []
    for year, rows in table.groupby("year"):
        by = rows.groupby(["municipality", "age"])["persons"].sum().unstack(fill_value=0)
        by = by.reindex(list(region.codes), fill_value=0.0)
        counts = {
            stage: by.reindex(columns=list(ages), fill_value=0.0).sum(axis=1).to_numpy(np.float64)
            for stage, ages in STAGE_AGES.items()
        }
        history.append((int(str(year)), counts))
    return history


def _cases(
    study: StudyFile, region: Region, units: pd.DataFrame, seats: pd.DataFrame, pupils: Demand,
    ways: Journeys, rules: Rules, periods: tuple[Period, ...], factor: float = 1.0,
) -> tuple[tuple[Case, ...], pd.DataFrame]:  # fmt: skip
    place = {code: m for m, code in enumerate(region.codes)}
    known = region.flows
    inside = known["residence"].isin(place) & known["provider"].isin(place)
    known = known[inside].assign(
        residence=known.loc[inside, "residence"].map(place),
        provider=known.loc[inside, "provider"].map(place),
    )
    cases, flows = [], []
    held = units.set_index("unit")["pupils"]
    for market in build_markets(
        units,
        pupils,
        ways,
        periods,
        rules,
        year=study.first_year,
        capacity_factor=factor,
        seats=seats_by_period(units, seats, periods),
    ):
        mine = (known["stage"] == market.stage) & (known["language"] == market.language)
        border = closed(market, known[mine])
        decided = (study.scenarios.stay_open, study.scenarios.closing)
        change = study.network.first_change or study.first_year
        cases.append(
            Case(
                market,
                border.allowed,
                opened(market, border.allowed, range(len(place))),
                allowed_options(units, market, periods, *decided, change=change),
                allowed_options(units, market, periods, *decided, keep=True),
                held.loc[list(market.units)].to_numpy(np.float64),
            )
        )
        flows.append(border.flows.assign(stage=market.stage, language=market.language))
    return tuple(cases), pd.concat(flows, ignore_index=True)


def cases_with_capacity(prepared: Prepared, factor: float) -> tuple[Case, ...]:
    """Return the planned markets with every capacity times a factor."""
    planned = tuple(period for period in prepared.periods if not period.frozen)
    cases, _ = _cases(
        prepared.study, prepared.region, prepared.units, prepared.seats, prepared.demand,
        prepared.journeys, prepared.rules, planned, factor,
    )  # fmt: skip
    return cases
