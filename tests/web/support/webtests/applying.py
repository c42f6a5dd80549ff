"""Rows that tests of calls and applications begin with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from skolnat.web.accounts.models import Municipality, User
from skolnat.web.programme.applications import drafting, group, reviewing, submitting
from skolnat.web.programme.applications.models import (
    Application,
    Call,
    Criterion,
    Partner,
    Question,
    Review,
)

WHOLE = {
    "title": "Together over the border",
    "contact_name": "Contact",
    "contact_email": "contact@example.org",
    "needs": "Fewer pupils every year.",
    "plan": "Share grades 7–9.",
    "goals": "A wider range of languages.",
}


def call(slug: str = "spring", *, days: float = 10, **more: Any) -> Call:
    """An open call with one question and two criteria."""
    now = timezone.now()
    made = Call.objects.create(
        slug=slug,
        title={"sv": "Vårens ansökan", "fi": "Kevään haku"},
        opens=now - timedelta(days=20),
        closes=now + timedelta(days=days),
        published=True,
        **more,
    )
    Question.objects.create(call=made, label={"sv": "Språk?", "fi": "Kielet?"}, limit=100)
    Criterion.objects.create(call=made, order=1, name={"sv": "Nytta", "fi": "Hyöty"}, weight=3)
    Criterion.objects.create(call=made, order=2, name={"sv": "Plan"}, highest=10)
    return made


def draft(by: User, of: Call | None = None) -> Application:
    """A draft of Asikkala (016) with its title only."""
    asikkala = Municipality.objects.get(code="016")
    of = of or call()
    return drafting.begin(of, asikkala, WHOLE["title"], "sv", by, timezone.now())


def written(by: User, of: Call | None = None) -> Application:
    """A draft of which every text is written and that Heinola (111) has joined."""
    made = draft(by, of)
    answer = {made.call.questions.get().key: "Tyska"}
    drafting.save(made.pk, by, 1, WHOLE | answer, timezone.now())
    partner = joined(made, "111", by)
    assert partner.is_confirmed
    made.refresh_from_db()
    return made


def asked(of: Application, code: str, by: User) -> Partner:
    """A municipality that has been asked to join."""
    one = Municipality.objects.get(code=code)
    return group.ask(of.pk, one, f"m{code}@example.org", "fi", by, timezone.now())


def joined(of: Application, code: str, by: User) -> Partner:
    """A municipality that has joined by its own word."""
    partner = asked(of, code, by)
    return group.answer(
        partner.pk,
        joins=True,
        by=group.Signature("Director", "director"),
        reason="",
        nonce=partner.nonce,
        now=timezone.now(),
    )


def submitted(by: User, of: Call | None = None) -> Application:
    """An application that has been submitted."""
    return submitting.submit(written(by, of).pk, by, timezone.now())


def reviewed(of: Application, reviewer: User, points: tuple[int, int] = (4, 8)) -> Review:
    """A finished review."""
    review = Review.objects.create(application=of, reviewer=reviewer)
    reviewing.declare(review, impartial=True, conflict="")
    keys = [one.pk for one in of.call.criteria.all()]
    given = dict(zip(keys, points, strict=True))
    reviewing.score(review, given, {}, "Good.", done=True)
    return review


def close(of: Call) -> None:
    """Let a call close a minute ago."""
    of.closes = timezone.now() - timedelta(minutes=1)
    of.save()
