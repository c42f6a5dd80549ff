"""Check a plan against the rules: each finding with paragraph, place, years and pupils."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import pandas as pd

from skolnat.checks import journeys, measures, provision, teaching
from skolnat.checks.plan import COLUMNS, Checked, Finding

CHECKS: Final[tuple[Callable[[Checked], Iterator[Finding]], ...]] = (
    journeys.longest_journeys,
    journeys.boarding,
    journeys.free_transport,
    journeys.assigned_school,
    journeys.secondary_place,
    journeys.secondary_journeys,
    provision.taught_at_home,
    provision.language_status,
    provision.room,
    teaching.rights_to_teaching,
    teaching.too_few_for_a_right,
    teaching.not_given,
    teaching.support_in_ordinary_groups,
    teaching.everybody_in_a_group,
    teaching.oversized_groups_today,
    teaching.weekly_hours,
    teaching.lessons_of_an_hour,
    teaching.b1_language,
    measures.adult_beside_the_pupils,
    measures.in_real_time,
    measures.spared_is_counted,
)
"""Every check, one a rule; a function takes the plan and tells what it finds."""


def check_plan(plan: Checked) -> pd.DataFrame:
    """Return every finding in a scenario.

    Parameters
    ----------
    plan
        The plan.

    Returns
    -------
    DataFrame
        Columns :data:`~skolnat.checks.plan.COLUMNS`.
    """
    found = [finding for check in CHECKS for finding in check(plan)]
    return pd.DataFrame(found, columns=list(COLUMNS))
