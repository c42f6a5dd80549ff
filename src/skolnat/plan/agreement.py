"""An agreement between municipalities: parties, form, price, from when to when.

All dates are days; a year of the plan is a calendar year, since compensation and budgets are.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, Literal

from skolnat.plan.forms import FormName, form_of
from skolnat.rules.rules import Rules

PriceRule = Literal["statute", "fixed", "cost", "shared"]
CostKey = Literal["pupils", "population", "equal", "shares"]
AfterEnd = Literal["statute", "settled"]
STAGES: Final = ("1-6", "7-9")
JOINT_FORMS: Final[tuple[FormName, ...]] = ("responsible_municipality", "joint_authority")
"""Forms under which one account bears the teaching of all parties, and they share its cost."""

AUTHORITY: Final = "authority-"
"""How the code of a joint authority's account begins: no municipality's code does."""

SHARES_OFF: Final = 1e-6
"""By so much the parts of a key may miss the whole: rounding of what is written."""

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
        provider costs in that year; "shared": the schools of the stages are run on one account,
        and the parties share what it costs by a key.
    price_eur
        Euros a pupil and year by stage, where fixed.
    notice_months
        Notice; None: what the rules have for the form.
    after_end
        What becomes of compensation that the statute still pays when the agreement has ended:
        "statute": it stays where it falls, and what an authority is paid then goes back to its
        members by the key; "settled": the parties pay it back to whom it came from.
    key
        How the parties share the cost of an account: by their pupils in its schools, by their
        population, equally, or in the parts of ``shares``.
    shares
        Part of each party, by code, where the key is "shares"; they sum to 1.
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
    key: CostKey = "pupils"
    shares: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(set(self.parties)) < 2:
            raise ValueError(f"the agreement “{self.name}” needs two parties or more")
        if self.end is not None and self.end < self.start:
            raise ValueError(f"the agreement “{self.name}” ends before it starts")
        if any(eur < 0 for eur in self.price_eur.values()):
            raise ValueError(f"the agreement “{self.name}” has a price below zero")
        self._check_account()

    def _check_account(self) -> None:
        """Refuse an account that the form does not have, and parts that are no whole."""
        if self.price == "shared" and self.form not in JOINT_FORMS:
            raise ValueError(f"the form of “{self.name}” has no account whose cost is shared")
        if self.price == "shared" and self.form != "joint_authority" and not self.responsible:
            raise ValueError(f"“{self.name}” names no responsible municipality to bear the cost")
        if self.form == "joint_authority" and self.price != "shared":
            raise ValueError(f"the members of the authority “{self.name}” share its cost")
        if self.key == "shares" and (
            set(self.shares) != set(self.parties)
            or min(self.shares.values()) < 0
            or abs(sum(self.shares.values()) - 1.0) > SHARES_OFF
        ):
            raise ValueError(f"the parts of the parties of “{self.name}” are no whole")

    @property
    def holder(self) -> str:
        """On whose account the schools of the stages are run; "" where each keeps its own.

        The responsible municipality's code, or the code of the authority's account.
        """
        if self.price != "shared":
            return ""
        return self.responsible or AUTHORITY + slug(self.name)

    def held(self, stage: str, provider: str) -> bool:
        """Whether the schools of a provider and stage are run on the account."""
        return self.price == "shared" and stage in self.stages and provider in self.parties

    def share_of(self, year: int) -> float:
        """Part of a calendar year in which the agreement holds, from 0 to 1."""
        return part_of_year(self.start, self.end, year)

    def holds_on(self, day: date) -> bool:
        """Whether the agreement holds on a day."""
        return self.start <= day and (self.end is None or day <= self.end)

    def ended(self, end: date) -> Agreement:
        """Return the agreement as it stands when it ends on a day."""
        return replace(self, end=end)

    def notice(self, rules: Rules) -> int:
        """Months of notice: those agreed, else those of the form."""
        if self.notice_months is not None:
            return self.notice_months
        return form_of(self.form, rules, self.start.year).notice_months


def part_of_year(start: date, end: date | None, year: int) -> float:
    """Return the part of a calendar year that lies between two days, both included, 0 to 1."""
    first = max(start, date(year, 1, 1))
    last = min(end or date(year, 12, 31), date(year, 12, 31))
    if last < first:
        return 0.0
    return ((last - first).days + 1) / (366 if calendar.isleap(year) else 365)


def slug(name: str) -> str:
    """Return a name as a part of a cost id: letters of ASCII, digits and hyphens."""
    split = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in split if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "agreement"


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
