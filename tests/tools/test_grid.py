"""Squares at coasts and borders: the nearest municipality, and the Finnish side only.

A toy land in EPSG:3067 near the middle of Finland, whose squares are placed by their corners in
EPSG:3035, so that the change of coordinates is the real one.
"""

from __future__ import annotations

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from reference.grid import CRS, GRID_CRS, cells, finnish_share, locate_squares, municipality_of

X, Y = 5_100_000, 4_400_000
"""A corner well inside Finland."""


def land(*boxes: tuple[str, float, float, float, float]) -> geopandas.GeoDataFrame:
    """Return polygons drawn in EPSG:3035 relative to the corner."""
    shapes = [shapely.box(X + a, Y + b, X + c, Y + d) for _, a, b, c, d in boxes]
    shapes = [shapely.segmentize(shape, 100.0) for shape in shapes]
    frame = geopandas.GeoDataFrame(
        {"municipality": [name for name, *_ in boxes]}, geometry=shapes, crs=GRID_CRS
    )
    return frame.to_crs(CRS)


def square(east: int, north: int, mark: str, people: int, children: int) -> dict[str, object]:
    return {
        "X": X + east * 1000,
        "Y": Y + north * 1000,
        "mark": mark,
        "people": people,
        "under_15": children,
        "land": 0.5 if east == 4 else 1.0,
    }


def test_a_square_off_the_coast_goes_to_the_nearest_municipality() -> None:
    polygons = land(("001", 0, 0, 2000, 2000), ("002", 2000, 0, 4000, 2000))
    raw = pd.DataFrame([square(0, 0, "FI", 9, 3), square(4, 0, "FI", 5, 2)])
    table = cells(locate_squares(raw, polygons))
    assert table["municipality"].tolist() == ["001", "002"]
    assert table["children"].tolist() == [3, 2]
    assert table["finnish_share"].tolist() == [1.0, 1.0]
    assert table["dry"].tolist() == [True, False]


def test_a_middle_on_a_shared_line_always_goes_to_the_lower_code() -> None:
    polygons = geopandas.GeoDataFrame(
        {"municipality": ["009", "002"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
        crs=CRS,
    )
    on_the_line = geopandas.GeoSeries.from_xy([1.0], [0.5], crs=CRS)
    assert municipality_of(on_the_line, polygons).tolist() == ["002"]


def test_border_squares_count_by_their_part_in_finland() -> None:
    # Finland is 0..2 km; the square at 1 lies in it, at 2 abroad, and the strip to 2,25 km cuts.
    polygons = land(("001", 0, 0, 2250, 1000))
    raw = pd.DataFrame(
        [
            square(1, 0, "FI-SE", 100, 40),
            square(2, 0, "FI-SE", 100, 40),
            square(3, 0, "FI-SE", 100, 40),
        ]
    )
    np.testing.assert_allclose(finnish_share(raw, polygons), [1.0, 0.25, 0.0], atol=1e-3)
    table = cells(locate_squares(raw, polygons))
    assert table["population"].tolist() == [100, 25]
    assert table["children"].tolist() == [40, 10]
    assert table["border"].all()


def test_an_unmarked_square_keeps_everybody_wherever_it_lies() -> None:
    polygons = land(("001", 0, 0, 500, 1000))
    raw = pd.DataFrame([square(3, 0, "FI", 7, 1)])
    assert cells(locate_squares(raw, polygons))["population"].tolist() == [7]


def test_a_square_without_children_stays_for_the_roads_and_one_without_people_goes() -> None:
    polygons = land(("001", 0, 0, 9000, 1000))
    raw = pd.DataFrame([square(0, 0, "FI", 2, 0), square(1, 0, "FI", 0, 0)])
    table = cells(locate_squares(raw, polygons))
    assert table["cell"].tolist() == ["1kmN4400E5100"]
    assert table["children"].tolist() == [0]


@pytest.mark.parametrize("mark", ["FI-SE", "FI-NO"])
def test_both_neighbours_are_taken_away(mark: str) -> None:
    polygons = land(("001", 0, 0, 1000, 1000))
    raw = pd.DataFrame([square(5, 0, mark, 10, 10)])
    assert cells(locate_squares(raw, polygons)).empty
