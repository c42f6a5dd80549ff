"""From a region, its pupils and its journeys to the markets that are planned."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from skolnat.access.journeys import Journeys
from skolnat.economy.buildings import NEVER, Buildings
from skolnat.economy.condition import needs
from skolnat.economy.prices import (
    annuity,
    boarding_cost,
    expected_group_table,
    prices,
    transport_cost,
)
from skolnat.network.cut_off import cut_off
from skolnat.network.demand import MUNICIPAL, STAGE_AGES, Demand
from skolnat.network.market import FloatArray, Market
from skolnat.region.region import Region
from skolnat.region.schemas import empty
from skolnat.rules.rules import Rules
from skolnat.sources.workbook_layout import BUILDINGS_SHEET

SEATS_OF_A_ROOM = 20
"""Estimated capacities are whole classrooms of so many seats."""

BLUR_KM = 0.7
"""How much further a school may lie before it is clear that children go to the nearer one."""

LANGUAGES = ("fi", "sv")
"""Teaching languages that are planned; Sámi-language teaching shares the Finnish units' sites."""


@dataclass(frozen=True)
class Period:
    """Consecutive years that are planned as one.

    Parameters
    ----------
    years
        The years, at least one.
    frozen
        True for the years before the first change can take effect: the network stays as it is.
    """

    years: tuple[int, ...]
    frozen: bool = False


def periods_of(
    first: int, change: int, last: int, count: int, starts: Collection[int] = ()
) -> tuple[Period, ...]:
    """Divide the years of a plan into planning periods of nearly equal length.

    Parameters
    ----------
    first, last
        Years of the plan, both included.
    change
        First year in which anything can change; the years before it form a frozen period.
    count
        Number of periods from ``change`` on; fewer where there are fewer years.
    starts
        Years in which a period must begin, because something decided takes effect then.
    """
    frozen = [Period(tuple(range(first, change)), frozen=True)] if change > first else []
    years = np.arange(max(first, change), last + 1)
    parts = np.array_split(years, min(count, len(years)))
    begins = {int(part[0]) for part in parts} | {int(year) for year in years if year in starts}
    cuts = [int(np.searchsorted(years, year)) for year in sorted(begins)][1:]
    pieces = np.split(years, cuts)
    return (*frozen, *(Period(tuple(int(year) for year in piece)) for piece in pieces))


def units_of(region: Region) -> pd.DataFrame:
    """List the units that can be planned: one row a municipal school, stage and language.

    Returns
    -------
    DataFrame
        ``unit, school, stage, language, municipality, home, candidate, pupils, capacity,
        property_eur_per_year, estimated``; the figures are still those of the whole school. A
        school of grades 1-9 has two units. Private, state and special schools are outside the
        plan: no municipality of the study decides on their groups.
    """
    schools = region.schools
    planned = schools[(schools["provider"] == "municipal") & schools["kind"].isin(MUNICIPAL)]
    place = {code: m for m, code in enumerate(region.codes)}
    parts = [
        planned[planned["grades"].isin((stage, "1-9"))].assign(stage=stage) for stage in STAGE_AGES
    ]
    units = pd.concat(parts, ignore_index=True)
    return units.assign(
        unit=units["school"] + ":" + units["stage"],
        language=units["language"].replace({"se": "fi"}),
        home=units["municipality"].map(place).astype("int64"),
        candidate=units["kind"] == "candidate",
    )


