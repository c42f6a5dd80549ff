r"""How a place differs from the whole it is part of, estimated year after year.

For unit *i*, year *t* and component *b* (births, or a band of ages), with the rates of the parent
(region or country) applied to the unit's own people as expectation,

.. math:: y_{itb} = (\text{observed}_{itb} - \text{expected}_{itb}) / \text{expected}_{itb}

is modelled as

.. math:: y_{it} = \alpha_{it} + \delta_{it} + \epsilon_{it}, \qquad
          \epsilon_{it} \sim N(0, K / n_{it} + \mathrm{diag}(\phi_b / E_{itb}))

where :math:`\alpha` is a slowly drifting effect, :math:`\delta` a quickly fading one (both AR(1)
with the same prior for all units, multivariate over components), *n* the mean number of children
per single age, and *E* the expected count. *K* is there because families move together: the
bands of one place and year share an error that shrinks with the size of the place. Everything is
Gaussian, so a Kalman filter gives the posterior in closed form, and a small place with little
history stays near the prior.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skolnat.forecast.panel import Panel
from skolnat.forecast.states import BAND_SUMS, CHILD_AGES, COMPONENTS, FERTILITY

Array = NDArray[np.float64]
TINY: Final = 1e-6
"""Keeps a quotient finite where nobody lives."""
REFERENCE_SIZE: Final = 60.0
"""Children per single age at which the size exponents of a prior are 1 times."""


@dataclass(frozen=True)
class Prior:
    """What is known of all units before any is looked at.

    Parameters
    ----------
    slow, slow_rho
        Covariance of the drifting effect over components (COMPONENTS x COMPONENTS), and its
        yearly autocorrelation.
    fast, fast_rho
        The same for the effect that fades.
    phi
        Variance of a component's error times its expected count, shape (COMPONENTS,).
    family
        Covariance *K* of the shared error times the mean number of children per age.
    fast_size, family_size
        Exponents by which the fading effect's variance falls with size, and by which the shared
        error's falls faster than 1/n. Both are 1 times at :data:`REFERENCE_SIZE`.
    level
        Mean of the drifting effect as a polynomial in the logarithm of size over
        :data:`REFERENCE_SIZE`: shape (degree + 1, COMPONENTS). Families leave the largest town for
        places around it, so the like of most places is not the mean of the whole.
    """

    slow: Array
    slow_rho: float
    fast: Array
    fast_rho: float
    phi: Array
    family: Array
    fast_size: float = 0.0
    family_size: float = 0.0
    level: Array = field(default_factory=lambda: np.zeros((1, COMPONENTS)))

    def mean(self, children: Array) -> Array:
        """Return the mean effect of places of some size, shape (unit, component)."""
        size = np.log(np.maximum(children, 1.0) / REFERENCE_SIZE)
        powers = np.stack([size**k for k in range(len(self.level))], axis=1)
        return np.asarray(powers @ self.level)

    def fast_scale(self, children: Array) -> Array:
        """Return the factor on the fading effect's variance for places of some size."""
        return np.asarray((np.maximum(children, 1.0) / REFERENCE_SIZE) ** -self.fast_size)

    def family_scale(self, children: NDArray[Any]) -> NDArray[Any]:
        """Return the factor on *K* for places of some size: 1/n and a little more."""
        size = np.maximum(children, 1.0)
        return np.asarray((size / REFERENCE_SIZE) ** -self.family_size / size)


@dataclass(frozen=True)
class Deviations:
    """Observed deviations of units from their parent.

    Parameters
    ----------
    y
        Relative deviation, shape (unit, step, component); 0 where missing.
    expected
        Expected count behind each, same shape; 0 where nothing was observed.
    children
        Mean number of children per single age at the start of the step, shape (unit, step).
    """

    y: Array
    expected: Array
    children: Array


@dataclass(frozen=True)
class Posterior:
    """Effects at the end of the history: Gaussian, one for each unit.

    Parameters
    ----------
    centre
        Mean to which the slow effects return, shape (unit, COMPONENTS).
    mean
        Slow effects (less their centre) and then fast ones, shape (unit, 2 * COMPONENTS).
    covariance
        Shape (unit, 2 * COMPONENTS, 2 * COMPONENTS).
    """

    centre: Array
    mean: Array
    covariance: Array

    def effect(self, prior: Prior, ahead: int) -> Array:
        """Return the expected effect some years ahead, shape (unit, component)."""
        slow, fast = self.mean[:, :COMPONENTS], self.mean[:, COMPONENTS:]
        return self.centre + slow * prior.slow_rho**ahead + fast * prior.fast_rho**ahead


def rates(counts: NDArray[Any]) -> tuple[Array, Array]:
    """Return the yearly rates of change of a whole.

    Parameters
    ----------
    counts
        Shape (..., year, state).

    Returns
    -------
    ratio
        Survivors and net movers per person, shape (..., year - 1, state - 1).
    births
        Births per weighted woman (:data:`FERTILITY`), shape (..., year - 1).
    """
    before, after = counts[..., :-1, :], counts[..., 1:, :]
    ratio = after[..., 1:] / np.maximum(before[..., :-1], TINY)
    return ratio, after[..., 0] / np.maximum(before @ FERTILITY, TINY)


