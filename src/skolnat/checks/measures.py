"""Checks of measures that share teaching: the criteria of near teaching in a distance group."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from skolnat.checks.plan import Checked, Finding
from skolnat.plan.measure import Measure


def adult_beside_the_pupils(plan: Checked) -> Iterator[Finding]:
    """Pupils of a distance group without an adult beside them in all its hours."""
    if not plan.rules.flag("distance.adult_present", plan.year):
        return
    for measure, period in _distance_groups(plan):
        if measure.supervised >= measure.weekly_hours:
            continue
        for code, pupils in measure.pupils.items():
            if code != measure.employer:
                yield plan.finding(
                    "distance.adult_present", "breach", period, pupils, "without_adult",
                    "adult_beside", home=plan.places[code],
                )  # fmt: skip


def in_real_time(plan: Checked) -> Iterator[Finding]:
    """Pupils of a distance group who do not meet their teacher in real time."""
    if not plan.rules.flag("distance.real_time", plan.year):
        return
    for measure, period in _distance_groups(plan):
        if not measure.real_time:
            for code, pupils in measure.pupils.items():
                if code != measure.employer:
                    yield plan.finding(
                        "distance.real_time", "breach", period, pupils, "not_in_real_time",
                        "real_time", home=plan.places[code],
                    )  # fmt: skip


def _distance_groups(plan: Checked) -> Iterator[tuple[Measure, int]]:
    """Every distance group with each period in which it is taught."""
    begins = plan.year
    for period, last in sorted(plan.last_years.items()):
        for measure in plan.measures:
            taught = measure.start <= date(last, 12, 31) and (
                measure.end is None or measure.end >= date(begins, 1, 1)
            )
            if measure.kind == "distance_group" and taught:
                yield measure, period
        begins = last + 1
