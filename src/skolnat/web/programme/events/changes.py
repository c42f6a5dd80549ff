"""What the association changes of an occasion, and who is told of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from skolnat.web.programme.events import letters, places
from skolnat.web.programme.events.models import Occasion, Registration

TOLD: Final = frozenset({"begins", "ends", "place", "link"})
"""Fields of an occasion whose change is told to those who come."""


def save(occasion: Occasion, changed: Collection[str], now: datetime) -> int:
    """Save a changed occasion; tell everybody it concerns; give out places that were added.

    Returns
    -------
    int
        Letters queued.
    """
    with transaction.atomic():
        places.hold(occasion.pk)
        if "begins" in changed:
            occasion.reminded = None  # the reminder of the old time does not count
        occasion.save()
        count = _tell("moved", occasion, now) if TOLD.intersection(changed) else 0
        promoted = places.fill(occasion, now)
        letters.promoted(promoted)
    return count + len(promoted)


def call_off(occasion: Occasion, now: datetime) -> int:
    """Call an occasion off, and tell everybody; return how many. Doing so twice does nothing."""
    with transaction.atomic():
        held = places.hold(occasion.pk)[occasion.pk]
        if held.cancelled:
            return 0
        held.cancelled = True
        held.save(update_fields=["cancelled"])
        return _tell("called_off", held, now)


def _tell(name: letters.Name, occasion: Occasion, now: datetime) -> int:
    """Write to everybody who comes or waits; their calendars take the new state."""
    active = Registration.objects.filter(occasion=occasion).exclude(
        state=Registration.State.CANCELLED
    )
    active.update(sequence=F("sequence") + 1, changed=now)
    rows = list(active.select_related("event", "occasion"))
    for one in rows:
        letters.write(name, one)
    return len(rows)


def note_attendance(occasion: Occasion, present: Collection[int]) -> None:
    """Write down who came, by the numbers of their registrations; others did not come."""
    with transaction.atomic():
        places.hold(occasion.pk)
        came = Registration.objects.filter(occasion=occasion, state=Registration.State.PLACE)
        came.filter(pk__in=present).update(attended=True)
        came.exclude(pk__in=present).update(attended=False)
        Occasion.objects.filter(pk=occasion.pk).update(attendance_known=True)