def deviations(panel: Panel, parent: Array) -> Deviations:
    """Return how the units of a panel deviated from their groups.

    Parameters
    ----------
    panel
        Units; NaN where counts are unknown.
    parent
        Counts of the groups in the same years, shape (group, year, state).
    """
    ratio, birth_rate = rates(parent)
    before, after = panel.counts[:, :-1], panel.counts[:, 1:]
    stay = _band_sums(before[..., :-1] * ratio[panel.groups])
    born = _mothers(panel, parent)[:, :-1] * birth_rate[panel.groups]
    expected = np.concatenate([born[..., None], stay], axis=2)
    observed = np.concatenate([after[..., :1], _band_sums(after[..., 1:])], axis=2)
    missing = np.isnan(expected) | np.isnan(observed)
    expected = np.where(missing, 0.0, expected)
    surplus = np.where(missing, 0.0, observed - expected)
    children = np.nan_to_num(before[..., :CHILD_AGES]).mean(axis=2)
    return Deviations(surplus / np.maximum(expected, 0.5), expected, np.maximum(children, 0.5))


def _band_sums(transitions: Array) -> Array:
    """Sum transitions by band; NaN where any of the band is unknown."""
    unknown = np.isnan(transitions)
    sums = np.where(unknown, 0.0, transitions) @ BAND_SUMS
    return np.where(unknown.astype(np.float64) @ BAND_SUMS > 0.0, np.nan, sums)


def _mothers(panel: Panel, parent: Array) -> Array:
    """Return weighted women, shape (unit, year).

    Where a place's women are unknown, those of its first known year are led back in the step of
    its group.
    """
    women = panel.counts @ FERTILITY
    growth = (parent @ FERTILITY)[panel.groups]
    for year in range(women.shape[1] - 2, -1, -1):
        led = women[:, year + 1] * growth[:, year] / np.maximum(growth[:, year + 1], 1e-9)
        women[:, year] = np.where(np.isnan(women[:, year]), led, women[:, year])
    return women


def filter_effects(
    seen: Deviations, prior: Prior, doubt: Sequence[float] | None = None
) -> tuple[Posterior, float]:
    """Run the Kalman filter over all units at once.

    Parameters
    ----------
    seen
        Deviations, step by step.
    prior
        Prior of the effects and of the errors.
    doubt
        Factor on the variance of each step's errors; 1 when None.

    Returns
    -------
    Posterior
        Effects in the last observed step.
    float
        Logarithm of the likelihood of all deviations (up to a constant).
    """
    units, steps, _ = seen.y.shape
    size = seen.children.mean(axis=1)
    scale, centre = prior.fast_scale(size), prior.mean(size)
    start = np.zeros((units, 2 * COMPONENTS, 2 * COMPONENTS))
    start[:, :COMPONENTS, :COMPONENTS] = prior.slow
    start[:, COMPONENTS:, COMPONENTS:] = prior.fast * scale[:, None, None]
    keep = np.repeat([prior.slow_rho, prior.fast_rho], COMPONENTS)
    decay = np.outer(keep, keep)
    mean = np.zeros((units, 2 * COMPONENTS))
    covariance = start.copy()
    likelihood = 0.0
    for step in range(steps):
        if step:
            mean = mean * keep
            covariance = covariance * decay + start * (1.0 - decay)
        noise = error_covariance(seen.expected[:, step], seen.children[:, step], prior)
        noise *= 1.0 if doubt is None else doubt[step]
        mean, covariance, gain = _update(mean, covariance, seen.y[:, step] - centre, noise)
        likelihood += gain
    return Posterior(centre, mean, covariance), likelihood


def error_covariance(expected: Array, children: Array, prior: Prior) -> Array:
    """Return the covariance of one step's errors, shape (unit, component, component).

    A component without an observation gets an error so large that it teaches nothing.
    """
    noise: Array = prior.family * prior.family_scale(children)[:, None, None]
    diagonal = np.arange(COMPONENTS)
    alone = prior.phi / np.maximum(expected, 0.5)
    noise[:, diagonal, diagonal] += np.where(expected > 0.0, alone, 1e6)
    return noise


def _update(mean: Array, covariance: Array, y: Array, noise: Array) -> tuple[Array, Array, float]:
    """One step of the filter: what is observed is the sum of slow and fast effects."""
    cross = covariance[..., :COMPONENTS] + covariance[..., COMPONENTS:]
    spread = cross[:, :COMPONENTS] + cross[:, COMPONENTS:] + noise
    surprise = y - mean[:, :COMPONENTS] - mean[:, COMPONENTS:]
    inverse = np.linalg.inv(spread)
    gain = cross @ inverse
    mean = mean + np.einsum("usc,uc->us", gain, surprise)
    covariance = covariance - gain @ np.swapaxes(cross, 1, 2)
    covariance = (covariance + np.swapaxes(covariance, 1, 2)) / 2.0
    fit = np.linalg.slogdet(spread)[1] + np.einsum("ub,ubc,uc->u", surprise, inverse, surprise)
    return mean, covariance, -0.5 * float(fit.sum())
