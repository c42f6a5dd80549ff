"""Letters and feedback: told to whom they concern, and forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from skolnat.web.common.models import Feedback, Letter
from skolnat.web.common.personal import Person, tells
from skolnat.web.common.retention import keep


@tells("letters")
def letters(person: Person) -> Iterator[dict[str, Any]]:
    """Tell which letters went to a person's addresses."""
    for one in Letter.objects.filter(to__in=person.addresses).order_by("pk"):
        yield {
            "to": one.to,
            "purpose": one.purpose,
            "subject": one.subject,
            "written": one.created.isoformat(),
            "sent": one.sent.isoformat() if one.sent else None,
        }


@tells("feedback")
def feedback(person: Person) -> Iterator[dict[str, Any]]:
    """Tell what a person said of the site's accessibility."""
    for one in Feedback.objects.filter(address__in=person.addresses).order_by("pk"):
        yield {"text": one.text, "address": one.address, "sent": one.created.isoformat()}


def old_letters(before: datetime) -> QuerySet[Letter]:
    """Return letters that left before a time, and those that were written then and never did."""
    return Letter.objects.filter(Q(sent__lt=before) | Q(sent=None, created__lt=before))


def old_feedback(before: datetime) -> QuerySet[Feedback]:
    """Return feedback that was answered before a time and still has an address."""
    return Feedback.objects.filter(answered__lt=before).exclude(address="")


keep("letters", old_letters, lambda rows: rows.delete())
keep("feedback", old_feedback, lambda rows: rows.update(address=""))
