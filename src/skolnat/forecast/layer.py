"""One level of places carried forward: every unit by its parent's rates and its own effects."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from skolnat.forecast.effects import Posterior, Prior
from skolnat.forecast.panel import Panel
from skolnat.forecast.states import (
    BAND_SUMS,
    BIRTHS,
    CHILD_AGES,
    COMPONENT_OF,
    COMPONENTS,
    FERTILITY,
)

Array32 = NDArray[np.float32]
Array = NDArray[np.float64]

LEAST_GROWTH: Final = 0.3
"""A year's effects never take more than 70 % of an age band: a guard, not a part of the model."""
NEWCOMERS: Final = 1e-5
"""Part of a place's size that each age gains, so that an empty one can be scaled to a total."""
RANK: Final = 6
"""Directions in which effects drift; six hold nearly all of the variance."""
CHILD_STEPS: Final = CHILD_AGES - 1
"""Transitions 0-14 move single ages by themselves; later ones move whole bands of women."""
WOMEN_SUMS: Final = BAND_SUMS[CHILD_STEPS:, COMPONENT_OF[CHILD_STEPS] - 1 :].astype(np.float32)
"""Sums the transitions of women by band, and spreads what is of a band over its ages."""


def root_of(covariance: Array, rank: int = RANK) -> Array32:
    """Return ``r`` with ``r.T @ r`` near the covariance: its strongest directions.

    The diagonal is kept exactly, so that no component loses variance.
    """
    values, vectors = np.linalg.eigh(covariance)
    root = (vectors[:, -rank:] * np.sqrt(np.maximum(values[-rank:], 0.0))).T
    kept = (root**2).sum(axis=0)
    scale = np.sqrt(np.diag(covariance) / np.maximum(kept, 1e-12))
    return np.asarray(root * np.minimum(scale, 2.0), dtype=np.float32)


