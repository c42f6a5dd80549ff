"""Rows that tests of contacts begin with."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from skolnat.web.programme.contacts import enquiries
from skolnat.web.programme.contacts.models import Enquiry, Expert, Theme


def theme(slug: str = "network") -> Theme:
    """A theme, made once."""
    name = {"sv": "Skolnätet", "fi": "Kouluverkko"}
    return Theme.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def expert(
    name: str = "Expert A", languages: tuple[str, ...] = ("sv", "fi"), **more: Any
) -> Expert:
    """Somebody who answers about the theme."""
    address = f"{name.replace(' ', '.').lower()}@example.org"
    values = {"title": {"sv": "sakkunnig"}, "email": address, **more}
    made = Expert.objects.create(name=name, languages=list(languages), **values)
    made.themes.add(theme())
    return made


def unsaved(text: str = "Hur börjar vi?", **more: Any) -> Enquiry:
    """A question as a form gives it."""
    values = {
        "theme": theme(),
        "language": "sv",
        "municipality_id": "016",
        "name": "Asker",
        "email": "asker@example.org",
        **more,
    }
    return Enquiry(text=text, **values)


def enquiry(text: str = "Hur börjar vi?", browser: str = "b", **more: Any) -> Enquiry:
    """A question that somebody has put."""
    return enquiries.ask(unsaved(text, **more), browser, timezone.now())
