"""Saving a draft that several people, or several tabs, write at once: no word is ever lost.

Each save tells the revision from which its writer began. A text that only the writer changed is
put in. A text that somebody else changed meanwhile is not overwritten: the writer's words are kept
aside in the history, and both are shown. The page then counts from the newest revision, so that
whoever saves again does so knowingly; and what is overwritten stays in the history as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from skolnat.web.accounts.models import Municipality, User
from skolnat.web.common.audit import record
from skolnat.web.programme.applications import fields
from skolnat.web.programme.applications.models import Application, Call, Partner, Version


class NotOpen(Exception):  # noqa: N818 - what it is, not what went wrong in the code
    """The application can no longer be written: it was submitted, or the call has closed."""


@dataclass(frozen=True)
class Conflict:
    """A text that two people changed at once.

    Parameters
    ----------
    key
        Which text.
    theirs, mine
        What stands in the application, and what the writer sent.
    by, at
        Who wrote the former, and when.
    """

    key: str
    theirs: str
    mine: str
    by: User | None
    at: datetime | None


@dataclass(frozen=True)
class Saved:
    """What became of a save.

    Parameters
    ----------
    revision
        The application's revision now.
    changed
        Keys that were put in.
    conflicts
        Texts that were kept aside.
    too_long
        By key, how many characters a text has too many; it was not put in.
    """

    revision: int
    changed: tuple[str, ...]
    conflicts: tuple[Conflict, ...] = ()
    too_long: Mapping[str, int] = field(default_factory=dict)


def begin(
    call: Call, responsible: Municipality, title: str, language: str, user: User, now: datetime
) -> Application:
    """Begin an application; the responsible municipality has thereby joined it.

    Raises
    ------
    NotOpen
        The call is not open.
    """
    if not call.open_at(now):
        raise NotOpen
    content = {"title": fields.tidy(title)}
    with transaction.atomic():
        application = Application.objects.create(
            call=call,
            responsible=responsible,
            language=language,
            content=content,
            revision=1,
            created_by=user,
        )
        Version.objects.create(application=application, revision=1, by=user, changes=content)
        Partner.objects.create(
            application=application,
            municipality=responsible,
            state=Partner.State.CONFIRMED,
            answered=now,
            answered_by=user,
            signer=str(user)[:120],
            email=user.email,
            language=user.language,
            confirmed_revision=1,
        )
        record(user, "applications.begun", application, municipality=responsible.pk)
    return application


def held(number: int) -> Application:
    """Return an application that nobody else changes before the transaction ends."""
    return Application.objects.select_for_update().get(pk=number)


def save(number: int, user: User, base: int, sent: Mapping[str, str], now: datetime) -> Saved:
    """Save what somebody wrote.

    Parameters
    ----------
    number
        The application.
    user
        Who writes.
    base
        Revision from which the writer began.
    sent
        Texts by key; keys that are not the call's are ignored, texts that were not sent stay.
    now
        The server's clock.

    Raises
    ------
    NotOpen
        The application is no draft any more, or the call has closed; what was sent is kept aside
        in the history, so that it is not lost either.
    """
    with transaction.atomic():
        application = held(number)
        texts = fields.texts_of(application.call)
        told = {one.key: fields.tidy(sent[one.key]) for one in texts if one.key in sent}
        writable = application.is_draft and application.call.open_at(now)
        if writable:
            return _put(application, user, base, told, texts)
        before = wording_at(application, base)
        late = {key: text for key, text in told.items() if text != before.get(key, "")}
        if late:
            _keep(application, user, late, aside=True)
    raise NotOpen


def _put(
    application: Application,
    user: User,
    base: int,
    told: Mapping[str, str],
    texts: tuple[fields.Text, ...],
) -> Saved:
    content: dict[str, str] = application.content
    before = wording_at(application, base) if base != application.revision else content
    long = fields.too_long(texts, told)
    changes: dict[str, str] = {}
    aside: dict[str, str] = {}
    for key, text in told.items():
        present, begun = content.get(key, ""), before.get(key, "")
        if text in {present, begun} or key in long:
            continue
        (changes if present == begun else aside)[key] = text
    if changes:
        application.content = {**content, **changes}
        application.revision += 1
        application.save(update_fields=["content", "revision", "changed"])
        _keep(application, user, changes)
    if aside:
        _keep(application, user, aside, aside=True)
    conflicts = tuple(_conflict(application, key, text) for key, text in aside.items())
    return Saved(application.revision, tuple(changes), conflicts, long)


def _keep(
    application: Application, user: User, changes: Mapping[str, str], *, aside: bool = False
) -> None:
    Version.objects.create(
        application=application,
        revision=application.revision,
        by=user,
        changes=dict(changes),
        aside=aside,
    )


def _conflict(application: Application, key: str, mine: str) -> Conflict:
    last = (
        application.versions.filter(aside=False, changes__has_key=key).select_related("by").first()
    )
    return Conflict(
        key,
        application.content.get(key, ""),
        mine,
        last.by if last else None,
        last.at if last else None,
    )


def wording_at(application: Application, revision: int) -> dict[str, str]:
    """Return every text as it stood at a revision."""
    wording: dict[str, str] = {}
    kept = application.versions.filter(aside=False, revision__lte=revision).order_by("pk")
    for changes in kept.values_list("changes", flat=True):
        wording |= changes
    return wording


def restore(number: int, version: Version, key: str, user: User, now: datetime) -> Saved:
    """Put an earlier wording (or one that was kept aside) in again, as a new revision.

    Raises
    ------
    NotOpen
        See :func:`save`.
    """
    revision = Application.objects.values_list("revision", flat=True).get(pk=number)
    return save(number, user, revision, {key: version.changes[key]}, now)
