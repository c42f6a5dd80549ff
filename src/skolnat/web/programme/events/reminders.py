"""A reminder the day before, to everybody who has a place; once, whatever happens in between."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from skolnat.web.common.schedule import periodic
from skolnat.web.programme.events import letters, places
from skolnat.web.programme.events.models import Occasion, Registration

BEFORE: Final = timedelta(hours=26)
"""How long before an occasion: a day, and time to find the letter in the morning."""


@periodic(every=timedelta(minutes=10))
@task()
def send_reminders() -> int:
    """Remind of every occasion that is near; return how many letters were queued."""
    return remind(timezone.now())


def remind(now: datetime) -> int:
    """Remind of the occasions that begin within :data:`BEFORE`, each once."""
    near = Occasion.objects.filter(
        begins__gt=now, begins__lte=now + BEFORE, cancelled=False, reminded=None
    )
    count = 0
    for number in near.values_list("pk", flat=True):
        with transaction.atomic():
            occasion = places.hold(number)[number]
            if occasion.reminded is not None or occasion.cancelled:
                continue
            occasion.reminded = now
            occasion.save(update_fields=["reminded"])
            coming = Registration.objects.filter(
                occasion=occasion, state=Registration.State.PLACE
            ).select_related("event", "occasion")
            for one in coming:
                letters.write("reminder", one)
                count += 1
    return count
