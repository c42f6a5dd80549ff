"""The fewest hours of small groups that any plan can need: for bounds, never for show.

Whatever a plan decides, it parts a fixed number of expected readers between a known number of
places: the units of a market or, where a law counts per provider, the providers. The groups of a
place are a rising function f of its readers; so with h the largest convex function below f,

    sum over places of f(readers) >= places * h(all readers / places)

(Jensen's inequality). Where borders are closed each municipality is a market of its own and the
places are few; where all is open they are many, and the sum may be smaller. Below the fewest
pupils of a group f is nearly nothing: that readers may be spread until no group forms is in h.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, xlogy

from skolnat.rules.rules import Rules
from skolnat.teaching.formation import Limits
from skolnat.teaching.subjects import family_of
from skolnat.teaching.wishes import Wishes

FloatArray = npt.NDArray[np.float64]

_POINTS = 300
"""Numbers of readers at which f is taken; between two of them the smaller value stands."""


@dataclass(frozen=True)
class Pool:
    """Pupils of one stage and language among whom a plan decides who goes where.

    Parameters
    ----------
    stage
        ``"1-6"`` or ``"7-9"``.
    pupils
        By municipality of residence, shape (M,).
    units, providers
        How many units, and how many providers of them, they can be parted between.
    """

    stage: str
    pupils: FloatArray
    units: int
    providers: int


def least_hours(wishes: Wishes, pool: Pool, rules: Rules, year: int) -> float:
    """Return weekly hours of small groups that no plan can go below.

    Parameters
    ----------
    wishes
        Who reads what.
    pool
        Pupils, and the places they can be parted between.
    rules, year
        Limits and hours.

    Notes
    -----
    Hours are the shortest that any provider has. Optional subjects form groups beside the basic
    ones, which may be enough for them: they count nothing.
    """
    total = 0.0
    for (subject, stage), share in wishes.shares.items():
        family = family_of(subject)
        if stage != pool.stage or family.counted == "beside_basic":
            continue
        reading = float(pool.pupils @ share)
        usual = rules.number(family.hours, year)
        hours = min([usual, *_told(wishes.hours, subject)])
        if family.counted == "pupil":
            total += reading * hours
            continue
        places = pool.providers if family.counted == "provider" else pool.units
        total += least_groups(reading, places, family.limits(rules, year)) * hours
    return total


def _told(hours: Mapping[tuple[int, str], float], subject: str) -> list[float]:
    return [told for (_, code), told in hours.items() if code == subject]


def least_groups(readers: float, places: int, limits: Limits) -> float:
    """Return the fewest groups expected when readers are parted between some places.

    Parameters
    ----------
    readers
        Expected in all places together.
    places
        At least one.
    limits
        ``least`` and ``most`` of a group. Few readers of one provider may be taught together: they
        are never fewer groups than if they were all in one school.
    """
    if readers <= 0.0:
        return 0.0
    means = np.linspace(0.0, readers, _POINTS + 1)
    groups = _of_one_place(means, limits)
    # f rises, so on each step it is at least its value at the step's beginning.
    x, y = np.concatenate([[0.0], means[1:]]), np.concatenate([[0.0], groups[:-1]])
    x, y = np.append(x, readers * (1.0 + 1e-12)), np.append(y, groups[-1])
    hull = _lower_hull(x, y)
    return places * float(np.interp(readers / places, x[hull], y[hull]))


def _of_one_place(means: FloatArray, limits: Limits) -> FloatArray:
    """Groups expected of readers who are all in one place, shape as ``means``."""
    top = float(means[-1])
    outcomes = np.arange(int(top + 10.0 * np.sqrt(top) + 14), dtype=np.float64)
    law = np.exp(xlogy(outcomes, means[:, None]) - gammaln(outcomes + 1.0) - means[:, None])
    formed = np.where(outcomes >= limits.least, np.ceil(outcomes / limits.most), 0.0)
    result: FloatArray = law @ formed
    return result


def _lower_hull(x: FloatArray, y: FloatArray) -> list[int]:
    """Points of the largest convex function below some points; ``x`` rises."""
    hull: list[int] = []
    for i in range(x.size):
        while len(hull) > 1:
            a, b = hull[-2], hull[-1]
            if (y[b] - y[a]) * (x[i] - x[a]) < (y[i] - y[a]) * (x[b] - x[a]):
                break
            hull.pop()
        hull.append(i)
    return hull
