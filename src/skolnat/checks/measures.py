"""Checks of measures that share teaching: the criteria of near teaching in a distance group."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from skolnat.checks.plan import Checked, Finding
from skolnat.plan.measure import Measure
from skolnat.plan.priced import BASIC


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


def spared_is_counted(plan: Checked) -> Iterator[Finding]:
    """Municipalities of which more hours are spared than the plan counts of small groups there.

    What no plan has counted cannot be spared: the ledger would be too low by the difference.
    """
    spared: dict[tuple[int, int, str], tuple[float, float]] = {}
    for measure, period in _distance_groups(plan):
        for code in measure.spares:
            key = (period, plan.places[code], measure.stage)
            hours, pupils = spared.get(key, (0.0, 0.0))
            spared[key] = (hours + measure.weekly_hours, pupils + measure.pupils.get(code, 0.0))
    if not spared:
        return
    small = plan.groups[plan.groups["subject"] != BASIC]
    stage = small["unit"].astype(str).str.split(":").str[-1]
    counted = small["weekly_hours"].groupby([small["period"], small["municipality"], stage]).sum()
    for key, (hours, pupils) in spared.items():
        if hours > float(counted.get(key, 0.0)):
            yield plan.finding(
                "small_groups.alone", "breach", key[0], pupils, "spares_uncounted",
                "spare_counted", home=key[1],
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