class Layer:
    """The places of one level in many draws.

    Parameters
    ----------
    panel
        Units ordered by group; the last year is where they start.
    prior, posterior
        Effects of the units.
    draws
        Number of draws.
    rng
        Source of random numbers.
    volatility
        Factor on the variance of errors and of the drift of effects, shape (draw,): times differ.
    """

    def __init__(
        self,
        panel: Panel,
        prior: Prior,
        posterior: Posterior,
        draws: int,
        rng: np.random.Generator,
        volatility: Array,
    ) -> None:
        if np.any(np.diff(panel.groups) < 0):
            raise ValueError("the units of a layer are ordered by group")
        self.groups = panel.groups
        self._starts = np.searchsorted(panel.groups, np.arange(int(panel.groups.max()) + 1))
        self._rng = rng
        self._prior = prior
        self.state: Array32 = np.repeat(panel.last[None].astype(np.float32), draws, axis=0)
        self._slow, self._fast = self._sample(posterior, draws)
        self._centre = posterior.centre.astype(np.float32)
        self._slow_root = root_of(prior.slow * (1.0 - prior.slow_rho**2))
        self._fast_root = root_of(prior.fast * (1.0 - prior.fast_rho**2))
        self._family_root = root_of(prior.family)
        size = panel.last[:, :CHILD_AGES].mean(axis=1)
        self._fast_scale = np.sqrt(prior.fast_scale(size)).astype(np.float32)[:, None]
        self._volatility = volatility.astype(np.float32)[:, None, None]

    def learn(self, units: NDArray[np.intp], posterior: Posterior) -> None:
        """Put effects that were learnt from newer counts in place of the older ones.

        Parameters
        ----------
        units
            Index of the units, in the order of the posterior.
        posterior
            Their effects in the year that was reached.
        """
        slow, fast = self._sample(posterior, len(self.state))
        self._slow[:, units], self._fast[:, units] = slow, fast
        self._centre[units] = posterior.centre

    def _sample(self, posterior: Posterior, draws: int) -> tuple[Array32, Array32]:
        size = posterior.mean.shape[1]
        jitter = 1e-10 * np.eye(size)
        root = np.linalg.cholesky(posterior.covariance + jitter).astype(np.float32)
        noise = self._normal((len(root), draws, size))
        effects = noise @ np.swapaxes(root, 1, 2)
        effects += posterior.mean[:, None, :].astype(np.float32)
        both = np.ascontiguousarray(np.swapaxes(effects, 0, 1))
        return both[..., :COMPONENTS].copy(), both[..., COMPONENTS:].copy()

    def _normal(self, shape: tuple[int, ...]) -> Array32:
        return self._rng.standard_normal(shape, dtype=np.float32)

    def totals(self) -> Array32:
        """Return the sums by group, shape (draw, group, state)."""
        sums: Array32 = np.add.reduceat(self.state, self._starts, axis=1)
        return sums

    def step(
        self,
        ratio: Array32,
        birth_rate: Array32,
        totals: Array32 | None,
        arrivals: Array32 | None = None,
    ) -> None:
        """Go on one year.

        Parameters
        ----------
        ratio
            Rates of the parents, shape (draw or 1, group, state - 1).
        birth_rate
            Their births per weighted woman, shape (draw or 1, group).
        totals
            What the units of each group sum to afterwards, shape (draw or 1, group, state);
            None leaves them as they fall.
        arrivals
            Children who move into new housing during the year, shape (unit, CHILD_AGES).
        """
        growth = self._growth()
        expected = self.state[..., :-1] * ratio[:, self.groups]
        births = (self.state @ FERTILITY.astype(np.float32)) * birth_rate[:, self.groups]
        after = np.empty_like(self.state)
        after[..., 0] = self._scattered(births, BIRTHS) * growth[..., BIRTHS]
        children = slice(0, CHILD_STEPS)
        of = COMPONENT_OF[children]
        after[..., 1:CHILD_AGES] = self._scattered(expected[..., children], of)
        after[..., 1:CHILD_AGES] *= growth[..., of]
        after[..., CHILD_AGES:] = expected[..., CHILD_STEPS:]
        after[..., CHILD_AGES:] *= self._women(expected, growth) @ WOMEN_SUMS.T
        if arrivals is not None:
            after[..., :CHILD_AGES] = np.maximum(after[..., :CHILD_AGES] + arrivals, 0.0)
        size = self.state[..., :CHILD_AGES].mean(axis=2, keepdims=True)
        after += np.float32(NEWCOMERS) * np.maximum(size, np.float32(1.0))
        self.state = after
        if totals is not None:
            self.rake(totals)

    def rake(self, totals: Array32) -> None:
        """Scale every state so that the units of each group sum to ``totals``."""
        sums = self.totals()
        factor = totals / np.maximum(sums, np.float32(1e-6))
        self.state *= factor[:, self.groups]

    def fix(self, units: NDArray[np.intp], counts: Array32, totals: Array32 | None) -> None:
        """Put known counts in, and let the other units of each group share what is left.

        Parameters
        ----------
        units
            Index of the units that are known.
        counts
            Their counts, shape (len(units), state).
        totals
            As in :meth:`step`.
        """
        self.state[:, units] = counts
        if totals is None:
            return
        known = np.zeros(self.state.shape[1:], dtype=np.float32)
        known[units] = counts
        known_sums = np.add.reduceat(known, self._starts, axis=0)
        rest = self.totals() - known_sums
        factor = np.maximum(totals - known_sums, 0.0) / np.maximum(rest, np.float32(1e-6))
        free = np.setdiff1d(np.arange(len(self.groups)), units)
        self.state[:, free] *= factor[:, self.groups[free]]

    def _growth(self) -> Array32:
        """Let effects drift a year, and return the factors they give, by component."""
        prior, shape = self._prior, self._slow.shape
        restless = np.sqrt(self._volatility)
        self._slow *= np.float32(prior.slow_rho)
        self._slow += (self._normal((*shape[:2], RANK)) * restless) @ self._slow_root
        self._fast *= np.float32(prior.fast_rho)
        drift = self._normal((*shape[:2], RANK)) * (restless * self._fast_scale)
        self._fast += drift @ self._fast_root
        growth = self._normal((*shape[:2], RANK)) @ self._family_root
        size = self.state[..., :CHILD_AGES].mean(axis=2)
        growth *= np.sqrt(prior.family_scale(size)[..., None] * self._volatility)
        growth += self._centre
        growth += self._slow
        growth += self._fast
        growth += np.float32(1.0)
        least: Array32 = np.maximum(growth, np.float32(LEAST_GROWTH), out=growth)
        return least

    def _scattered(self, expected: Array32, component: NDArray[np.intp] | int) -> Array32:
        """Scatter expected counts: log-normal, mean kept, variance phi times the count."""
        phi = self._prior.phi[component].astype(np.float32) * self._noise(expected.ndim)
        variance = np.log(np.float32(1.0) + phi / np.maximum(expected, np.float32(0.1)))
        factor = self._normal(expected.shape)
        factor *= np.sqrt(variance)
        factor -= variance * np.float32(0.5)
        return np.asarray(np.exp(factor, out=factor) * expected)

    def _noise(self, ndim: int) -> Array32:
        return self._volatility if ndim == 3 else self._volatility[..., 0]

    def _women(self, expected: Array32, growth: Array32) -> Array32:
        """Return the factor of each band of women: effects and scatter together."""
        first = COMPONENT_OF[CHILD_STEPS]
        bands = expected[..., CHILD_STEPS:] @ WOMEN_SUMS
        phi = self._prior.phi[first:].astype(np.float32) * self._volatility
        variance = np.log(np.float32(1.0) + phi / np.maximum(bands, np.float32(0.5)))
        factor = self._normal(bands.shape)
        factor *= np.sqrt(variance)
        factor -= variance * np.float32(0.5)
        return np.asarray(np.exp(factor, out=factor) * growth[..., first:])
