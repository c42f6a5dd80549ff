"""Who speaks for a municipality outside the group sees and changes nothing of its application."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from skolnat.web.accounts.models import Membership, User
from skolnat.web.programme.applications.models import Application, Partner, Version
from webtests import applying
from webtests.routes import all_routes

pytestmark = pytest.mark.django_db
FOR_EVERYBODY = {"calls", "call", "begin", "pilots", "pilot", "partner_link"}
"""Addresses of the app that are shown to every municipality."""
ROUTES = {
    name: route
    for name, route in all_routes().items()
    if name.startswith("applications:") and name.partition(":")[2] not in FOR_EVERYBODY
}


def neighbour(code: str = "743") -> Client:
    user = User.objects.create_user(f"m{code}@example.org")
    Membership.objects.create(user=user, municipality_id=code, state="granted")
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_a_neighbour_gets_nothing(name: str, people: dict[str, Any]) -> None:
    route, client = ROUTES[name], neighbour()
    for method in ("get", "post"):
        if getattr(route, method) is None:
            continue
        with transaction.atomic():
            url = reverse(name, kwargs=route.kwargs(people))
            data = route.data(people) if method == "post" else None
            before = (Version.objects.count(), Partner.objects.count())
            answer = getattr(client, method)(url, data)
            assert answer.status_code in {403, 404}, (method, answer.status_code)
            assert (Version.objects.count(), Partner.objects.count()) == before
            transaction.set_rollback(True)


def test_who_is_asked_reads_and_answers_and_writes_nothing(people: dict[str, Any]) -> None:
    made = applying.draft(people["member"])
    asked = applying.asked(made, "743", people["member"])
    client, page = neighbour("743"), f"/sv/applications/{made.pk}/"
    assert client.get(page).status_code == 200
    assert client.get(f"{page}edit/").status_code == 403
    told = {"revision": "1", "needs": "Ours", "title": "Ours"}
    for path in ("edit/", "autosave/", "submit/", "ask/", "study/", f"leave/{asked.pk}/"):
        assert client.post(f"{page}{path}", told).status_code in {403, 404, 405}, path
    own = made.partners.get(municipality="016")
    word = {"signer": "A", "signer_role": "B", "joins": "no"}
    for partner, status in ((own, 403), (asked, 200)):
        url = reverse("applications:answer", kwargs={"number": made.pk, "partner": partner.pk})
        assert client.post(url, word).status_code == status
    assert own.state == Partner.State.CONFIRMED
    assert client.get(page).status_code == 403  # it has declined, and is no longer asked
    assert Application.objects.get().content == {"title": applying.WHOLE["title"]}
