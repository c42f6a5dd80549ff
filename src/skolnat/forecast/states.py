"""The fifty states of a population, and the bands in which change is estimated.

A *state* is an age: both sexes for 0-15, women for 16-49. A child of 15 who becomes a woman of 16
is a transition like any other, with a rate of about one half. Change is estimated in *components*:
births, and fourteen bands of ages that move alike.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

CHILD_AGES: Final = 16
"""States 0-15 count children of both sexes."""
STATES: Final = 50
"""States 16-49 count women."""

BANDS: Final[tuple[tuple[int, int], ...]] = (
    (0, 0),
    (1, 1),
    (2, 3),
    (4, 5),
    (6, 8),
    (9, 11),
    (12, 14),
    (15, 17),
    (18, 20),
    (21, 24),
    (25, 29),
    (30, 34),
    (35, 39),
    (40, 48),
)
"""First and last age *from which* a year's transition starts."""

BIRTHS: Final = 0
"""Component of births; the bands follow."""
COMPONENTS: Final = 1 + len(BANDS)
CHILD_COMPONENTS: Final = 1 + sum(1 for first, _ in BANDS if first < CHILD_AGES - 1)
"""Births and the bands below 15: components 0 .. CHILD_COMPONENTS - 1."""

MOTHERHOOD_MEAN: Final = 30.5
MOTHERHOOD_SPREAD: Final = 5.2
"""Age of mothers, mean and standard deviation (years): the shape, not the level, of fertility."""


def _component_of() -> NDArray[np.intp]:
    of = np.zeros(STATES - 1, dtype=np.intp)
    for index, (first, last) in enumerate(BANDS):
        of[first : last + 1] = index + 1
    return of


def _band_sums() -> NDArray[np.float64]:
    sums = np.zeros((STATES - 1, len(BANDS)))
    for index, (first, last) in enumerate(BANDS):
        sums[first : last + 1, index] = 1.0
    return sums


def _fertility() -> NDArray[np.float64]:
    ages = np.arange(STATES)
    shape = np.exp(-0.5 * ((ages - MOTHERHOOD_MEAN) / MOTHERHOOD_SPREAD) ** 2)
    shape[:CHILD_AGES] = 0.0
    return np.asarray(shape)


COMPONENT_OF: Final = _component_of()
"""Component of the transition that starts at each age 0-48, shape (49,)."""
BAND_SUMS: Final = _band_sums()
"""``transitions @ BAND_SUMS`` sums transitions by band, shape (49, 14)."""
FERTILITY: Final = _fertility()
"""``counts @ FERTILITY`` is the number of women, weighted by age, who may have a child."""
