"""How many groups a number of pupils needs, combined grades included.

Grades are numbered in order. A grade that fits no limit alone is split into ceil(k / single)
groups. Neighbouring small grades are taught together (*sammansatta klasser* / *yhdysluokat*)
while their pupils number at most ``combined`` and the grades at most ``span``.

The size of a grade years ahead is not a number but a chance: with n pupils expected in a stage,
the stage itself varies by what the forecast does not know (gamma, a coefficient of variation),
and each grade around its share by the chance of births and moves (Poisson). What a school of n
pupils costs is therefore the *expected* number of groups under that law, and smooth in n.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.stats import gamma, poisson


@dataclass(frozen=True)
class GroupSizes:
    """The limits within which groups form.

    Parameters
    ----------
    single
        Largest group of one grade.
    combined
        Largest group of several grades.
    span
        How many grades at most share a group; 1 forbids combined grades.
    """

    single: int
    combined: int
    span: int

    def __post_init__(self) -> None:
        if not 1 <= self.combined <= self.single:
            raise ValueError(
                "a combined group holds 1 pupil or more, and no more than a single one"
            )
        if self.span < 1:
            raise ValueError("a group spans at least one grade")


def groups_of(grades: Sequence[int], sizes: GroupSizes) -> int:
    """Fewest groups for the pupils of consecutive grades.

    Extending a combined group as far as it goes is optimal, because every part of an admissible
    group is admissible; a grade of more than ``combined`` pupils stands alone.
    """
    groups, held, span = 0, 0, 0
    for pupils in grades:
        if pupils > sizes.combined:
            groups += -(-pupils // sizes.single)
            held, span = 0, 0
        elif span and span < sizes.span and held + pupils <= sizes.combined:
            held, span = held + pupils, span + 1
        elif pupils or span:
            groups += pupils > 0
            held, span = (pupils, 1) if pupils else (0, 0)
    return groups


def expected_groups(
    pupils: npt.NDArray[np.float64], grades: int, sizes: GroupSizes
) -> npt.NDArray[np.float64]:
    """Expected number of groups when each grade varies around an equal share.

    Parameters
    ----------
    pupils
        Pupils expected in the stage, shape (N,).
    grades
        Number of grades of the stage.
    sizes
        Limits of the groups.

    Returns
    -------
    ndarray
        Shape (N,). Exact but for the tail of the law beyond ten standard deviations.

    Notes
    -----
    The rule of :func:`groups_of` is a Markov chain over the grades, whose state is the number
    of grades and of pupils in the group that may still grow; the chain is followed forward.
    """
    mean = np.asarray(pupils, dtype=np.float64) / grades
    most = int(mean.max(initial=0.0) + 10.0 * np.sqrt(mean.max(initial=0.0)) + 12)
    chance = np.asarray(poisson.pmf(np.arange(most + 1), mean[:, None]))
    small = chance[:, : sizes.combined + 1]
    counts = np.arange(sizes.combined + 1, most + 1)
    alone = chance[:, sizes.combined + 1 :] @ np.ceil(counts / sizes.single)
    big = chance[:, sizes.combined + 1 :].sum(axis=1)
    # open_[s, k]: chance that a group of s + 1 grades and k pupils may still grow.
    closed = np.ones(mean.size)
    open_ = np.zeros((sizes.span, mean.size, sizes.combined + 1))
    total = np.zeros(mean.size)
    for _ in range(grades):
        grown, opened = _next_grade(open_, closed, small)
        total += opened.sum(axis=1) + alone
        stopped = open_[-1].sum(axis=1) * small[:, 0] + closed * small[:, 0]
        closed = stopped + big
        open_ = grown
        open_[0] += opened
    return total


def _next_grade(
    open_: npt.NDArray[np.float64],
    closed: npt.NDArray[np.float64],
    small: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Groups that grow by a small grade, and the groups that a small grade opens."""
    span, _, width = open_.shape
    grown = np.zeros_like(open_)
    opened = closed[:, None] * small
    opened[:, 0] = 0.0
    for s in range(span):
        for held in range(width):
            weight = open_[s, :, held][:, None]
            if s + 1 < span:
                room = width - held
                grown[s + 1, :, held:] += weight * small[:, :room]
                opened[:, room:] += weight * small[:, room:]
            else:
                opened[:, 1:] += weight * small[:, 1:]
    return grown, opened


_QUANTILES = 60
"""Points at which the gamma law of a stage's size is taken."""


@cache
def group_table(
    most: int, grades: int, sizes: GroupSizes, variation: float = 0.0
) -> npt.NDArray[np.float64]:
    """Expected groups of 0, 1, ..., ``most`` expected pupils, never falling.

    Parameters
    ----------
    most
        Largest number of pupils.
    grades, sizes
        See :func:`expected_groups`.
    variation
        Coefficient of variation of the stage's size; 0 leaves the Poisson law alone.

    Returns
    -------
    ndarray
        Shape (most + 1,). A larger school can always be grouped as a smaller one with empty
        seats, so the running maximum is taken over the small dips that rounding leaves.
    """
    pupils = np.arange(most + 1, dtype=np.float64)
    if variation == 0.0:
        return _never_falling(expected_groups(pupils, grades, sizes))
    levels = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    factors = gamma.ppf(levels, variation**-2, scale=variation**2)
    factors /= factors.mean()
    wide = np.arange(int(np.ceil(most * factors[-1])) + 2, dtype=np.float64)
    table = expected_groups(wide, grades, sizes)
    return _never_falling(
        np.mean([np.interp(pupils * factor, wide, table) for factor in factors], axis=0)
    )


def _never_falling(table: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    table[0] = 0.0
    table = np.maximum.accumulate(table)
    # The table is kept and shared: nobody may write into it.
    table.flags.writeable = False
    return table
