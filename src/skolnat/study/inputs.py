"""Everything that a study reads, read and checked in one go: study file, workbook, region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skolnat.common.faults import Fault, attempted, raise_if_any
from skolnat.forecast.api import check_years, unused
from skolnat.forecast.inputs import ForecastInputs, read_forecast_inputs
from skolnat.forecast.states import CHILD_AGES
from skolnat.region.estimate import stages_not_taught
from skolnat.region.names import shown_names
from skolnat.region.region import Region
from skolnat.region.schemas import POPULATION, SCHOOLS, conformed
from skolnat.sources import reference
from skolnat.sources.doubts import doubtful_schools
from skolnat.sources.grid import projected
from skolnat.sources.regions import build_region
from skolnat.sources.workbook import WorkbookData, read_workbook
from skolnat.study.file import StudyFile, read_study
from skolnat.study.keys import NetworkTable

if TYPE_CHECKING:
    from skolnat.access.road_journeys import RoadStudy


@dataclass(frozen=True)
class Inputs:
    """What a study reads, found sound.

    Parameters
    ----------
    study
        The study file.
    workbook
        The region's own figures; None where the study names no workbook.
    region
        The region of both, with the newer counts of its municipalities where there are such;
        pupils and capacities may still be unknown.
    futures
        What the study brings to the forecast.
    warnings
        What was noticed and does not stop the work; the report lists it.
    roads
        What its children travel on; None where the study names no roads.
    """

    study: StudyFile
    workbook: WorkbookData | None
    region: Region
    futures: ForecastInputs
    warnings: tuple[Fault, ...]
    roads: RoadStudy | None = None


def read_inputs(path: Path) -> Inputs:
    """Read a study file, the files that it names, and the region they tell of.

    Parameters
    ----------
    path
        The study file.

    Raises
    ------
    InvalidInput
        With every fault of the study file; when that is sound, of the files that it names; and
        when all are, of the region.
    """
    study = read_study(path)
    workbook, futures = _named_files(study)
    region = _with_candidates(build_region(study.municipalities, workbook), study.network)
    if futures.population is not None:
        region = with_newer_counts(region, futures.population, study.base_year)
    faults = [*(workbook.warnings if workbook else ()), *futures.notes, *region.check()]
    faults += _unknown_schools(study, region)
    told = set() if workbook is None else set(workbook.schools["municipality"])
    existing = region.schools[region.schools["kind"] != "candidate"]
    faults += doubtful_schools(existing[~existing["municipality"].isin(told)])
    shown = shown_names(reference.municipalities())
    faults += stages_not_taught(region.schools, shown)
    if workbook is not None:
        faults += _left_out(study, workbook, shown)
        faults += _seats_nowhere(workbook, region)
    faults += _silent(study, futures, shown)
    faults += unused(study.base_year, futures.population)
    attempted(
        faults,
        lambda: check_years(study.base_year, study.last_year, study.draws, futures.population),
    )
    roads = attempted(faults, lambda: _roads(study, region))
    faults += _bus_faults(study, region)
    raise_if_any(faults)
    return Inputs(study, workbook, region, futures, tuple(dict.fromkeys(faults)), roads)


def _roads(study: StudyFile, region: Region) -> RoadStudy | None:
    """Open the roads that a study names; the compiled search is loaded only then."""
    if study.roads is None:
        return None
    from skolnat.study.roads import read_roads

    return read_roads(study.journeys, study.roads, study.hard_roads, region, str(study.path))


def _bus_faults(study: StudyFile, region: Region) -> list[Fault]:
    """Return what is wrong with the files of the buses, and with the hub."""
    faults: list[Fault] = []
    vehicles, bells, hub = study.vehicles, study.bells, study.buses.hub
    known = set(region.schools["school"])
    if hub and hub not in known:
        values = {"school": hub}
        faults.append(
            Fault("study.unknown_hub", str(study.path), column="buses.hub", values=values)
        )
    if vehicles is None and bells is None:
        return faults
    from skolnat.transport.settings import read_bells, read_vehicles

    if vehicles is not None:
        attempted(faults, lambda: read_vehicles(vehicles))
    if bells is not None:
        attempted(faults, lambda: read_bells(bells, known))
    return faults


def _named_files(study: StudyFile) -> tuple[WorkbookData | None, ForecastInputs]:
    """Read the files that a study names, and tell the faults of all of them."""
    faults: list[Fault] = []
    file = study.workbook
    workbook = None if file is None else attempted(faults, lambda: read_workbook(file))
    futures = attempted(
        faults,
        lambda: read_forecast_inputs(study.population, study.housing, study.forecast_scenario),
    )
    raise_if_any(faults)
    return workbook, futures or ForecastInputs()


def with_newer_counts(region: Region, newer: pd.DataFrame, base_year: int) -> Region:
    """Return the region with newer counts in its population.

    Parameters
    ----------
    region
        The region.
    newer
        See :class:`skolnat.sources.population_file.PopulationFile`. A year of a municipality of
        which children were split from age classes is left out: the table holds counts.
    base_year
        Later years are left out.
    """
    old = region.population
    keys = ["municipality", "year"]
    own = newer[
        newer["municipality"].isin(region.codes)
        & newer["year"].between(old["year"].min(), base_year)
    ]
    split = own.loc[own["estimated"] & (own["age"] < CHILD_AGES), keys]
    own = own[~_among(own[keys], split)]
    kept = old[~_among(old[keys], own[keys])]
    table = pd.concat([kept, conformed(own, POPULATION)], ignore_index=True)
    return replace(region, population=table)


def _among(rows: pd.DataFrame, others: pd.DataFrame) -> np.ndarray:
    """Tell of each row whether it is among the others."""
    return pd.MultiIndex.from_frame(rows).isin(pd.MultiIndex.from_frame(others))


def _silent(study: StudyFile, futures: ForecastInputs, shown: Mapping[str, str]) -> Iterator[Fault]:
    """Tell of municipalities of which a newer register says nothing of the base year."""
    if futures.population is None:
        return
    table = futures.population
    told = set(table.loc[table["year"] == study.base_year, "municipality"])
    silent = [shown[code] for code in study.municipalities if code not in told]
    if silent and study.base_year > int(reference.population()["year"].max()):
        values: dict[str, str | int | float] = {"year": study.base_year}
        values["municipalities"] = ", ".join(silent)
        yield Fault(
            "study.population_silent", str(study.population), values=values, severity="warning"
        )


def _with_candidates(region: Region, network: NetworkTable) -> Region:
    """Return the region with the sites where a school could be opened."""
    if not network.candidates:
        return region
    sites = pd.DataFrame([site.model_dump() for site in network.candidates])
    x, y = projected(sites["lat"], sites["lon"])
    rows = sites.assign(
        provider="municipal", kind="candidate", postal_code="", x=x, y=y, pupils=0.0, estimated=""
    )
    tables = [region.schools, conformed(rows, SCHOOLS)]
    return region.with_schools(pd.concat(tables, ignore_index=True))


def _left_out(study: StudyFile, workbook: WorkbookData, shown: Mapping[str, str]) -> list[Fault]:
    """Return what a workbook leaves out of the study, lest it be left out unawares."""
    told = dict.fromkeys(
        [*workbook.schools["municipality"], *workbook.pupil_places["municipality"]]
    )
    known = reference.schools()
    faults = []
    for code in told:
        own = workbook.schools[workbook.schools["municipality"] == code]
        silent = known[(known["municipality"] == code) & ~known["school"].isin(own["school"])]
        values = {"municipality": shown[code], "schools": ", ".join(silent["name"])}
        if code not in study.municipalities:
            faults.append(_note("study.municipality_outside", workbook, values))
        elif len(own) and len(silent):
            faults.append(_note("study.schools_left_out", workbook, values))
    return faults


def _note(code: str, workbook: WorkbookData, values: Mapping[str, str]) -> Fault:
    return Fault(code, file=workbook.file, values=dict(values), severity="warning")


def _seats_nowhere(workbook: WorkbookData, region: Region) -> list[Fault]:
    """Return a fault for each school that is given seats and that is not there."""
    known = {*region.schools["school"], *workbook.schools["school"], *reference.schools()["school"]}
    return [
        Fault("study.seats_unknown_school", workbook.file, values={"school": school})
        for school in dict.fromkeys(workbook.seats["school"])
        if school and school not in known
    ]


def _unknown_schools(study: StudyFile, region: Region) -> list[Fault]:
    """Return a fault for each school that the study decides on and that is not there."""
    known = set(region.schools["school"])
    decided = {
        "scenarios.stay_open": study.scenarios.stay_open,
        "scenarios.closing": tuple(study.scenarios.closing),
    }
    return [
        Fault("study.unknown_school", str(study.path), column=key, values={"school": school})
        for key, schools in decided.items()
        for school in schools
        if school not in known
    ]
