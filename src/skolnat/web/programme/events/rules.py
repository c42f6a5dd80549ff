"""Who may do what with events."""

from __future__ import annotations

from typing import Any

from rules.permissions import add_perm
from rules.predicates import predicate

from skolnat.web.accounts.rules import is_officer


@predicate
def is_published(_user: Any, event: Any) -> bool:
    """Whether an event (or series) is shown to everybody."""
    return bool(event is not None and event.published)


add_perm("events.view", is_published | is_officer)
add_perm("events.manage", is_officer)
