"""What contacts hold of people: which columns, what of one person, and how it is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from skolnat.web.programme.contacts.models import Enquiry, Reply, new_nonce

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "contacts.Enquiry": ("name", "email", "text", "browser"),
    "contacts.Reply": ("text",),
    "contacts.Expert": ("name", "email", "phone"),
}
"""Columns that tell of people, by model. Experts are written, and removed, by the association."""


def of(email: str) -> list[dict[str, Any]]:
    """Return what is held of the questions of an address."""
    rows = Enquiry.objects.filter(email=email.strip().lower()).order_by("pk")
    return [
        {
            "asked": one.asked.isoformat(),
            "theme": str(one.theme),
            "name": one.name,
            "email": one.email,
            "text": one.text,
            "replies": [
                {"at": reply.at.isoformat(), "yours": reply.from_asker, "text": reply.text}
                for reply in one.replies.all()
            ],
        }
        for one in rows
    ]


def forget(email: str) -> int:
    """Forget who put the questions of an address, and what they wrote; return how many."""
    return _empty(Enquiry.objects.filter(email=email.strip().lower()))


def old(before: datetime) -> QuerySet[Enquiry]:
    """Return the questions that wait for nothing, put before a time, and not forgotten yet."""
    rows = Enquiry.objects.filter(asked__lt=before).exclude(state=Enquiry.State.WAITING)
    return rows.exclude(email="")


def forget_old(before: datetime) -> int:
    """Forget the people and words of old questions; theme, language and days are kept to count."""
    return _empty(old(before))


def forget_rows(rows: QuerySet[Enquiry]) -> int:
    """Forget the people and words of some questions; return how many."""
    return _empty(rows)


def _empty(rows: QuerySet[Enquiry]) -> int:
    numbers = list(rows.values_list("pk", flat=True))
    Reply.objects.filter(enquiry__in=numbers).update(text="")
    for one in Enquiry.objects.filter(pk__in=numbers):
        # A new secret: links in old letters open nothing any more.
        one.name, one.email, one.text, one.browser, one.nonce = "", "", "", "", new_nonce()
        if one.waits:
            one.state = Enquiry.State.CLOSED
        one.turn += 1
        one.save()
    return len(numbers)
