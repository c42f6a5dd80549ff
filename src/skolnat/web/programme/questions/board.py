"""The life of a question: asked, shown, voted for, merged, translated, answered, kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, Literal

from django.db import transaction
from django.db.models import QuerySet

from skolnat.web.common.texts import Texts
from skolnat.web.programme.events.models import Event
from skolnat.web.programme.questions.models import Answer, FaqEntry, Question, Rendering, Vote

State = Question.State
MOST: Final = 5
"""Questions that one browser may ask within :data:`WITHIN`."""
WITHIN: Final = timedelta(minutes=10)

Refusal = Literal["closed", "often", "itself", "unanswered"]


class Refused(Exception):  # noqa: N818 - what it is, not what went wrong in the code
    """Something that cannot be done with a question.

    Parameters
    ----------
    reason
        ``"closed"``: the event takes none; ``"often"``: too many from one browser; ``"itself"``:
        merged into itself, into a merged one, or into one of another event; ``"unanswered"``:
        only what is answered is kept.
    """

    def __init__(self, reason: Refusal) -> None:
        self.reason: Refusal = reason
        super().__init__(reason)


def ask(question: Question, event: Event, asker: str, now: datetime) -> Question:
    """Save a new question; nobody but the moderator sees it yet.

    The same words from the same browser are the same question, sent twice: it is taken once.

    Raises
    ------
    Refused
        The event takes no questions, or this browser has asked too many.
    """
    if not event.questions_open:
        raise Refused("closed")
    with transaction.atomic():
        # Two requests of one double click wait for each other here.
        Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        own = Question.objects.filter(asker=asker)
        same = own.filter(event=event, text=question.text).first()
        if same is not None:
            return same
        if own.filter(asked__gt=now - WITHIN).count() >= MOST:
            raise Refused("often")
        question.event, question.asker, question.asked = event, asker, now
        question.state = State.NEW
        question.save()
    return question


def vote(question: Question, voter: str, *, wants: bool = True) -> None:
    """Count a voice for a question once, or take it back.

    A button pressed twice asks twice for the same, so that a double click is no change of mind.
    """
    with transaction.atomic():
        held = _hold(question)
        if wants:
            _, new = Vote.objects.get_or_create(question=held, voter=voter)
            _count(held, int(new))
        else:
            gone, _ = Vote.objects.filter(question=held, voter=voter).delete()
            _count(held, -gone)


def show(question: Question) -> None:
    """Let everybody see a question."""
    _become(question, State.SHOWN)


def hide(question: Question) -> None:
    """Let nobody but the moderator see a question."""
    _become(question, State.HIDDEN)


def _become(question: Question, state: str) -> None:
    question.state, question.merged_into = state, None
    question.save(update_fields=["state", "merged_into"])


def merge(question: Question, into: Question) -> None:
    """Merge a question into another that asks the same; who voted for both counts once.

    Raises
    ------
    Refused
        Into itself, into one that is merged, or into one of another event.
    """
    with transaction.atomic():
        rows = Question.objects.select_for_update().filter(pk__in=(question.pk, into.pk))
        held = {one.pk: one for one in rows.order_by("pk")}
        source, target = held[question.pk], held[into.pk]
        wrong = source.pk == target.pk or target.state == State.MERGED
        if wrong or source.event_id != target.event_id:
            raise Refused("itself")
        # What was merged into the source follows it, so that nothing hangs from a merged one.
        Question.objects.filter(merged_into=source).update(merged_into=target)
        voters = Vote.objects.filter(question=source).values_list("voter", flat=True)
        before = Vote.objects.filter(question=target).count()
        Vote.objects.bulk_create(
            [Vote(question=target, voter=one) for one in [*voters, source.asker]],
            ignore_conflicts=True,
        )
        source.state, source.merged_into = State.MERGED, target
        source.save(update_fields=["state", "merged_into"])
        _count(target, Vote.objects.filter(question=target).count() - before)


def answer(question: Question, text: Texts, by: Any, now: datetime) -> Answer:
    """Answer a question, or change the answer; an answered question is shown."""
    with transaction.atomic():
        made, _ = Answer.objects.update_or_create(
            question=question, defaults={"text": text, "by": by, "at": now}
        )
        question.answered = question.answered or now
        if question.state == State.NEW:
            question.state = State.SHOWN
        question.save(update_fields=["answered", "state"])
    return made


def render(question: Question, language: str, text: str, by: Any) -> None:
    """Put a person's translation beside a question; an empty one is taken away."""
    if not text.strip():
        Rendering.objects.filter(question=question, language=language).delete()
        return
    Rendering.objects.update_or_create(
        question=question, language=language, defaults={"text": text.strip(), "by": by}
    )


def keep(question: Question) -> FaqEntry:
    """Take an answered question, with its translations, among those that are asked often.

    Raises
    ------
    Refused
        It has no answer.
    """
    held = Answer.objects.filter(question=question).first()
    if held is None:
        raise Refused("unanswered")
    texts = Texts({one.language: one.text for one in question.renderings.all()})
    texts[question.language] = question.text
    made, _ = FaqEntry.objects.update_or_create(
        from_question=question, defaults={"question": texts, "answer": held.text}
    )
    return made


def seen(event: Event) -> QuerySet[Question]:
    """Return what everybody sees, the most wanted first."""
    return (
        Question.objects.filter(event=event, state=State.SHOWN)
        .select_related("answer")
        .prefetch_related("renderings")
    )


def _hold(question: Question) -> Question:
    return Question.objects.select_for_update().get(pk=question.pk)


def _count(question: Question, more: int) -> None:
    # Counted up and down, not anew: who voted is forgotten after some time, how many is not.
    question.votes += more
    question.save(update_fields=["votes"])


def unread() -> int:
    """Return how many questions the moderator has not read."""
    return Question.objects.filter(state=State.NEW).count()
