"""How many small groups form when the number of pupils is a chance, and whom they reach.

Pupils of a small subject in a unit number N, a Poisson law with a known mean: 2.7 pupils of a
religion are expected, but there may be none or seven. What holds of every outcome is averaged over
the outcomes, exactly and not by drawing:

- the law counts pupils per provider (628/1998 § 13), so the teaching is given where the provider
  has at least ``least`` pupils in all its schools, stages and languages together;
- a unit with at least ``alone`` pupils has groups of its own;
- the others of one provider, stage and language are taught together (at a distance, or by a
  teacher who travels), in as few groups as hold them.

Means suffice because units are independent: with N the sum and N_u a part of it,
``E[N_u f(N)] = m_u E[f(N + 1)]`` for Poisson laws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, pdtr, xlogy

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Limits:
    """The limits within which small groups form.

    Parameters
    ----------
    least
        Fewest pupils for whom there is teaching at all.
    most
        Largest group.
    alone
        Fewest pupils with a group in their own unit, where others are taught together.
    """

    least: int
    most: int
    alone: int = 1

    def __post_init__(self) -> None:
        if min(self.least, self.most, self.alone) < 1:
            raise ValueError("a group has at least one pupil")
        if self.most < self.least:
            raise ValueError("the fewest pupils of a group must find room in the largest")

    @property
    def enough(self) -> int:
        """Fewest pupils with a group in their own unit, never fewer than have a right to one."""
        return max(self.alone, self.least)


@dataclass(frozen=True)
class Formed:
    """What is expected of some units, each shape (U,).

    Parameters
    ----------
    reached
        Pupils who are taught.
    groups
        Groups; those that units share are parted by the pupils that each sends there.
    """

    reached: FloatArray
    groups: FloatArray


def in_units(means: FloatArray, limits: Limits) -> Formed:
    """Form groups in every unit by itself, where it has pupils enough.

    Parameters
    ----------
    means
        Expected pupils of each unit, shape (U,).
    limits
        ``least`` and ``most``.
    """
    outcomes = _outcomes(means)
    chance = _law(outcomes, means[:, None])
    given = np.where(outcomes >= limits.least, 1.0, 0.0)
    groups = chance @ (np.ceil(outcomes / limits.most) * given)
    reached = means * _at_least(limits.least - 1, means)
    return Formed(reached, groups)


def of_provider(means: FloatArray, others: float, limits: Limits) -> Formed:
    """Form the groups of one provider, stage and language.

    Parameters
    ----------
    means
        Expected pupils of each of its units, shape (U,).
    others
        Pupils expected in the provider's other stages and languages; they count towards
        ``least`` and are taught apart.
    limits
        See :class:`Limits`.
    """
    total = float(means.sum())
    reached = means * _at_least(limits.least - 1, total + others)
    outcomes = _outcomes(means)
    chance = _law(outcomes, means[:, None])
    few = outcomes < limits.enough
    own = chance[:, ~few] @ np.ceil(outcomes[~few] / limits.most)
    shared = _shared_groups(chance[:, few], limits, total, others)
    sent = chance[:, few] @ outcomes[few]
    part = sent / sent.sum() if sent.sum() > 0.0 else sent
    return Formed(reached, own + shared * part)


def expected_reached(mean: float, least: int) -> float:
    """Return the pupils expected to be among at least ``least``, of a provider's expected ones."""
    return float((mean * _at_least(least - 1, np.array([mean])))[0])


def _shared_groups(chance: FloatArray, limits: Limits, total: float, others: float) -> float:
    """Expected groups of those whose units have too few of their own.

    Parameters
    ----------
    chance
        Chance of 0, 1, ..., ``enough`` - 1 pupils in each unit, shape (U, enough).
    limits, total, others
        See :func:`of_provider`.
    """
    together = np.ones(1)
    for unit in chance:
        law = unit.copy()
        law[0] += 1.0 - unit.sum()  # a unit with groups of its own sends nobody
        together = np.convolve(together, law)
    whole = float(together @ np.ceil(np.arange(together.size) / limits.most))
    # Under the least number no unit has a group of its own, so all are among those counted here.
    below = np.arange(1.0, limits.least)
    denied = _law(below, total) * pdtr(limits.least - 1 - below, others)
    # Rounding may leave a trace below nothing where nobody is expected.
    return max(whole - float(denied @ np.ceil(below / limits.most)), 0.0)


def _law(outcomes: FloatArray, means: FloatArray | float) -> FloatArray:
    """Chance of each outcome, a Poisson law."""
    chance: FloatArray = np.exp(xlogy(outcomes, means) - gammaln(outcomes + 1.0) - means)
    return chance


def _at_least(least: int, means: FloatArray | float) -> FloatArray:
    """Chance of so many or more, a Poisson law."""
    if least < 1:
        return np.ones(1)
    return np.asarray(1.0 - pdtr(least - 1, means), dtype=np.float64)


def _outcomes(means: FloatArray) -> FloatArray:
    """Return 0, 1, ... so far that what lies beyond has no weight."""
    most = float(means.max(initial=0.0))
    return np.arange(int(most + 10.0 * np.sqrt(most) + 14), dtype=np.float64)
