"""Rows that tests of events and questions begin with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from skolnat.web.programme.events.models import (
    Event,
    Material,
    Occasion,
    ProgrammePoint,
    Registration,
    Series,
    Speaker,
)
from skolnat.web.programme.questions.models import FaqEntry, Question


def now() -> datetime:
    return timezone.now()


def event(slug: str = "plan", *, published: bool = True, **more: Any) -> Event:
    return Event.objects.create(
        slug=slug, title={"sv": "Planera", "fi": "Suunnittele"}, published=published, **more
    )


def occasion(of: Event, *, days: float = 10, capacity: int | None = None, **more: Any) -> Occasion:
    begins = now() + timedelta(days=days)
    return Occasion.objects.create(
        event=of, begins=begins, ends=begins + timedelta(hours=2), capacity=capacity, **more
    )


def unsaved(of: Occasion, number: int = 1, **more: Any) -> Registration:
    values = {
        "name": f"Person {number}",
        "email": f"p{number}@example.org",
        "municipality_id": "016",
        "role": "head",
        "question_language": "sv",
        "language": "en",
        **more,
    }
    return Registration(occasion=of, event_id=of.event_id, **values)


def registration(of: Occasion, number: int = 1, **more: Any) -> Registration:
    """Somebody who has registered in the usual way, with the letter that follows."""
    from skolnat.web.programme.events import places

    return places.register(unsaved(of, number, **more), now())


def point(of: Event) -> ProgrammePoint:
    made = ProgrammePoint.objects.create(event=of, order=1, title={"sv": "Inledning"})
    made.speakers.add(Speaker.objects.create(name="A. Speaker", title={"fi": "asiantuntija"}))
    return made


def material(of: Event) -> Material:
    return Material.objects.create(
        event=of,
        kind="slides",
        title={"fi": "Kalvot"},
        url="https://example.org/k.pdf",
        language="fi",
    )


def series(slug: str = "coffee", *, published: bool = True) -> Series:
    """First Thursdays at 8.30 over two changes of the clock: 7.4.2022 to 31.12.2022."""
    return Series.objects.create(
        slug=slug,
        title={"sv": "Morgonkaffe"},
        language="sv",
        begins=datetime(2022, 4, 7, 5, 30, tzinfo=UTC),
        minutes=45,
        rhythm="monthly",
        until=datetime(2022, 12, 31, tzinfo=UTC).date(),
        published=published,
    )


def compose() -> None:
    """Have the letters written that wait for the worker; they are not sent."""
    from django_tasks_db.models import DBTaskResult

    from skolnat.web.programme.events.letters import compose as one

    waiting = DBTaskResult.objects.ready().filter(task_path=one.module_path)
    for row in sorted(waiting, key=lambda each: each.enqueued_at):
        one.call(*row.args_kwargs["args"])
        row.delete()


def question(of: Event, text: str = "Vad kostar det?", **more: Any) -> Question:
    values = {"state": "shown", "asker": "a", "language": "sv", **more}
    return Question.objects.create(event=of, text=text, asked=now(), **values)


def faq() -> FaqEntry:
    return FaqEntry.objects.create(question={"fi": "Kuka?"}, answer={"fi": "Kunnat."})
