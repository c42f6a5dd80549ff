r"""The whole country: the rates that no place decides alone.

Cohort change by component is the mean of the last ten years plus a deviation that fades slowly
(AR(1), started from the last years); fertility is an AR(1) on the *change* of the log rate. Births
are a geometric mean of what rate and women give and of last year's births carried on by the change
of fertility: pure rates failed in back-tests, since women postpone together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skolnat.forecast.effects import rates
from skolnat.forecast.states import BAND_SUMS, BANDS, COMPONENT_OF

Array = NDArray[np.float64]
MEAN_YEARS = 10
"""Years whose mean the rates return to."""


@dataclass(frozen=True)
class CountryPrior:
    """Constants of the country's process.

    Parameters
    ----------
    rho
        Yearly autocorrelation of a deviation of cohort change.
    recent
        Weight of a year's deviation relative to the year after it, for the starting point.
    shock
        Covariance of the yearly shocks by band of ages, shape (band, band).
    tail
        Degrees of freedom of the shocks: they are Student-t, for waves of refuge come rarely and
        are large.
    fertility_rho, fertility_recent, fertility_sd
        The same for the change of the log fertility rate.
    rate_weight
        Weight of women and rates in the births of a year; the rest is last year's births.
    volatility, volatility_sd
        How far the variance of local errors in a future period may differ from that of the years
        the priors were fitted on: a log-normal factor, its median and the spread of its logarithm.
    """

    rho: float
    recent: float
    shock: Array
    tail: float
    fertility_rho: float
    fertility_recent: float
    fertility_sd: float
    rate_weight: float
    volatility: float = 1.0
    volatility_sd: float = 0.0


@dataclass(frozen=True)
class Outlook:
    """Where the country's rates stand at the end of its history.

    Parameters
    ----------
    ratio
        Mean rates of transition, shape (state - 1,).
    deviation
        Last deviation from it by band, shape (band,).
    log_rate
        Logarithm of births per weighted woman, last year.
    change
        Its expected change before the next year.
    log_births
        Logarithm of last year's births.
    """

    ratio: Array
    deviation: Array
    log_rate: float
    change: float
    log_births: float


def outlook(counts: Array, prior: CountryPrior) -> Outlook:
    """Read the outlook from the country's counts, shape (year, state)."""
    births = rates(counts)[1]
    log_rate = np.log(births)
    recent = counts[-MEAN_YEARS - 1 :]
    mean = recent[1:, 1:].sum(axis=0) / recent[:-1, :-1].sum(axis=0)
    expected = (counts[:-1, :-1] * mean) @ BAND_SUMS
    deviation = np.log((counts[1:, 1:] @ BAND_SUMS) / expected)
    steps = len(log_rate)
    change = 0.0
    if steps > 1:
        differences = np.diff(log_rate)[-8:]
        change = float(differences @ _weights(len(differences), prior.fertility_recent))
    return Outlook(
        mean,
        _weights(steps, prior.recent) @ deviation,
        float(log_rate[-1]),
        prior.fertility_rho * change,
        float(np.log(counts[-1, 0])),
    )


def _weights(n: int, recent: float) -> Array:
    weights = recent ** np.arange(n - 1, -1, -1, dtype=np.float64)
    return np.asarray(weights / weights.sum())


class CountryPath:
    """The country's rates year by year, for many draws at once.

    Parameters
    ----------
    start
        Where the rates stand.
    prior
        Constants.
    draws
        Number of draws.
    rng
        Source of shocks.
    """

    def __init__(
        self, start: Outlook, prior: CountryPrior, draws: int, rng: np.random.Generator
    ) -> None:
        self._start, self._prior, self._rng = start, prior, rng
        self._deviation = np.repeat(start.deviation[None], draws, axis=0)
        self._log_rate = np.full(draws, start.log_rate)
        self._change = np.full(draws, start.change)
        self._log_births = np.full(draws, start.log_births)
        self._root = np.linalg.cholesky(prior.shock + 1e-12 * np.eye(len(BANDS)))

    def step(self, women: Array, fertility: float = 1.0) -> tuple[Array, Array]:
        """Go on one year.

        Parameters
        ----------
        women
            Weighted women at the start of the year, shape (draw,).
        fertility
            Factor on the rate that a scenario asks for in this year, against the year before.

        Returns
        -------
        ratio
            Rates of transition, shape (draw, state - 1).
        births
            Births of the year, shape (draw,).
        """
        prior, rng, draws = self._prior, self._rng, len(self._log_rate)
        pairs = (draws + 1) // 2
        heavy = np.sqrt((prior.tail - 2.0) / rng.chisquare(prior.tail, pairs))
        shock = mirrored(rng.standard_normal((pairs, len(BANDS))) * heavy[:, None], draws)
        shock = shock @ self._root.T
        self._deviation = prior.rho * self._deviation + shock
        noise = prior.fertility_sd * mirrored(rng.standard_normal(pairs), draws)
        change = self._change + noise
        self._change = prior.fertility_rho * change
        step = change + np.log(fertility)
        self._log_rate = self._log_rate + step
        by_rate = self._log_rate + np.log(women)
        weight = prior.rate_weight
        self._log_births = weight * by_rate + (1.0 - weight) * (self._log_births + step)
        ratio = self._start.ratio * np.exp(self._deviation)[:, COMPONENT_OF - 1]
        return ratio, np.exp(self._log_births)


def mirrored(half: Array, draws: int) -> Array:
    """Return shocks and, after them, the same with the sign turned: shape (draws, ...).

    A shock of the country moves every place at once, so chance in its mean would not average out;
    in mirrored pairs it does.
    """
    return np.concatenate([half, -half])[:draws]
