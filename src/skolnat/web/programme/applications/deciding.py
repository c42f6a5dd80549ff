"""Decisions: prepared one by one, published all at once; nobody learns theirs before the others."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from skolnat.web.accounts.models import User
from skolnat.web.common.audit import record
from skolnat.web.common.texts import Texts
from skolnat.web.programme.applications import letters
from skolnat.web.programme.applications.models import Application, Call, Decision, Pilot


class NotReady(Exception):  # noqa: N818 - what it is, not what went wrong in the code
    """Decisions cannot be published.

    Parameters
    ----------
    undecided
        Submitted applications without a decision, or without reasons in both languages.
    early
        Whether the call has not closed.
    """

    def __init__(self, undecided: list[Application], *, early: bool) -> None:
        self.undecided, self.early = undecided, early
        super().__init__()


def prepare(application: Application, outcome: str, reasons: Texts, by: User) -> Decision:
    """Prepare (or change) a decision that has not been published.

    Raises
    ------
    ValueError
        It has been published, or the application was not submitted.
    """
    with transaction.atomic():
        held = Application.objects.select_for_update().get(pk=application.pk)
        known = Decision.objects.filter(application=held).first()
        if not held.is_submitted or (known is not None and known.published):
            raise ValueError("a decision is prepared on a submitted application, before publishing")
        decision, _made = Decision.objects.update_or_create(
            application=held,
            defaults={"outcome": outcome, "reasons": reasons, "prepared_by": by},
        )
        record(by, "applications.decision_prepared", held, outcome=outcome)
    return decision


def unready(call: Call) -> list[Application]:
    """Return the applications that keep a call from being decided.

    Both national languages have the same standing: reasons must stand in Swedish and in Finnish.
    """
    submitted = call.applications.filter(state=Application.State.SUBMITTED)
    reasons = submitted.values_list("pk", "decision__reasons")
    lacking = [pk for pk, told in reasons if not all((told or {}).get(one) for one in ("sv", "fi"))]
    return list(submitted.filter(pk__in=lacking)) if lacking else []


def publish(call: Call, by: User, now: datetime) -> int:
    """Publish every decision of a call in one batch; return how many.

    Raises
    ------
    NotReady
        The call has not closed, or an application lacks its decision.
    """
    with transaction.atomic():
        held = Call.objects.select_for_update().get(pk=call.pk)
        if held.decided is not None:
            return 0
        early, undecided = now < held.closes, unready(held)
        if early or undecided:
            raise NotReady(undecided, early=early)
        submitted = list(
            held.applications.filter(state=Application.State.SUBMITTED).select_related(
                "decision", "call", "responsible"
            )
        )
        held.decided = now
        held.save(update_fields=["decided"])
        for application in submitted:
            decision = application.decision
            decision.published, decision.published_by = now, by
            decision.save()
            if decision.outcome == Decision.Outcome.PILOT:
                _begin_pilot(application)
            letters.decided(application)
            record(by, "applications.decided", application, outcome=decision.outcome)
        record(by, "applications.call_decided", held, applications=len(submitted))
    return len(submitted)


def _begin_pilot(application: Application) -> None:
    pilot = Pilot.objects.create(
        call=application.call,
        application=application,
        name=Texts({application.language: application.title}),
    )
    group = application.partners.filter(state="confirmed").select_related("municipality")
    pilot.municipalities.set([one.municipality for one in group])


def undecided() -> int:
    """Return how many calls have closed with applications and wait for their decisions."""
    closed = Call.objects.filter(decided=None, closes__lt=timezone.now())
    with_some = closed.filter(applications__state=Application.State.SUBMITTED)
    return with_some.distinct().count()
