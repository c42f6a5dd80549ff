"""The main menu: each app adds its own entries (in its ``AppConfig.ready``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True, order=True)
class Entry:
    """One entry of the main menu.

    Parameters
    ----------
    place
        Where it stands; small numbers come first.
    route
        Name of the page's address.
    title
        Lazy text.
    seen_by
        Whether a user sees it.
    """

    place: int
    route: str
    title: Any
    seen_by: Callable[[Any], bool] = lambda _user: True


_entries: dict[str, Entry] = {}


def add(*entries: Entry) -> None:
    """Add entries to the main menu."""
    for one in entries:
        _entries[one.route] = one


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the entries that this reader sees, the present one marked."""
    # A fault found before anybody's account was looked up has a page with a menu as well.
    user = getattr(request, "user", None) or AnonymousUser()
    shown = []
    for one in sorted(_entries.values(), key=lambda entry: (entry.place, entry.route)):
        if one.seen_by(user):
            url = reverse(one.route)
            shown.append({"url": url, "title": one.title, "here": request.path.startswith(url)})
    return shown
