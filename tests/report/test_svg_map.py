"""The map must show the plan that was computed, tell nobody's number, and be readable."""

from __future__ import annotations

import dataclasses
import re
from itertools import combinations
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from skolnat.report.labels import Box, place_labels
from skolnat.report.results import Results
from skolnat.report.svg_map import MINUTE_CLASSES, TYPE, Atlas, View, square_corners


@pytest.fixture(scope="module")
def atlas(results: Results) -> Atlas:
    return Atlas(results, results.names("fi"))


def draw(atlas: Atlas, scenario: str) -> ET.Element:
    view = View(scenario, 2, "1-6", "fi")
    return ET.fromstring(atlas.draw(view, "ground", 'T "1"', "D & d", "{km} km"))


def classes(svg: ET.Element) -> list[str]:
    return [element.get("class", "") for element in svg.iter()]


def test_every_square_with_pupils_is_drawn_once(atlas: Atlas, results: Results) -> None:
    svg = draw(atlas, "together")
    drawn = "".join(
        path.get("d", "")
        for path in svg.iter("path")
        if path.get("class", "").split(" ")[0] in ("own", "crosses")
    )
    rows = results.tables["assignments"]
    rows = rows[(rows["scenario"] == "together") & (rows["period"] == 2) & (rows["stage"] == "1-6")]
    assert drawn.count("M") == rows["cell"].nunique()


def test_only_open_borders_are_crossed(atlas: Atlas) -> None:
    assert not [name for name in classes(draw(atlas, "today")) if name.startswith("crosses")]
    assert [name for name in classes(draw(atlas, "together")) if name.startswith("crosses")]


def test_schools_are_open_closed_or_outside(atlas: Atlas) -> None:
    names = classes(draw(atlas, "together"))
    assert names.count("open") == 4
    assert names.count("closed") == 2
    assert names.count("outside") == 1


def test_no_count_stands_on_the_map(atlas: Atlas) -> None:
    """Its only texts are names and the scale."""
    texts = [text.text or "" for text in draw(atlas, "together").iter("text")]
    assert sorted(texts)[0].endswith(" km")
    assert set(sorted(texts)[1:]) == set(atlas.names.values())


def test_it_is_described_and_escaped(atlas: Atlas) -> None:
    svg = draw(atlas, "today")
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == 'T "1". D & d'


def test_names_do_not_lie_on_one_another(atlas: Atlas) -> None:
    boxes = [label.box(TYPE) for label in atlas.labels]
    assert all(one.overlap(other) == 0.0 for one, other in combinations(boxes, 2))


def test_a_name_moves_out_of_the_way() -> None:
    import shapely

    twin = [shapely.box(0, 0, 100, 60), shapely.box(20, 0, 120, 60)]
    labels = place_labels(["One", "Two"], twin, np.zeros((0, 2)), Box(0, 0, 200, 100), 12.0)
    assert labels[0].box(12.0).overlap(labels[1].box(12.0)) == 0.0


def test_squares_of_the_grid_are_a_kilometre_wide_and_where_they_say() -> None:
    cells = pd.DataFrame(
        {"cell": ["1kmN4310E5110", "place-7"], "x": [0.0, 400_000.0], "y": [0.0, 6_800_000.0]}
    )
    corners = square_corners(cells)
    sides = np.hypot(*(corners - np.roll(corners, 1, axis=1)).transpose(2, 0, 1))
    assert sides == pytest.approx(1000.0, rel=0.01)
    assert corners[1].mean(axis=0).tolist() == [400_000.0, 6_800_000.0]


def test_numbers_of_paths_are_short(atlas: Atlas) -> None:
    longest = max(
        len(number)
        for path in draw(atlas, "together").iter("path")
        for number in re.findall(r"-?\d+\.(\d+)", path.get("d", ""))
    )
    assert longest == 1


def test_places_that_a_municipality_gave_itself_point_out_nobody(results: Results) -> None:
    """The census grid is open; a municipality's own places are not: small squares are left out."""
    cells = results.tables["cells"]
    own = cells.assign(own_places=True)
    closed = dataclasses.replace(results, tables={**results.tables, "cells": own})
    drawn = Atlas(closed, results.names("fi"))._rows(View("together", 2, "1-6", "fi"))
    weights = own.set_index("cell")["children"]
    assert (drawn["cell"].map(weights) >= 3).all()
    whole = Atlas(results, results.names("fi"))._rows(View("together", 2, "1-6", "fi"))
    assert 0 < len(drawn) < len(whole)


def test_a_map_of_equal_time_colours_every_square_by_its_minutes(atlas: Atlas) -> None:
    view = View("together", 2, "1-6", "fi")
    svg = ET.fromstring(atlas.draw_minutes(view, "ground", "T", "D", "{km} km"))
    paths = {e.get("class"): e.get("d", "") for e in svg.iter() if "own t" in e.get("class", "")}
    shown = atlas._rows(view)
    ends = (*MINUTE_CLASSES, float("inf"))
    assert sum(path.count("M") for path in paths.values()) == len(shown) > 0
    for k, (low, high) in enumerate(zip((-1.0, *MINUTE_CLASSES), ends, strict=True)):
        mine = shown[(shown["minutes"] > low) & (shown["minutes"] <= high)]
        assert (f"own t{k}" in paths) == (len(mine) > 0)
        for cell in mine["cell"]:
            assert atlas.squares[str(cell)] in paths[f"own t{k}"]
    assert svg.get("aria-label") == "T. D"
