"""What the sheets of teaching must keep to: every fault, with its row and its remedy."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from skolnat.common.faults import Fault
from skolnat.plan.priced import BASIC, SMALL_SUBJECTS, SUBJECT_PREFIXES, is_subject
from skolnat.region.names import nearest
from skolnat.region.places import Where

ALL_SUBJECTS: Final = "all"
"""Stands for every subject on the sheet of teachers' hours."""

_KEYS: Final = ["school", "stage", "subject", "grade"]


def teaching_faults(table: pd.DataFrame, where: Where) -> list[Fault]:
    """Return the faults of the sheet of teaching by itself.

    Parameters
    ----------
    table
        Its rows.
    where
        Where they come from.
    """
    return [
        *_unknown_subjects(table, where, ()),
        *_grades_of_other_stages(table, where),
        *_twin_rows(table, where),
        *_left_outside(table, where),
        *_hours_without_groups(table, where),
    ]


def staff_faults(table: pd.DataFrame, where: Where) -> list[Fault]:
    """Return the faults of the sheet of teachers' hours."""
    return _unknown_subjects(table, where, (ALL_SUBJECTS,))


def beyond_the_school(table: pd.DataFrame, schools: pd.DataFrame, where: Where) -> list[Fault]:
    """Return rows that tell of more pupils than the school has, and of unknown schools.

    Parameters
    ----------
    table
        The sheet of teaching.
    schools
        The sheet of schools: their ids, and their pupils where known.
    where
        Where the rows of teaching come from.

    Notes
    -----
    The pupils of a stage are those of its basic rows, once all its rows are there; else the
    school's own number holds.
    """
    known = schools.set_index("school")["pupils"]
    known = known[~known.index.duplicated()]
    basic = table[table["subject"] == BASIC].groupby(["school", "stage"])["pupils"].sum()
    faults = []
    for row, (school, stage, subject, pupils) in enumerate(
        zip(table["school"], table["stage"], table["subject"], table["pupils"], strict=True)
    ):
        if school and len(known) and school not in known.index:
            like = nearest(school, known.index) or ""
            code = "sources.teaching_unknown_school"
            faults.append(where.fault(code, row=row, column="school", value=school, nearest=like))
        whole = known.get(school, np.nan)
        most = basic.get((school, stage), whole) if subject != BASIC else whole
        if not np.isnan(most) and pupils > most:
            faults.append(
                where.fault(
                    "sources.teaching_beyond_school", row=row, column="pupils",
                    subject=subject, pupils=float(pupils), school=school, most=float(most),
                )
            )  # fmt: skip
    return faults


def _unknown_subjects(table: pd.DataFrame, where: Where, others: tuple[str, ...]) -> list[Fault]:
    words = (BASIC, *SMALL_SUBJECTS, *others, *(f"{prefix}-…" for prefix in SUBJECT_PREFIXES))
    faults = []
    for row, subject in enumerate(table["subject"]):
        if subject and not is_subject(subject) and subject not in others:
            like = nearest(subject, words) or "a2-de"
            faults.append(
                where.fault(
                    "sources.teaching_unknown_subject", row=row, column="subject",
                    value=subject, nearest=like, choices=", ".join(words),
                )
            )  # fmt: skip
    return faults


def _grades_of_other_stages(table: pd.DataFrame, where: Where) -> list[Fault]:
    lower = table["grade"] <= 6
    wrong = table["grade"].notna() & (lower != (table["stage"] == "1-6")) & (table["stage"] != "")
    return [
        where.fault(
            "sources.teaching_grade_of_other_stage", row=int(row), column="grade",
            grade=int(table["grade"].iloc[row]), stage=str(table["stage"].iloc[row]),
        )
        for row in np.flatnonzero(wrong)
    ]  # fmt: skip


def _twin_rows(table: pd.DataFrame, where: Where) -> list[Fault]:
    twins = table.duplicated(_KEYS) & (table["school"] != "") & (table["subject"] != "")
    return [
        where.fault(
            "sources.teaching_twin_row", row=int(row), column="subject",
            subject=str(table["subject"].iloc[row]), school=str(table["school"].iloc[row]),
        )
        for row in np.flatnonzero(twins)
    ]  # fmt: skip


def _left_outside(table: pd.DataFrame, where: Where) -> list[Fault]:
    """Pupils of a basic row without a group: teaching that all must have reaches some not."""
    outside = (table["subject"] == BASIC) & (table["pupils"] > 0) & (table["groups"] == 0)
    return [
        where.fault(
            "sources.teaching_without_group", row=int(row), column="groups",
            pupils=float(table["pupils"].iloc[row]), school=str(table["school"].iloc[row]),
        )
        for row in np.flatnonzero(outside)
    ]  # fmt: skip


def _hours_without_groups(table: pd.DataFrame, where: Where) -> list[Fault]:
    wrong = (table["weekly_hours"] > 0) & (table["groups"] == 0)
    return [
        where.fault(
            "sources.teaching_hours_without_groups", row=int(row), column="weekly_hours",
            hours=float(table["weekly_hours"].iloc[row]),
        )
        for row in np.flatnonzero(wrong)
    ]  # fmt: skip
