"""Feedback on accessibility: told to the association at once, answered within fourteen days.

The Act on the Provision of Digital Services (306/2019) gives whoever leaves an address the right to
an answer in that time; the days count from when the feedback came.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from skolnat.web.common.audit import record
from skolnat.web.common.letters import post
from skolnat.web.common.models import Feedback

_DAYS: Final = 14


def due(feedback: Feedback) -> date:
    """Return the last day on which an answer is in time."""
    return timezone.localtime(feedback.created).date() + timedelta(days=_DAYS)


def receive(feedback: Feedback) -> None:
    """Keep feedback, and tell everybody who works at the association."""
    with transaction.atomic():
        feedback.save()
        officers = get_user_model().objects.filter(is_officer=True, is_active=True)
        for email, language in officers.values_list("email", "language"):
            with translation.override(language):
                link = settings.SITE_URL + reverse("feedback")
            context = {"feedback": feedback, "due": due(feedback), "link": link}
            post(email, language, "common/feedback", context)


def answer(number: int, text: str, by: object) -> Feedback:
    """Answer feedback; the letter goes to whoever left an address.

    Parameters
    ----------
    number
        The feedback's.
    text
        The answer; "" where there is nobody to answer, and it has only been seen to.
    by
        Who answers.

    Raises
    ------
    ValueError
        It has been answered already, or somebody waits for an answer and there is none.
    """
    with transaction.atomic():
        held = Feedback.objects.select_for_update().get(pk=number)
        if held.answered is not None or (held.address and not text.strip()):
            raise ValueError("feedback is answered once, and with words where somebody waits")
        held.answered, held.answered_by = timezone.now(), by  # type: ignore[assignment]
        held.save(update_fields=["answered", "answered_by"])
        if held.address:
            context = {"feedback": held, "text": text.strip()}
            post(held.address, held.language, "common/feedback_answer", context)
        record(by, "common.feedback_answered", held)
    return held


def unanswered() -> int:
    """Return how much feedback waits for an answer."""
    return Feedback.objects.filter(answered=None).count()
