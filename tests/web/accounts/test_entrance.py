"""Who guesses passwords is stopped, and stops nobody else; no answer tells who has an account."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import hashers
from django.core.cache import cache
from django.test import Client

from skolnat.web.accounts.models import User
from skolnat.web.common.models import Letter

pytestmark = pytest.mark.django_db
PASSWORD = "rather-long-and-dull"
HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture(autouse=True)
def _fresh(db: None) -> None:
    cache.clear()
    for name in ("one", "two"):
        user = User.objects.create_user(f"{name}@example.org", PASSWORD)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def sign_in(name: str, password: str = PASSWORD, *, at: str = HERE) -> Any:
    told = {"login": f"{name}@example.org", "password": password}
    return Client().post("/sv/account/login/", told, REMOTE_ADDR=at)


def test_wrong_passwords_lock_one_address_from_one_place() -> None:
    for _ in range(8):
        sign_in("one", "wrong")
    assert sign_in("one").status_code == 429
    assert sign_in("ONE").status_code == 429  # the same address
    assert sign_in("two").status_code == 302  # a colleague behind the same network address
    assert sign_in("one", at=THERE).status_code == 302  # nobody is kept out by a stranger


def test_behind_a_proxy_each_is_counted_alone() -> None:
    told = {"login": "one@example.org", "password": "wrong"}
    for _ in range(9):
        Client().post("/sv/account/login/", told, headers={"X-Forwarded-For": f"x, {HERE}"})
    client, right = Client(), {**told, "password": PASSWORD}
    for place, status in ((HERE, 429), (THERE, 302)):
        answer = client.post("/sv/account/login/", right, headers={"X-Forwarded-For": place})
        assert answer.status_code == status


def test_one_password_is_not_tried_on_many_addresses() -> None:
    for number in range(30):
        sign_in(f"person{number}", "Sommar2022")
    assert sign_in("two").status_code == 429  # not now
    assert sign_in("two", at=THERE).status_code == 302


def test_making_an_account_tells_nobody_who_has_one(monkeypatch: Any) -> None:
    """The same page, and the same work: a password is hashed whether it is needed or not."""
    hashed = []
    monkeypatch.setattr(
        hashers.MD5PasswordHasher,
        "encode",
        lambda _self, _text, salt: (
            hashed.append(1) or f"md5${salt}${hashlib.md5(b'x').hexdigest()}"
        ),
    )
    pages = []
    for name in ("one", "new"):
        told = {
            "email": f"{name}@example.org", "password1": PASSWORD, "password2": PASSWORD,
            "is_officer": "on", "is_reviewer": "on",
        }  # fmt: skip
        answer = Client().post("/sv/account/signup/", told)
        pages.append((answer.status_code, answer["Location"], len(hashed)))
        hashed.clear()
    assert pages[0] == pages[1]
    made = User.objects.get(email="new@example.org")
    assert (made.is_officer, made.is_reviewer) == (False, False)
    assert {one.to for one in Letter.objects.all()} == {"one@example.org", "new@example.org"}


def test_a_password_is_asked_for_anew_without_telling_who_has_an_account() -> None:
    pages = [
        Client().post("/sv/account/password/reset/", {"email": f"{name}@example.org"})
        for name in ("one", "nobody")
    ]
    assert {(one.status_code, one["Location"]) for one in pages} == {
        (302, "/sv/account/password/reset/done/")
    }
    letter = Letter.objects.get(to="one@example.org")
    assert "http://testserver/" in letter.text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://x.example/",
        "//x.example/",
        "/\\x.example",
        "javascript:alert(1)",
        "https:x.example",
    ],
)
def test_a_sign_in_leads_nowhere_else(elsewhere: str) -> None:
    told = {"login": "one@example.org", "password": PASSWORD, "next": elsewhere}
    assert Client().post("/sv/account/login/", told)["Location"] == "/sv/"


def test_an_officer_without_a_second_step_manages_nothing(settings: Any) -> None:
    settings.OFFICERS_TWO_STEP = True
    client = Client()
    officer = User.objects.create_user("officer@example.org", PASSWORD, is_officer=True)
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    for path in ("account/people/", "account/municipalities/", "account/people.csv", "events/",
                 "account/data/", "audit/"):  # fmt: skip
        assert client.get(f"/sv/{path}")["Location"] == "/sv/account/2fa/", path
    for path in ("account/", "account/2fa/", "account/2fa/totp/activate/", "privacy/"):
        answer = client.get(f"/sv/{path}")
        assert answer.status_code == 200 or "reauthenticate" in answer["Location"], path
