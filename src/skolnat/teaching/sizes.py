"""Whether the sizes of groups that a study sets go together."""

from __future__ import annotations

from dataclasses import dataclass

from skolnat.rules.rules import Rules
from skolnat.teaching.subjects import FAMILIES


@dataclass(frozen=True)
class Misfit:
    """A size that leaves pupils outside every group.

    Parameters
    ----------
    rule, value
        The size.
    other, least
        The rule that it must not be below, and its value; "" and 1 where it is no size at all.
    """

    rule: str
    value: float
    other: str
    least: float


_NO_LESS_THAN = (
    ("groups.single", "groups.combined"),
    *dict.fromkeys((family.most, family.least) for family in FAMILIES.values() if family.least),
)
"""Pairs of sizes: the first must be at least the second."""

_AT_LEAST_ONE = tuple(
    dict.fromkeys(
        (
            "groups.single", "groups.combined", "groups.span_1_6", "groups.span_7_9",
            "small_groups.alone",
            *(family.most for family in FAMILIES.values()),
            *(family.least for family in FAMILIES.values() if family.least),
        )
    )
)  # fmt: skip


def misfits(rules: Rules, year: int) -> list[Misfit]:
    """Return every size of groups that leaves pupils outside, in the autumn of a year."""
    small = [
        Misfit(rule, rules.number(rule, year), "", 1.0)
        for rule in _AT_LEAST_ONE
        if rules.number(rule, year) < 1.0
    ]
    return small + [
        Misfit(rule, rules.number(rule, year), other, rules.number(other, year))
        for rule, other in _NO_LESS_THAN
        if rules.number(rule, year) < rules.number(other, year)
    ]
