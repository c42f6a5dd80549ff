"""Write into the audit trail."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from skolnat.web.common.models import AuditEntry


def record(actor: Any, action: str, on: Model, **details: Any) -> AuditEntry:
    """Add an entry: who did what to what.

    Parameters
    ----------
    actor
        User; None (or a visitor) where nobody had signed in, such as by a link in a letter.
    action
        Verb in the past, of an app: ``"events.occasion_moved"``.
    on
        The row it was done to; it must have been saved.
    details
        JSON values. No names or addresses of people: an entry is never removed.
    """
    number = actor.pk if actor is not None and actor.is_authenticated else None
    kind = on._meta.label_lower  # noqa: SLF001 - Django documents it
    return AuditEntry.objects.create(
        actor=number, action=action, kind=kind, key=str(on.pk), details=details
    )
