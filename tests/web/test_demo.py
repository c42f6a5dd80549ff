"""Whoever tries the site on their own machine gets every role; a real site must refuse it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from skolnat.web import demo
from skolnat.web.accounts.models import User
from skolnat.web.programme.applications.models import Call
from skolnat.web.programme.events.models import Event

pytestmark = pytest.mark.django_db


def test_every_role_can_sign_in_and_a_second_time_renews_the_password() -> None:
    first = dict(demo.prepare())
    again = dict(demo.prepare())
    assert list(first) == list(again)
    assert User.objects.count() == len(again) == 5
    assert (Event.objects.count(), Call.objects.count()) == (1, 1)
    for email, password in again.items():
        user = User.objects.get(email=email)
        assert user.check_password(password)
        assert not user.check_password(first[email])


def test_the_example_can_be_registered_for_and_applied_to(client: Client) -> None:
    list(demo.prepare())
    assert client.get("/sv/events/example/register/").status_code == 200
    heinola = User.objects.get(email="heinola@example.org")
    client.force_login(heinola, "django.contrib.auth.backends.ModelBackend")
    assert client.get("/sv/calls/example/begin/").status_code == 200


def test_a_site_that_others_reach_refuses(settings: Any) -> None:
    settings.SITE_HOST = "skolnat.example.org"
    with pytest.raises(demo.RealSite):
        list(demo.prepare())
    assert not User.objects.exists()
