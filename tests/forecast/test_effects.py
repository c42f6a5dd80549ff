"""The filter decides how far a small place is believed: it must agree with plain Gaussian algebra.

The brute force here writes down the joint distribution of everything and conditions on it.
"""

from __future__ import annotations

import numpy as np

from skolnat.forecast.effects import (
    Deviations,
    Prior,
    deviations,
    error_covariance,
    filter_effects,
    rates,
)
from skolnat.forecast.panel import Panel
from skolnat.forecast.states import BIRTHS, CHILD_AGES, COMPONENTS, FERTILITY, STATES


def prior(seed: int = 3) -> Prior:
    """Return a prior with full covariances."""
    rng = np.random.default_rng(seed)

    def covariance(scale: float) -> np.ndarray:
        root = rng.normal(0, scale, (COMPONENTS, COMPONENTS))
        return root @ root.T / COMPONENTS

    level = rng.normal(0, 0.01, (2, COMPONENTS))
    return Prior(
        covariance(0.02), 0.9, covariance(0.01), 0.5, np.full(COMPONENTS, 0.2),
        covariance(0.1), 0.4, 0.1, level,
    )  # fmt: skip


def seen(units: int = 2, steps: int = 3) -> Deviations:
    """Return random deviations of places of different size."""
    rng = np.random.default_rng(5)
    shape = (units, steps, COMPONENTS)
    children = np.repeat(rng.uniform(5, 200, (units, 1)), steps, axis=1)
    return Deviations(rng.normal(0, 0.05, shape), rng.uniform(20, 300, shape), children)


def test_filter_agrees_with_conditioning_the_joint_distribution() -> None:
    given, data = prior(), seen()
    posterior, _ = filter_effects(data, given)
    for unit in range(2):
        size = data.children[unit, :1]
        slow, fast = given.slow, given.fast * given.fast_scale(size)[0]
        steps = data.y.shape[1]
        lag = np.abs(np.subtract.outer(np.arange(steps), np.arange(steps)))
        joint = np.kron(given.slow_rho**lag, slow) + np.kron(given.fast_rho**lag, fast)
        for step in range(steps):
            at = slice(step * COMPONENTS, (step + 1) * COMPONENTS)
            expected, children = data.expected[unit : unit + 1, step], data.children[unit, step]
            joint[at, at] += error_covariance(expected, np.array([children]), given)[0]
        ahead = np.arange(steps - 1, -1, -1)
        with_slow = np.kron(given.slow_rho**ahead, slow)
        with_fast = np.kron(given.fast_rho**ahead, fast)
        cross = np.vstack([with_slow, with_fast])
        surprise = (data.y[unit] - given.mean(size)).ravel()
        expected_mean = cross @ np.linalg.solve(joint, surprise)
        np.testing.assert_allclose(posterior.mean[unit], expected_mean, atol=1e-9)


def test_likelihood_agrees_with_the_joint_distribution() -> None:
    given, data = prior(), seen(units=1, steps=2)
    size = data.children[0, :1]
    fast = given.fast * given.fast_scale(size)[0]
    lag = np.array([[0, 1], [1, 0]])
    joint = np.kron(given.slow_rho**lag, given.slow) + np.kron(given.fast_rho**lag, fast)
    for step in range(2):
        at = slice(step * COMPONENTS, (step + 1) * COMPONENTS)
        joint[at, at] += error_covariance(data.expected[:, step], data.children[:, step], given)[0]
    x = (data.y[0] - given.mean(size)).ravel()
    expected = -0.5 * (np.linalg.slogdet(joint)[1] + x @ np.linalg.solve(joint, x))
    assert np.isclose(filter_effects(data, given)[1], expected)


def test_what_is_missing_teaches_nothing() -> None:
    given, data = prior(), seen(units=1, steps=1)
    nothing = Deviations(np.zeros_like(data.y), np.zeros_like(data.expected), data.children)
    posterior, _ = filter_effects(nothing, given)
    assert np.abs(posterior.mean).max() < 1e-5
    np.testing.assert_allclose(posterior.covariance[0, :COMPONENTS, :COMPONENTS], given.slow,
                               rtol=1e-3, atol=1e-6)  # fmt: skip


def test_a_larger_place_is_believed_more() -> None:
    plain = Prior(np.eye(COMPONENTS) * 1e-4, 0.9, np.eye(COMPONENTS) * 1e-9, 0.5,
                  np.full(COMPONENTS, 0.2), np.eye(COMPONENTS) * 0.01)  # fmt: skip
    y = np.full((2, 4, COMPONENTS), 0.05)
    expected = np.ones((2, 4, COMPONENTS)) * np.array([20.0, 2000.0])[:, None, None]
    children = np.ones((2, 4)) * np.array([[10.0], [1000.0]])
    effect = filter_effects(Deviations(y, expected, children), plain)[0].effect(plain, 0)
    assert 0.0 < effect[0, 1] < 0.5 * effect[1, 1] < 0.05


def test_deviations_by_hand() -> None:
    counts = np.full((2, 2, STATES), 10.0)
    counts[0, 1, 1] = 13.0  # three more one-year-olds than there were children of 0
    panel = Panel(("a", "b"), np.zeros(2, dtype=np.intp), (2018, 2019), counts)
    found = deviations(panel, panel.country().counts)
    # The country kept 23 of 20, so 11.5 were expected of each.
    assert np.isclose(found.y[0, 0, 1], 1.5 / 11.5)
    assert np.isclose(found.y[1, 0, 1], -1.5 / 11.5)
    assert found.children[0, 0] == 10.0
    assert np.isclose(found.expected[0, 0, BIRTHS], 10.0)


def test_deviations_sum_to_nothing_in_the_whole() -> None:
    rng = np.random.default_rng(1)
    counts = rng.uniform(5, 50, (6, 4, STATES))
    panel = Panel(tuple("abcdef"), np.repeat([0, 1], 3), (1, 2, 3, 4), counts)
    found = deviations(panel, panel.grouped())
    surplus = (found.y * found.expected)[:3].sum(axis=0)
    assert np.abs(surplus).max() < 1e-9


def test_unknown_women_leave_births_seen_and_bands_of_women_unseen() -> None:
    counts = np.full((2, 3, STATES), 10.0)
    counts[:, 0, CHILD_AGES:] = np.nan
    panel = Panel(("a", "b"), np.zeros(2, dtype=np.intp), (2017, 2018, 2019), counts)
    parent = np.full((1, 3, STATES), 20.0)
    found = deviations(panel, parent)
    assert (found.expected[:, 0, 8:] == 0.0).all()
    assert np.isclose(found.expected[0, 0, BIRTHS], 10.0)
    assert np.isfinite(found.y).all()


def test_rates_of_a_country_by_hand() -> None:
    counts = np.zeros((2, STATES))
    counts[0, 5], counts[1, 6] = 100.0, 104.0
    counts[0, 30], counts[1, 0] = 200.0, 11.0
    ratio, births = rates(counts)
    assert np.isclose(ratio[0, 5], 1.04)
    assert np.isclose(births[0], 11.0 / (200.0 * FERTILITY[30]))
