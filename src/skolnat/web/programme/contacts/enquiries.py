"""The life of a question to the programme: put, given to an expert, passed on, answered, kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, Literal

from django.db import transaction

from skolnat.web.common.audit import record
from skolnat.web.common.texts import Texts
from skolnat.web.programme.contacts import letters, routing
from skolnat.web.programme.contacts.models import Enquiry, Expert, Reply, Theme
from skolnat.web.programme.questions.models import FaqEntry

State = Enquiry.State
MOST: Final = 5
"""Questions that one browser may put within :data:`WITHIN`."""
WITHIN: Final = timedelta(minutes=10)
_SAME: Final = timedelta(days=1)
"""The same words from the same address within this time are the same question, sent twice."""

Refusal = Literal["often", "unanswered", "closed"]


class Refused(Exception):  # noqa: N818 - what it is, not what went wrong in the code
    """Something that cannot be done with a question.

    Parameters
    ----------
    reason
        ``"often"``: too many from one browser; ``"unanswered"``: only what is answered is kept;
        ``"closed"``: it has been closed.
    """

    def __init__(self, reason: Refusal) -> None:
        self.reason: Refusal = reason
        super().__init__(reason)


def ask(enquiry: Enquiry, browser: str, now: datetime) -> Enquiry:
    """Take a question, give it to an expert, and acknowledge it.

    Sent twice (a double click, a page loaded again) it is taken once.

    Raises
    ------
    Refused
        This browser has put too many.
    """
    with transaction.atomic():
        # Whoever asks about a theme waits for the others: the load is counted before it is spread.
        enquiry.theme = Theme.objects.select_for_update().get(pk=enquiry.theme_id)
        same = Enquiry.objects.filter(
            email=enquiry.email, text=enquiry.text, theme=enquiry.theme, asked__gt=now - _SAME
        ).first()
        if same is not None:
            return same
        if Enquiry.objects.filter(browser=browser, asked__gt=now - WITHIN).count() >= MOST:
            raise Refused("often")
        enquiry.browser, enquiry.asked, enquiry.waiting_since = browser, now, now
        enquiry.save()
        letters.received(enquiry)
        route(enquiry, now)
    return enquiry


def _held(enquiry: Enquiry) -> Enquiry:
    """Lock a question and return it as it stands now."""
    rows = Enquiry.objects.select_for_update(of=("self",))
    return rows.select_related("theme", "expert", "municipality").get(pk=enquiry.pk)


def route(enquiry: Enquiry, now: datetime, without: tuple[int, ...] = ()) -> None:
    """Give a question to an expert; where none can have it, tell the association."""
    expert = routing.choose(enquiry, now, without)
    _give(enquiry, expert, now)
    record(None, "contacts.routed", enquiry, expert=expert.pk if expert else None)
    if expert is None:
        letters.nobody(enquiry)


def _give(enquiry: Enquiry, expert: Expert | None, now: datetime) -> None:
    enquiry.expert, enquiry.assigned = expert, now if expert else None
    enquiry.turn += 1  # the link of whoever had it before stops
    enquiry.reminders = 0
    enquiry.save(update_fields=["expert", "assigned", "turn", "reminders"])
    if expert is not None and expert.email and enquiry.waits:
        letters.given(enquiry)


def give(enquiry: Enquiry, expert: Expert, by: Any, now: datetime) -> Enquiry:
    """Give a question to an expert whom the association has chosen."""
    with transaction.atomic():
        held = _held(enquiry)
        if held.expert_id != expert.pk:
            _give(held, expert, now)
            record(by, "contacts.given", held, expert=expert.pk)
    return held


def pass_on(enquiry: Enquiry, by: Any, now: datetime) -> Enquiry:
    """Pass a question on: to another expert, or to the association where there is none."""
    with transaction.atomic():
        held = _held(enquiry)
        record(by, "contacts.passed_on", held, expert=held.expert_id)
        route(held, now, (held.expert_id,) if held.expert_id else ())
    return held


def answer(enquiry: Enquiry, text: str, by: Any, now: datetime) -> Reply:
    """Answer a question; the asker gets a letter.

    Parameters
    ----------
    enquiry
        One without an expert can be answered by the association too.
    text
        In the language of the question.
    by
        Account; None where an expert answers by the link of a letter.
    now
        Time of the answer.
    """
    with transaction.atomic():
        held = _held(enquiry)
        last = held.replies.last()
        if last is not None and not last.from_asker and last.text == text:
            return last  # sent twice
        expert = held.expert
        if by is not None and not (expert is not None and expert.user_id == by.pk):
            expert = Expert.objects.filter(user=by).first()
        made = Reply.objects.create(enquiry=held, text=text, by=by, expert=expert, at=now)
        held.state, held.answered = State.ANSWERED, held.answered or now
        held.reminders = 0
        held.save(update_fields=["state", "answered", "reminders"])
        record(by, "contacts.answered", held, expert=expert.pk if expert else None)
        letters.answered(held, made)
    return made


def add(enquiry: Enquiry, text: str, now: datetime) -> Reply:
    """Take what the asker adds; the question waits again, for the same expert if possible."""
    with transaction.atomic():
        held = _held(enquiry)
        last = held.replies.last()
        if last is not None and last.from_asker and last.text == text:
            return last  # sent twice
        mine = held.replies.filter(from_asker=True, at__gt=now - WITHIN)
        if mine.count() >= MOST:
            raise Refused("often")
        made = Reply.objects.create(enquiry=held, text=text, from_asker=True, at=now)
        if not held.waits:
            held.state, held.waiting_since, held.reminders = State.WAITING, now, 0
            held.save(update_fields=["state", "waiting_since", "reminders"])
        record(None, "contacts.added", held)
        if held.expert is not None and held.expert.serves(now.date()):
            letters.added(held, made)
        else:
            route(held, now)
    return made


def close(enquiry: Enquiry, by: Any) -> Enquiry:
    """Close a question that needs no answer."""
    with transaction.atomic():
        held = _held(enquiry)
        held.state = State.CLOSED
        held.save(update_fields=["state"])
        record(by, "contacts.closed", held)
    return held


def keep(enquiry: Enquiry, by: Any) -> FaqEntry:
    """Write an answered question among those that are asked often, as a draft for an officer.

    Raises
    ------
    Refused
        It has no answer.
    """
    with transaction.atomic():
        held = _held(enquiry)
        if held.faq is not None:
            return held.faq
        last = held.replies.filter(from_asker=False).last()
        if last is None:
            raise Refused("unanswered")
        # What somebody wrote in a letter may name people: it is shown when an officer has read it.
        made = FaqEntry.objects.create(
            question=Texts({held.language: held.text}),
            answer=Texts({held.language: last.text}),
            theme=held.theme.name,
            published=False,
        )
        held.faq = made
        held.save(update_fields=["faq"])
        record(by, "contacts.kept", held, faq=made.pk)
    return made
