"""What applications hold of people: told to them, and forgotten in time.

What was said in a municipality's name (who answered, in which position) stays: it belongs to the
decision. Addresses and telephones of contacts go, and so do drafts that were never submitted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from skolnat.web.common.personal import Person, tells
from skolnat.web.common.retention import keep
from skolnat.web.programme.applications.models import (
    Application,
    Attachment,
    Note,
    Partner,
    Result,
    Review,
    Version,
)

CONTACT: Final = ("contact_name", "contact_email", "contact_phone")
"""Keys of an application's texts that tell of a person."""


@tells("applications")
def applications(person: Person) -> Iterator[dict[str, Any]]:
    """Tell where a person is named, what they wrote, and what they reviewed."""
    named = Application.objects.filter(content__contact_email__in=sorted(person.addresses))
    for one in named.order_by("pk"):
        yield {
            "application": one.title,
            "as": "contact",
            **{key.removeprefix("contact_"): one.content.get(key, "") for key in CONTACT},
        }
    yield from _answers(person)
    if person.user is not None:
        yield from _own(person.user)


def _answers(person: Person) -> Iterator[dict[str, Any]]:
    mine = Q(email__in=person.addresses)
    if person.user is not None:
        mine |= Q(answered_by=person.user)
    for one in Partner.objects.filter(mine).select_related("application").order_by("pk"):
        yield {
            "application": one.application.title,
            "as": "partner",
            "municipality": one.municipality_id,
            "email": one.email,
            "name": one.signer,
            "role": one.signer_role,
            "state": one.state,
            "reason": one.reason,
            "at": one.answered.isoformat() if one.answered else None,
        }


def _own(user: Any) -> Iterator[dict[str, Any]]:
    versions = Version.objects.filter(by=user).select_related("application").order_by("pk")
    for version in versions:
        for text in version.changes.values():
            yield _written(version.application, "writer", version.at, text)
    for file in Attachment.objects.filter(added_by=user).select_related("application"):
        yield _written(file.application, "file", file.added, file.name)
    for review in Review.objects.filter(reviewer=user).select_related("application"):
        told = _written(review.application, "reviewer", review.changed, review.statement)
        reasons = [score.reason for score in review.scores.all() if score.reason]
        yield told | {"state": review.state, "conflict": review.conflict, "reason": reasons}
    for note in Note.objects.filter(author=user).select_related("application"):
        yield _written(note.application, "note", note.at, note.text)
    for result in Result.objects.filter(by=user):
        text = f"{result.title}\n{result.text}"
        yield {"as": "result", "at": result.at.isoformat(), "text": text}


def _written(application: Application, kind: str, at: datetime, text: str) -> dict[str, Any]:
    return {"application": application.title, "as": kind, "at": at.isoformat(), "text": text}


def old_contacts(before: datetime) -> QuerySet[Application]:
    """Return submitted applications whose call closed before a time and that name a contact."""
    asked = Partner.objects.exclude(email="").values("application")
    named = Q(content__has_any_keys=list(CONTACT)) | Q(pk__in=asked)
    rows = Application.objects.filter(named, call__closes__lt=before)
    return rows.exclude(state=Application.State.DRAFT)


def forget_contacts(rows: QuerySet[Application]) -> None:
    """Take the contacts of applications away, also from their earlier wordings."""
    for one in rows:
        one.content = {key: text for key, text in one.content.items() if key not in CONTACT}
        one.save(update_fields=["content"])
        for version in one.versions.filter(changes__has_any_keys=list(CONTACT)):
            version.changes = {k: text for k, text in version.changes.items() if k not in CONTACT}
            version.save(update_fields=["changes"])
        one.partners.exclude(email="").update(email="")


def old_drafts(before: datetime) -> QuerySet[Application]:
    """Return drafts of calls that closed before a time."""
    return Application.objects.filter(state=Application.State.DRAFT, call__closes__lt=before)


def forget_drafts(rows: QuerySet[Application]) -> None:
    """Remove drafts with their files."""
    for one in rows:
        files = [held.file for held in one.attachments.all()]
        one.delete()
        for file in files:
            # Only when the row is gone for certain.
            transaction.on_commit(partial(file.storage.delete, file.name or ""))


keep("application_contacts", old_contacts, forget_contacts)
keep("drafts", old_drafts, forget_drafts)
