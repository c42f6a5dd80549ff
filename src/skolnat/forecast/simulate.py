"""Sampled futures: country, regions and municipalities, year by year and coherent in every draw.

The country's rates are drawn first; regions move by them and by effects of their own, and are
scaled to the country; municipalities the same within their region. In years whose upper figures
are registered already, the draws are scaled to the register instead: a nowcast is a forecast whose
sums are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skolnat.forecast.country import CountryPath, CountryPrior, Outlook, outlook
from skolnat.forecast.effects import Posterior, Prior, deviations, filter_effects, rates
from skolnat.forecast.layer import Array32, Layer
from skolnat.forecast.panel import Panel
from skolnat.forecast.states import CHILD_AGES, FERTILITY, STATES

CHUNK = 50
"""Draws that are simulated together: small enough for the processor's cache."""
THREADS = 2


@dataclass(frozen=True)
class Level:
    """One level of places: its counts, ordered by group, and its prior.

    Parameters
    ----------
    panel
        Units whose groups are the units of the level above (the country above the first).
    prior
        Prior of the units' effects.
    doubt
        Factor on the variance of errors while effects are learnt from the panel's history: over 1
        where that history is partly estimated.
    """

    panel: Panel
    prior: Prior
    doubt: float = 1.0


@dataclass(frozen=True)
class Known:
    """Counts of some units that are known in a year of the simulation.

    Parameters
    ----------
    units
        Index of the units in the lowest level.
    counts
        Shape (len(units), STATES).
    """

    units: NDArray[np.intp]
    counts: Array32


@dataclass(frozen=True)
class Drivers:
    """What a scenario changes.

    Parameters
    ----------
    fertility
        Factor on the country's fertility by year; the last one holds for later years.
    migration
        Factor on the country's net migration after the base year.
    arrivals
        Children by age who move into new housing in a year, shape (unit, CHILD_AGES).
    """

    fertility: Mapping[int, float] = field(default_factory=dict)
    migration: float = 1.0
    arrivals: Mapping[int, Array32] = field(default_factory=dict)

    def fertility_step(self, year: int) -> float:
        """Return the factor of a year over that of the year before."""
        return self._fertility(year) / self._fertility(year - 1)

    def _fertility(self, year: int) -> float:
        past = [y for y in self.fertility if y <= year]
        return self.fertility[max(past)] if past else 1.0


def simulate(
    levels: Sequence[Level],
    country: CountryPrior,
    until: int,
    draws: int,
    seed: int,
    drivers: Drivers | None = None,
    known: Mapping[int, Known] | None = None,
) -> NDArray[np.float32]:
    """Draw futures of the lowest level.

    Parameters
    ----------
    levels
        From the top down. The last year of the first is the base year; a lower one may end
        earlier and is then carried to the base year by a nowcast.
    country
        Constants of the country's process.
    until
        Last year.
    draws
        Number of draws.
    seed
        Same seed, same bytes, whatever the number of threads.
    drivers
        Scenario.
    known
        Counts of the lowest level that are known after its last common year.

    Returns
    -------
    ndarray
        Children, shape (draw, unit, year from the base year on, age 0-15), float32; units in the
        order of their codes.
    """
    top, low = levels[0].panel, levels[-1].panel
    start = outlook(top.country().counts[0], country)
    posteriors = [_posterior(levels, i) for i in range(len(levels))]
    out = np.empty((draws, len(low.units), until - top.years[-1] + 1, CHILD_AGES), np.float32)
    place = np.argsort(np.argsort(np.array(low.units)))
    run = _Run(levels, posteriors, country, start, until, drivers or Drivers(), known or {}, place)
    pieces = [range(first, min(first + CHUNK, draws)) for first in range(0, draws, CHUNK)]

    def fill(piece: range) -> None:
        rng = np.random.Generator(np.random.SFC64([seed, piece.start]))
        run.fill(out[piece.start : piece.stop], rng)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(fill, pieces))
    return out


def _posterior(levels: Sequence[Level], index: int) -> Posterior:
    panel = levels[index].panel
    above = levels[index - 1].panel if index else panel.country()
    first, last = panel.years[0], panel.years[-1]
    parent = above.since(first).until(last)
    if parent.years != panel.years:
        raise ValueError(f"the level above knows {parent.years}, not all of {panel.years}")
    prior = levels[index].prior.doubted(levels[index].doubt)
    posterior, _ = filter_effects(deviations(panel, parent.counts), prior)
    return posterior


@dataclass(frozen=True)
class _Run:
    levels: Sequence[Level]
    posteriors: Sequence[Posterior]
    country: CountryPrior
    start: Outlook
    until: int
    drivers: Drivers
    known: Mapping[int, Known]
    place: NDArray[np.intp]

    def fill(self, out: NDArray[np.float32], rng: np.random.Generator) -> None:
        """Simulate the draws of one piece into ``out``."""
        draws = len(out)
        spread = self.country.volatility_sd * rng.standard_normal(draws)
        volatility = self.country.volatility * np.exp(spread)
        layers = [
            Layer(level.panel, level.prior, posterior, draws, rng, volatility)
            for level, posterior in zip(self.levels, self.posteriors, strict=True)
        ]
        base = self.levels[0].panel.years[-1]
        path = CountryPath(self.start, self.country, draws, rng)
        lowest = self.levels[-1].panel.years[-1]
        if lowest == base:
            out[:, self.place, 0] = layers[-1].state[..., :CHILD_AGES]
        for year in range(lowest + 1, self.until + 1):
            if year <= base:
                self._step_known(layers, year)
            else:
                self._step(layers, path, year)
            if year >= base:
                out[:, self.place, year - base] = layers[-1].state[..., :CHILD_AGES]

    def _step_known(self, layers: Sequence[Layer], year: int) -> None:
        """A year whose upper levels are registered."""
        for index in range(1, len(layers)):
            if year <= self.levels[index].panel.years[-1]:
                continue
            above = self.levels[index - 1].panel
            before = above.at(year - 1)[None].astype(np.float32)
            after = above.at(year)[None].astype(np.float32)
            self._move(layers, index, before, after, year)

    def _step(self, layers: Sequence[Layer], path: CountryPath, year: int) -> None:
        """A year of which nothing is known."""
        before = layers[0].state.sum(axis=1, keepdims=True)
        women = before[:, 0] @ FERTILITY
        ratio, births = path.step(women, self.drivers.fertility_step(year))
        ratio = _moved(ratio, self.drivers.migration)
        after = np.empty_like(before)
        after[:, 0, 0] = births
        after[:, 0, 1:] = before[:, 0, :-1] * ratio
        for index, layer in enumerate(layers):
            own = layer.state
            self._move(layers, index, before, after, year)
            before, after = own, layer.state

    def _move(
        self, layers: Sequence[Layer], index: int, before: Array32, after: Array32, year: int
    ) -> None:
        ratio, births = rates(np.stack([before, after], axis=-2))
        is_lowest = index == len(layers) - 1
        arrivals = self.drivers.arrivals.get(year) if is_lowest else None
        layers[index].step(
            ratio[..., 0, :].astype(np.float32), births[..., 0].astype(np.float32), after, arrivals
        )
        if is_lowest and year in self.known:
            known = self.known[year]
            layers[index].fix(known.units, known.counts, after)


def _moved(ratio: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    """Scale net migration: what a rate differs from one (from one half where boys leave)."""
    if factor == 1.0:
        return ratio
    stay = np.ones(STATES - 1)
    stay[CHILD_AGES - 1] = ratio[:, CHILD_AGES - 1].mean()
    return np.maximum(stay + (ratio - stay) * factor, 0.3)
