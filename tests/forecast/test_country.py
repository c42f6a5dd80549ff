"""The country's path moves every municipality at once: an error here is an error everywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from skolnat.forecast.country import CountryPath, mirrored, outlook
from skolnat.forecast.parameters import parameters
from skolnat.forecast.states import BANDS, FERTILITY, STATES

PRIOR = parameters().country


def steady(years: int = 15, growth: float = 1.002, decline: float = 0.0) -> np.ndarray:
    """Return a country with constant cohort change, whose births fall at a constant rate."""
    counts = np.empty((years, STATES))
    counts[0] = 1000.0 * growth ** np.arange(STATES)
    for year in range(1, years):
        counts[year, 1:] = counts[year - 1, :-1] * growth
        women = counts[year - 1] @ FERTILITY
        counts[year, 0] = 0.1 * women * np.exp(-decline * year)
    return counts


def test_outlook_of_a_steady_country_is_what_it_was() -> None:
    start = outlook(steady(), PRIOR)
    np.testing.assert_allclose(start.ratio, 1.002, rtol=1e-12)
    np.testing.assert_allclose(start.deviation, 0.0, atol=1e-12)
    assert np.isclose(np.exp(start.log_rate), 0.1)
    assert np.isclose(start.change, 0.0)


def test_a_fall_of_fertility_goes_on_and_fades() -> None:
    start = outlook(steady(decline=0.02), PRIOR)
    assert np.isclose(start.change, -0.02 * PRIOR.fertility_rho)
    calm = replace(PRIOR, fertility_sd=0.0, shock=PRIOR.shock * 0.0)
    path = CountryPath(start, calm, 2, np.random.default_rng(0))
    women = np.full(2, 3000.0)
    births = np.array([path.step(women)[1][0] for _ in range(200)])
    total = 0.02 * PRIOR.fertility_rho / (1.0 - PRIOR.fertility_rho)
    assert np.isclose(births[-1], np.exp(start.log_rate - total) * 3000.0, rtol=1e-6)


def test_mirrored_shocks_cancel_and_odd_numbers_are_cut() -> None:
    half = np.array([[1.0], [2.0]])
    assert mirrored(half, 4).ravel().tolist() == [1.0, 2.0, -1.0, -2.0]
    assert mirrored(half, 3).ravel().tolist() == [1.0, 2.0, -1.0]


def test_the_mean_of_mirrored_futures_is_the_calm_one() -> None:
    start = outlook(steady(), PRIOR)
    path = CountryPath(start, PRIOR, 40, np.random.default_rng(1))
    ratio, births = path.step(np.full(40, 3000.0))
    assert ratio.shape == (40, STATES - 1)
    np.testing.assert_allclose(np.log(ratio).mean(axis=0), np.log(1.002), atol=1e-12)
    calm = PRIOR.rate_weight * np.log(300.0) + (1 - PRIOR.rate_weight) * start.log_births
    assert np.isclose(np.log(births).mean(), calm)


def test_a_scenario_of_fertility_moves_the_rate_for_good() -> None:
    calm = replace(PRIOR, fertility_sd=0.0, shock=PRIOR.shock * 0.0)
    women = np.full(2, 3000.0)
    births = []
    for factor in (1.0, 0.8):
        path = CountryPath(outlook(steady(), PRIOR), calm, 2, np.random.default_rng(0))
        path.step(women, factor)
        births.append([path.step(women)[1][0] for _ in range(100)][-1])
    assert np.isclose(births[1] / births[0], 0.8)
    assert PRIOR.shock.shape == (len(BANDS), len(BANDS))
