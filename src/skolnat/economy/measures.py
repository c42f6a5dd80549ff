"""What measures that share teaching cost: weekly hours times the cost of a weekly hour.

The hours of a plan are priced where they are needed, in parts of a teacher. So a joint post or a
teacher who travels changes who pays the teacher and adds what sharing itself costs: hours of the
post that nobody uses, the credit in the teaching duty for changing site, the way. A group at a
distance adds its teacher and the adult beside the pupils, and spares the groups it replaces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from skolnat.economy.accounts import PAYMENT_LINE
from skolnat.plan.agreement import slug
from skolnat.plan.measure import Measure
from skolnat.plan.scenario import SHARED_TEACHING
from skolnat.rules.rules import Rules

CREDIT: Final = (
    (8, "travelling.credit_from_8"),
    (5, "travelling.credit_from_5"),
    (3, "travelling.credit_from_3"),
    (1, "travelling.credit_from_1"),
)
"""So many changes of site a week or more, and the rule of the credit that they give."""

DAYS_OF_WEEK: Final = 5


@dataclass(frozen=True)
class MeasurePrices:
    """Prices of a stage for measures.

    Parameters
    ----------
    hour
        A weekly hour for a year, euros.
    supervision
        A weekly hour of the adult with the pupils of a distance group, euros.
    km
        A kilometre of a teacher's way between sites, euros.
    weeks
        School weeks a year.
    """

    hour: float
    supervision: float
    km: float
    weeks: float


def measure_prices(hour: float, rules: Rules, year: int) -> MeasurePrices:
    """Return the prices of measures, from the cost of a weekly hour of the stage."""
    return MeasurePrices(
        hour=hour,
        supervision=hour * rules.number("distance.supervision_share", year),
        km=rules.number("travelling.km_eur", year),
        weeks=rules.number("transport.school_days", year) / DAYS_OF_WEEK,
    )


def credit_hours(changes: int, rules: Rules, year: int) -> float:
    """Return the weekly hours off the teaching duty for so many changes of site a week."""
    for least, rule in CREDIT:
        if changes >= least:
            return rules.number(rule, year)
    return 0.0


def measure_lines(
    measures: Sequence[Measure],
    years: Sequence[int],
    prices: Mapping[str, MeasurePrices],
    rules: Rules,
    first: int,
) -> pd.DataFrame:
    """Return the lines of a scenario's measures, resources and payments.

    Parameters
    ----------
    measures
        Those taken in the scenario; municipalities as codes.
    years
        Years of the plan.
    prices
        By stage, of :func:`measure_prices`.
    rules, first
        The rules, and the year of which they are read.

    Returns
    -------
    DataFrame
        Columns of a line and ``place``: where the hours are taught. The employer's line of hours
        taught elsewhere, and the other's of hours that its own teachers do not give, sum to zero:
        sharing a teacher moves the cost of the hours and adds only what sharing costs.
    """
    rows = [
        (code, year, item, of, part, quantity * share, price, quantity * share * price, place)
        for measure in measures
        for code, item, of, part, quantity, price, place in _yearly(
            measure, prices[measure.stage], rules, first
        )
        for year in years
        if (share := measure.share_of(year)) > 0.0 and quantity * price != 0.0
    ]
    return pd.DataFrame(rows, columns=[*PAYMENT_LINE, "place"])


_Line = tuple[str, str, str, str, float, float, str]
"""Municipality, item, of, part, quantity a year, price and place."""


def _yearly(measure: Measure, price: MeasurePrices, rules: Rules, first: int) -> Iterator[_Line]:
    if measure.kind == "distance_group":
        yield from _at_a_distance(measure, price)
    else:
        yield from _shared_teacher(measure, price, rules, first)


def _shared_teacher(
    measure: Measure, price: MeasurePrices, rules: Rules, first: int
) -> Iterator[_Line]:
    """A post or a teacher of one employer, whose hours several municipalities use."""
    of, item, employer = measure.account, SHARED_TEACHING, measure.employer
    parts = measure.parts()
    for code, hours in measure.hours.items():
        if code != employer:
            yield employer, item, of, f"{code}-employed", hours, price.hour, code
            yield code, item, of, "not_employed", -hours, price.hour, code
            yield from _paid(measure, code, hours, price.hour)
    taught = sum(measure.hours.values())
    beyond = {
        "unused": ((measure.post_hours or taught) - taught, price.hour),
        "credit": (credit_hours(measure.changes, rules, first), price.hour),
        "way": (measure.changes * measure.km * price.weeks, price.km),
    }
    for part, (quantity, eur) in beyond.items():
        for code, share in parts.items():
            yield code, item, of, part, quantity * share, eur, code


def _at_a_distance(measure: Measure, price: MeasurePrices) -> Iterator[_Line]:
    """A group of one teacher's, with an adult beside the pupils of every other municipality."""
    of, item, employer = measure.account, SHARED_TEACHING, measure.employer
    yield employer, item, of, "teacher", measure.weekly_hours, price.hour, employer
    for code, share in measure.parts().items():
        if code != employer:
            yield code, item, of, "supervision", measure.supervised, price.supervision, code
            yield from _paid(measure, code, share * measure.weekly_hours, price.hour)
    for code in measure.spares:
        yield code, item, of, "spared", -measure.weekly_hours, price.hour, code


def _paid(measure: Measure, code: str, hours: float, eur: float) -> Iterator[_Line]:
    """Hours that a municipality buys of the employer: as the one and as the other sees them."""
    part = f"{slug(measure.name)}-{measure.stage}-hours"
    yield code, "agreement", measure.employer, part, hours, eur, code
    yield measure.employer, "agreement", code, part, -hours, eur, measure.employer
