"""What waits for the association: each app tells its own, the start page shows all to officers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True)
class Waiting:
    """One kind of thing that waits for somebody at the association.

    Parameters
    ----------
    order
        Place in the list; the smallest stands first.
    label
        Lazy text, such as "Questions without an expert".
    page
        Name of the address where it is done.
    count
        Returns how many wait now.
    """

    order: int
    label: Any
    page: str
    count: Callable[[], int]


_kinds: list[Waiting] = []


def add(*kinds: Waiting) -> None:
    """Let the start page tell of something (in ``AppConfig.ready``)."""
    _kinds.extend(kinds)


def now() -> list[tuple[Waiting, int, str]]:
    """Return what waits, with how many and the address; what waits for nobody is left out."""
    found = ((one, one.count()) for one in sorted(_kinds, key=lambda one: one.order))
    return [(one, n, reverse(one.page)) for one, n in found if n]
