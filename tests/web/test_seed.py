"""A real start is empty, a seeded one is full, and neither is ever filled twice."""

from __future__ import annotations

from typing import Any

from django.test import Client

from skolnat.web import seed
from skolnat.web.accounts.models import Municipality, User


def test_an_empty_start_has_municipalities_and_no_people(db: None) -> None:
    assert seed.fill(empty=True)
    assert User.objects.count() == 0
    assert Municipality.objects.count() == 308
    assert not seed.fill(empty=False)


def test_the_first_officer_sets_a_password_by_a_link_and_signs_in(db: None, settings: Any) -> None:
    assert not seed.has_officer()
    link = seed.officer_link("Officer@Example.org").removeprefix(settings.SITE_URL)
    client = Client()
    answer = client.get(link, follow=True)
    assert answer.status_code == 200
    words = {"password1": "lingon-och-blåbär", "password2": "lingon-och-blåbär"}
    assert client.post(answer.request["PATH_INFO"], words).status_code == 302
    signing = {"login": "officer@example.org", "password": "lingon-och-blåbär"}
    answer = Client().post("/sv/account/login/", signing, follow=True)
    assert answer.context["user"].is_officer
    assert seed.has_officer()
    # The link has done its work: a second time it asks for no password.
    again = Client().get(link, follow=True).content.decode()
    assert "password1" not in again
