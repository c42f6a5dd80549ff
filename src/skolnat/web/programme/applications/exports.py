"""Applications of a call as a table."""

from __future__ import annotations

from collections.abc import Iterator

from skolnat.web.common.downloads import Cell
from skolnat.web.common.texts import reader_language
from skolnat.web.programme.applications import fields
from skolnat.web.programme.applications.models import Call
from skolnat.web.programme.applications.reviewing import standings

_FACTS = ("number", "state", "submitted", "responsible", "partners", "language", "score", "outcome")


def columns(call: Call) -> list[str]:
    """Return the headings: facts, then the key of every text."""
    return [*_FACTS, *(one.key for one in fields.texts_of(call))]


def rows(call: Call) -> Iterator[list[Cell]]:
    """Return one row a submitted application, in the order of :func:`columns`."""
    texts = fields.texts_of(call)
    language = reader_language()
    for one in standings(call):
        application = one.application
        decision = getattr(application, "decision", None)
        group = [
            partner.municipality.names.told(language).text
            for partner in application.partners.all()
            if partner.is_confirmed
        ]
        yield [
            application.number,
            application.state,
            application.submitted,
            application.responsible.names.told(language).text,
            ", ".join(group),
            application.language,
            None if one.total is None else round(one.total, 1),
            decision.outcome if decision else "",
            *(application.content.get(text.key, "") for text in texts),
        ]
