"""How long personal data are kept: rules of every app, to be counted or to be applied.

The periods stand in ``retention.toml`` beside the settings, each with its reason. What a rule does
cannot be undone; statistics (which municipality came, how many asked) survive it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task

from skolnat.web.common.schedule import periodic

FILE: Final = Path(__file__).parents[1] / "retention.toml"
BATCH: Final = 500
"""Rows in one transaction."""


@dataclass(frozen=True)
class Kept:
    """One rule.

    Parameters
    ----------
    name
        Its key in the file of periods.
    old
        Returns the rows that are older than a time and still hold what is to go.
    forget
        Takes away what is to go from some of these rows; they are then no longer among ``old``.
    """

    name: str
    old: Callable[[datetime], QuerySet[Any]]
    forget: Callable[[QuerySet[Any]], object]


_rules: dict[str, Kept] = {}


def keep(name: str, old: Callable[[datetime], QuerySet[Any]],
         forget: Callable[[QuerySet[Any]], object]) -> None:  # fmt: skip
    """Add a rule; its period must stand in the file."""
    _rules[name] = Kept(name, old, forget)


@cache
def periods() -> dict[str, tuple[int, str]]:
    """Return days and reason of each rule."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: (int(one["days"]), str(one["reason"])) for name, one in told.items()}


def counted(now: datetime | None = None) -> list[tuple[str, int, int]]:
    """Return each rule with its days and how many rows it would touch; nothing is changed."""
    at = now or timezone.now()
    found = []
    for name, rule in sorted(_rules.items()):
        days, _ = periods()[name]
        found.append((name, days, rule.old(at - timedelta(days=days)).count()))
    return found


def apply(now: datetime | None = None) -> list[tuple[str, int]]:
    """Forget what is older than its period; returns each rule with the rows it touched."""
    at = now or timezone.now()
    done = []
    for name, rule in sorted(_rules.items()):
        days, _ = periods()[name]
        before, count = at - timedelta(days=days), 0
        while True:
            with transaction.atomic():
                keys = list(rule.old(before).order_by("pk").values_list("pk", flat=True)[:BATCH])
                if keys:
                    rule.forget(rule.old(before).filter(pk__in=keys))
            count += len(keys)
            if len(keys) < BATCH:
                break
        done.append((name, count))
    return done


@periodic(every=timedelta(days=1))
@task()
def forget_old() -> None:
    """Apply every rule once a day, and remove what sessions and failed sign-ins left."""
    from axes.models import AccessAttempt, AccessFailureLog, AccessLog
    from django.core.management import call_command

    apply()
    call_command("clearsessions")
    before = timezone.now() - timedelta(days=periods()["sign_ins"][0])
    AccessAttempt.objects.filter(attempt_time__lt=before).delete()
    for log in (AccessLog, AccessFailureLog):
        log.objects.filter(attempt_time__lt=before).delete()
