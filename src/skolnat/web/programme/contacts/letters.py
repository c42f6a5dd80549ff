"""Letters about questions, each in its reader's language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from skolnat.web.accounts.models import User
from skolnat.web.common.letters import post
from skolnat.web.programme.contacts import links
from skolnat.web.programme.contacts.models import Enquiry, Expert, Reply


def _tongue(expert: Expert, enquiry: Enquiry) -> str:
    """Return in which language an expert is written to."""
    if expert.user is not None:
        return expert.user.language
    return enquiry.language


def _to_asker(name: str, enquiry: Enquiry, **more: Any) -> None:
    context = {"enquiry": enquiry, "link": links.for_asker(enquiry), **more}
    post(enquiry.email, enquiry.language, f"contacts/{name}", context)


def _to_expert(name: str, enquiry: Enquiry, **more: Any) -> None:
    expert = enquiry.expert
    if expert is None or not expert.email:
        return
    language = _tongue(expert, enquiry)
    context = {"enquiry": enquiry, "link": links.for_expert(enquiry, language), **more}
    post(expert.email, language, f"contacts/{name}", context)


def _to_officers(name: str, enquiry: Enquiry, **more: Any) -> None:
    for officer in User.objects.filter(is_officer=True, is_active=True):
        with translation.override(officer.language):
            path = reverse("contacts:enquiry", kwargs={"pk": enquiry.pk})
        context = {"enquiry": enquiry, "link": settings.SITE_URL + path, **more}
        post(officer.email, officer.language, f"contacts/{name}", context)


def received(enquiry: Enquiry) -> None:
    """Acknowledge a question, with the link to follow it."""
    _to_asker("received", enquiry)


def answered(enquiry: Enquiry, reply: Reply) -> None:
    """Send an answer."""
    _to_asker("answered", enquiry, reply=reply)


def given(enquiry: Enquiry) -> None:
    """Ask an expert to answer."""
    _to_expert("given", enquiry)


def added(enquiry: Enquiry, reply: Reply) -> None:
    """Tell an expert what the asker has added."""
    _to_expert("added", enquiry, reply=reply)


def waits(enquiry: Enquiry, days: int) -> None:
    """Remind an expert of a question that has waited for some working days."""
    _to_expert("waits", enquiry, days=days)


def nobody(enquiry: Enquiry) -> None:
    """Tell the association of a question that nobody can be given."""
    _to_officers("nobody", enquiry)


def stays(enquiry: Enquiry, days: int) -> None:
    """Tell the association of a question that stays unanswered."""
    _to_officers("stays", enquiry, days=days)
