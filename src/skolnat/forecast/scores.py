"""How good a forecast was: errors of the point, honesty of the interval, and both at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def crps(draws: Array, truth: Array) -> Array:
    """Return the continuous ranked probability score of sampled forecasts.

    Zero is perfect; for a single draw it is the absolute error.

    Parameters
    ----------
    draws
        Shape (draw, unit).
    truth
        Shape (unit,).

    Returns
    -------
    ndarray
        Shape (unit,), in the unit of the truth.
    """
    ordered = np.sort(draws, axis=0)
    n = len(ordered)
    weight = 2.0 * np.arange(1, n + 1) - n - 1.0
    spread = (weight[:, None] * ordered).sum(axis=0) / n**2
    return np.asarray(np.abs(draws - truth).mean(axis=0) - spread)


def covered(draws: Array, truth: Array, level: float) -> NDArray[np.bool_]:
    """Return whether the central interval of a level (0.8: from 10 to 90 %) holds the truth."""
    low, high = np.quantile(draws, [(1.0 - level) / 2.0, (1.0 + level) / 2.0], axis=0)
    return np.asarray((truth >= low) & (truth <= high))


def mape(point: Array, truth: Array) -> float:
    """Return the mean absolute error relative to the truth: every place counts the same."""
    return float(np.mean(np.abs(point - truth) / truth))


def wmape(point: Array, truth: Array) -> float:
    """Return the sum of absolute errors over the sum of the truth: every child the same."""
    return float(np.abs(point - truth).sum() / truth.sum())
