"""Geocoding faults exist at the source: a planner must hear of those in the own region."""

from __future__ import annotations

from skolnat.common.faults import render
from skolnat.sources import reference
from skolnat.sources.doubts import doubtful_schools
from skolnat.sources.regions import build_region


def test_a_school_of_another_town_is_told_by_name() -> None:
    """Haagan peruskoulu is a school of Helsinki that the register's copy puts in Halsua."""
    (halsua,) = reference.schools().query("name == 'Haagan peruskoulu'")["municipality"]
    doubts = doubtful_schools(build_region([halsua]).schools)
    assert [
        render(doubt, "en") for doubt in doubts if doubt.values["name"] == "Haagan peruskoulu"
    ] == [
        "Haagan peruskoulu (school 03004) counts as a school of Halso/Halsua (074), but its name "
        "or number points to Helsingfors/Helsinki (091); correct it in a workbook, or remove it "
        "there"
    ]


def test_doubts_are_warnings_and_every_kind_reads_in_words() -> None:
    doubts = doubtful_schools(reference.schools())
    assert {doubt.severity for doubt in doubts} == {"warning"}
    assert len(doubts) > 150
    for doubt in doubts:
        assert "sources." not in render(doubt, "fi")
        assert doubt.values["other"], doubt
