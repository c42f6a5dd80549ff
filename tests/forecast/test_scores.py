"""Scores decide whether the forecast is good: each against a value known by other means."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skolnat.forecast.scores import covered, crps, mape, wmape


def test_crps_of_one_draw_is_the_absolute_error() -> None:
    assert crps(np.array([[3.0]]), np.array([5.0])).tolist() == [2.0]


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=20), st.floats(-100, 100))
def test_crps_agrees_with_its_definition(values: list[float], truth: float) -> None:
    draws = np.array(values)
    pairs = np.abs(np.subtract.outer(draws, draws)).mean()
    expected = np.abs(draws - truth).mean() - 0.5 * pairs
    assert np.isclose(crps(draws[:, None], np.array([truth]))[0], expected, atol=1e-9)


def test_crps_of_a_normal_sample_is_near_the_closed_form() -> None:
    draws = np.random.default_rng(1).standard_normal((20_000, 1))
    assert np.isclose(crps(draws, np.zeros(1))[0], (np.sqrt(2) - 1) / np.sqrt(np.pi), atol=0.01)


def test_coverage_by_hand() -> None:
    draws = np.tile(np.arange(101.0)[:, None], 3)
    assert covered(draws, np.array([9.0, 10.0, 90.0]), 0.8).tolist() == [False, True, True]


def test_errors_by_hand() -> None:
    point, truth = np.array([90.0, 11.0]), np.array([100.0, 10.0])
    assert np.isclose(mape(point, truth), 0.10)
    assert np.isclose(wmape(point, truth), 11.0 / 110.0)
