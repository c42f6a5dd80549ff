"""What is known of an account: told to its holder, and forgotten on request or in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from skolnat.web.accounts.models import Membership, User
from skolnat.web.common import personal
from skolnat.web.common.audit import record
from skolnat.web.common.models import AuditEntry
from skolnat.web.common.personal import Person, tells
from skolnat.web.common.retention import keep

NOBODY: Final = "@forgotten.invalid"


@tells("account")
def account(person: Person) -> Iterator[dict[str, Any]]:
    """Tell an account, its addresses, memberships and ways to sign in."""
    user = person.user
    if user is None:
        return
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator
    from allauth.socialaccount.models import SocialAccount

    yield {
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "officer": user.is_officer,
        "reviewer": user.is_reviewer,
        "joined": user.joined.isoformat(),
        "last_sign_in": user.last_login.isoformat() if user.last_login else None,
        "addresses": [
            {"email": one.email, "verified": one.verified}
            for one in EmailAddress.objects.filter(user=user)
        ],
        "memberships": [
            {"municipality": one.municipality_id, "state": one.state, "manages": one.manages}
            for one in Membership.objects.filter(user=user)
        ],
        "second_steps": [one.type for one in Authenticator.objects.filter(user=user)],
        "providers": [
            {"provider": one.provider, "uid": one.uid}
            for one in SocialAccount.objects.filter(user=user)
        ],
    }


@tells("audit_trail")
def trail(person: Person) -> Iterator[dict[str, Any]]:
    """Tell what an account has done, as the audit trail has it."""
    if person.user is None:
        return
    for one in AuditEntry.objects.filter(actor=person.user.pk).order_by("pk"):
        yield {"at": one.at.isoformat(), "action": one.action, "kind": one.kind, "key": one.key}


def forget_account(user: User, by: Any) -> None:
    """Give up an account: nobody can sign in to it, and nothing in it tells who it was.

    What was done in a municipality's name stays the municipality's.
    """
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator
    from allauth.socialaccount.models import SocialAccount

    mine = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    with transaction.atomic():
        personal.forget(Person(user, frozenset(address.lower() for address in mine)))
        for model in (EmailAddress, Authenticator, SocialAccount):
            model.objects.filter(user=user).delete()
        Membership.objects.filter(user=user).exclude(state=Membership.State.ENDED).update(
            state=Membership.State.ENDED, manages=False, decided=timezone.now()
        )
        user.email, user.name = f"{user.pk}{NOBODY}", ""
        user.is_officer = user.is_reviewer = user.is_active = False
        user.set_unusable_password()
        user.save()
        record(by, "accounts.forgotten", user)


def old(before: datetime) -> QuerySet[User]:
    """Return accounts that nobody has signed in to since a time; officers' accounts are kept."""
    unused = Q(last_login__lt=before) | Q(last_login=None, joined__lt=before)
    return User.objects.filter(unused, is_officer=False).exclude(email__endswith=NOBODY)


def forget(rows: QuerySet[User]) -> None:
    """Give up accounts."""
    for user in rows:
        forget_account(user, None)


keep("accounts", old, forget)
