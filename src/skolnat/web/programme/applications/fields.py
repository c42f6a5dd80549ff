"""The texts of an application: which there are, how long, and which must be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from skolnat.web.programme.applications.models import Call


@dataclass(frozen=True)
class Text:
    """One text of an application.

    Parameters
    ----------
    key
        Its name in the application's content.
    label, help
        Lazy texts (or texts in several languages).
    limit
        Longest text, in characters.
    rows
        Lines of its field; 1: a single line.
    required
        Whether an application without it is unfinished.
    """

    key: str
    label: Any
    help: Any
    limit: int
    rows: int
    required: bool


STANDARD: Final = (
    Text("title", _("Name of the application"), "", 160, 1, required=True),
    Text("contact_name", _("Contact person"), "", 120, 1, required=True),
    Text("contact_email", _("The contact's e-mail"), "", 254, 1, required=True),
    Text("contact_phone", _("The contact's telephone"), "", 40, 1, required=False),
    Text(
        "needs",
        _("Local needs"),
        _("What makes you want to plan together: pupils, schools, journeys, teachers, premises."),
        6000,
        10,
        required=True,
    ),
    Text(
        "plan",
        _("Preliminary plan"),
        _("What you would try, where, with whom, and by when."),
        8000,
        12,
        required=True,
    ),
    Text(
        "goals",
        _("Goals"),
        _("What is to be better for pupils at the end, and how you would see that it is."),
        6000,
        8,
        required=True,
    ),
)


def texts_of(call: Call) -> tuple[Text, ...]:
    """Return every text of an application to a call, in the order of the page."""
    own = tuple(
        Text(one.key, one.label, one.help, one.limit, 8, one.required)
        for one in call.questions.all()
    )
    return STANDARD + own


def tidy(text: str) -> str:
    """Return a text as it is kept: one kind of line end, no null characters, no blank end."""
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").rstrip()


def too_long(texts: tuple[Text, ...], sent: Mapping[str, str]) -> dict[str, int]:
    """Return by key how many characters each text that is too long has too many."""
    return {
        one.key: len(sent[one.key]) - one.limit
        for one in texts
        if one.key in sent and len(sent[one.key]) > one.limit
    }


def lacking(texts: tuple[Text, ...], content: Mapping[str, str]) -> list[Text]:
    """Return the texts that must still be written (or, an address, be mended)."""
    return [one for one in texts if one.required and not _good(one, content.get(one.key, ""))]


def _good(text: Text, value: str) -> bool:
    if text.key != "contact_email":
        return bool(value.strip())
    try:
        validate_email(value.strip())
    except ValidationError:
        return False
    return True
