"""What questions hold of people: which columns, and how it is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from skolnat.web.programme.questions.models import Question, Vote

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "questions.Question": ("name", "asker"),
    "questions.Vote": ("voter",),
}
"""Columns that tell of people, by model; the last two hold no more than a mark of a browser."""


def old(before: datetime) -> QuerySet[Question]:
    """Return the questions asked before a time whose askers are not forgotten yet."""
    return Question.objects.filter(asked__lt=before).exclude(asker="", name="")


def forget_old(before: datetime) -> int:
    """Forget who asked and who voted; questions, answers and counts stay. Return how many."""
    numbers = list(old(before).values_list("pk", flat=True))
    Vote.objects.filter(question__in=numbers).delete()
    return Question.objects.filter(pk__in=numbers).update(name="", asker="")
