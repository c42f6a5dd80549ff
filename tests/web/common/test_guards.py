"""Failed sign-ins are counted against who made them, not against a proxy or a made-up address."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from skolnat.web.common.guards import address_of, too_often
from skolnat.web.common.models import Feedback


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("198.51.100.7", "", "198.51.100.7"),
        ("127.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", "10.0.0.1, 203.0.113.5", "203.0.113.5"),  # the proxy writes the last part
        ("198.51.100.7", "203.0.113.5", "198.51.100.7"),  # nobody may call himself another
        ("::1", "", "::1"),
    ],
)
def test_the_address_is_the_readers(peer: str, forwarded: str, expected: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
    assert address_of(request) == expected


def test_who_asks_too_often_is_told_so_and_others_are_not() -> None:
    def asks(at: str, purpose: str = "x") -> bool:
        return too_often(RequestFactory().get("/", REMOTE_ADDR=at), purpose, 3)

    assert [asks("198.51.100.7") for _ in range(5)] == [False, False, False, True, True]
    assert not asks("198.51.100.8")
    assert not asks("198.51.100.7", "y")


def test_nobody_floods_the_association_with_letters(client: Client, db: None) -> None:
    told = {"text": "The map lacks a table"}
    statuses = []
    for _ in range(12):
        client.cookies.clear()
        statuses.append(client.post("/sv/accessibility/", told).status_code)
    assert statuses == [302] * 10 + [200] * 2
    assert Feedback.objects.count() == 10
