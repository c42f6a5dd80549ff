"""A slip on the sheet of buildings is told with its row and remedy, before it moves a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from skolnat.common.faults import InvalidInput
from skolnat.common.languages import LANGUAGES, Language
from skolnat.sources.workbook import read_workbook
from skolnat.sources.workbook_layout import BUILDINGS_SHEET, title
from skolnat.sources.workbook_template import prefilled, write_workbook


def filled(path: Path, rows: list[dict[str, Any]], language: Language = "en") -> None:
    """The template of Orimattila, with rows of buildings written in."""
    data = prefilled(["560"])
    data.schools["pupils"] = 100.0
    write_workbook(path, data, language)
    book = openpyxl.load_workbook(path)
    page = book[title("buildings", language)]
    page.delete_rows(2, page.max_row)
    names = [column.name for column in BUILDINGS_SHEET.columns]
    for row in rows:
        page.append([row.get(name) for name in names])
    book.save(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_buildings_come_back_as_they_are_written(tmp_path: Path, language: Language) -> None:
    school = prefilled(["560"]).schools["school"].iloc[0]
    row = {"school": school, "area_m2": 1500, "condition": "poor", "built_year": 1956,
           "renovated_year": 1988, "sale_eur": 0, "empty_years": 1.5}  # fmt: skip
    filled(tmp_path / "a.xlsx", [row], language)
    table = read_workbook(tmp_path / "a.xlsx").buildings
    assert len(table) == 1
    found = table.iloc[0].to_dict()
    assert {key: found[key] for key in row} == row
    assert pd.isna(found["renovation_year"])


def test_the_template_names_the_schools_that_stand() -> None:
    data = prefilled(["560"])
    assert set(data.buildings["school"]) <= set(data.schools["school"])
    assert len(data.buildings)


def test_every_fault_is_told(tmp_path: Path) -> None:
    school, other = prefilled(["560"]).schools["school"].iloc[:2]
    filled(
        tmp_path / "a.xlsx",
        [
            {"school": school, "area_m2": 150, "renovation_eur": 1e6},
            {"school": school, "built_year": 1990, "renovated_year": 1980},
            {"school": "99999", "condition": "poor"},
            {"school": other, "sale_eur": -1, "condition": "mouldy"},
            {"school": other, "renovated_year": 2030, "renovation_year": 2028},
        ],
    )
    with pytest.raises(InvalidInput) as caught:
        read_workbook(tmp_path / "a.xlsx")
    told = {(fault.code, fault.row) for fault in caught.value.faults}
    assert told == {
        ("sources.building_too_small", 2),
        ("sources.building_no_year", 2),
        ("sources.building_twin", 3),
        ("sources.building_years", 3),
        ("sources.building_unknown_school", 4),
        ("region.unknown_choice", 5),
        ("region.negative", 5),
        ("sources.building_years", 6),
        ("sources.building_twin", 6),
    }
