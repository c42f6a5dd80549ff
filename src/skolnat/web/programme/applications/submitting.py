"""Submitting: once, whole, and on time by the server's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from skolnat.web.accounts.models import Municipality, User
from skolnat.web.common.audit import record
from skolnat.web.programme.applications import drafting, fields, letters
from skolnat.web.programme.applications.models import Application, Partner


@dataclass(frozen=True)
class Unfinished:
    """What an application still lacks.

    Parameters
    ----------
    texts
        Texts that must be written.
    waiting
        Municipalities that have been asked and have not answered.
    short
        How many confirmed municipalities are missing from the least number of the call.
    """

    texts: tuple[fields.Text, ...]
    waiting: tuple[Municipality, ...]
    short: int

    def __bool__(self) -> bool:
        return bool(self.texts or self.waiting or self.short)


class NotWhole(Exception):  # noqa: N818 - what it is, not what went wrong in the code
    """The application lacks something.

    Parameters
    ----------
    lacks
        What.
    """

    def __init__(self, lacks: Unfinished) -> None:
        self.lacks = lacks
        super().__init__()


def unfinished(application: Application) -> Unfinished:
    """Return what an application still lacks."""
    partners = list(application.partners.select_related("municipality"))
    confirmed = sum(one.is_confirmed for one in partners)
    return Unfinished(
        tuple(fields.lacking(fields.texts_of(application.call), application.content)),
        tuple(one.municipality for one in partners if one.state == Partner.State.ASKED),
        max(0, application.call.least_partners - confirmed),
    )


def submit(number: int, user: User, now: datetime) -> Application:
    """Submit an application; one that is submitted already is returned as it is.

    Raises
    ------
    skolnat.web.programme.applications.drafting.NotOpen
        The call has closed, or has not opened, or the application was withdrawn.
    NotWhole
        Something is lacking.
    """
    with transaction.atomic():
        application = drafting.held(number)
        if application.is_submitted:
            return application
        if not (application.is_draft and application.call.open_at(now)):
            raise drafting.NotOpen
        lacks = unfinished(application)
        if lacks:
            raise NotWhole(lacks)
        application.state = Application.State.SUBMITTED
        application.submitted, application.submitted_by = now, user
        application.number = _number(application)
        application.save()
        record(user, "applications.submitted", application, revision=application.revision)
        letters.receipt(application)
    return application


def _number(application: Application) -> str:
    """Return the application's number: year of the call, call, and its own, never used twice."""
    call = application.call
    return f"{call.closes.year}-{call.pk}-{application.pk}"


def withdraw(number: int, user: User, now: datetime) -> Application:
    """Take a submitted application back, before the association has decided.

    Raises
    ------
    skolnat.web.programme.applications.drafting.NotOpen
        It has not been submitted, or has been decided on.
    """
    with transaction.atomic():
        application = drafting.held(number)
        if not application.is_submitted or application.call.phase(now) == "decided":
            raise drafting.NotOpen
        application.state = Application.State.WITHDRAWN
        application.save(update_fields=["state", "changed"])
        record(user, "applications.withdrawn", application)
        letters.withdrawn(application)
    return application
