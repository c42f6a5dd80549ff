"""Paths along where people live: around a lake, over empty land, and never nowhere.

Distances are checked on maps small enough to measure with a ruler.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.access.settlement import settlement_graph

KM = 1000.0


def squares(places: list[tuple[float, float]]) -> np.ndarray:
    return np.array(places, dtype=np.float64) * KM


def horseshoe() -> np.ndarray:
    """Two shores 5 km apart, 20 km long, that meet in the west."""
    shores = [(float(x), y) for x in range(21) for y in (0.0, 5.0)]
    return squares([*shores, *((0.0, float(y)) for y in range(1, 5))])


def between(points: np.ndarray, one: tuple[float, float], other: tuple[float, float], dry: bool):  # type: ignore[no-untyped-def] # noqa: ANN201
    graph = settlement_graph(points, np.full(len(points), dry))
    ends = [int(np.argmin(np.hypot(*(points - np.array(end) * KM).T))) for end in (one, other)]
    return float(graph.distances(points[ends[:1]])[0, ends[1]]) / KM


def test_a_row_is_as_long_as_it_is() -> None:
    row = squares([(float(x), 0.0) for x in range(11)])
    graph = settlement_graph(row)
    assert graph.ties == 0
    assert graph.distances(row[:1])[0] == pytest.approx(np.arange(11) * KM)


def test_a_lake_is_not_crossed() -> None:
    around = between(horseshoe(), (20, 0), (20, 5), dry=False)
    # 20 km west, 5 km north, 20 km east, but for the corners that are cut.
    assert 42.0 < around < 45.0


def test_empty_land_between_dry_squares_is_crossed() -> None:
    assert between(horseshoe(), (20, 0), (20, 5), dry=True) == pytest.approx(5.0)


def test_one_wet_square_is_enough_to_make_it_a_shore() -> None:
    points = horseshoe()
    dry = points[:, 1] > 0.0  # the southern shore has water
    graph = settlement_graph(points, dry)
    south, north = (
        int(np.flatnonzero((points == (20 * KM, y)).all(axis=1))[0]) for y in (0, 5 * KM)
    )
    assert graph.distances(points[[south]])[0, north] > 40 * KM


def test_a_ring_of_squares_is_walked_around() -> None:
    angles = np.linspace(0.0, 2.0 * np.pi, 63, endpoint=False)
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * 10 * KM
    graph = settlement_graph(ring)
    assert graph.ties == 0
    half = float(graph.distances(ring[:1])[0].max())
    assert half == pytest.approx(np.pi * 10 * KM, rel=0.02)


@pytest.mark.parametrize("apart", [10.0, 30.0])
def test_two_villages_are_tied_once(apart: float) -> None:
    village = [(float(x), float(y)) for x in range(3) for y in range(3)]
    points = squares([*village, *((x + apart, y) for x, y in village)])
    graph = settlement_graph(points)
    assert graph.ties == 1
    west = int(np.flatnonzero((points == (0.0, KM)).all(axis=1))[0])
    east = int(np.flatnonzero((points == ((apart + 2) * KM, KM)).all(axis=1))[0])
    assert apart + 2 <= graph.distances(points[[west]])[0, east] / KM <= apart + 2 + 2


def test_the_way_to_the_first_square_is_counted() -> None:
    row = squares([(0.0, 0.0), (1.0, 0.0)])
    lengths = settlement_graph(row).distances(np.array([[0.0, -300.0], [1400.0, 0.0]]))
    assert lengths == pytest.approx(np.array([[300.0, 1300.0], [1400.0, 400.0]]))


def test_no_origins_and_one_square() -> None:
    graph = settlement_graph(squares([(3.0, 4.0)]))
    assert graph.distances(np.zeros((0, 2))).shape == (0, 1)
    assert graph.distances(np.array([[3.0 * KM, 4.0 * KM]])) == pytest.approx(0.0)


places = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=25, unique=True
)


@given(places, st.randoms(use_true_random=False))
def test_every_place_is_reached_both_ways_and_no_path_beats_the_crow(
    spots: list[tuple[int, int]],
    random,  # type: ignore[no-untyped-def] # noqa: ANN001
) -> None:
    points = squares([(float(x), float(y)) for x, y in spots])
    dry = np.array([random.random() < 0.5 for _ in spots])
    graph = settlement_graph(points, dry)
    paths = graph.distances(points)
    assert np.isfinite(paths).all()
    assert paths == pytest.approx(paths.T, abs=1e-2)
    for one, other in itertools.combinations(range(len(spots)), 2):
        assert paths[one, other] >= np.hypot(*(points[one] - points[other])) - 1e-6
