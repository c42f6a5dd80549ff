"""Who is who decides everything else: a membership that is only asked for opens nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from skolnat.web.accounts.models import Membership, User
from skolnat.web.accounts.rules import is_member, is_member_of, is_officer, is_reviewer


def test_roles_are_what_they_say(people: dict[str, Any]) -> None:
    held = {
        role: (is_officer(user), is_reviewer(user), is_member(user))
        for role, user in people.items()
        if user is not None
    }
    assert held == {
        "reader": (False, False, False),
        "member": (False, False, True),
        "reviewer": (False, True, False),
        "officer": (True, False, False),
    }
    nobody = AnonymousUser()
    assert not any(one(nobody) for one in (is_officer, is_reviewer, is_member))


@pytest.mark.parametrize("state", [Membership.State.ASKED, Membership.State.ENDED])
def test_only_a_granted_membership_counts(people: dict[str, Any], state: str) -> None:
    Membership.objects.create(user=people["reader"], municipality_id="398", state=state)
    assert not is_member_of(people["reader"], "398")
    assert is_member_of(people["member"], "016")
    assert not is_member_of(people["member"], "398")


def test_who_may_not_sign_in_may_do_nothing(people: dict[str, Any]) -> None:
    officer: User = people["officer"]
    officer.is_active = False
    assert not is_officer(officer)
    assert not officer.has_perm("accounts.manage")


def test_an_address_has_one_account_however_it_is_written(people: dict[str, Any]) -> None:
    assert User.objects.get_by_natural_key("READER@example.org") == people["reader"]
    assert User.objects.create_user(" New@Example.ORG ").email == "new@example.org"
