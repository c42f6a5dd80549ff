"""Personal data go in time and on request, statistics stay, and a dry run changes nothing."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skolnat.web.accounts import keeping
from skolnat.web.accounts.models import Membership, User
from skolnat.web.common import retention
from skolnat.web.common.models import AuditEntry, Feedback, Letter
from skolnat.web.common.personal import Person, known_of
from skolnat.web.programme.events import links
from skolnat.web.programme.events.models import Registration
from skolnat.web.programme.questions.models import Question, Vote
from webtests import world

pytestmark = pytest.mark.django_db
ALL = (
    "accounts",
    "application_contacts",
    "drafts",
    "enquiries",
    "feedback",
    "letters",
    "questions",
    "registrations",
)
FILLED = ("accounts", "feedback", "letters", "questions", "registrations")


def unpacked(answer: Any) -> Any:
    """The JSON of a person's file; the page beside it is read by people."""
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert packed.namelist() == ["skolnat-my-data.html", "skolnat-my-data.json"]
        return json.loads(packed.read("skolnat-my-data.json"))


def much_later(days: int = 2000) -> Any:
    return timezone.now() + timedelta(days=days)


def filled() -> Registration:
    """One of everything that is forgotten one day."""
    event = world.event()
    held = world.registration(world.occasion(event, days=1), needs="A ramp")
    held.attended = True
    held.save()
    asked = world.question(event, name="Somebody")
    Vote.objects.create(question=asked, voter="b")
    Letter.objects.create(to="a@example.org", language="sv", purpose="x", sent=timezone.now())
    Feedback.objects.create(
        text="Too small", address="a@example.org", language="sv", answered=timezone.now()
    )
    User.objects.create_user("idle@example.org", name="Idle")
    return held


def test_every_rule_has_a_period_and_a_reason() -> None:
    assert {name for name, _, _ in retention.counted()} == set(ALL)
    for name in (*ALL, "sign_ins"):
        days, reason = retention.periods()[name]
        assert 0 < days <= 3653, name
        assert len(reason) > 20, name


def test_a_dry_run_counts_and_changes_nothing() -> None:
    held = filled()
    assert {name: n for name, _, n in retention.counted(timezone.now())} == dict.fromkeys(ALL, 0)
    then = {name: n for name, _, n in retention.counted(much_later())}
    assert then == {**dict.fromkeys(ALL, 0), **dict.fromkeys(FILLED, 1)}
    held.refresh_from_db()
    assert (held.name, held.needs) == ("Person 1", "A ramp")


def test_what_is_old_is_forgotten_once_and_statistics_stay() -> None:
    held = filled()
    done = dict(retention.apply(much_later()))
    assert done == {**dict.fromkeys(ALL, 0), **dict.fromkeys(FILLED, 1)}
    held.refresh_from_db()
    assert (held.name, held.needs) == ("", "")
    assert "p1@" not in held.email
    assert (held.municipality_id, held.role, held.attended) == ("016", "head", True)
    question = Question.objects.get()
    assert (question.asker, question.name, question.text) == ("", "", "Vad kostar det?")
    assert not Vote.objects.exists()
    assert Feedback.objects.get().address == ""
    assert not Letter.objects.filter(to="a@example.org").exists()
    assert dict(retention.apply(much_later())) == dict.fromkeys(ALL, 0)


def test_a_link_of_a_forgotten_registration_opens_nothing() -> None:
    held = filled()
    token = links.token(held)
    retention.apply(much_later())
    answer = Client().get(reverse("events:registration", kwargs={"token": token}))
    assert answer.status_code == 410


def test_an_account_that_is_forgotten_lets_nobody_in_and_tells_of_nobody() -> None:
    user = User.objects.create_user("who@example.org", "a long password", name="Who")
    EmailAddress.objects.create(user=user, email=user.email, verified=True)
    Membership.objects.create(user=user, municipality_id="016", state="granted", manages=True)
    keeping.forget_account(user, user)
    user.refresh_from_db()
    assert user.email == f"{user.pk}@forgotten.invalid"
    assert (user.name, user.is_active, user.has_usable_password()) == ("", False, False)
    assert not EmailAddress.objects.filter(email="who@example.org").exists()
    assert Membership.objects.get(user=user).state == "ended"
    told = {"login": "who@example.org", "password": "a long password"}
    assert Client().post(reverse("account_login"), told).status_code == 200
    # The address is free for a new account.
    User.objects.create_user("who@example.org")


def test_officers_accounts_are_not_given_up_by_time() -> None:
    User.objects.create_user("o@example.org", is_officer=True)
    assert {name: n for name, _, n in retention.counted(much_later())}["accounts"] == 0


def test_a_person_gets_all_that_is_known_of_them_and_nothing_of_others(
    people: dict[str, Any], as_role: Any
) -> None:
    event = world.event()
    at = world.occasion(event)
    world.registration(at, 1, email="member@example.org", needs="Sign language")
    world.registration(at, 2)
    user = people["member"]
    EmailAddress.objects.create(user=user, email=user.email, verified=True)
    answer = as_role("member").get(reverse("accounts_data"))
    assert "attachment" in answer["Content-Disposition"]
    told = unpacked(answer)
    assert told["account"][0]["memberships"] == [
        {"municipality": "016", "state": "granted", "manages": False}
    ]
    assert [one["needs"] for one in told["registrations"]] == ["Sign language"]
    assert "p2@example.org" not in json.dumps(told)
    assert AuditEntry.objects.filter(action="accounts.data_given", actor=user.pk).exists()


def test_an_address_that_is_not_shown_to_be_theirs_tells_nothing(
    people: dict[str, Any], as_role: Any
) -> None:
    world.registration(world.occasion(world.event()), 1, email="member@example.org")
    told = unpacked(as_role("member").get(reverse("accounts_data")))
    assert told["registrations"] == []


def test_who_has_no_account_has_the_same_by_the_link_in_the_letter() -> None:
    held = world.registration(world.occasion(world.event()))
    token = links.token(held)
    client = Client()
    # The link of the registration gives no file: a link to it goes to the address.
    answer = client.post(reverse("events:own_data", kwargs={"token": token}))
    assert "p…@example.org" in answer.content.decode()
    world.compose()
    letter = Letter.objects.get(purpose="events/own_data")
    found = re.search(r"http://\S+?(/\w\w/events/registration/data/\S+/)", letter.text)
    assert found is not None
    assert letter.to == "p1@example.org"
    told = unpacked(client.get(found[1]))
    assert [one["name"] for one in told["registrations"]] == ["Person 1"]
    assert told["account"] == []
    assert client.get(reverse("events:own_data_file", kwargs={"token": token})).status_code == 410
    assert Client().post(reverse("events:forget", kwargs={"token": token})).status_code == 302
    held.refresh_from_db()
    assert (held.name, held.state) == ("", Registration.State.CANCELLED)
    # Whoever the link was stolen from learns of it, although the address is forgotten.
    assert Letter.objects.latest("pk").purpose == "events/cancelled"
    assert Letter.objects.latest("pk").to == "p1@example.org"
    assert known_of(Person(None, frozenset({"p1@example.org"})))["registrations"] == []


def test_removing_an_account_needs_to_be_meant(as_role: Any, people: dict[str, Any]) -> None:
    client = as_role("reader")
    assert client.post(reverse("accounts_remove"), {}).status_code == 200
    people["reader"].refresh_from_db()
    assert people["reader"].is_active
    assert client.post(reverse("accounts_remove"), {"sure": "on"}).status_code == 302
    people["reader"].refresh_from_db()
    assert not people["reader"].is_active
    assert client.get(reverse("account")).status_code == 302
