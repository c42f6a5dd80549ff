"""A question that stays is not forgotten: its expert is reminded, then the association."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from skolnat.web.common.schedule import periodic
from skolnat.web.common.when import HELSINKI
from skolnat.web.programme.contacts import enquiries, letters
from skolnat.web.programme.contacts.models import Enquiry

EVERY: Final = 3
"""Working days between two reminders. From the second on the association is told as well."""


@periodic(every=timedelta(hours=3))
@task()
def send_reminders() -> int:
    """Remind of what waits; return how many questions it was."""
    return remind(timezone.now())


def working_days(first: date, last: date) -> int:
    """Return how many days from Monday to Friday follow a day, up to another one.

    Public holidays are counted as well: a reminder on the day after one does no harm.

    >>> working_days(date(2026, 11, 27), date(2026, 11, 30))  # Friday to Monday
    1
    """
    days = (last - first).days
    return sum((first + timedelta(days=n)).weekday() < 5 for n in range(1, days + 1))


def remind(now: datetime) -> int:
    """Remind of every question that waits; one whose expert is away is given to another."""
    count = 0
    waiting = Enquiry.objects.filter(state=Enquiry.State.WAITING)
    for number in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            rows = Enquiry.objects.select_for_update(of=("self",))
            held = rows.select_related("theme", "expert", "municipality").get(pk=number)
            if held.waits:
                count += _remind(held, now)
    return count


def _remind(held: Enquiry, now: datetime) -> bool:
    today = now.astimezone(HELSINKI).date()
    if held.expert is not None and not held.expert.serves(today):
        enquiries.route(held, now, (held.expert.pk,))
        return True
    # Whoever got it later has as much time as the first had.
    since = max(held.waiting_since, held.assigned or held.waiting_since)
    days = working_days(since.astimezone(HELSINKI).date(), today)
    due = days // EVERY
    if due <= held.reminders:
        return False
    held.reminders = due
    held.save(update_fields=["reminders"])
    letters.waits(held, days)
    if held.expert is None or due > 1:
        letters.stays(held, days)
    return True
