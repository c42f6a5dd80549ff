"""A pilot's municipalities tell how it goes; others read what is shared with them."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from skolnat.web.common.models import AuditEntry
from skolnat.web.programme.applications.models import Milestone, Pilot, Result
from webtests import applying, talking

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot(people: Any) -> Pilot:
    call = applying.call(decided=timezone.now())
    made = Pilot.objects.create(call=call, name={"sv": "Öarna"})
    made.municipalities.set(["016"])
    return made


def test_what_is_saved_twice_is_told_once(pilot: Pilot, as_role: Any) -> None:
    client = as_role("member")
    for _ in range(2):
        client.post(f"/sv/pilots/{pilot.pk}/milestone/", {"title": "Avtal", "due": "2030-05-01"})
        client.post(f"/sv/pilots/{pilot.pk}/result/", {"title": "Lärdom", "text": "Börja tidigt."})
    assert (Milestone.objects.count(), Result.objects.count()) == (1, 1)
    assert AuditEntry.objects.filter(action="applications.result_saved").count() == 1


def test_results_are_shared_with_municipalities_first_and_with_everybody_when_chosen(
    pilot: Pilot, as_role: Any
) -> None:
    held = Result.objects.create(pilot=pilot, title="Lärdom", text="Börja <b>tidigt</b>.")
    path = f"/sv/pilots/{pilot.pk}/"

    def seen() -> list[bool]:
        roles = ("visitor", "reader", "member", "officer")
        return ["Lärdom" in as_role(one).get(path).content.decode() for one in roles]

    assert seen() == [False, False, True, True]
    held.public = True
    held.save()
    assert seen() == [True, True, True, True]
    assert "<b>tidigt" not in as_role("visitor").get(path).content.decode()


def test_a_milestone_goes_from_ahead_to_reached(pilot: Pilot, as_role: Any) -> None:
    member = as_role("member")
    path = f"/sv/pilots/{pilot.pk}/"
    member.post(f"{path}milestone/", {"title": "Avtal", "due": "2030-05-01"})
    number = Milestone.objects.get().pk
    data = {"title": "Avtal", "due": "2030-05-01", "reached": "2030-04-20", "note": "Klart"}
    member.post(f"{path}milestone/{number}/", data)
    page = as_role("visitor").get(path).content.decode()
    assert ("20.4.2030" in page, "Klart" in page) == (True, True)
    outsider = as_role("reader")
    assert outsider.post(f"{path}milestone/{number}/", data).status_code == 403


def test_another_municipality_asks_the_pilot(pilot: Pilot, people: Any, as_role: Any) -> None:
    from skolnat.web.accounts.models import Membership

    Membership.objects.create(user=people["reader"], municipality_id="398", state="granted")
    from skolnat.web.programme.discussion import subjects

    about = subjects.subject("pilot", pilot.pk)
    assert about is not None
    held = talking.thread(people["member"], "Samkörning", about=about)
    data = {"text": "Hur delade ni kostnaden?", "language": "sv"}
    path = f"/sv/discussion/threads/{held.pk}/"
    assert as_role("reader").post(path, data).status_code == 302
    assert as_role("reviewer").post(path, data).status_code == 403
    page = as_role("visitor").get(f"/sv/pilots/{pilot.pk}/").content.decode()
    assert ("Samkörning" in page, "2 inlägg" in page) == (True, True)
