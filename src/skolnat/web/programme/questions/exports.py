"""The questions of an event as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from skolnat.web.common.downloads import Cell
from skolnat.web.programme.events.models import Event
from skolnat.web.programme.questions.models import Question

COLUMNS: Final = (
    "number", "asked", "language", "question", "name", "state", "merged_into", "votes",
    "translation_sv", "translation_fi", "translation_en", "answered", "answer_sv", "answer_fi",
    "answer_en",
)  # fmt: skip


def rows(event: Event) -> Iterator[list[Cell]]:
    """Return one row a question, in the order of :data:`COLUMNS`, as they were asked."""
    found = Question.objects.filter(event=event).select_related("answer")
    for one in found.prefetch_related("renderings").order_by("asked", "pk"):
        renderings = {each.language: each.text for each in one.renderings.all()}
        answer = one.answer.text if hasattr(one, "answer") else {}
        yield [
            one.pk,
            one.asked,
            one.language,
            one.text,
            one.name,
            one.state,
            one.merged_into_id,
            one.votes,
            *(renderings.get(code, "") for code in ("sv", "fi", "en")),
            one.answered,
            *(answer.get(code, "") for code in ("sv", "fi", "en")),
        ]
