"""Questions on their way to experts: told to whoever put them, and forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from skolnat.web.common.personal import Person, tells
from skolnat.web.common.retention import keep
from skolnat.web.programme.contacts import personal


@tells("questions_to_experts")
def asked(person: Person) -> Iterator[dict[str, Any]]:
    """Tell the questions that came from a person's addresses."""
    for address in sorted(person.addresses):
        yield from personal.of(address)


keep("enquiries", personal.old, personal.forget_rows)
