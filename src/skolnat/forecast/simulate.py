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
    doubted_until
        Year until which the doubt holds; all years when None.
    """

    panel: Panel
    prior: Prior
    doubt: float = 1.0
    doubted_until: int | None = None

    def doubts(self, years: Sequence[int]) -> list[float]:
        """Return the factor on the variance of errors in each step between some years."""
        end = self.doubted_until
        return [self.doubt if end is None or year <= end else 1.0 for year in years[1:]]


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
    brought = known or {}
    run = _Run(
        levels, posteriors, country, start, until, drivers or Drivers(), brought,
        relearnt(levels, brought), place,
    )  # fmt: skip
    pieces = [range(first, min(first + CHUNK, draws)) for first in range(0, draws, CHUNK)]

    def fill(piece: range) -> None:
        rng = np.random.Generator(np.random.SFC64([seed, piece.start]))
        run.fill(out[piece.start : piece.stop], rng)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(fill, pieces))
    return out


def relearnt(
    levels: Sequence[Level], known: Mapping[int, Known]
) -> dict[int, tuple[NDArray[np.intp], Posterior]]:
    """Return what is learnt of the effects of places with counts newer than the history.

    Parameters
    ----------
    levels
        From the top down; the lowest ends earlier than the one above.
    known
        Counts of the lowest level by later year.

    Returns
    -------
    dict
        By the last year that is known of them and of the level above: places and their effects
        then. Years between the history and the first known one are filled cohort by cohort with
        even steps against the level above: a cohort seen at both ends tells its mean change, and
        even steps carry just as much.
    """
    low = levels[-1].panel
    if len(levels) < 2:
        return {}
    above = levels[-2].panel
    reached = {y: at for y, at in known.items() if low.years[-1] < y <= above.years[-1]}
    last = {int(unit): year for year in sorted(reached) for unit in reached[year].units}
    found = {}
    for until in sorted(set(last.values())):
        units = np.array(sorted(u for u, year in last.items() if year == until), dtype=np.intp)
        seen = _prolonged(low, above, reached, units, until)
        parent = above.since(seen.years[0]).until(until)
        own = levels[-1].doubts(seen.years)
        posterior, _ = filter_effects(deviations(seen, parent.counts), levels[-1].prior, own)
        found[until] = (units, posterior)
    return found


def _prolonged(
    low: Panel, above: Panel, known: Mapping[int, Known], units: NDArray[np.intp], until: int
) -> Panel:
    """Return some places with their newer counts, and what lies between filled."""
    years = range(low.years[0], until + 1)
    counts = np.full((len(units), len(years), STATES), np.nan)
    counts[:, : len(low.years)] = low.counts[units]
    for year, at in known.items():
        if year <= until:
            row = {int(unit): i for i, unit in enumerate(at.units)}
            for i, unit in enumerate(units):
                if int(unit) in row:
                    counts[i, year - years[0]] = at.counts[row[int(unit)]]
    groups = low.groups[units]
    whole = above.since(years[0]).until(until).counts[groups]
    filled = between(counts, whole, len(low.years) - 1)
    return Panel(tuple(low.units[i] for i in units), groups, tuple(years), filled)


def between(
    counts: NDArray[np.float64], whole: NDArray[np.float64], first: int
) -> NDArray[np.float64]:
    """Fill unknown years between two known ones, cohort by cohort.

    Parameters
    ----------
    counts
        Shape (unit, year, state); a year is known of a unit or NaN throughout, and the last is
        known.
    whole
        Counts of each unit's whole, same shape.
    first
        The last year of the common history; only later ones are filled.

    Returns
    -------
    ndarray
        A cohort's share of the whole moves from the known one before to the known one after in
        even steps (of its logarithm); cohorts not seen at both ends stay NaN.
    """
    share = (counts + 0.5) / (whole + 0.5)
    out = counts.copy()
    unknown = np.isnan(counts[:, :, 0])
    for unit in range(len(counts)):
        for year in np.flatnonzero(unknown[unit, first:]) + first:
            before = max(y for y in range(year) if not unknown[unit, y])
            after = min(y for y in range(year, counts.shape[1]) if not unknown[unit, y])
            back, on = year - before, after - year
            ages = np.arange(back, STATES - on)
            low, high = share[unit, before, ages - back], share[unit, after, ages + on]
            even = low ** (on / (back + on)) * high ** (back / (back + on))
            out[unit, year, ages] = np.maximum(even * (whole[unit, year, ages] + 0.5) - 0.5, 0.0)
    return out


def _posterior(levels: Sequence[Level], index: int) -> Posterior:
    panel = levels[index].panel
    above = levels[index - 1].panel if index else panel.country()
    first, last = panel.years[0], panel.years[-1]
    parent = above.since(first).until(last)
    if parent.years != panel.years:
        raise ValueError(f"the level above knows {parent.years}, not all of {panel.years}")
    doubts = levels[index].doubts(panel.years)
    posterior, _ = filter_effects(deviations(panel, parent.counts), levels[index].prior, doubts)
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
    relearnt: Mapping[int, tuple[NDArray[np.intp], Posterior]]
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
            if year in self.relearnt:
                layers[-1].learn(*self.relearnt[year])
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
        if year in self.known:
            self._counted(layers, self.known[year])

    def _counted(self, layers: Sequence[Layer], known: Known) -> None:
        """Let some places be as counted in a year whose upper levels are not registered yet.

        The other places stay as they were drawn, and the whole is the sum of its places.
        """
        layers[-1].state[:, known.units] = known.counts
        for upper, lower in zip(layers[-2::-1], layers[:0:-1], strict=True):
            upper.state = lower.totals()

    def _move(
        self, layers: Sequence[Layer], index: int, before: Array32, after: Array32, year: int
    ) -> None:
        ratio, births = rates(np.stack([before, after], axis=-2))
        is_lowest = index == len(layers) - 1
        arrivals = self.drivers.arrivals.get(year) if is_lowest else None
        layers[index].step(
            ratio[..., 0, :].astype(np.float32), births[..., 0].astype(np.float32), after, arrivals
        )
        if is_lowest and year in self.known and year <= self.levels[0].panel.years[-1]:
            known = self.known[year]
            layers[index].fix(known.units, known.counts, after)


def _moved(ratio: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    """Scale net migration: what a rate differs from one (from one half where boys leave)."""
    if factor == 1.0:
        return ratio
    stay = np.ones(STATES - 1)
    stay[CHILD_AGES - 1] = ratio[:, CHILD_AGES - 1].mean()
    return np.maximum(stay + (ratio - stay) * factor, 0.3)
