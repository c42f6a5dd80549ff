"""Moments are what the priors stand on: on data made with known effects they must find them."""

from __future__ import annotations

import numpy as np

from skolnat.forecast.effects import Deviations
from skolnat.forecast.fitting import centred, fit_prior, lagged, level_by_size, nearest_covariance
from skolnat.forecast.panel import Panel
from skolnat.forecast.parameters import parameters
from skolnat.forecast.states import COMPONENTS, STATES


def made(units: int = 400, steps: int = 10) -> Deviations:
    """Return deviations of a lasting effect of sd 0.03 in every component, and errors."""
    rng = np.random.default_rng(8)
    effect = rng.normal(0.0, 0.03, (units, 1, 1)) * np.ones((1, steps, COMPONENTS))
    expected = np.full((units, steps, COMPONENTS), 100.0)
    errors = rng.normal(0.0, 1.0, expected.shape) * np.sqrt(0.2 / expected)
    return Deviations(effect + errors, expected, np.full((units, steps), 50.0))


def test_lagged_moments_find_the_effect_and_not_the_error() -> None:
    moments = lagged(made(), [3, 4, 5])
    assert np.allclose(moments, 0.03**2, atol=2e-4)
    assert np.allclose(moments, moments.T)


def test_level_by_size_is_a_line_where_the_truth_is_one() -> None:
    data = made(60, 4)
    size = np.geomspace(10.0, 1000.0, 60)
    y = np.log(size / 60.0)[:, None, None] * 0.01 + np.zeros_like(data.y)
    data = Deviations(y, data.expected, np.repeat(size[:, None], 4, axis=1))
    level = level_by_size(data, parameters().municipality, degree=1)
    np.testing.assert_allclose(level[0], 0.0, atol=1e-9)
    np.testing.assert_allclose(level[1], 0.01, atol=1e-9)
    assert np.abs(centred(data, level).y).max() < 1e-9


def test_nearest_covariance_keeps_what_is_one_already() -> None:
    covariance = np.diag([3.0, 2.0, 1.0])
    np.testing.assert_allclose(nearest_covariance(covariance, 1e-6), covariance, atol=1e-12)
    broken = np.array([[1.0, 2.0], [2.0, 1.0]])
    assert np.linalg.eigvalsh(nearest_covariance(broken, 1e-6)).min() >= 0.9e-6


def test_a_whole_fit_gives_a_usable_prior() -> None:
    rng = np.random.default_rng(2)
    counts = rng.poisson(60.0, (30, 12, STATES)).astype(float)
    codes = tuple(f"{i:03d}" for i in range(30))
    panel = Panel(codes, np.zeros(30, dtype=np.intp), tuple(range(2000, 2012)), counts)
    prior = fit_prior(panel, panel.country().counts, evaluations=12)
    assert np.linalg.eigvalsh(prior.slow).min() >= 0.0
    assert 0.5 <= prior.slow_rho < 1.0
    assert prior.level.shape == (3, COMPONENTS)
