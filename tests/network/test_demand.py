"""Squares part the forecast and never add to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from skolnat.forecast.result import AGES, Forecast
from skolnat.network.demand import STAGE_AGES, demand, language_shares
from skolnat.region.region import Region
from skolnat.study.prepare import Prepared


def futures(children: dict[str, float]) -> Forecast:
    """Two futures, one child in four more and less, of every age in 2025 and 2026."""
    draws = np.ones((2, len(children), 2, len(AGES)), dtype=np.float32)
    draws *= np.array(list(children.values()), dtype=np.float32)[None, :, None, None]
    draws *= np.array([0.75, 1.25], dtype=np.float32)[:, None, None, None]
    draws[:, :, 1] *= 2.0
    return Forecast(tuple(children), 2025, (2025, 2026), AGES, draws)


BOTH = {"fi": np.array([0.75, 1.0]), "sv": np.array([0.25, 0.0])}


def test_pupils_by_square_by_hand(bare_region: Region) -> None:
    found = demand(bare_region, futures({"398": 7.0, "016": 4.0}), BOTH)
    # Asikkala's 8 weights part 4 children of each age 3 : 5, Lahti has one square.
    assert found.cells["cell"].tolist() == ["a", "b", "c"]
    assert found.cells["share"].tolist() == [3 / 8, 5 / 8, 1.0]
    assert found.by_cell("1-6", "fi", (2025,)) == pytest.approx([24 * 0.75 * 3 / 8, 11.25, 42.0])
    assert found.by_cell("7-9", "sv", (2026,)) == pytest.approx([24 * 0.25 * 3 / 8, 3.75, 0.0])
    assert found.by_cell("7-9", "fi", (2025, 2026))[2] == pytest.approx(21 * 1.5)


def test_those_who_go_to_a_provider_outside_are_in_no_square(bare_region: Region) -> None:
    leaving = {("1-6", "fi"): np.array([0.5, 1.0])}
    children = futures({"398": 7.0, "016": 4.0})
    found = dataclasses.replace(demand(bare_region, children, BOTH), leaving=leaving)
    assert found.by_cell("1-6", "fi", (2025,)) == pytest.approx([24 * 0.75 * 3 / 16, 5.625, 0.0])
    assert found.by_municipality("1-6", "fi", (2025,)) == pytest.approx([18.0, 42.0])


def test_without_children_in_the_grid_the_people_are_the_weight(bare_region: Region) -> None:
    cells = bare_region.cells.assign(children=[0, 0, 7], population=[10, 30, 70])
    region = Region(**{**bare_region.tables(), "cells": cells})
    found = demand(region, futures({"016": 4.0, "398": 7.0}), BOTH)
    assert found.cells["share"].tolist() == [0.25, 0.75, 1.0]


def test_grades_of_squares_by_hand(bare_region: Region) -> None:
    found = demand(bare_region, futures({"398": 7.0, "016": 4.0}), BOTH)
    by_grade = found.by_cell_grade("fi", (2025, 2026))
    # One postal area holds both squares of Asikkala, so all cohorts are parted 3 : 5.
    assert by_grade[0] == pytest.approx([4 * 1.5 * 0.75 * 3 / 8] * 9)
    assert by_grade[:, :6].sum(axis=1) == pytest.approx(found.by_cell("1-6", "fi", (2025, 2026)))
    assert by_grade[:, 6:].sum(axis=1) == pytest.approx(found.by_cell("7-9", "fi", (2025, 2026)))


def test_grades_of_squares_add_up_to_each_municipality(
    prepared_example: Callable[[str], Prepared],
) -> None:
    prepared = prepared_example("sydosterbotten")
    everybody = dataclasses.replace(prepared.demand, leaving={})
    home = everybody.homes.home
    for year in prepared.study.years:
        both = everybody.by_cell_grade("fi", (year,)) + everybody.by_cell_grade("sv", (year,))
        for m in range(len(prepared.region.codes)):
            people = prepared.forecast.mean()[m, prepared.forecast.years.index(year), 7:]
            assert both[home == m].sum(axis=0) == pytest.approx(people)


def test_pupils_that_were_counted_by_grade_are_aged(bare_region: Region) -> None:
    counted = pd.DataFrame(
        {
            "municipality": ["016", "016", "016"],
            "cell": ["a", "b", "b"],
            "age": [7.0, 7.0, np.nan],
            "persons": [90.0, 0.0, 50.0],
        }
    )
    found = demand(bare_region, futures({"398": 7.0, "016": 4.0}), BOTH, counted=counted, year=2025)
    first, next_year = found.by_cell_grade("fi", (2025,)), found.by_cell_grade("fi", (2026,))
    assert first[0, 0] == pytest.approx(4 * 0.75 * (90 + 10 * 3 / 8) / 100)
    assert next_year[0, 1] == pytest.approx(8 * 0.75 * (90 + 10 * 3 / 8) / 100)
    assert next_year[0, 0] == pytest.approx(8 * 0.75 * 3 / 8)


def test_squares_add_up_to_the_forecast(prepared_example: Callable[[str], Prepared]) -> None:
    prepared = prepared_example("sydosterbotten")
    years = prepared.study.years
    index = [prepared.forecast.years.index(year) for year in years]
    everybody = dataclasses.replace(prepared.demand, leaving={})
    for stage, ages in STAGE_AGES.items():
        total = sum(everybody.by_cell(stage, language, years).sum() for language in ("fi", "sv"))
        columns = [prepared.forecast.ages.index(age) for age in ages]
        people = prepared.forecast.mean()[:, index][:, :, columns].sum() / len(years)
        assert total == pytest.approx(people)


@pytest.mark.parametrize(
    ("status", "taught", "swedish"),
    [
        ("fi", "fi", 0.0),  # no Swedish school: nobody is taught in Swedish
        ("fi", "sv", 0.2),
        ("fi_sv", "fi", 0.2),
        ("sv_fi", "fi", 0.3),  # speakers of other languages go to the majority's schools
        ("sv", "fi", 0.3),
        ("sv", "sv", 1.0),
    ],
)
def test_shares_of_the_languages(
    bare_region: Region, status: str, taught: str, swedish: float
) -> None:
    region = Region(
        **{
            **bare_region.tables(),
            "municipalities": bare_region.municipalities.assign(language_status=status),
            "schools": bare_region.schools.assign(language=taught),
        }
    )
    known = pd.DataFrame(
        {
            "municipality": ["016", "016", "398"],
            "year": [2010, 2020, 2020],
            "swedish_share": [0.9, 0.2, 0.2],
            "foreign_citizen_share": 0.1,
        }
    )
    found = language_shares(region, known)
    assert found["sv"] == pytest.approx([swedish, swedish])
    assert found["fi"] + found["sv"] == pytest.approx([1.0, 1.0])
