"""What the site knows of a person, for them to have as a file: each app tells its own part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Person:
    """Whose data are asked for.

    Parameters
    ----------
    user
        The account; None for whoever has none.
    addresses
        Addresses that are shown to be theirs, in small letters.
    """

    user: Any
    addresses: frozenset[str]


Teller = Callable[[Person], Iterable[Mapping[str, Any]]]

_tellers: dict[str, Teller] = {}


def tells(name: str) -> Callable[[Teller], Teller]:
    """Have a function tell what an app knows of a person, under a name."""

    def decorate(one: Teller) -> Teller:
        _tellers[name] = one
        return one

    return decorate


def known_of(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Return everything that is known of a person, by the name of its kind."""
    return {
        name: [dict(row) for row in teller(person)] for name, teller in sorted(_tellers.items())
    }
