"""Letters about applications, each in its reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from skolnat.web.accounts.models import Membership, User
from skolnat.web.common.letters import post
from skolnat.web.programme.applications import fields, links
from skolnat.web.programme.applications.models import Application, Partner, Review


def address(route: str, language: str, **parts: Any) -> str:
    """Return the whole address of a page in a language."""
    with translation.override(language):
        return settings.SITE_URL + reverse(f"applications:{route}", kwargs=parts)


def ask(partner: Partner, asked_by: User) -> None:
    """Ask a municipality to join."""
    context = {"partner": partner, "application": partner.application, "asked_by": asked_by}
    post(
        partner.email,
        partner.language,
        "applications/ask",
        {**context, "link": links.address(partner)},
    )


def _members(codes: set[str]) -> Iterator[User]:
    granted = Membership.objects.filter(
        municipality_id__in=codes, state=Membership.State.GRANTED, user__is_active=True
    )
    yield from User.objects.filter(pk__in=granted.values("user"))


def _readers(application: Application, *, responsible_only: bool = False) -> dict[str, str]:
    """Return address and language of those whom an application concerns."""
    partners = [one for one in application.partners.all() if one.is_confirmed]
    codes = {application.responsible_id}
    found: dict[str, str] = {}
    if not responsible_only:
        codes |= {one.municipality_id for one in partners}
        found = {one.email: one.language for one in partners if one.email}
    contact = application.content.get("contact_email", "").strip().lower()
    if contact and not fields.lacking(fields.STANDARD[2:3], application.content):
        found.setdefault(contact, application.language)
    return found | {one.email: one.language for one in _members(codes)}


def _tell(name: str, application: Application, readers: dict[str, str], **more: Any) -> None:
    for email, language in sorted(readers.items()):
        link = address("application", language, number=application.pk)
        post(
            email,
            language,
            f"applications/{name}",
            {"application": application, "call": application.call, "link": link, **more},
        )


def answered(partner: Partner) -> None:
    """Tell the responsible municipality what another has answered, and the other's own people.

    The responsible municipality chose where the link was sent: whoever speaks for the other has to
    learn of an answer that somebody else gave in its name.
    """
    application = partner.application
    if partner.municipality_id != application.responsible_id:
        readers = _readers(application, responsible_only=True)
        own = {one.email: one.language for one in _members({partner.municipality_id})}
        if partner.answered_by is not None:
            own.pop(partner.answered_by.email, None)
        _tell("answered", application, {**own, **readers}, partner=partner)


def receipt(application: Application) -> None:
    """Acknowledge that an application has come in."""
    codes = [one for one in application.partners.select_related("municipality") if one.is_confirmed]
    texts = [
        (one, application.content.get(one.key, "")) for one in fields.texts_of(application.call)
    ]
    _tell("receipt", application, _readers(application), partners=codes, texts=texts)


def withdrawn(application: Application) -> None:
    """Tell the group that its application has been taken back."""
    _tell("withdrawn", application, _readers(application))


def decided(application: Application) -> None:
    """Tell the group what was decided; the letter of decision lies behind the link."""
    _tell("decided", application, _readers(application), decision=application.decision)


def closing_soon(application: Application) -> None:
    """Remind a group that has not submitted."""
    _tell("closing_soon", application, _readers(application))


def assigned(review: Review) -> None:
    """Tell a reviewer of an application to read."""
    reviewer = review.reviewer
    link = address("review", reviewer.language, number=review.application_id)
    post(
        reviewer.email,
        reviewer.language,
        "applications/assigned",
        {"application": review.application, "call": review.application.call, "link": link},
    )
