"""Everything that a study reads, read and checked in one go: study file, workbook, region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from skolnat.common.faults import Fault, raise_if_any
from skolnat.region.estimate import stages_not_taught
from skolnat.region.names import shown_names
from skolnat.region.region import Region
from skolnat.region.schemas import SCHOOLS, conformed
from skolnat.sources import reference
from skolnat.sources.doubts import doubtful_schools
from skolnat.sources.grid import projected
from skolnat.sources.regions import build_region
from skolnat.sources.workbook import WorkbookData, read_workbook
from skolnat.study.file import StudyFile, read_study
from skolnat.study.keys import NetworkTable


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
        The region of both; pupils and capacities may still be unknown.
    warnings
        What was noticed and does not stop the work; the report lists it.
    """

    study: StudyFile
    workbook: WorkbookData | None
    region: Region
    warnings: tuple[Fault, ...]


def read_inputs(path: Path) -> Inputs:
    """Read a study file, its workbook and the region they tell of.

    Parameters
    ----------
    path
        The study file.

    Raises
    ------
    InvalidInput
        With every fault of the study file; when that is sound, of the workbook; and when both
        are, of the region.
    """
    study = read_study(path)
    workbook = None if study.workbook is None else read_workbook(study.workbook)
    region = _with_candidates(build_region(study.municipalities, workbook), study.network)
    faults = [*(workbook.warnings if workbook else ()), *region.check()]
    faults += _unknown_schools(study, region)
    told = set() if workbook is None else set(workbook.schools["municipality"])
    existing = region.schools[region.schools["kind"] != "candidate"]
    faults += doubtful_schools(existing[~existing["municipality"].isin(told)])
    shown = shown_names(reference.municipalities())
    faults += stages_not_taught(region.schools, shown)
    if workbook is not None:
        faults += _left_out(study, workbook, shown)
    raise_if_any(faults)
    return Inputs(study, workbook, region, tuple(dict.fromkeys(faults)))


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
