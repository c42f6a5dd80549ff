"""Dates and hours as they are written in each language, in Finland's time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import dateformat

from skolnat.common.languages import Language
from skolnat.web.common.texts import reader_language

HELSINKI: Final = ZoneInfo("Europe/Helsinki")
_CLOCK: Final = {"sv": "kl. ", "fi": "klo ", "en": ""}


def day(moment: datetime | date, *, weekday: bool = True) -> str:
    """Return a day, such as ``fredag 25.3.2022`` or ``Friday 25 March 2022``."""
    local = moment.astimezone(HELSINKI) if isinstance(moment, datetime) else moment
    pattern = "j F Y" if reader_language() == "en" else "j.n.Y"
    return dateformat.format(local, f"l {pattern}" if weekday else pattern)


def clock(moment: datetime) -> str:
    """Return an hour, such as ``9.30`` (``9:30`` in English)."""
    local = moment.astimezone(HELSINKI)
    point = ":" if reader_language() == "en" else "."
    return f"{local.hour}{point}{local.minute:02d}"


def span(begins: datetime, ends: datetime) -> str:
    """Return when something lasts, such as ``fredag 25.3.2022 kl. 9.30–12.00``."""
    language: Language = reader_language()
    comma = "," if language == "en" else ""
    start = f"{day(begins)}{comma} {_CLOCK[language]}{clock(begins)}"
    if begins.astimezone(HELSINKI).date() == ends.astimezone(HELSINKI).date():
        return f"{start}–{clock(ends)}"
    return f"{start} – {day(ends)}{comma} {_CLOCK[language]}{clock(ends)}"


def moment(at: datetime) -> str:
    """Return a point in time, such as ``13.5.2022 kl. 16.00``."""
    language: Language = reader_language()
    comma = "," if language == "en" else ""
    return f"{day(at, weekday=False)}{comma} {_CLOCK[language]}{clock(at)}"
