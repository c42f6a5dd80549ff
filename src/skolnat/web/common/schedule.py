"""Work that comes back: each piece is queued when it is due, by whoever looks first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from skolnat.web.common.models import Run

_due: dict[str, tuple[Any, timedelta]] = {}


def periodic(every: timedelta) -> Callable[[Any], Any]:
    """Have a task without arguments queued again and again.

    Parameters
    ----------
    every
        Least time between two runs.
    """

    def decorate(one: Any) -> Any:
        _due[one.module_path] = (one, every)
        return one

    return decorate


def names() -> list[str]:
    """Return the names of all scheduled work."""
    return sorted(_due)


def run_due(now: datetime | None = None) -> list[str]:
    """Queue what is due and return its names; two processes never queue the same run twice."""
    at = now or timezone.now()
    begun = []
    for name, (one, every) in _due.items():
        with transaction.atomic():
            _, made = Run.objects.get_or_create(name=name, defaults={"last": at})
            if made or Run.objects.filter(name=name, last__lte=at - every).update(last=at):
                one.enqueue()
                begun.append(name)
    return begun
