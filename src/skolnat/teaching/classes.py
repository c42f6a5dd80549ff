"""Groups and combined classes from the pupils of each grade, known or expected.

Where the pupils of every grade are known, the groups are those of
:func:`skolnat.teaching.groups.groups_of`. Ahead of time each grade is a chance (Poisson) around its
own mean, which the forecast's single ages give: a large year in grade 3 is not spread over all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import poisson

from skolnat.teaching.groups import GroupSizes

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Classes:
    """Groups, and those among them with pupils of more than one grade; numbers or arrays."""

    groups: FloatArray
    combined: FloatArray


def seating(grades: Sequence[int], sizes: GroupSizes) -> list[dict[int, int]]:
    """Return the groups of some consecutive grades, each as pupils by place of the grade.

    Parameters
    ----------
    grades
        Pupils of each grade.
    sizes
        Limits of the groups.

    Returns
    -------
    list
        As few groups as :func:`skolnat.teaching.groups.groups_of` tells; every pupil is in exactly
        one. A grade that is split is split as evenly as it goes.
    """
    groups: list[dict[int, int]] = []
    joined: dict[int, int] | None = None
    span = 0
    for grade, pupils in enumerate(grades):
        if pupils > sizes.combined:
            count = -(-pupils // sizes.single)
            groups += [{grade: pupils // count + (k < pupils % count)} for k in range(count)]
            joined, span = None, 0
        elif joined is not None and span < sizes.span and _held(joined) + pupils <= sizes.combined:
            span += 1
            if pupils:
                joined[grade] = pupils
        elif pupils:
            joined, span = {grade: pupils}, 1
            groups.append(joined)
        else:
            joined, span = None, 0
    return groups


def _held(group: dict[int, int]) -> int:
    return sum(group.values())


def expected_classes(means: FloatArray, sizes: GroupSizes) -> Classes:
    """Expected groups and combined classes, each grade a Poisson law around its own mean.

    Parameters
    ----------
    means
        Pupils expected in each grade, shape (N, G).
    sizes
        Limits of the groups.

    Returns
    -------
    Classes
        Shape (N,) each; exact but for the tail of the law beyond ten standard deviations.

    Notes
    -----
    The rule of :func:`seating` is followed forward as a Markov chain. Its state is the group that
    may still grow: how many grades it spans, its pupils, and whether one grade or several sent
    them. A class becomes a combined one when a second grade with pupils joins.
    """
    count, width = means.shape[0], sizes.combined + 1
    top = float(means.max(initial=0.0))
    most = int(top + 10.0 * np.sqrt(top) + 12) + sizes.combined
    counts = np.arange(most + 1)[None, :, None]
    chances = np.asarray(poisson.pmf(counts, means[:, None, :]))
    alone = np.ceil(np.arange(width, most + 1) / sizes.single)
    open_ = np.zeros((2, sizes.span, count, width))
    closed, groups, combined = np.ones(count), np.zeros(count), np.zeros(count)
    for grade in range(means.shape[1]):
        chance = chances[:, :, grade]
        small, large = chance[:, :width], chance[:, width:]
        grown, opened, joins = _next(open_, closed, small)
        closed = (closed + open_[:, -1].sum(axis=(0, 2))) * small[:, 0] + large.sum(axis=1)
        groups += opened.sum(axis=1) + large @ alone
        combined += joins
        grown[0, 0] += opened
        open_ = grown
    return Classes(groups, combined)


def _next(
    open_: FloatArray, closed: FloatArray, small: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Let a small grade join the group that may grow, or open one.

    Returns
    -------
    tuple
        Groups that have grown, as ``open_``; groups opened, by pupils, shape (N, width); chance
        that a class became a combined one, shape (N,).
    """
    _, span, count, width = open_.shape
    grown = np.zeros_like(open_)
    opened = closed[:, None] * small
    opened[:, 0] = 0.0
    joins = np.zeros(count)
    for several in range(2):
        for s in range(span):
            for held in range(1, width):
                weight = open_[several, s, :, held][:, None]
                room = width - held if s + 1 < span else 0
                if room:
                    grown[several, s + 1, :, held] += weight[:, 0] * small[:, 0]
                    joining = weight * small[:, 1:room]
                    grown[1, s + 1, :, held + 1 :] += joining
                    joins += joining.sum(axis=1) * (several == 0)
                first = max(room, 1)
                opened[:, first:] += weight * small[:, first:]
    return grown, opened, joins