def catchment_loads(
    units: pd.DataFrame, demand: Demand, journeys: Journeys, totals: Mapping[str, FloatArray],
    year: int,
) -> FloatArray:  # fmt: skip
    """Pupils in the catchment of each unit within its municipality, by a given count of pupils.

    Parameters
    ----------
    units
        As of :func:`units_of`.
    demand
        Squares with their parts of each cohort, and shares of languages.
    journeys
        Kilometres from squares to schools.
    totals
        Pupils of each municipality by stage, shape (M,).
    year
        Year of the count: it says which cohorts they are.

    Returns
    -------
    ndarray
        Shape (units,). Candidates have no catchment. A square is parted between the units that
        are about as near as the nearest one, since which of two schools in one village a child
        goes to is not known: the part falls by e for every :data:`BLUR_KM` further.
    """
    loads = np.zeros(len(units))
    home = demand.cells["home"].to_numpy()
    site = {school: s for s, school in enumerate(journeys.schools)}
    existing = units[~units["candidate"]]
    for (stage, language), group in existing.groupby(["stage", "language"]):
        part = demand.homes.mean_of(year, STAGE_AGES[str(stage)])
        pupils = totals[str(stage)][home] * demand.shares[str(language)][home] * part
        km = journeys.km[:, [site[school] for school in group["school"]]]
        km = np.where(home[:, None] == group["home"].to_numpy()[None, :], km, np.inf)
        served = np.isfinite(km).any(axis=1)
        further = km[served] - km[served].min(axis=1, keepdims=True)
        part = np.exp(-further / BLUR_KM)
        part /= part.sum(axis=1, keepdims=True)
        loads[group.index] = pupils[served] @ part
    return loads


