"""The forecast of the whole country, from the reference tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from skolnat.common.faults import Fault, raise_if_any
from skolnat.forecast.history import finland
from skolnat.forecast.panel import Panel, panel_of
from skolnat.forecast.parameters import parameters
from skolnat.forecast.result import AGES, Forecast
from skolnat.forecast.scenarios import (
    FutureScenario,
    HousingPlan,
    raked_to_regions,
    scenario_of,
)
from skolnat.forecast.simulate import Drivers, Known, Level, simulate

if TYPE_CHECKING:
    import pandas as pd

FIRST_BASE_YEAR: Final = 2019
LAST_BASE_YEAR: Final = 2025
"""Last year whose register of regions ships; a later base year needs a newer register."""
LAST_YEAR: Final = 2070
ESTIMATED_DOUBT: Final = 2.0
"""Errors of a history put together from age classes, against those of a register."""


def forecast(
    *,
    base_year: int | None = None,
    until: int = 2045,
    draws: int = 1000,
    seed: int = 1,
    scenario: str | FutureScenario = "reference",
    population: pd.DataFrame | None = None,
    housing: HousingPlan | None = None,
) -> Forecast:
    """Return sampled futures of the children of every municipality.

    Parameters
    ----------
    base_year
        Last year whose registers are used, from 2019 on; nothing later is looked at. 2025 when
        None, or the last year of ``population`` where that is later. The single ages of
        municipalities ship for 2018 and 2019 and are carried to a later base year by a nowcast
        that agrees, in every draw, with the region's single ages; the base year itself is then a
        sample, not a count. After 2025 the regions are not known either: there only the
        municipalities that ``population`` tells of are counts, and regions are the sums.
    until
        Last year of the forecast.
    draws
        Number of futures.
    seed
        Same seed, same bytes.
    scenario
        Name of a scenario (:data:`skolnat.forecast.scenarios.SCENARIOS`), or one of your own.
    population
        Newer counts (``municipality, year, age, sex, persons``, and ``estimated`` where known; see
        :mod:`skolnat.sources.population_table`): they replace the shipped ones at once. Years after
        ``base_year`` are not looked at.
    housing
        Homes to be built.

    Raises
    ------
    InvalidInput
        When a year is out of range, the number of draws is below 1, or an input is faulty.
    """
    base_year = base_year_of(base_year, population)
    check_years(base_year, until, draws, population)
    wish = scenario_of(scenario)
    regions, municipalities = finland(min(base_year, LAST_BASE_YEAR))
    regions = regions.ordered()
    known: dict[int, Known] = {}
    if population is not None:
        municipalities, known = with_newer(municipalities, population, base_year)
    constants = parameters()
    drivers = Drivers(
        wish.fertility_by_year(base_year) if wish.fertility != 1.0 else {},
        wish.migration,
        housing.arrivals(municipalities.units) if housing is not None else {},
    )
    levels = [
        Level(regions, constants.region),
        Level(municipalities, constants.member, ESTIMATED_DOUBT, FIRST_BASE_YEAR),
    ]
    sampled = simulate(levels, constants.country, until, draws, seed, drivers, known)
    codes = tuple(sorted(municipalities.units))
    years = tuple(range(base_year, until + 1))
    sampled = sampled[:, :, base_year - regions.years[-1] :]
    counted = _counted(municipalities, known, population, base_year)
    future = Forecast(codes, base_year, years, AGES, sampled, counted)
    if wish.raked:
        from skolnat.sources import reference

        table = reference.municipalities()
        region_of = dict(zip(table["municipality"], table["region"], strict=True))
        future = raked_to_regions(future, region_of, reference.regional_projection())
    return future


def with_newer(
    municipalities: Panel, population: pd.DataFrame, base_year: int
) -> tuple[Panel, dict[int, Known]]:
    """Put newer counts into the history.

    Returns
    -------
    Panel
        With the counts of its own years replaced, and prolonged by every later year that is known
        of all municipalities, as far as the regions are known.
    dict
        By later year, what is known of some, or of a year of which the regions are not known.
    """
    place = {unit: i for i, unit in enumerate(municipalities.units)}
    table = population[population["year"] <= base_year]
    unknown = sorted(set(table["municipality"]) - set(place))
    raise_if_any(
        Fault("forecast.population_municipality", values={"code": code}) for code in unknown
    )
    if table.empty:
        return municipalities, {}
    newer = panel_of(table, "municipality")
    told = set(zip(table["municipality"], table["year"], strict=True))
    counts = municipalities.counts.copy()
    years, known = list(municipalities.years), {}
    for year in newer.years:
        rows = [i for i, unit in enumerate(newer.units) if (unit, year) in told]
        units = np.array([place[newer.units[i]] for i in rows], dtype=np.intp)
        at = newer.at(year)[rows]
        if year in municipalities.years:
            counts[units, municipalities.years.index(year)] = at
        elif year == years[-1] + 1 <= LAST_BASE_YEAR and len(rows) == len(place):
            whole = np.empty((len(place), 1, counts.shape[2]))
            whole[units, 0] = at
            counts = np.concatenate([counts, whole], axis=1)
            years.append(year)
        elif year > years[-1] and rows:
            known[year] = Known(units, at.astype(np.float32))
    return Panel(municipalities.units, municipalities.groups, tuple(years), counts), known


def _counted(
    municipalities: Panel,
    known: Mapping[int, Known],
    population: pd.DataFrame | None,
    base_year: int,
) -> frozenset[str]:
    """Return the municipalities whose children of the base year are counted by single age."""
    if municipalities.years[-1] == base_year:
        counted = set(municipalities.units)
    elif base_year in known:
        counted = {municipalities.units[i] for i in known[base_year].units}
    else:
        counted = set()
    if population is not None and "estimated" in population:
        split = population["estimated"] & (population["year"] == base_year)
        split &= population["age"] < len(AGES)
        counted -= set(population.loc[split, "municipality"])
    return frozenset(counted)


def base_year_of(wanted: int | None, population: pd.DataFrame | None) -> int:
    """Return the base year: the one wanted, or the newest that registers know."""
    if wanted is not None:
        return wanted
    return LAST_BASE_YEAR if population is None else max(LAST_BASE_YEAR, _newest(population))


def _newest(population: pd.DataFrame) -> int:
    return int(population["year"].max()) if len(population) else FIRST_BASE_YEAR


def unused(base_year: int, population: pd.DataFrame | None) -> list[Fault]:
    """Tell of counts later than the base year, lest they be left out unawares."""
    if population is None or _newest(population) <= base_year:
        return []
    values = {"year": base_year, "last": _newest(population)}
    return [Fault("forecast.population_later", values=values, severity="warning")]


def check_years(
    base_year: int, until: int, draws: int, population: pd.DataFrame | None = None
) -> None:
    """Raise :class:`InvalidInput` when years or number of draws cannot be forecast.

    A base year after 2025 needs newer counts that reach it.
    """
    faults = []
    last = LAST_BASE_YEAR if population is None else max(LAST_BASE_YEAR, _newest(population))
    if not FIRST_BASE_YEAR <= base_year <= last:
        values = {"year": base_year, "first": FIRST_BASE_YEAR, "last": last}
        faults.append(Fault("forecast.base_year", values=values))
    if not base_year <= until <= LAST_YEAR:
        values = {"until": until, "base_year": base_year, "last": LAST_YEAR}
        faults.append(Fault("forecast.until", values=values))
    if draws < 1:
        faults.append(Fault("forecast.draws", values={"draws": draws}))
    raise_if_any(faults)
