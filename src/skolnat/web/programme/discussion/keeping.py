"""What somebody wrote in discussions: told to them, and no longer theirs when forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from skolnat.web.common.personal import Person, forgets, tells
from skolnat.web.programme.discussion import personal


@tells("discussion")
def written(person: Person) -> Iterator[dict[str, Any]]:
    """Tell posts, translations, reports and choices of an account."""
    if person.user is not None:
        yield personal.of(person.user)


@forgets
def forgotten(person: Person) -> None:
    """Take a person's name from what they wrote."""
    if person.user is not None:
        personal.forget(person.user)