def with_figures(
    units: pd.DataFrame, today: FloatArray, peak: FloatArray, rules: Rules, year: int,
    told: pd.DataFrame | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Complete pupils, capacity and property cost of each unit, and mark what was estimated.

    Parameters
    ----------
    units
        As of :func:`units_of`.
    today, peak
        Pupils of each unit's catchment now, and the most it has held in the years known.
    rules, year
        Prices of property.
    told
        What is known of the buildings, by ``school``; see the workbook's sheet of buildings.

    Returns
    -------
    DataFrame
        The units with figures of their own. A figure known for a school of grades 1-9 is parted
        between its units by their catchments. An unknown capacity is what the catchment has held
        at most, in whole classrooms; an unknown cost follows the space, or the seats where that is
        not known either. Buildings add ``area_m2, renovation_eur, renovation_year, capital_eur``
        (what an estimated property cost holds a year for capital), ``sale_eur`` and
        ``empty_years``.
    """
    share = pd.Series(today).groupby(units["school"].to_numpy()).transform("sum").to_numpy()
    count = units.groupby("school")["unit"].transform("count").to_numpy()
    part = np.where(share > 0, today / np.maximum(share, 1e-12), 1.0 / count)
    seats = np.maximum(np.ceil(np.maximum(today, peak) / SEATS_OF_A_ROOM), 1.0) * SEATS_OF_A_ROOM
    capacity = (units["capacity"] * part).fillna(pd.Series(seats, index=units.index))
    buildings = _buildings(units, told, part)
    need = needs(buildings, capacity.to_numpy(np.float64), rules, year)
    stages = {stage: prices(stage, rules, year) for stage in STAGE_AGES}
    space = need.area / rules.number("property.seat_m2", year)
    estimate = [
        stages[stage].property_unit + stages[stage].property_seat * seats
        for stage, seats in zip(units["stage"], space, strict=True)
    ]
    capital = [
        max(stages[stage].property_seat - stages[stage].extension_upkeep, 0.0) * seats
        for stage, seats in zip(units["stage"], space, strict=True)
    ]
    cost = (units["property_eur_per_year"] * part).fillna(pd.Series(estimate, index=units.index))
    pupils = (units["pupils"] * part).fillna(pd.Series(today, index=units.index))
    marks = units["estimated"].astype("str")
    for column in ("pupils", "capacity", "property_eur_per_year"):
        marks = marks.where(units[column].notna(), marks + ";" + column)
    guessed = need.estimated & (need.eur > 0.0) & buildings["renovation_eur"].isna().to_numpy()
    marks = marks.where(~guessed, marks + ";area_m2")
    usual = rules.number("property.closing_share", year)
    return units.assign(
        pupils=pupils,
        capacity=capacity,
        property_eur_per_year=cost,
        estimated=marks.str.strip(";"),
        area_m2=need.area,
        renovation_eur=need.eur,
        renovation_year=need.due,
        capital_eur=np.where(units["property_eur_per_year"].isna(), capital, 0.0),
        sale_eur=buildings["sale_eur"].fillna(0.0).to_numpy(np.float64),
        empty_years=buildings["empty_years"].fillna(usual).to_numpy(np.float64),
    )


def _buildings(units: pd.DataFrame, told: pd.DataFrame | None, part: FloatArray) -> pd.DataFrame:
    """What is told of each unit's building: its part of what is shared, the rest as it is."""
    known = empty(BUILDINGS_SHEET.columns) if told is None else told
    rows = known.drop_duplicates("school").set_index("school").reindex(units["school"])
    rows = rows.reset_index(drop=True)
    shared = ["area_m2", "renovation_eur", "sale_eur"]
    rows[shared] = rows[shared].mul(part, axis=0)
    return rows.assign(condition=rows["condition"].fillna(""))


def build_markets(
    units: pd.DataFrame,
    demand: Demand,
    journeys: Journeys,
    periods: tuple[Period, ...],
    rules: Rules,
    *,
    year: int,
    capacity_factor: float = 1.0,
    seats: FloatArray | None = None,
) -> tuple[Market, ...]:
    """Build the market of every stage and language that has a unit.

    Parameters
    ----------
    units
        Units with figures, see :func:`with_figures`.
    demand, journeys
        Pupils by square, journeys to schools.
    periods
        Planning periods, in order.
    rules, year
        Prices, and the year at which they are read: the first of the plan, in all its periods.
    capacity_factor
        Factor on every capacity; property costs stay, the buildings are the same.
    seats
        Seats of each unit and period, shape (P, units); None: those of today in every period.
    """
    today = np.tile(units["capacity"].to_numpy(np.float64), (len(periods), 1))
    room = capacity_factor * (today if seats is None else seats)
    site = {school: s for s, school in enumerate(journeys.schools)}
    markets = []
    for stage in STAGE_AGES:
        for language in LANGUAGES:
            mine = ((units["stage"] == stage) & (units["language"] == language)).to_numpy()
            group = units[mine]
            pupils = np.array([demand.by_cell(stage, language, p.years) for p in periods])
            kept = pupils.max(axis=0, initial=0.0) > 0.0
            if group.empty or not kept.any():
                continue
            columns = [site[school] for school in group["school"]]
            markets.append(
                _market(
                    stage, language, group, demand.cells[kept], pupils[:, kept],
                    _ways(journeys, stage, np.ix_(kept, columns), group, demand, rules, year),
                    periods, rules, year, room[:, mine],
                )
            )  # fmt: skip
    return tuple(markets)


@dataclass(frozen=True)
class _Ways:
    """Journeys between the cells and units of a market, see :class:`Market`."""

    km: FloatArray
    minutes: FloatArray
    ride_km: FloatArray
    paid: npt.NDArray[np.bool_]


def _ways(
    journeys: Journeys, stage: str, pairs: tuple[npt.NDArray[Any], ...], group: pd.DataFrame,
    demand: Demand, rules: Rules, year: int,
) -> _Ways:  # fmt: skip
    """Return the journeys of some pairs of square and site, as they are for a stage's pupils."""
    ride = journeys.km if journeys.ride_km is None else journeys.ride_km
    km, minutes, ride = journeys.km[pairs], journeys.minutes_of(stage)[pairs], ride[pairs]
    paid = journeys.paid(stage, rules, year)[pairs]
    other = journeys.instead
    if other is not None:
        homes = demand.cells["home"].to_numpy(np.int64)[pairs[0].ravel()]
        lost = cut_off(km, homes, group["home"].to_numpy(np.int64))
        owed = replace(other, secondary=journeys.secondary).paid(stage, rules, year)[pairs]
        ride, km = np.where(lost, other.km[pairs], ride), np.where(lost, other.km[pairs], km)
        minutes = np.where(lost, other.minutes_of(stage)[pairs], minutes)
        paid = np.where(lost, owed, paid)
    return _Ways(km, minutes, ride, paid)


def _market(
    stage: str, language: str, group: pd.DataFrame, cells: pd.DataFrame, pupils: FloatArray,
    ways: _Ways, periods: tuple[Period, ...], rules: Rules, year: int, seats: FloatArray,
) -> Market:  # fmt: skip
    price = prices(stage, rules, year)
    most = int(min(pupils.sum(axis=1).max(), 2500)) + 2
    property_cost = group["property_eur_per_year"].to_numpy(np.float64)
    stand = buildings_of(group, periods, rules, year)
    return Market(
        stage=stage,
        language=language,
        cells=tuple(cells["cell"]),
        units=tuple(group["unit"]),
        cell_municipality=cells["home"].to_numpy(np.int64),
        unit_municipality=group["home"].to_numpy(np.int64),
        candidate=group["candidate"].to_numpy(np.bool_),
        pupils=np.ascontiguousarray(pupils),
        years=np.array([float(len(period.years)) for period in periods]),
        km=ways.km,
        minutes=ways.minutes,
        ride_km=ways.ride_km,
        paid=ways.paid,
        arc_cost=transport_cost(ways.ride_km, ways.paid, rules, year)
        + boarding_cost(ways.minutes, stage, rules, year),
        capacity=seats,
        fixed=price.leadership + property_cost,
        closing=stand.costs(),
        load_cost=price.group * expected_group_table(stage, most, rules, year),
        overflow=price.extension_seat,
        buildings=stand,
    )


def buildings_of(
    units: pd.DataFrame, periods: tuple[Period, ...], rules: Rules, year: int
) -> Buildings:
    """Return the buildings of some units over the periods of a plan.

    Parameters
    ----------
    units
        Units with figures, see :func:`with_figures`.
    periods
        Planning periods.
    rules, year
        Prices, and the year at which they are read.
    """
    stands = ~units["candidate"].to_numpy(np.bool_)

    def told(column: str) -> FloatArray:
        values: FloatArray = np.where(stands, units[column].to_numpy(np.float64), 0.0)
        return values

    life = rules.number("investment.years", year)
    return Buildings(
        periods=tuple(period.years for period in periods),
        closing=told("empty_years") * told("property_eur_per_year"),
        renovation=told("renovation_eur"),
        due=np.where(stands, units["renovation_year"], NEVER).astype(np.int64),
        held=told("capital_eur"),
        seats=told("capacity"),
        sale=told("sale_eur"),
        annuity=annuity(rules.number("investment.rate", year), life),
        life=int(life),
        temporary_seat=rules.number("renovation.temporary_seat_eur", year),
        works=int(rules.number("renovation.works_years", year)),
    )


def allowed_options(
    units: pd.DataFrame, market: Market, periods: tuple[Period, ...],
    stay_open: tuple[str, ...], closing: Mapping[str, int], *, change: int = 0,
    keep: bool = False,
) -> npt.NDArray[np.bool_]:  # fmt: skip
    """Periods in which each unit may close (the last column: never), shape (J, P + 1).

    Parameters
    ----------
    units, market, periods
        The units, the market, and its periods.
    stay_open
        Schools that no scenario may close.
    closing
        Schools already decided to close, with the first year without teaching.
    change
        First year in which anything can change that is not decided.
    keep
        True where no school that stands today may close, beyond what is decided.

    Notes
    -----
    A candidate is either never opened (it "closes" in period 0) or open from the start.
    """
    count = len(periods)
    options = np.ones((len(market.units), count + 1), dtype=np.bool_)
    school = units.set_index("unit")["school"]
    starts = [period.years[0] for period in periods]
    for j, unit in enumerate(market.units):
        decided = closing.get(school[unit])
        if decided is not None:
            options[j] = False
            options[j, int(np.searchsorted(starts, decided))] = True
        elif market.candidate[j]:
            options[j] = False
            options[j, [0, count]] = True
        elif keep or school[unit] in stay_open:
            options[j, :count] = False
        else:
            options[j, :count] = np.array(starts) >= change
    return options
