"""Events in people's calendars (RFC 5545): invitations of one registration, feeds of a series.

An entry keeps its UID through every change and grows its SEQUENCE, so that a calendar moves it
instead of adding another. Hours are Finland's (``TZID=Europe/Helsinki`` with its rules), so that
9.30 stays 9.30 when the clocks change. The rules are the Union's (directive 2000/84/EC) as one
rule a season, not a list of the changes of every year since 1970: Outlook reads no such lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from django.conf import settings
from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vText,
)
from icalendar.prop import vRecur

from skolnat.web.common.texts import reader_language
from skolnat.web.common.when import HELSINKI
from skolnat.web.programme.events import links, recurrence
from skolnat.web.programme.events.models import Registration, Series, SeriesException

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
_PRODUCT: Final = "-//Skolnat//Programme//EN"


_SEASONS: Final = (
    # First change by this rule, hour of the clock before it; month; offsets before and after.
    (TimezoneDaylight, date(1997, 3, 30), 3, 3, 2, 3, "EEST"),
    (TimezoneStandard, date(1996, 10, 27), 4, 10, 3, 2, "EET"),
)
"""Finland's clocks since the autumn of 1996: changed on the last Sundays of March and October."""


def _clocks() -> Timezone:
    made = Timezone()
    made.add("tzid", "Europe/Helsinki")
    for season, first, hour, month, before, after, name in _SEASONS:
        part = season()
        part.add("dtstart", datetime.combine(first, time(hour)))
        part.add("rrule", vRecur(freq="yearly", bymonth=month, byday="-1su"))
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("tzname", name)
        made.add_component(part)
    return made


def _calendar(method: Method) -> Calendar:
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", _PRODUCT)
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    made.add_component(_clocks())
    return made


def _organiser() -> vCalAddress:
    sender = settings.DEFAULT_FROM_EMAIL
    name, _, rest = sender.rpartition("<")
    organiser = vCalAddress(f"MAILTO:{rest.rstrip('>') if name else sender}")
    organiser.params["CN"] = vText(name.strip() or "Skolnät")
    return organiser


def uid(registration: Registration) -> str:
    """Return the UID of a registration's entry; it never changes."""
    return f"{registration.uid}@{settings.SITE_HOST}"


def invitation(registration: Registration, now: datetime) -> tuple[str, Method]:
    """Return the calendar object of a registration, and its METHOD.

    Parameters
    ----------
    registration
        With its event and occasion; one that is cancelled, waits, or whose occasion is called
        off takes the entry out of the calendar.
    now
        When it is written.
    """
    occasion = registration.occasion
    gone = registration.state != Registration.State.PLACE or occasion.cancelled
    method: Method = "CANCEL" if gone else "REQUEST"
    made = _calendar(method)
    entry = Event()
    entry.add("uid", uid(registration))
    entry.add("sequence", registration.sequence)
    entry.add("dtstamp", now)
    entry.add("dtstart", occasion.begins.astimezone(HELSINKI))
    entry.add("dtend", occasion.ends.astimezone(HELSINKI))
    entry.add("summary", str(registration.event.title))
    entry.add("status", "CANCELLED" if gone else "CONFIRMED")
    entry.add("transp", "OPAQUE")
    where = occasion.link or str(occasion.place)
    if where and not gone:
        entry.add("location", where)
    words = [str(registration.event.summary)]
    if not gone:
        words += [occasion.link, links.address(registration, reader_language())]
    entry.add("description", "\n\n".join(filter(None, words)))
    entry.add("organizer", _organiser())
    attendee = vCalAddress(f"MAILTO:{registration.email}")
    attendee.params["CN"] = vText(registration.name.replace('"', "'"))
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    entry.add("attendee", attendee, encode=False)
    made.add_component(entry)
    return str(made.to_ical(), "utf-8"), method


def feed(series: Series, exceptions: Iterable[SeriesException]) -> str:
    """Return the feed of a series, to subscribe to: its rule, what is called off, what moved."""
    made = _calendar("PUBLISH")
    title = str(series.title)
    made.add("name", title)
    made.add("x-wr-calname", title)
    made.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    first = series.begins.astimezone(HELSINKI)
    master = _entry(series, first)
    master.add("rrule", vRecur.from_ical(recurrence.rule(series)))
    made.add_component(master)
    times = {one.date(): one for one in recurrence.times(series)}
    for exception in exceptions:
        at = times.get(exception.day)
        if at is None:
            continue
        if exception.moved_to is None:
            master.add("exdate", at)
        else:
            moved = _entry(series, exception.moved_to.astimezone(HELSINKI))
            moved.add("recurrence-id", at)
            made.add_component(moved)
    return str(made.to_ical(), "utf-8")


def _entry(series: Series, begins: datetime) -> Event:
    entry = Event()
    entry.add("uid", f"series-{series.pk}@{settings.SITE_HOST}")
    entry.add("sequence", series.sequence)
    entry.add("dtstamp", series.changed)
    entry.add("dtstart", begins)
    entry.add("dtend", begins + timedelta(minutes=series.minutes))
    entry.add("summary", str(series.title))
    if series.description:
        entry.add("description", str(series.description))
    if series.link:
        entry.add("location", series.link)
    return entry


def day_of(moment: datetime) -> date:
    """Return the day of a moment in Finland."""
    return moment.astimezone(HELSINKI).date()
