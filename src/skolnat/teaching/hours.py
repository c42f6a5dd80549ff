"""Weekly hours by grade and date, and the hours of a teacher's duty."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from skolnat.rules.rules import Rules

FloatArray = npt.NDArray[np.float64]

STAGE_GRADES: Final = {"1-6": (1, 2, 3, 4, 5, 6), "7-9": (7, 8, 9)}
"""Grades of each stage."""


def grade_hours(stage: str, rules: Rules, year: int) -> FloatArray:
    """Return the weekly hours of each grade of a stage in the autumn of a year.

    Parameters
    ----------
    stage
        ``"1-6"`` or ``"7-9"``.
    rules, year
        Government decree 112/2023 and what was added in 2025, or what a study sets.

    Returns
    -------
    ndarray
        Hours a week, shape (grades,). They add up to the rule of the stage's sum; where a study
        overrides that sum alone, the grades keep their proportions.
    """
    grades = [f"teaching.weekly_hours_grade_{grade}" for grade in STAGE_GRADES[stage]]
    hours = np.array([rules.number(grade, year) for grade in grades])
    own = any(grade in rules.overrides for grade in grades)
    whole = rules.number(_sum_of(stage), year)
    return hours if own or hours.sum() == whole else hours * whole / hours.sum()


def group_hours(stage: str, rules: Rules, year: int) -> float:
    """Return the weekly hours of one basic group, the mean over the grades of its stage.

    The sum of the stage is what a group is priced by, in the plan and in the optimiser alike.
    """
    return rules.number(_sum_of(stage), year) / len(STAGE_GRADES[stage])


def duty(stage: str, rules: Rules, year: int) -> float:
    """Return the weekly hours that a full-time teacher of a stage teaches."""
    return rules.number(f"teaching.duty_{stage.replace('-', '_')}", year)


def lessons(weekly_hours: float, rules: Rules, year: int) -> float:
    """Return the lessons of a school year that some annual weekly hours hold."""
    return weekly_hours * rules.number("teaching.lessons_of_hour", year)


def _sum_of(stage: str) -> str:
    return f"teaching.weekly_hours_{stage.replace('-', '_')}"
