"""The law gives fourteen days: feedback reaches the association, and the answer its writer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from skolnat.web.common import feedback
from skolnat.web.common.models import Feedback, Letter

pytestmark = pytest.mark.django_db


def test_feedback_reaches_the_association_and_the_answer_its_writer(
    client: Client, people: dict[str, Any], as_role: Any
) -> None:
    said = {"text": "Kartan saknar tabell", "address": "reader@example.org"}
    client.post("/sv/accessibility/", said)
    (told,) = Letter.objects.filter(to="officer@example.org")
    assert "Kartan saknar tabell" in told.text
    assert "/en/accessibility/feedback/" in told.text
    held = Feedback.objects.get()
    officer = as_role("officer")
    officer.post(f"/sv/accessibility/feedback/{held.pk}/", {"answer": "Tabellen finns nu."})
    (answer,) = Letter.objects.filter(to="reader@example.org")
    assert "Tabellen finns nu." in answer.text
    assert answer.language == "sv"
    held.refresh_from_db()
    assert (held.answered is not None, held.answered_by) == (True, people["officer"])


def test_it_is_answered_once_and_not_with_nothing(people: dict[str, Any]) -> None:
    held = Feedback.objects.create(text="?", address="reader@example.org", language="fi")
    with pytest.raises(ValueError, match="words"):
        feedback.answer(held.pk, "  ", people["officer"])
    feedback.answer(held.pk, "Vastaus", people["officer"])
    with pytest.raises(ValueError, match="once"):
        feedback.answer(held.pk, "Toinen", people["officer"])
    assert Letter.objects.filter(to="reader@example.org").count() == 1


def test_days_are_counted_in_finland() -> None:
    # 28.2. at 23.30 in London is 1.3. in Helsinki.
    came = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    assert feedback.due(Feedback(created=came)) == date(2026, 3, 15)
