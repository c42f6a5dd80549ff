"""What a line of the route-and-role table says."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

LOGIN: Final = "login"
"""Sent to the sign-in and back."""
Outcome = int | str


@dataclass(frozen=True)
class Sees:
    """What each role gets from an address by one method: a status, or :data:`LOGIN`."""

    visitor: Outcome
    reader: Outcome
    member: Outcome
    reviewer: Outcome
    officer: Outcome


def everybody(outcome: Outcome) -> Sees:
    """Every role gets the same."""
    return Sees(outcome, outcome, outcome, outcome, outcome)


def signed_in(outcome: Outcome = 200) -> Sees:
    """Whoever has signed in; visitors are sent to the sign-in."""
    return Sees(LOGIN, outcome, outcome, outcome, outcome)


def officers(outcome: Outcome = 200) -> Sees:
    """The association alone."""
    return Sees(LOGIN, 403, 403, 403, outcome)


People = Mapping[str, Any]


def _nothing(_people: People) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Route:
    """One address of the site.

    Parameters
    ----------
    get
        What each role sees; None where the address takes no GET (status 405 for who may enter).
    post
        What each role gets that sends ``data``; None where the address takes no POST.
    kwargs
        Makes the rows that the address tells of, and returns the parts of the address.
    data
        Returns what is posted; called after ``kwargs`` in the same world.
    htmx
        Ask as htmx does.
    """

    get: Sees | None
    post: Sees | None = None
    kwargs: Callable[[People], dict[str, Any]] = _nothing
    data: Callable[[People], dict[str, Any]] = _nothing
    htmx: bool = False


def all_routes() -> dict[str, Route]:
    """Return the lines of every app's table by the name of the address."""
    from webtests import tables

    lines: dict[str, Route] = {}
    for module in pkgutil.iter_modules(tables.__path__):
        lines |= importlib.import_module(f"webtests.tables.{module.name}").ROUTES
    return lines
