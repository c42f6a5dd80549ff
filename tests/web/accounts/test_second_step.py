"""A second step keeps out whoever has the password alone; recovery codes work once.

The codes are made here as an app makes them (RFC 6238), not by what checks them.
"""

from __future__ import annotations

import base64
import hmac
import struct
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from skolnat.web.accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "rather-long-and-dull"


def code(secret: str, at: float) -> str:
    """Return the six figures of a secret (base 32) at a time."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(at) // 30), "sha1")
    offset = digest[-1] & 0xF
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


@pytest.fixture
def person() -> User:
    user = User.objects.create_user("two@example.org", PASSWORD, name="Two")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def signed_in() -> Client:
    client = Client()
    told = {"login": "two@example.org", "password": PASSWORD}
    client.post(reverse("account_login"), told)
    return client


def inside(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200


def activated() -> str:
    """Sign in, show the password again, and take an app into use; returns its secret."""
    client = signed_in()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret: str = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code(secret, time.time())})
    assert answer.status_code == 302
    return secret


def test_the_password_alone_lets_nobody_in(person: User) -> None:
    secret = activated()
    client = signed_in()
    assert not inside(client)
    wrong = f"{(int(code(secret, time.time())) + 1) % 10**6:06d}"
    assert client.post(reverse("mfa_authenticate"), {"code": wrong}).status_code == 200
    assert not inside(client)
    cache.clear()  # a code is taken once, and the present one took the app into use
    while time.time() % 30.0 > 25.0:  # lest the half minute ends between making and checking
        time.sleep(0.5)
    client.post(reverse("mfa_authenticate"), {"code": code(secret, time.time())})
    assert inside(client)


def test_a_recovery_code_works_once(person: User) -> None:
    activated()
    held = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    wrapped: Any = held.wrap()
    spare = wrapped.get_unused_codes()[0]
    client = signed_in()
    client.post(reverse("mfa_authenticate"), {"code": spare})
    assert inside(client)
    again = signed_in()
    again.post(reverse("mfa_authenticate"), {"code": spare})
    assert not inside(again)
