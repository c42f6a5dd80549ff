"""Everybody a change concerns must hear of it once, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from skolnat.web.common.models import AuditEntry, Letter
from skolnat.web.programme.events import changes, places
from skolnat.web.programme.events.models import Occasion, Registration
from skolnat.web.programme.events.reminders import BEFORE, remind
from webtests import world

pytestmark = pytest.mark.django_db


def purposes() -> list[tuple[str, str]]:
    world.compose()
    rows = Letter.objects.order_by("pk").values_list("purpose", "to")
    return [(purpose.removeprefix("events/"), to.partition("@")[0]) for purpose, to in rows]


def test_a_moved_occasion_is_told_to_those_who_come_and_wait_not_to_those_who_cancelled() -> None:
    occasion = world.occasion(world.event(), capacity=1)
    for number in range(3):
        world.registration(occasion, number)
    places.cancel(Registration.objects.get(email="p2@example.org"), world.now())
    occasion.begins += timedelta(hours=1)
    occasion.ends += timedelta(hours=1)
    occasion.reminded = world.now()
    assert changes.save(occasion, ["begins", "ends"], world.now()) == 2
    assert purposes() == [("moved", "p0"), ("moved", "p1")]
    assert Registration.objects.get(email="p0@example.org").sequence == 1
    assert Occasion.objects.get().reminded is None


def test_more_places_are_given_out_and_told_without_a_letter_to_the_others() -> None:
    occasion = world.occasion(world.event(), capacity=1)
    for number in range(3):
        world.registration(occasion, number)
    occasion.capacity = 2
    assert changes.save(occasion, ["capacity"], world.now()) == 1
    assert purposes() == [("promoted", "p1")]


def test_fewer_places_take_nobodys_place_away() -> None:
    occasion = world.occasion(world.event(), capacity=3)
    for number in range(3):
        world.registration(occasion, number)
    occasion.capacity = 1
    changes.save(occasion, ["capacity"], world.now())
    assert places.line(occasion).taken == 3
    assert world.registration(occasion, 9).state == "waiting"


def test_calling_off_is_told_once() -> None:
    occasion = world.occasion(world.event())
    world.registration(occasion)
    assert changes.call_off(occasion, world.now()) == 1
    assert changes.call_off(occasion, world.now()) == 0
    assert purposes() == [("called_off", "p1")]
    assert Letter.objects.get().calendar_method == "CANCEL"


def test_a_reminder_goes_out_once_the_day_before_to_those_with_a_place() -> None:
    occasion = world.occasion(world.event(), days=3, capacity=1)
    world.registration(occasion, 1)
    world.registration(occasion, 2)
    assert remind(occasion.begins - BEFORE - timedelta(minutes=1)) == 0
    assert remind(occasion.begins - BEFORE) == 1
    assert remind(occasion.begins - timedelta(hours=1)) == 0
    assert purposes() == [("reminder", "p1")]


@pytest.mark.parametrize("late", [{"cancelled": True}, {"reminded": world.now()}])
def test_no_reminder_of_what_is_called_off_or_was_reminded(late: dict[str, Any]) -> None:
    occasion = world.occasion(world.event(), days=1)
    world.registration(occasion)
    Occasion.objects.update(**late)
    assert remind(world.now()) == 0


def test_the_association_moves_an_occasion_on_its_page(as_role: Any) -> None:
    occasion = world.occasion(world.event(), capacity=5)
    world.registration(occasion)
    url = f"/sv/events/manage/plan/occasions/{occasion.pk}/"
    sent = {"begins": "2031-03-25T09:30", "ends": "2031-03-25T12:00", "capacity": "5"}
    page = as_role("officer").post(url, sent, follow=True).content.decode()
    assert "Sparat. 1 meddelande är på väg." in page
    occasion.refresh_from_db()
    assert occasion.begins.isoformat() == "2031-03-25T07:30:00+00:00"
    assert AuditEntry.objects.get().action == "events.occasion_changed"


@pytest.mark.parametrize(
    ("field", "hours"), [("ends", -1), ("closes", 1)], ids=["ends before", "closes after"]
)
def test_hours_that_cannot_be_are_refused(as_role: Any, field: str, hours: int) -> None:
    occasion = world.occasion(world.event())
    at = {"begins": "2031-03-25T09:30", "ends": "2031-03-25T12:00", "closes": ""}
    at[field] = f"2031-03-25T{9 + hours:02d}:30"
    page = as_role("officer").post(f"/en/events/manage/plan/occasions/{occasion.pk}/", at)
    assert page.status_code == 200
    assert "One thing has to be mended" in page.content.decode()
