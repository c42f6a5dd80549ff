"""A reminder, three days before a call closes, to every group that has not submitted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from skolnat.web.common.audit import record
from skolnat.web.common.models import AuditEntry
from skolnat.web.common.schedule import periodic
from skolnat.web.programme.applications import drafting, letters
from skolnat.web.programme.applications.models import Application

BEFORE: Final = timedelta(days=3)
_DONE: Final = "applications.reminded"


@periodic(every=timedelta(hours=1))
@task()
def send_reminders() -> int:
    """Remind of every call that closes soon; return how many groups were told."""
    return remind(timezone.now())


def remind(now: datetime) -> int:
    """Remind, each group once."""
    drafts = Application.objects.filter(
        state=Application.State.DRAFT, call__closes__gt=now, call__closes__lte=now + BEFORE
    )
    count = 0
    for number in drafts.values_list("pk", flat=True):
        with transaction.atomic():
            application = drafting.held(number)
            told = AuditEntry.objects.filter(action=_DONE, key=str(number))
            if application.is_draft and not told.exists():
                record(None, _DONE, application)
                letters.closing_soon(application)
                count += 1
    return count
