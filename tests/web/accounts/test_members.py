"""Whoever speaks for a municipality binds it: nobody gets there without its word.

So a wish alone gives nothing, an invitation holds for its address, once, and a link that was used
or stolen opens nothing.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from skolnat.web.accounts import members
from skolnat.web.accounts.models import Membership, Municipality, User
from skolnat.web.accounts.rules import is_member_of
from skolnat.web.common.links import BadLink
from skolnat.web.common.models import AuditEntry, Letter

pytestmark = pytest.mark.django_db
State = Membership.State


@pytest.fixture
def place() -> Municipality:
    return Municipality.objects.get(pk="049")


@pytest.fixture
def manager(place: Municipality) -> User:
    user = User.objects.create_user("manager@example.org", name="A manager", language="fi")
    Membership.objects.create(user=user, municipality=place, state=State.GRANTED, manages=True)
    return user


def person(email: str = "new@example.org", *, verified: bool = True) -> User:
    user = User.objects.create_user(email, name="Somebody", language="sv")
    EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
    return user


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def again(user: User) -> User:
    """The same person at the next request."""
    return User.objects.get(pk=user.pk)


def test_a_wish_gives_nothing_until_it_is_granted(place: Municipality, manager: User) -> None:
    user = person()
    held = members.ask(user, place)
    assert not is_member_of(again(user), place)
    # Whoever manages the municipality is told, in their language, and nobody else.
    letter = Letter.objects.get(purpose="accounts/asked")
    assert (letter.to, letter.language) == (manager.email, "fi")
    assert f"/fi/account/municipalities/{place.pk}/" in letter.text
    members.decide(held, granted=True, by=manager)
    assert is_member_of(again(user), place)
    assert Letter.objects.get(purpose="accounts/granted").to == user.email
    assert AuditEntry.objects.filter(
        action="accounts.membership_granted", actor=manager.pk
    ).exists()


def test_without_a_manager_the_association_is_told(place: Municipality) -> None:
    officer = User.objects.create_user("o@example.org", is_officer=True)
    members.ask(person(), place)
    assert Letter.objects.get(purpose="accounts/asked").to == officer.email


def test_asking_twice_is_asking_once_and_after_the_end_anew(place: Municipality) -> None:
    user = person()
    first = members.ask(user, place)
    assert members.ask(user, place).pk == first.pk
    members.decide(first, granted=False, by=None)
    held = members.ask(user, place)
    assert (held.pk, held.state, held.decided) == (first.pk, State.ASKED, None)


def test_a_manager_decides_for_its_own_municipality_alone(
    place: Municipality, manager: User
) -> None:
    mine = members.ask(person("a@example.org"), place)
    other = members.ask(person("b@example.org"), Municipality.objects.get(pk="091"))
    client = browser(manager)
    answers = [
        client.post(reverse("accounts_decide", kwargs={"pk": one.pk}), {"wish": "grant"})
        for one in (mine, other)
    ]
    assert [answer.status_code for answer in answers] == [302, 403]
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, other.state) == (State.GRANTED, State.ASKED)
    # A member who does not manage cannot.
    client = browser(User.objects.get(email="a@example.org"))
    url = reverse("accounts_members", kwargs={"code": place.pk})
    assert client.get(url).status_code == 403


def invited(place: Municipality, manager: User, to: str) -> str:
    members.invite(to, "sv", place, manager)
    letter = Letter.objects.filter(purpose="accounts/invited").latest("pk")
    assert letter.to == to.lower()
    found = re.search(r"/sv/account/invitation/([^/\s]+)/", letter.text)
    assert found is not None
    return found[1]


def test_an_invitation_is_accepted_by_its_address_and_not_by_opening_it(
    place: Municipality, manager: User
) -> None:
    token = invited(place, manager, "New@Example.org")
    user = person()
    client, url = browser(user), reverse("accounts_invitation", kwargs={"token": token})
    assert client.get(url).status_code == 200
    assert not is_member_of(again(user), place)
    assert client.post(url).status_code == 302
    assert is_member_of(again(user), place)
    held = Membership.objects.get(user=user)
    assert (held.decided_by, held.manages) == (manager, False)


def test_a_stolen_invitation_opens_nothing(place: Municipality, manager: User) -> None:
    token = invited(place, manager, "new@example.org")
    thief = person("thief@example.org")
    answer = browser(thief).post(reverse("accounts_invitation", kwargs={"token": token}))
    assert answer.status_code == 403
    # Nor for an account that only says it has the address.
    unsure = person("new@example.org", verified=False)
    with pytest.raises(members.NotInvited, match="address"):
        members.accept(token, unsure)
    assert not Membership.objects.filter(user__in=(thief, unsure)).exists()


def test_an_invitation_works_once_and_not_after_the_end(place: Municipality, manager: User) -> None:
    token, user = invited(place, manager, "new@example.org"), person()
    held = members.accept(token, user)
    with pytest.raises(members.NotInvited, match="used"):
        members.accept(token, user)
    members.decide(held, granted=False, by=manager)
    with pytest.raises(members.NotInvited, match="used"):
        members.accept(token, user)
    assert not is_member_of(again(user), place)
    # A new invitation after that holds.
    members.accept(invited(place, manager, "new@example.org"), user)
    assert is_member_of(again(user), place)


def test_an_old_or_forged_invitation_opens_nothing(
    place: Municipality, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, user = invited(place, manager, "new@example.org"), person()
    with pytest.raises(BadLink, match="forged"):
        members.accept(token[:-1] + ("A" if token[-1] != "A" else "B"), user)
    monkeypatch.setattr(members, "HOLDS", timedelta(seconds=-1))
    with pytest.raises(BadLink, match="expired"):
        members.accept(token, user)


def test_the_end_of_a_membership_ends_managing_too(place: Municipality, manager: User) -> None:
    held = Membership.objects.get(user=manager)
    members.decide(held, granted=False, by=None)
    held.refresh_from_db()
    assert (held.state, held.manages) == (State.ENDED, False)
    assert (
        browser(manager).get(reverse("accounts_members", kwargs={"code": place.pk})).status_code
        == 403
    )


def test_the_last_officer_stays() -> None:
    officer = User.objects.create_user("o@example.org", is_officer=True)
    url = reverse("accounts_person", kwargs={"pk": officer.pk})
    assert browser(officer).post(url, {"is_active": "on"}).status_code == 200
    assert again(officer).is_officer
    User.objects.create_user("p@example.org", is_officer=True)
    assert browser(officer).post(url, {"is_active": "on"}).status_code == 302
    assert not again(officer).is_officer
