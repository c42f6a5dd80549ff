"""The exit year: who pays what to whom when an agreement has been given up.

Compensation follows the counts of 15 December two years before. So when pupils go home on 31 July
of a year, the statute goes on paying their old provider to the end of the next year: seventeen
months in which it teaches none of them. That is what Kaavi and Juankoski went to court about (KHO
1003/2020); here it is worked out beforehand, for every notice period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import pandas as pd

from skolnat.economy.payments import COUNT_DAY
from skolnat.plan.agreement import Agreement, end_after_notice

NOTICES: Final = (6, 12, 24)
"""Notice periods that are set side by side, months."""

Kind = Literal["in_force", "lag", "paid_back"]


@dataclass(frozen=True)
class Way:
    """Pupils of one municipality in the schools of another, as they are when notice is given.

    Parameters
    ----------
    residence, provider, stage
        Codes of the municipalities; stage.
    pupils
        Pupils, the same every year until the end.
    statutory
        Euros a counted pupil and year by statute.
    agreed
        Euros a pupil and year by the agreement; None: nothing but the statute.
    since
        First autumn in which they go there.
    eur
        Euros a year that the municipality pays for the stage in force, whatever its pupils: its
        part of what an account costs, compensation included. None: it pays by pupils.
    key
        Part by which what an authority is paid after the end goes back to the municipality.
    """

    residence: str
    provider: str
    stage: str
    pupils: float
    statutory: float
    agreed: float | None = None
    since: int = 0
    eur: float | None = None
    key: float = 0.0


def exit_account(
    agreement: Agreement, ways: Sequence[Way], given: date, notice_months: int, lag: int
) -> pd.DataFrame:
    """Return what is paid from the year in which notice is given until nothing flows any more.

    Parameters
    ----------
    agreement
        The agreement; an end of its own is passed over.
    ways
        Pupils whom it concerns.
    given
        Day on which notice is given.
    notice_months
        Length of the notice.
    lag
        Years between a count and its payment.

    Returns
    -------
    DataFrame
        ``notice_months, end`` (last day), ``year, payer, receiver, stage, kind, months, pupils,
        eur``. Kinds: ``in_force`` (the price of the months in force), ``lag`` (what the statute
        pays for months after the end), ``paid_back`` (the same, back again, where the agreement
        says so, or where an authority owes it to its members). ``months`` of the year for which it
        is paid; ``pupils`` on the day that counts.
    """
    end = end_after_notice(given, notice_months)
    ended = agreement.ended(end)
    rows: list[tuple[int, str, str, str, Kind, float, float, float]] = []
    for year in range(given.year, end.year + lag + 1):
        share = ended.share_of(year)
        late: dict[str, float] = {}
        rest = 1.0 - share if year >= end.year else 0.0
        for way in ways:
            counted = _counted(way, ended, year - lag)
            paid = counted * way.statutory
            base = (year, way.residence, way.provider, way.stage)
            if share > 0.0:
                there = way.pupils if year >= way.since else 0.0
                pupils = counted if way.agreed is None and way.eur is None else there
                eur = share * (paid if way.agreed is None else there * way.agreed)
                eur = eur if way.eur is None else share * way.eur
                rows.append((*base, "in_force", 12 * share, pupils, eur))
            if rest * paid > 0.0:
                rows.append((*base, "lag", 12 * rest, counted, rest * paid))
                late[way.stage] = late.get(way.stage, 0.0) + rest * paid
                if agreement.after_end == "settled":
                    rows.append((*base, "paid_back", 12 * rest, counted, -rest * paid))
        for way in ways:
            owed = way.key * late.get(way.stage, 0.0)
            if owed > 0.0 and agreement.after_end == "statute":
                # An authority that teaches nobody keeps nothing: it goes back by the key.
                base = (year, way.residence, way.provider, way.stage)
                rows.append((*base, "paid_back", 12 * rest, way.pupils, -owed))
    columns = ["year", "payer", "receiver", "stage", "kind", "months", "pupils", "eur"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(notice_months=notice_months, end=end.isoformat())


def _counted(way: Way, agreement: Agreement, year: int) -> float:
    """Pupils who are counted on 15 December of a year."""
    gone = agreement.end is not None and date(year, *COUNT_DAY) > agreement.end
    return 0.0 if gone or year < way.since else way.pupils


def exit_accounts(
    agreement: Agreement,
    ways: Sequence[Way],
    given: date,
    lag: int,
    notices: Sequence[int] = NOTICES,
) -> pd.DataFrame:
    """Return the exit accounts of several notice periods, one below the other."""
    return pd.concat(
        [exit_account(agreement, ways, given, notice, lag) for notice in sorted(set(notices))],
        ignore_index=True,
    )
