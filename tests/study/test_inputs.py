"""Study file, workbook and region are checked together before anything is computed."""

from __future__ import annotations

from pathlib import Path

import pytest

from skolnat.common.faults import InvalidInput, render
from skolnat.sources.workbook import WorkbookData
from skolnat.sources.workbook_template import prefilled, write_workbook
from skolnat.study.inputs import read_inputs

STUDY = """\
[study]
name = { sv = "Kaskö", fi = "Kaskinen", en = "Kaskinen" }
municipalities = ["Kaskö"]
[region]
workbook = "region.xlsx"
"""
CANDIDATE = """\
[[network.candidates]]
school = "new"
name = "Ny skola"
municipality = "Kaskö"
language = "sv"
grades = "1-6"
lat = 62.3853
lon = 21.2220
capacity = 100
property_eur_per_year = 50_000
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    write_workbook(tmp_path / "region.xlsx", prefilled(["231"]), "sv")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    return tmp_path / "study.toml"


@pytest.mark.parametrize("name", ["paijanne-tavastland", "sydosterbotten", "tunturi-lappi"])
def test_the_examples_are_sound(examples: Path, name: str) -> None:
    inputs = read_inputs(examples / f"{name}.toml")
    assert inputs.region.codes == inputs.study.municipalities


def test_the_workbook_is_found_beside_the_study(study: Path) -> None:
    inputs = read_inputs(study)
    assert inputs.workbook is not None
    assert inputs.region.schools["name"].tolist() == ["Kaskisten koulu", "Kaskö svenska skola"]


def test_candidate_sites_are_schools_of_the_region(study: Path) -> None:
    study.write_text(STUDY + CANDIDATE, encoding="utf-8")
    site = read_inputs(study).region.schools.iloc[-1]
    assert site[["school", "municipality", "kind", "grades"]].tolist() == [
        "new",
        "231",
        "candidate",
        "1-6",
    ]
    assert (site["pupils"], site["capacity"], site["estimated"]) == (0.0, 100.0, "")


def test_a_candidate_with_the_id_of_a_school_and_decisions_on_schools_that_are_not_there(
    study: Path,
) -> None:
    taken = prefilled(["231"]).schools["school"][0]
    decisions = '[scenarios]\nstay_open = ["nobody"]\nclosing = { "none" = 2027 }\n'
    text = STUDY + CANDIDATE.replace('"new"', f'"{taken}"') + decisions
    study.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_inputs(study)
    assert [(f.code, f.column) for f in caught.value.faults] == [
        ("region.twin_id", "schools!school"),
        ("study.unknown_school", "scenarios.stay_open"),
        ("study.unknown_school", "scenarios.closing"),
    ]


def test_what_a_workbook_leaves_out_is_told(study: Path) -> None:
    schools = prefilled(["231", "280"]).schools.drop(index=0)
    write_workbook(study.parent / "region.xlsx", WorkbookData(schools=schools), replace=True)
    notes = [fault for fault in read_inputs(study).warnings if fault.code.startswith("study.")]
    assert [render(note).partition(": ")[2] for note in notes] == [
        "in Kaskö/Kaskinen (231) these schools of the register are not in the workbook, "
        "and count as closed: Kaskisten koulu",
        "the workbook tells of Korsnäs (280), which is no municipality of the study: "
        "this is not used",
    ]


def test_wrong_files_are_told_together(study: Path) -> None:
    named = 'population = "region.xlsx"\nhousing = "study.toml"\n[region]'
    text = STUDY.replace("[region]", named).replace('workbook = "region', 'workbook = "more')
    study.write_text(text, encoding="utf-8")
    (study.parent / "more.xlsx").write_bytes(b"no workbook")
    with pytest.raises(InvalidInput) as caught:
        read_inputs(study)
    assert [fault.code for fault in caught.value.faults] == [
        "sources.not_a_workbook",
        "sources.population_no_text",
        "forecast.housing_columns",
    ]


def test_a_workbook_that_is_not_there(study: Path) -> None:
    (study.parent / "region.xlsx").unlink()
    with pytest.raises(InvalidInput) as caught:
        read_inputs(study)
    assert [fault.code for fault in caught.value.faults] == ["sources.no_workbook"]
