"""Who may do what with contacts and questions. Asking needs no account."""

from __future__ import annotations

from typing import Any

from rules.permissions import add_perm
from rules.predicates import predicate

from skolnat.web.accounts.rules import is_officer
from skolnat.web.programme.contacts.models import Expert


def _number(user: Any) -> int | None:
    """Return which expert somebody is; asked for once a request."""
    if not user.is_authenticated or not user.is_active:
        return None
    if not hasattr(user, "expert_number"):
        found = Expert.objects.filter(user=user, active=True).values_list("pk", flat=True)
        user.expert_number = found.first()
    held: int | None = user.expert_number
    return held


@predicate
def is_expert(user: Any) -> bool:
    """Whether somebody is one of the experts."""
    return _number(user) is not None


@predicate
def is_given_to(user: Any, enquiry: Any) -> bool:
    """Whether a question has been given to somebody."""
    number = _number(user)
    return enquiry is not None and number is not None and enquiry.expert_id == number


add_perm("contacts.manage", is_officer)
add_perm("contacts.see_questions", is_expert | is_officer)
add_perm("contacts.answer", is_given_to | is_officer)
