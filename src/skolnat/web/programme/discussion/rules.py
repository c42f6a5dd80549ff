"""Who may do what in discussions; who may read and write follows the thing discussed."""

from __future__ import annotations

from typing import Any

from rules.permissions import add_perm
from rules.predicates import predicate

from skolnat.web.accounts.rules import is_officer


@predicate
def is_own(user: Any, post: Any) -> bool:
    """Whether somebody has written a post that still stands and can be changed."""
    own = post is not None and user.is_authenticated and post.author_id == user.pk
    return own and post.hidden is None and not post.thread.locked


add_perm("discussion.moderate", is_officer)
add_perm("discussion.edit", is_own)
