"""When a series is held: its rule as RFC 5545 writes it, and the times that follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from dateutil.rrule import rrulestr

from skolnat.web.common.texts import Texts
from skolnat.web.common.when import HELSINKI
from skolnat.web.programme.events.models import Series, SeriesException

_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Time:
    """One time of a series.

    Parameters
    ----------
    begins, ends
        When it is (or would have been) held, in Finland's time.
    called_off
        It is not held.
    moved
        It is held at another time than the rule says.
    note
        Why, in the languages it was told in.
    """

    begins: datetime
    ends: datetime
    called_off: bool = False
    moved: bool = False
    note: Texts | None = None


def rule(series: Series) -> str:
    """Return the RRULE of a series.

    A fifth weekday of a month becomes the last one, so that no month is left out.
    """
    first = series.begins.astimezone(HELSINKI)
    until = datetime.combine(series.until, time(23, 59, 59), HELSINKI).astimezone(UTC)
    day = _DAYS[first.weekday()]
    if series.rhythm == Series.Rhythm.WEEKLY:
        kind = f"FREQ=WEEKLY;BYDAY={day}"
    else:
        week = (first.day - 1) // 7 + 1
        kind = f"FREQ=MONTHLY;BYDAY={week if week < 5 else -1}{day}"
    return f"{kind};UNTIL={until:%Y%m%dT%H%M%SZ}"


def times(series: Series) -> list[datetime]:
    """Return every time that the rule gives, at the same hour in winter and summer."""
    first = series.begins.astimezone(HELSINKI).replace(tzinfo=None)
    last = datetime.combine(series.until, time(23, 59, 59))
    bare = rule(series).partition(";UNTIL=")[0]
    found = rrulestr(bare, dtstart=first)
    return [one.replace(tzinfo=HELSINKI) for one in found.between(first, last, inc=True)]


def held(series: Series, exceptions: Iterable[SeriesException]) -> list[Time]:
    """Return the times of a series with its exceptions, in the order in which they are held."""
    by_day = {one.day: one for one in exceptions}
    length = timedelta(minutes=series.minutes)
    out = []
    for at in times(series):
        exception = by_day.get(at.date())
        if exception is None:
            out.append(Time(at, at + length))
        elif exception.moved_to is None:
            out.append(Time(at, at + length, called_off=True, note=exception.note))
        else:
            moved = exception.moved_to.astimezone(HELSINKI)
            out.append(Time(moved, moved + length, moved=True, note=exception.note))
    return sorted(out, key=lambda one: one.begins)


def coming(series: Series, exceptions: Iterable[SeriesException], now: datetime) -> list[Time]:
    """Return the times that have not ended."""
    return [one for one in held(series, exceptions) if one.ends > now]
