"""What the forecast is compared with: the methods that councils are shown today.

Each takes the history up to an origin, persons of both sexes by single age (and women), and gives
persons by single age some years ahead, shape (unit, age).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skolnat.forecast.states import FERTILITY, STATES

Array = NDArray[np.float64]

WINDOW: Final = 5
"""Years whose cohort change Hamilton-Perry carries forward."""
SHRINK: Final = 200.0
"""Children at whose number a place's own ratio and the country's weigh the same, shrunk HP."""
CLASSES: Final = (0.0, 250.0, 1000.0, np.inf)
"""Size classes (children 7-15) within which Hamilton-Perry's past errors are pooled."""
AGES: Final = 16


@dataclass(frozen=True)
class History:
    """Counts up to and with the origin.

    Parameters
    ----------
    counts
        By :mod:`state <skolnat.forecast.states>`, shape (unit, year, state).
    """

    counts: Array

    def until(self, years: int) -> History:
        """Return the history without its last ``years`` years."""
        return History(self.counts[:, : self.counts.shape[1] - years])


Method = Callable[[History, int], Array]


def naive(history: History, _ahead: int) -> Array:
    """As many children of each age as today."""
    today: Array = history.counts[:, -1, :AGES].copy()
    return today


def linear(history: History, ahead: int) -> Array:
    """Each age's numbers of the last ten years on a straight line, never below zero."""
    counts = history.counts[:, -10:, :AGES]
    time = np.arange(counts.shape[1]) - (counts.shape[1] - 1.0)
    centre = time.mean()
    slope = np.einsum("t,uta->ua", time - centre, counts) / ((time - centre) ** 2).sum()
    line: Array = np.maximum(counts.mean(axis=1) + slope * (ahead - centre), 0.0)
    return line


def hamilton_perry(history: History, ahead: int) -> Array:
    """Cohort change ratios of the last five years, child-woman ratio for the unborn."""
    return _cohorts(history, ahead, shrink=0.0)


def hamilton_perry_shrunk(history: History, ahead: int) -> Array:
    """The same with ratios drawn towards the country's in small places."""
    return _cohorts(history, ahead, shrink=SHRINK)


METHODS: Final[Mapping[str, Method]] = {
    "naive": naive,
    "linear": linear,
    "hamilton_perry": hamilton_perry,
    "hamilton_perry_shrunk": hamilton_perry_shrunk,
}


def _cohorts(history: History, ahead: int, shrink: float) -> Array:
    counts = history.counts[:, -WINDOW - 1 :]
    before, after = counts[:, :-1], counts[:, 1:]
    start, end = before[..., :-1].sum(axis=1), after[..., 1:].sum(axis=1)
    country = end.sum(axis=0) / start.sum(axis=0)
    weight = shrink * counts.shape[1] / AGES
    ratio = (end + weight * country) / np.maximum(start + weight, 1e-9)
    ratio = np.where(start + weight > 0.0, ratio, 1.0)
    women = (before @ FERTILITY).sum(axis=1)
    births = after[..., 0].sum(axis=1)
    rate = (births + weight * births.sum() / women.sum()) / np.maximum(women + weight, 1e-9)
    now = counts[:, -1].copy()
    for _ in range(ahead):
        then = np.empty_like(now)
        then[:, 0] = rate * (now @ FERTILITY)
        then[:, 1:STATES] = now[:, :-1] * ratio
        now = then
    return now[:, :AGES]


def empirical_interval(
    method: Method,
    history: History,
    ahead: int,
    ages: slice,
    draws: int,
    seed: int,
) -> Array | None:
    """Return a point method with the errors it made before as its interval.

    Relative errors at the same horizon from every earlier origin whose outcome is known at the
    origin, pooled by size class and resampled.

    Returns
    -------
    ndarray or None
        Shape (draw, unit); None when the history is too short for any earlier origin.
    """
    point = method(history, ahead)[:, ages].sum(axis=1)
    errors, sizes = [], []
    years = history.counts.shape[1]
    for back in range(ahead, years - WINDOW):
        earlier = history.until(back)
        truth = history.counts[:, years - 1 - back + ahead, ages].sum(axis=1)
        guess = method(earlier, ahead)[:, ages].sum(axis=1)
        errors.append((truth - guess) / np.maximum(guess, 1.0))
        sizes.append(earlier.counts[:, -1, 7:AGES].sum(axis=1))
    if not errors:
        return None
    past, of = np.concatenate(errors), np.concatenate(sizes)
    now = history.counts[:, -1, 7:AGES].sum(axis=1)
    rng = np.random.default_rng(seed)
    out = np.empty((draws, len(point)))
    for low, high in pairwise(CLASSES):
        inside = (now >= low) & (now < high)
        pool = past[(of >= low) & (of < high)]
        pool = pool if len(pool) >= 10 else past
        out[:, inside] = point[inside] * (1.0 + rng.choice(pool, (draws, int(inside.sum()))))
    return np.maximum(out, 0.0)
