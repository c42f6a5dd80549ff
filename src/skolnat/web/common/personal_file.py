"""A person's data as a file: a page that anybody can read, and the same as JSON for programs."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skolnat.web.common import when
from skolnat.web.common.personal import Person, known_of
from skolnat.web.common.texts import NAMES, Texts

NAME: Final = "skolnat-my-data"
LABELS: Final[Mapping[str, Any]] = {
    # What is told of
    "account": _("Account"),
    "applications": _("Applications"),
    "audit_trail": _("What you have done, by the audit trail"),
    "discussion": _("Discussion"),
    "feedback": _("Feedback on accessibility"),
    "letters": _("Letters"),
    "questions_to_experts": _("Questions to the programme"),
    "registrations": _("Registrations"),
    # What is told
    "about": pgettext_lazy("personal data", "About"),
    "action": _("Action"),
    "address": _("Address"),
    "addresses": _("Addresses"),
    "application": _("Application"),
    "as": pgettext_lazy("personal data", "As"),
    "asked": pgettext_lazy("personal data", "Asked"),
    "at": pgettext_lazy("personal data", "When"),
    "attended": _("Attended"),
    "choice": _("Choice"),
    "conflict": _("Conflict of interest"),
    "earlier": _("Earlier wordings"),
    "email": _("E-mail"),
    "event": _("Event"),
    "key": _("Number"),
    "kind": pgettext_lazy("personal data", "Kind"),
    "language": _("Language"),
    "last_sign_in": _("Last sign-in"),
    "manages": _("Manages"),
    "memberships": _("Memberships"),
    "municipality": _("Municipality"),
    "name": _("Name"),
    "needs": _("Needs"),
    "occasion": _("Occasion"),
    "officer": _("Officer"),
    "joined": _("Account made"),
    "posts": _("Posts"),
    "provider": _("Provider"),
    "providers": _("Sign-ins by a provider"),
    "purpose": _("Purpose"),
    "question_language": _("Language of questions"),
    "reason": _("Reason"),
    "registered": _("Registered"),
    "replies": _("Replies"),
    "reports": _("Reports of abuse"),
    "reviewer": _("Reviewer"),
    "role": _("Role"),
    "second_steps": _("Second steps of signing in"),
    "sent": _("Sent"),
    "state": _("State"),
    "subject": _("Subject"),
    "text": _("Text"),
    "theme": pgettext_lazy("personal data", "Theme"),
    "thread": _("Thread"),
    "to": pgettext_lazy("personal data", "To"),
    "translations": _("Translations"),
    "uid": _("Number at the provider"),
    "verified": _("Verified"),
    "written": _("Written"),
    "yours": _("Yours"),
}
"""Words of every key that an app tells; a test finds one that is missing."""
PARTS: Final[Mapping[str, Any]] = {
    "contact": _("contact person"),
    "file": _("who added a file"),
    "note": _("who discussed"),
    "partner": _("who answered for a municipality"),
    "result": _("who told of a pilot"),
    "reviewer": _("who reviewed"),
    "writer": _("who wrote"),
}
"""Words of what somebody is in an application."""


def as_file(person: Person) -> HttpResponse:
    """Return what is known of a person as a ZIP file: a page to read, and JSON."""
    told = known_of(person)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"{NAME}.html", page_of(told))
        packed.writestr(f"{NAME}.json", json.dumps(told, ensure_ascii=False, indent=1, default=str))
    answer = HttpResponse(out.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{NAME}.zip"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def page_of(told: Mapping[str, list[dict[str, Any]]]) -> str:
    """Return what is known as a page that needs nothing else."""
    # Not lazy any more: each use would translate anew.
    words = {key: str(escape(str(label))) for key, label in LABELS.items()}
    kinds = [
        (LABELS.get(kind, kind), [mark_safe(_shown(one, words)) for one in rows])
        for kind, rows in told.items()
    ]
    return render_to_string("common/personal_file.html", {"kinds": kinds, "now": timezone.now()})


def _shown(value: Any, words: Mapping[str, str]) -> str:
    """Return a value as HTML; every text in it is escaped here."""
    if isinstance(value, Texts) or (isinstance(value, dict) and set(value) <= {"sv", "fi", "en"}):
        return Texts(value).told().html()
    if isinstance(value, Mapping):
        rows = (
            f"<dt>{words.get(key) or escape(key)}</dt><dd>{_shown(_chosen(key, one), words)}</dd>"
            for key, one in value.items()
        )
        return f"<dl>{''.join(rows)}</dl>"
    if isinstance(value, list | tuple):
        items = "".join(f"<li>{_shown(one, words)}</li>" for one in value)
        return f"<ul>{items}</ul>" if items else "–"
    return escape(_word(value))


@cache
def _choices() -> dict[tuple[str, str], Any]:
    """Return the words of what is chosen from a list in any model, by column and value."""
    return {
        (field.name, value): words
        for model in apps.get_models()
        for field in model._meta.get_fields()  # noqa: SLF001 - Django documents it
        for value, words in getattr(field, "flatchoices", None) or ()
    }


def _chosen(key: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if key == "as":
        return str(PARTS.get(value, value))
    if key in {"language", "question_language"}:
        return NAMES.get(value, value)
    return str(_choices().get((key, value), value))


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return now_("yes") if value else now_("no")
    if value is None or value == "":
        return "–"
    moment = _moment(str(value))
    return moment or str(value)


def _moment(text: str) -> str:
    """Return a point in time that is written as ISO 8601 as people write it; "" for other texts."""
    if not text[:4].isdecimal() or text[4:5] != "-":
        return ""
    try:
        at: datetime | date | None = parse_datetime(text) or parse_date(text)
    except ValueError:
        return ""
    if isinstance(at, datetime):
        return when.moment(at) if at.tzinfo else ""
    return when.day(at, weekday=False) if at else ""
