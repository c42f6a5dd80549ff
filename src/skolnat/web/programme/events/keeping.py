"""What is known of those who registered: told to them, and forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat

from skolnat.web.common.personal import Person, tells
from skolnat.web.common.retention import keep
from skolnat.web.programme.events.models import Registration

NOBODY = "@forgotten.invalid"
"""End of the address of a registration whose person has been forgotten."""


@tells("registrations")
def registrations(person: Person) -> Iterator[dict[str, Any]]:
    """Tell the registrations of a person's addresses."""
    rows = Registration.objects.filter(email__in=person.addresses)
    for one in rows.select_related("event", "occasion", "municipality").order_by("pk"):
        yield {
            "event": one.event.title,
            "occasion": one.occasion.begins.isoformat(),
            "name": one.name,
            "email": one.email,
            "municipality": one.municipality_id,
            "role": one.role,
            "question_language": one.question_language,
            "needs": one.needs,
            "language": one.language,
            "state": one.state,
            "registered": one.created.isoformat(),
            "attended": one.attended,
        }


def old(before: datetime) -> QuerySet[Registration]:
    """Return registrations of occasions that ended before a time, not yet forgotten."""
    return Registration.objects.filter(occasion__ends__lt=before).exclude(email__endswith=NOBODY)


def forget(rows: QuerySet[Registration]) -> None:
    """Take away name, address and needs; municipality, role and attendance stay."""
    address = Concat(Cast(F("pk"), CharField()), Value(NOBODY))
    rows.update(name="", email=address, needs="", nonce=F("nonce") + 1)


keep("registrations", old, forget)
