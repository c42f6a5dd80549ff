"""An agreement between municipalities: parties, form, price, from when to when.

All dates are days; a year of the plan is a calendar year, since compensation and budgets are.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from skolnat.plan.forms import FormName, form_of
from skolnat.rules.rules import Rules

PriceRule = Literal["statute", "fixed", "cost"]
AfterEnd = Literal["statute", "settled"]
STAGES: Final = ("1-6", "7-9")
LAST_DAY_OF_SCHOOL: Final = (7, 31)
"""A school year ends on 31 July, and with it an agreement on pupils."""


@dataclass(frozen=True)
class Agreement:
    """What some municipalities have agreed on the pupils who cross their borders.

    Parameters
    ----------
    name
        As the study calls it.
    form
        Form of cooperation.
    parties
        Codes of the municipalities, at least two.
    start, end
        First and last day; None: until further notice.
    stages
        Stages it concerns.
    responsible
        Code of the responsible municipality; "" where the form has none.
    price
        "statute": the home-municipality compensation as the law has it, with its lag, in the
        share of the form; "fixed": euros a pupil of the year itself; "cost": what a pupil of the
        provider costs in that year.
    price_eur
        Euros a pupil and year by stage, where fixed.
    notice_months
        Notice; None: what the rules have for the form.
    after_end
        What becomes of compensation that the statute still pays when the agreement has ended:
        "statute": it stays where it falls; "settled": the parties pay it back.
    """

    name: str
    form: FormName
    parties: tuple[str, ...]
    start: date
    end: date | None = None
    stages: tuple[str, ...] = STAGES
    responsible: str = ""
    price: PriceRule = "statute"
    price_eur: Mapping[str, float] = field(default_factory=dict)
    notice_months: int | None = None
    after_end: AfterEnd = "statute"

    def __post_init__(self) -> None:
        if len(set(self.parties)) < 2:
            raise ValueError(f"the agreement “{self.name}” needs two parties or more")
        if self.end is not None and self.end < self.start:
            raise ValueError(f"the agreement “{self.name}” ends before it starts")
        if any(eur < 0 for eur in self.price_eur.values()):
            raise ValueError(f"the agreement “{self.name}” has a price below zero")

    def share_of(self, year: int) -> float:
        """Part of a calendar year in which the agreement holds, from 0 to 1."""
        first = max(self.start, date(year, 1, 1))
        last = min(self.end or date(year, 12, 31), date(year, 12, 31))
        if last < first:
            return 0.0
        return ((last - first).days + 1) / (366 if calendar.isleap(year) else 365)

    def holds_on(self, day: date) -> bool:
        """Whether the agreement holds on a day."""
        return self.start <= day and (self.end is None or day <= self.end)

    def ended(self, end: date) -> Agreement:
        """Return the agreement as it stands when it ends on a day."""
        return Agreement(
            self.name, self.form, self.parties, self.start, end, self.stages, self.responsible,
            self.price, self.price_eur, self.notice_months, self.after_end,
        )  # fmt: skip

    def notice(self, rules: Rules) -> int:
        """Months of notice: those agreed, else those of the form."""
        if self.notice_months is not None:
            return self.notice_months
        return form_of(self.form, rules, self.start.year).notice_months


def end_after_notice(given: date, months: int) -> date:
    """Return the last day of an agreement that is given up on a day.

    A pupil changes school between school years, so it is the first 31 July on which the notice
    has run out.
    """
    month = given.month - 1 + months
    year, month = given.year + month // 12, month % 12 + 1
    over = date(year, month, min(given.day, calendar.monthrange(year, month)[1]))
    last = date(over.year, *LAST_DAY_OF_SCHOOL)
    # Notice that runs out on 1 August is in time for the school year that ended the day before.
    return last if over <= last + timedelta(days=1) else date(over.year + 1, *LAST_DAY_OF_SCHOOL)


def counting_providers(
    agreements: Iterable[Agreement],
    municipalities: Sequence[str],
    stage: str,
    year: int,
    rules: Rules,
) -> dict[str, str]:
    """Tell under which provider the pupils of each municipality are counted (628/1998 § 13).

    Parameters
    ----------
    agreements
        Those of the plan.
    municipalities
        Codes.
    stage, year
        For whom and for which autumn.
    rules
        What each form changes.

    Returns
    -------
    dict
        Municipality to the one that stands for its provider: itself, or the responsible
        municipality (the first party of a joint authority) where the form makes one provider.
        Parties of two such agreements are one provider through the common party.
    """
    stands = {code: code for code in municipalities}
    for agreement in agreements:
        form = form_of(agreement.form, rules, year)
        holds = agreement.holds_on(date(year, 12, 15)) and stage in agreement.stages
        if not (form.one_provider and holds):
            continue
        head = agreement.responsible or agreement.parties[0]
        old = {stands[party] for party in agreement.parties if party in stands}
        new = stands.get(head, head)
        stands = {code: new if held in old else held for code, held in stands.items()}
    return stands
