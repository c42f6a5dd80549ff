"""A calendar that is told wrong shows the wrong hour to everybody: UID, SEQUENCE and clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import recurring_ical_events
from django.utils import translation
from icalendar import Calendar

from skolnat.web.common.when import HELSINKI
from skolnat.web.programme.events import calendars, places, recurrence
from skolnat.web.programme.events.models import Occasion, Registration, Series, SeriesException
from webtests import world

pytestmark = pytest.mark.django_db


def entry(text: str) -> Any:
    (found,) = Calendar.from_ical(text).walk("VEVENT")
    return found


def winter_and_summer() -> tuple[Registration, Occasion]:
    """The two webinars of 2022, held on both sides of 27 March, when the clocks went forward."""
    event = world.event()
    rows = [
        Occasion.objects.create(event=event, begins=begins, ends=begins + timedelta(hours=2.5))
        for begins in (
            datetime(2022, 3, 25, 7, 30, tzinfo=UTC),
            datetime(2022, 3, 30, 7, 0, tzinfo=UTC),
        )
    ]
    made = places.register(world.unsaved(rows[0]), datetime(2022, 3, 1, tzinfo=UTC))
    return made, rows[1]


def test_an_invitation_is_a_request_in_finlands_time() -> None:
    held, _ = winter_and_summer()
    text, method = calendars.invitation(held, world.now())
    assert method == "REQUEST"
    assert "METHOD:REQUEST" in text
    assert "DTSTART;TZID=Europe/Helsinki:20220325T093000" in text
    assert "DTEND;TZID=Europe/Helsinki:20220325T120000" in text
    assert "BEGIN:VTIMEZONE" in text
    assert "SEQUENCE:0" in text
    assert entry(text)["ATTENDEE"] == "MAILTO:p1@example.org"


def test_a_changed_occasion_moves_the_same_entry_over_the_change_of_the_clock() -> None:
    held, other = winter_and_summer()
    before, _ = calendars.invitation(held, world.now())
    held, _ = places.move(held, other, datetime(2022, 3, 2, tzinfo=UTC))
    after, method = calendars.invitation(held, world.now())
    assert method == "REQUEST"
    assert entry(after)["UID"] == entry(before)["UID"]
    assert entry(after)["SEQUENCE"] == entry(before)["SEQUENCE"] + 1
    assert "DTSTART;TZID=Europe/Helsinki:20220330T100000" in after
    assert entry(after)["DTSTART"].dt.astimezone(UTC) == datetime(2022, 3, 30, 7, tzinfo=UTC)


def test_the_clocks_are_finlands_by_rules_that_outlook_reads() -> None:
    held, _ = winter_and_summer()
    text, _ = calendars.invitation(held, world.now())
    assert "RDATE" not in text
    (zone,) = Calendar.from_ical(text).walk("VTIMEZONE")
    told = zone.to_tz(lookup_tzid=False)
    hour, year = timedelta(hours=1), datetime(2022, 1, 1, tzinfo=None)  # noqa: DTZ001
    for after in range(24 * 365 * 8):  # eight years, hour by hour
        at = year + after * hour
        if at.hour == 3:  # the hour that a change leaves out, or tells twice
            continue
        assert told.utcoffset(at) == at.replace(tzinfo=HELSINKI).utcoffset(), at


def test_a_cancellation_takes_the_entry_out() -> None:
    held, _ = winter_and_summer()
    held, _ = places.cancel(held, datetime(2022, 3, 2, tzinfo=UTC))
    text, method = calendars.invitation(held, world.now())
    assert method == "CANCEL"
    assert "METHOD:CANCEL" in text
    assert entry(text)["STATUS"] == "CANCELLED"
    assert entry(text)["SEQUENCE"] == 1


def test_no_name_can_write_a_line_of_its_own() -> None:
    held, _ = winter_and_summer()
    held.name = 'A";X=1\r\nBEGIN:VALARM'
    text, _ = calendars.invitation(held, world.now())
    assert "\nBEGIN:VALARM" not in text
    assert Calendar.from_ical(text).walk("VALARM") == []


def between(text: str, start: date, stop: date) -> list[datetime]:
    """What an independent reader of calendars finds in a feed."""
    found = recurring_ical_events.of(Calendar.from_ical(text)).between(start, stop)
    return sorted(one["DTSTART"].dt.astimezone(UTC) for one in found)


def test_a_series_keeps_its_hour_through_the_year_as_others_read_it() -> None:
    """First Thursdays at 8.30: 5.30 UTC in summer, 6.30 in winter."""
    series = world.series()
    with translation.override("sv"):
        feed = calendars.feed(series, [])
    read = between(feed, date(2022, 1, 1), date(2023, 1, 1))
    assert read == [at.astimezone(UTC) for at in recurrence.times(series)]
    assert [(at.month, at.day, at.hour) for at in read] == [
        (4, 7, 5),
        (5, 5, 5),
        (6, 2, 5),
        (7, 7, 5),
        (8, 4, 5),
        (9, 1, 5),
        (10, 6, 5),
        (11, 3, 6),
        (12, 1, 6),
    ]


def test_exceptions_are_called_off_or_moved_as_others_read_them() -> None:
    series = world.series()
    SeriesException.objects.create(series=series, day=date(2022, 7, 7))
    SeriesException.objects.create(
        series=series, day=date(2022, 11, 3), moved_to=datetime(2022, 11, 10, 7, 0, tzinfo=UTC)
    )
    exceptions = list(series.exceptions.all())
    with translation.override("sv"):
        feed = calendars.feed(series, exceptions)
    read = between(feed, date(2022, 7, 1), date(2022, 12, 1))
    assert [(at.month, at.day, at.hour) for at in read] == [
        (8, 4, 5),
        (9, 1, 5),
        (10, 6, 5),
        (11, 10, 7),
    ]
    told = recurrence.held(series, exceptions)
    assert [
        one.begins.astimezone(UTC)
        for one in told
        if not one.called_off and one.begins.month in (8, 9, 10, 11)
    ] == read
    assert [one.begins.day for one in told if one.called_off] == [7]


@pytest.mark.parametrize(
    ("begins", "rhythm", "rule", "count"),
    [
        (datetime(2022, 3, 31, 5, tzinfo=UTC), "monthly", "FREQ=MONTHLY;BYDAY=-1TH", 10),
        (datetime(2022, 3, 8, 6, tzinfo=UTC), "monthly", "FREQ=MONTHLY;BYDAY=2TU", 10),
        (datetime(2022, 12, 5, 6, tzinfo=UTC), "weekly", "FREQ=WEEKLY;BYDAY=MO", 4),
    ],
)
def test_the_rule_follows_the_first_time(
    begins: datetime, rhythm: str, rule: str, count: int
) -> None:
    series = Series(begins=begins, rhythm=rhythm, until=date(2022, 12, 31), minutes=30)
    assert recurrence.rule(series).startswith(f"{rule};UNTIL=20221231T215959Z")
    assert len(recurrence.times(series)) == count
