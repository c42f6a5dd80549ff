"""The fewest hours of small groups that any plan can need: for bounds, never for show."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from skolnat.rules.rules import Rules
from skolnat.teaching.subjects import family_of
from skolnat.teaching.wishes import Wishes

FloatArray = npt.NDArray[np.float64]


def least_hours(wishes: Wishes, pupils: Mapping[str, FloatArray], rules: Rules, year: int) -> float:
    """Return weekly hours of small groups that no plan can go below.

    Parameters
    ----------
    wishes
        Who reads what.
    pupils
        Pupils of each municipality by stage, shape (M,), wherever a plan sends them.
    rules, year
        Limits and hours.

    Returns
    -------
    float
        Where every pupil must be taught, full groups at the shortest hours that any provider has;
        where a group need not form, nothing: pupils may be spread until none does.
    """
    total = 0.0
    for (subject, stage), share in wishes.shares.items():
        family = family_of(subject)
        reading = float(pupils[stage] @ share)
        usual = rules.number(family.hours, year)
        told = [hours for (_, code), hours in wishes.hours.items() if code == subject]
        hours = min([usual, *told])
        if family.counted == "pupil":
            total += reading * hours
        elif family.counted == "unit" and not family.least:
            total += reading / family.limits(rules, year).most * hours
    return total
