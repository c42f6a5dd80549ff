"""Who is who: the predicates on which the rules of every app are built."""

from __future__ import annotations

from typing import Any

from rules.permissions import add_perm
from rules.predicates import predicate

from skolnat.web.accounts.models import Membership


@predicate
def is_officer(user: Any) -> bool:
    """Whether somebody works at the association."""
    return bool(user.is_authenticated and user.is_active and user.is_officer)


@predicate
def is_reviewer(user: Any) -> bool:
    """Whether somebody reads applications."""
    return bool(user.is_authenticated and user.is_active and user.is_reviewer)


@predicate
def is_member(user: Any) -> bool:
    """Whether somebody speaks for any municipality."""
    return bool(memberships(user))


@predicate
def is_member_of(user: Any, municipality: Any) -> bool:
    """Whether somebody speaks for a municipality (its row or its code)."""
    return municipality is not None and getattr(municipality, "pk", municipality) in memberships(
        user
    )


def memberships(user: Any) -> frozenset[str]:
    """Return the codes of the municipalities that somebody speaks for; asked for once a request."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    held: frozenset[str] | None = getattr(user, "granted_codes", None)
    if held is None:
        granted = Membership.objects.filter(user=user, state=Membership.State.GRANTED)
        held = user.granted_codes = frozenset(granted.values_list("municipality_id", flat=True))
    return held


@predicate
def manages(user: Any, municipality: Any) -> bool:
    """Whether somebody may grant others membership of a municipality (its row or its code)."""
    if not user.is_authenticated or not user.is_active or municipality is None:
        return False
    return Membership.objects.filter(
        user=user, municipality=getattr(municipality, "pk", municipality), manages=True,
        state=Membership.State.GRANTED,
    ).exists()  # fmt: skip


add_perm("accounts.manage", is_officer)
add_perm("accounts.manage_members", is_officer | manages)
