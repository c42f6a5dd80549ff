"""The range of teaching: who can choose an optional language, and what distance groups add.

An optional group forms in a school when enough of its pupils choose the subject. Pupils of
schools too small for that can be taught together at a distance, across borders: an adult stays
with the pupils, the teacher's hours are shared, and supervision is added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skolnat.rules.rules import Rules

FloatArray = npt.NDArray[np.float64]

GRADES_WITH_CHOICE = {"1-6": 3.0 / 6.0, "7-9": 1.0}
"""Part of a stage in which an optional language is read: grades 4-6, and 7-9."""


@dataclass(frozen=True)
class Range:
    """Who can choose, of one stage and language in one period.

    Parameters
    ----------
    pupils
        Pupils in the grades with a choice.
    with_choice
        Those whose school forms a group of its own, or who are reached at a distance.
    groups
        Distance-linked groups.
    cost
        Euros a year for the distance-linked groups.
    """

    pupils: float
    with_choice: float
    groups: int
    cost: float


def optional_range(
    loads: FloatArray, stage: str, rules: Rules, year: int, *, budget: float = 0.0
) -> Range:
    """Tell who can choose an optional language, and spend a budget on distance groups.

    Parameters
    ----------
    loads
        Pupils of the units that are open, shape (J,).
    stage
        Stage of the units.
    rules, year
        Share who choose, smallest group, hours, price of a teacher.
    budget
        Euros a year for distance-linked groups; 0 where no agreement allows them.

    Notes
    -----
    A distance group costs its teacher's hours and as many hours of supervision again, at the
    price of a teacher's hour: an upper estimate, since supervision needs no teacher. Groups are
    filled to the smallest size, the largest waiting schools first.
    """
    part = GRADES_WITH_CHOICE[stage]
    share = rules.number("teaching.optional_share", year)
    smallest = rules.number("teaching.optional_group", year)
    wish = loads * part * share
    has = wish >= smallest
    hour = rules.number("teaching.teacher_eur", year) / rules.number("teaching.duty_7_9", year)
    price = 2.0 * rules.number("teaching.optional_hours", year) * hour
    waiting = np.flatnonzero(~has & (wish > 0.0))
    waiting = waiting[np.argsort(-wish[waiting], kind="stable")]
    most = int(wish[waiting].sum() // smallest)
    groups = min(most, int(budget // price)) if price > 0 else most
    filled = np.cumsum(wish[waiting])
    reached = int(np.searchsorted(filled, groups * smallest + 1e-9, side="right"))
    if groups == most and most > 0:
        reached = waiting.size
    chosen = waiting[:reached] if groups else waiting[:0]
    return Range(
        pupils=float((loads * part).sum()),
        with_choice=float((loads[has] * part).sum() + (loads[chosen] * part).sum()),
        groups=groups,
        cost=groups * price,
    )
