"""Who speaks for a municipality: asked for, invited, granted, ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from skolnat.web.accounts.models import Membership, Municipality, User
from skolnat.web.common.audit import record
from skolnat.web.common.letters import post
from skolnat.web.common.links import read, sign

INVITATION: Final = "accounts.invitation"
HOLDS: Final = timedelta(days=30)
"""So long an invitation can be accepted."""


class NotInvited(Exception):  # noqa: N818 - what is the matter, not a fault of the code
    """An invitation that this account cannot accept.

    Parameters
    ----------
    reason
        ``"address"``: it was sent to another address; ``"used"``: it has been accepted before, or
        the membership was decided on after it was sent.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def ask(user: User, municipality: Municipality) -> Membership:
    """Ask to speak for a municipality; whoever may grant it gets a letter.

    Asking twice changes nothing; a membership that has ended is asked for anew.
    """
    with transaction.atomic():
        held, made = Membership.objects.select_for_update().get_or_create(
            user=user, municipality=municipality
        )
        if not made and held.state != Membership.State.ENDED:
            return held
        held.state, held.manages = Membership.State.ASKED, False
        held.decided = held.decided_by = None
        held.save()
        record(user, "accounts.membership_asked", held, municipality=municipality.pk)
        for one in who_grants(municipality):
            context = {"asks": user, "municipality": municipality}
            post(one.email, one.language, "accounts/asked", context)
    return held


def who_grants(municipality: Municipality) -> list[User]:
    """Return who is told of a wish: those who manage the municipality, else the officers."""
    managing = User.objects.filter(
        is_active=True, memberships__municipality=municipality, memberships__manages=True,
        memberships__state=Membership.State.GRANTED,
    ).order_by("pk")  # fmt: skip
    return list(managing) or list(User.objects.filter(is_active=True, is_officer=True))


def decide(membership: Membership, *, granted: bool, by: Any) -> None:
    """Grant a membership, or refuse or end it; its holder gets a letter. Twice is once."""
    state = Membership.State.GRANTED if granted else Membership.State.ENDED
    with transaction.atomic():
        held = Membership.objects.select_for_update().get(pk=membership.pk)
        if held.state == state:
            return
        held.state, held.decided, held.decided_by = state, timezone.now(), by
        held.manages = held.manages and granted
        held.save()
        action = "granted" if granted else "ended"
        record(by, f"accounts.membership_{action}", held, municipality=held.municipality_id)
        if held.user.is_active and held.user != by:
            context = {"municipality": held.municipality}
            post(held.user.email, held.user.language, f"accounts/{action}", context)


def let_manage(membership: Membership, *, manages: bool, by: Any) -> None:
    """Let a member grant membership to others, or no longer."""
    with transaction.atomic():
        held = Membership.objects.select_for_update().get(pk=membership.pk)
        if held.state != Membership.State.GRANTED or held.manages == manages:
            return
        held.manages = manages
        held.save()
        record(by, "accounts.manager_set", held, manages=manages)


def invite(address: str, language: str, municipality: Municipality, by: User) -> None:
    """Send an invitation to speak for a municipality; it holds for that address alone."""
    address = address.strip().lower()
    what = {"m": municipality.pk, "to": address, "by": by.pk, "at": timezone.now().timestamp()}
    with transaction.atomic():
        record(by, "accounts.invited", municipality)
        context = {"municipality": municipality, "by": by, "token": sign(INVITATION, what)}
        post(address, language, "accounts/invited", context)


def accept(token: str, user: User) -> Membership:
    """Accept an invitation.

    Raises
    ------
    BadLink
        The link is forged or too old.
    NotInvited
        It was sent to another address, or has been used.
    """
    what = read(INVITATION, token, HOLDS)
    if what["to"] not in verified_addresses(user):
        raise NotInvited("address")
    sent = datetime.fromtimestamp(what["at"], tz=timezone.get_current_timezone())
    with transaction.atomic():
        held, _ = Membership.objects.select_for_update().get_or_create(
            user=user, municipality_id=what["m"]
        )
        if held.decided is not None and held.decided >= sent:
            raise NotInvited("used")
        held.state, held.decided = Membership.State.GRANTED, timezone.now()
        held.decided_by = User.objects.filter(pk=what["by"]).first()
        held.save()
        record(user, "accounts.invitation_accepted", held, municipality=what["m"], by=what["by"])
    return held


def verified_addresses(user: User) -> frozenset[str]:
    """Return the addresses of which somebody has shown that they are theirs."""
    from allauth.account.models import EmailAddress

    mine = EmailAddress.objects.filter(user=user, verified=True)
    return frozenset(address.lower() for address in mine.values_list("email", flat=True))


def members_of(municipality: Municipality) -> QuerySet[Membership]:
    """Return who speaks for a municipality or asks to; those who ask come first."""
    held = Membership.objects.filter(municipality=municipality).exclude(
        state=Membership.State.ENDED
    )
    return held.select_related("user", "decided_by").order_by("state", "user__name", "pk")


def asked() -> int:
    """Return how many ask to speak for a municipality that nobody manages but the association."""
    managed = Membership.objects.filter(manages=True, state=Membership.State.GRANTED)
    asking = Membership.objects.filter(state=Membership.State.ASKED, user__is_active=True)
    return asking.exclude(municipality__in=managed.values("municipality")).count()
