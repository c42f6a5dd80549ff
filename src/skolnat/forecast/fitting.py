"""Fit the priors of local effects, once, on old data; the result ships with the package.

Covariances come from lagged moments: what two years of one place have in common beyond chance is
its effect, and chance drops out of every product of *different* years. A handful of scalars
(scales, autocorrelations, exponents of size) are then set by the likelihood of the filter.
Nothing later than the last year of the panel is looked at.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from skolnat.forecast.effects import (
    REFERENCE_SIZE,
    Deviations,
    Prior,
    deviations,
    filter_effects,
)
from skolnat.forecast.panel import Panel
from skolnat.forecast.states import BIRTHS, COMPONENTS

Array = NDArray[np.float64]

LONG_LAGS = (3, 8)
"""First and last lag (years) whose moments make the drifting effect."""
LARGE = 100.0
"""Children per single age above which a place says more of effects than of errors."""
LONGEST = 0.995
"""Highest yearly correlation of an effect: twelve years cannot tell a slower drift from none."""
TYPICAL_VARIANCE = 0.002
TYPICAL_PHI = 0.2
"""Rough variance of a yearly deviation, and of its error times its count: for weights only."""


def fit_prior(panel: Panel, parent: Array, degree: int = 2, evaluations: int = 1500) -> Prior:
    """Fit a prior on a panel and the counts of its groups.

    Parameters
    ----------
    panel
        Units, with at least ten years.
    parent
        Counts of the groups in the same years, shape (group, year, state).
    degree
        Degree of the mean effect in log size; -1 for a mean of zero.
    evaluations
        How often the likelihood may be computed.
    """
    seen = deviations(panel, parent)
    prior = _by_moments(seen)
    if degree >= 0:
        level = level_by_size(seen, prior, degree)
        prior = replace(_by_moments(centred(seen, level)), level=level)
    return _scaled_by_likelihood(prior, seen, evaluations)


def _by_moments(seen: Deviations) -> Prior:
    """Return the prior that lagged moments give, before the likelihood has its say."""
    first, last = LONG_LAGS
    lags = [k for k in range(first, last + 1) if k < seen.y.shape[1]]
    slow = nearest_covariance(lagged(seen, lags), 1e-7)
    fast = nearest_covariance(lagged(seen, [1]) - slow, 1e-6)
    family, phi = errors(seen, slow)
    return Prior(slow, 0.99, fast, 0.6, phi, family, 0.3, 0.1)


def level_by_size(seen: Deviations, prior: Prior, degree: int = 2) -> Array:
    """Return the mean effect as a polynomial in log size, by weighted least squares.

    Weights are the inverse variance of a place's mean deviation under the prior. Shape
    (degree + 1, component).
    """
    size = seen.children.mean(axis=1)
    x = np.log(size / REFERENCE_SIZE)
    powers = np.stack([x**k for k in range(degree + 1)], axis=1)
    steps = seen.y.shape[1]
    level = np.zeros((degree + 1, COMPONENTS))
    for component in range(COMPONENTS):
        expected = seen.expected[..., component]
        total = np.maximum(expected.sum(axis=1), 0.5)
        mean = (seen.y[..., component] * expected).sum(axis=1) / total
        variance = (
            prior.slow[component, component]
            + prior.fast[component, component] / 2.0
            + prior.phi[component] / total
            + prior.family[component, component] / (size * steps)
        )
        weighted = powers / variance[:, None]
        level[:, component] = np.linalg.solve(weighted.T @ powers, weighted.T @ mean)
    return level


def centred(seen: Deviations, level: Array) -> Deviations:
    """Return deviations less the mean of places of their size."""
    size = np.log(np.maximum(seen.children.mean(axis=1), 1.0) / REFERENCE_SIZE)
    powers = np.stack([size**k for k in range(len(level))], axis=1)
    y = np.where(seen.expected > 0.0, seen.y - (powers @ level)[:, None], 0.0)
    return replace(seen, y=y)


def lagged(seen: Deviations, lags: list[int]) -> Array:
    """Return the mean product of deviations some years apart, symmetric, by component."""
    weight = 1.0 / (TYPICAL_VARIANCE + TYPICAL_PHI / np.maximum(seen.expected, 0.5))
    weight = np.where(seen.expected > 0.0, weight, 0.0)
    steps = seen.y.shape[1]
    total = np.zeros((COMPONENTS, COMPONENTS))
    weights = np.zeros((COMPONENTS, COMPONENTS))
    for lag in lags:
        early, late = slice(0, steps - lag), slice(lag, steps)
        y = seen.y * weight
        total += np.einsum("utb,utc->bc", y[:, early], y[:, late])
        weights += np.einsum("utb,utc->bc", weight[:, early], weight[:, late])
    mean = total / np.maximum(weights, 1e-12)
    return np.asarray((mean + mean.T) / 2.0)


def errors(seen: Deviations, slow: Array) -> tuple[Array, Array]:
    """Return the shared error *K* and the error of each component alone.

    *K* is read off the products of different components in one year; its own diagonal cannot be
    told from ``phi`` there, and is set so that neighbouring bands correlate as they do.
    """
    large = np.minimum(1.0, (LARGE / seen.children) ** 2)
    surplus = np.einsum("utb,utc->utbc", seen.y, seen.y) - slow
    family = np.einsum("ut,utbc->bc", large * seen.children, surplus) / large.sum()
    apart = ~np.eye(COMPONENTS, dtype=bool)
    typical = float(np.mean(family[1:8, 1:8][apart[1:8, 1:8]]))
    family = np.where(apart, family, max(typical, 1e-4))
    family = nearest_covariance(family, 1e-4)
    excess = seen.y**2 - np.diag(slow) - np.diag(family) / seen.children[..., None]
    small = np.minimum(1.0, (5.0 * LARGE / np.maximum(seen.expected, 0.5)) ** 2)
    small = np.where(seen.expected > 0.0, small, 0.0)
    phi = (excess * seen.expected * small).sum(axis=(0, 1)) / small.sum(axis=(0, 1))
    phi[BIRTHS] = max(phi[BIRTHS], 0.5)
    return family, np.maximum(phi, 0.02)


def nearest_covariance(matrix: Array, least: float) -> Array:
    """Return the matrix with eigenvalues below ``least`` raised to it."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2.0)
    return np.asarray((vectors * np.maximum(values, least)) @ vectors.T)


def scaled(prior: Prior, log_scales: Array) -> Prior:
    """Return a prior changed by eight numbers.

    Logarithms of: scale of the slow effect, its loss of correlation, scale of the fast effect, its
    loss of correlation, scale of ``phi``, scale of *K*; and the two exponents of size themselves.
    """
    scale = np.exp(log_scales[:6])
    return Prior(
        prior.slow * scale[0],
        float(np.clip(1.0 - scale[1], 0.5, LONGEST)),
        prior.fast * scale[2],
        float(np.clip(1.0 - scale[3], 0.01, 0.95)),
        prior.phi * scale[4],
        prior.family * scale[5],
        float(log_scales[6]),
        float(log_scales[7]),
        prior.level,
    )


def _scaled_by_likelihood(start: Prior, seen: Deviations, evaluations: int) -> Prior:
    def loss(x: Array) -> float:
        return -filter_effects(seen, scaled(start, x))[1]

    first = np.array([-0.1, np.log(0.01), 0.2, np.log(0.4), -0.2, -0.5, 0.4, 0.1])
    result = minimize(
        loss,
        first,
        method="Nelder-Mead",
        options={"maxfev": evaluations, "adaptive": True, "xatol": 1e-3, "fatol": 0.05},
    )
    return scaled(start, np.asarray(result.x))
