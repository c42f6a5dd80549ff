"""Without an account one can change what one wrote; the place and the link stay as they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from skolnat.web.programme.events import links, places
from skolnat.web.programme.events.models import Registration
from webtests import world

pytestmark = pytest.mark.django_db
CHANGED = {
    "name": "Aino Öman",
    "municipality": "111",
    "role": "teacher",
    "question_language": "fi",
    "needs": "Teckenspråk",
}


def page(held: Registration) -> str:
    return f"/sv/events/registration/{links.token(held)}/"


def test_details_are_changed_and_nothing_else() -> None:
    occasion = world.occasion(world.event(), capacity=1)
    held = world.registration(occasion)
    before = Registration.objects.values().get()
    form = Client().get(f"{page(held)}details/").content.decode()
    assert 'value="Person 1"' in form
    assert 'value="016" selected' in form
    more = {"email": "thief@example.org", "state": "cancelled", "occasion": "0"}
    answer = Client().post(f"{page(held)}details/", {**CHANGED, **more}, follow=True)
    assert "Teckenspråk" in answer.content.decode()
    after = Registration.objects.values().get()
    told = {key for key in after if after[key] != before[key]}
    assert told == {"name", "municipality_id", "role", "question_language", "needs", "changed"}


def test_who_comes_from_elsewhere_stays_so() -> None:
    held = world.registration(world.occasion(world.event()), municipality_id=None)
    form = Client().get(f"{page(held)}details/").content.decode()
    assert 'value="-" selected' in form
    Client().post(f"{page(held)}details/", {**CHANGED, "municipality": "-"})
    assert Registration.objects.get().municipality_id is None


def test_a_used_link_and_a_cancelled_registration_change_nothing() -> None:
    held = world.registration(world.occasion(world.event()))
    old = page(held)
    held, _ = places.cancel(held, world.now())
    assert Client().post(f"{old}details/", CHANGED).status_code == 410
    assert Client().post(f"{page(held)}details/", CHANGED).status_code == 302
    assert Registration.objects.get().name == "Person 1"


def test_an_officer_moves_and_cancels_for_who_calls(as_role: Any) -> None:
    event = world.event()
    one, other = world.occasion(event, capacity=1), world.occasion(event, days=14)
    held, waits = world.registration(one), world.registration(one, 2)
    officer, where = as_role("officer"), f"/sv/events/manage/plan/people/{held.pk}/"
    assert "Person 1" in officer.get(where).content.decode()
    officer.post(where, {"do": "move", "occasion": other.pk})
    waits.refresh_from_db()
    held.refresh_from_db()
    assert (held.occasion, held.state, waits.state) == (other, "place", "place")
    officer.post(where, {"do": "cancel"})
    held.refresh_from_db()
    assert held.state == "cancelled"
    assert officer.post(where, {"do": "link"}).status_code == 404
    assert "danger" not in officer.get(where).content.decode()


def test_an_occasion_of_another_event_is_no_choice(as_role: Any) -> None:
    held = world.registration(world.occasion(world.event()))
    foreign = world.occasion(world.event("other"))
    answer = as_role("officer").post(
        f"/sv/events/manage/plan/people/{held.pk}/", {"do": "move", "occasion": foreign.pk}
    )
    assert answer.status_code == 404
