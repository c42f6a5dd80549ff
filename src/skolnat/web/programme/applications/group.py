"""The group of an application: a municipality is asked, and joins or declines by its own word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from skolnat.web.accounts.models import Municipality, User
from skolnat.web.common.audit import record
from skolnat.web.programme.applications import drafting, letters
from skolnat.web.programme.applications.models import Application, Partner
from skolnat.web.programme.applications.models.application import new_nonce

_PAUSE: Final = timedelta(minutes=10)
"""Least time between two letters to the same partner."""


@dataclass(frozen=True)
class Signature:
    """Who answers for a municipality."""

    name: str
    role: str = ""
    user: User | None = None


def _held(number: int, now: datetime) -> Application:
    application = drafting.held(number)
    if not (application.is_draft and application.call.open_at(now)):
        raise drafting.NotOpen
    return application


def ask(
    number: int, municipality: Municipality, email: str, language: str, user: User, now: datetime
) -> Partner:
    """Ask a municipality to join, by a letter with its link if an address is known.

    One that has been asked before is asked anew (not more often than every ten minutes), one that
    has declined as well; one that has confirmed is left alone.

    Raises
    ------
    skolnat.web.programme.applications.drafting.NotOpen
        The application can no longer be changed.
    """
    with transaction.atomic():
        application = _held(number, now)
        partner, made = Partner.objects.get_or_create(
            application=application,
            municipality=municipality,
            defaults={"email": email.strip().lower(), "language": language},
        )
        if partner.is_confirmed:
            return partner
        soon = not made and partner.email == email and now - partner.asked < _PAUSE
        if not made:
            partner.email, partner.language = email.strip().lower(), language
            partner.state, partner.reason, partner.answered = Partner.State.ASKED, "", None
            partner.nonce, partner.asked = new_nonce(), now
            partner.save()
        record(user, "applications.partner_asked", application, municipality=municipality.pk)
        if partner.email and not soon:
            letters.ask(partner, user)
    return partner


def answer(
    partner_number: int, *, joins: bool, by: Signature, reason: str, nonce: str, now: datetime
) -> Partner:
    """Write down a municipality's own word.

    Parameters
    ----------
    partner_number
        Which partner.
    joins
        Confirms, or declines.
    by
        Who says so.
    reason
        Why it declines; may be empty.
    nonce
        Of the link or page that was answered; an older one changes nothing.
    now
        The server's clock.

    Raises
    ------
    skolnat.web.programme.applications.drafting.NotOpen
        The application can no longer be changed.
    """
    with transaction.atomic():
        found = Partner.objects.select_related("municipality").get(pk=partner_number)
        application = _held(found.application_id, now)
        partner = Partner.objects.select_for_update(of=("self",)).get(pk=partner_number)
        if partner.nonce != nonce:
            return partner
        partner.state = Partner.State.CONFIRMED if joins else Partner.State.DECLINED
        partner.signer, partner.signer_role = by.name[:120], by.role[:120]
        partner.answered, partner.answered_by = now, by.user
        partner.reason = "" if joins else reason[:1000]
        partner.confirmed_revision = application.revision if joins else None
        partner.nonce = new_nonce()
        partner.save()
        done = "applications.partner_confirmed" if joins else "applications.partner_declined"
        record(by.user, done, application, municipality=partner.municipality_id)
        letters.answered(partner)
    return partner


def leave_out(number: int, partner_number: int, user: User, now: datetime) -> None:
    """Take a municipality out of the group; never the responsible one.

    Raises
    ------
    skolnat.web.programme.applications.drafting.NotOpen
        The application can no longer be changed.
    """
    with transaction.atomic():
        application = _held(number, now)
        gone = application.partners.exclude(municipality_id=application.responsible_id)
        partner = gone.filter(pk=partner_number).first()
        if partner is not None:
            record(
                user, "applications.partner_left", application, municipality=partner.municipality_id
            )
            partner.delete()
