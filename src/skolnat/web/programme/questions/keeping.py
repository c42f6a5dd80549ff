"""What is known of those who ask and vote: forgotten in time."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from skolnat.web.common.retention import keep
from skolnat.web.programme.questions.models import Question, Vote


def old(before: datetime) -> QuerySet[Question]:
    """Return questions asked before a time that still tell a name or a browser."""
    return Question.objects.filter(asked__lt=before).exclude(Q(asker="") & Q(name=""))


def forget(rows: QuerySet[Question]) -> None:
    """Take away the name and the marks of browsers; the question and the count of votes stay."""
    Vote.objects.filter(question__in=rows).delete()
    rows.update(asker="", name="")


keep("questions", old, forget)
