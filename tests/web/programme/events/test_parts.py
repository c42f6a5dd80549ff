"""What the association writes of an event is what everybody reads, from the day it chose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from skolnat.web.common.models import AuditEntry
from skolnat.web.common.when import HELSINKI
from skolnat.web.programme.events.models import Material, Speaker
from webtests import world

pytestmark = pytest.mark.django_db
PAGE = "/sv/events/plan/"


def page() -> str:
    return Client().get(PAGE).content.decode()


def test_a_speaker_is_changed_on_every_page_and_the_way_leads_back(as_role: Any) -> None:
    point = world.point(world.event())
    one = point.speakers.get()
    officer = as_role("officer")
    data = {"name": "B. Speaker <b>", "title_fi": "johtaja"}
    answer = officer.post(f"/sv/events/manage/speakers/{one.pk}/?event=plan", data)
    assert answer["Location"] == "/sv/events/manage/plan/"
    assert "B. Speaker &lt;b&gt;" in page()
    assert '<span lang="fi">johtaja</span>' in page()
    officer.post(f"/sv/events/manage/speakers/{one.pk}/", {"remove": "1"})
    assert "B. Speaker" not in page()
    assert "Inledning" in page()  # the point stays
    assert Speaker.objects.count() == 0
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"events.speaker_saved", "events.speaker_removed"} <= actions


def test_a_recording_is_shown_afterwards_from_its_hour(as_role: Any) -> None:
    event = world.event()
    later = world.now() + timedelta(hours=1)
    data = {
        "kind": "recording",
        "title_sv": "Hela webbinariet",
        "url": "example.org/film",
        "language": "sv",
        "order": 0,
        "shown_from": later.astimezone(HELSINKI).strftime("%Y-%m-%dT%H:%M"),
    }
    as_role("officer").post("/sv/events/manage/plan/materials/new/", data)
    assert "Hela webbinariet" not in page()
    made = Material.objects.get(event=event)
    made.shown_from = world.now() - timedelta(minutes=1)
    made.save()
    assert '<a href="https://example.org/film" hreflang="sv">Hela webbinariet</a>' in page()


def test_an_address_that_runs_a_script_is_refused(as_role: Any) -> None:
    world.event()
    data = {"kind": "slides", "title_sv": "A", "url": "javascript:alert(1)", "order": 0}
    answer = as_role("officer").post("/sv/events/manage/plan/materials/new/", data)
    assert (answer.status_code, Material.objects.count()) == (200, 0)
