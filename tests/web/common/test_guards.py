"""Failed sign-ins are counted against who made them, not against a proxy or a made-up address."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from skolnat.web.common.guards import address_of


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
