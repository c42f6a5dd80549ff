"""What the site knows of a person: each app tells its own part, and forgets it on request."""

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
_forgetters: list[Callable[[Person], object]] = []


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


def forgets(one: Callable[[Person], object]) -> Callable[[Person], object]:
    """Have a function called when a person's account is given up."""
    _forgetters.append(one)
    return one


def forget(person: Person) -> None:
    """Have every app forget a person; call it in a transaction."""
    for one in _forgetters:
        one(person)
