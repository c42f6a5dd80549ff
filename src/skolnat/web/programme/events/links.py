"""The link with which somebody changes a registration without an account.

It opens one registration as it stood when the letter was written: each change makes the links of
earlier letters stop (the newest letter has a new one). What it shows is what its holder wrote, the
address half hidden; it can neither be turned to another address nor to another registration. So a
stolen link can at worst cancel a place, and the letter about that goes to the one it was stolen
from. Opening it changes nothing: mail programs open links to look into them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from skolnat.web.common import links
from skolnat.web.programme.events.models import Registration

PURPOSE: Final = "registration"
_AFTER: Final = timedelta(days=30)
"""How long after the occasion a link still shows the registration."""
_PAUSE: Final = timedelta(minutes=10)
"""Least time between two letters with a fresh link, so that nobody can flood an address."""

Standing = Literal["good", "used", "expired"]


def token(registration: Registration) -> str:
    """Return the token of a registration as it stands now."""
    return links.sign(PURPOSE, [registration.pk, registration.nonce])


def address(registration: Registration, language: str | None = None) -> str:
    """Return the whole link, in the language of the registration."""
    with translation.override(language or registration.language):
        path = reverse("events:registration", kwargs={"token": token(registration)})
    return f"{settings.SITE_URL}{path}"


def opened(text: str, now: datetime) -> tuple[Registration, Standing]:
    """Return the registration of a link, and whether the link still stands.

    Raises
    ------
    skolnat.web.common.links.BadLink
        The link is forged, cut off, or its registration is gone.
    """
    what = links.read(PURPOSE, text)
    number, nonce = what
    held = (
        Registration.objects.select_related("event", "occasion", "municipality")
        .filter(pk=number)
        .first()
    )
    if held is None:
        raise links.BadLink("expired")
    if now > held.occasion.ends + _AFTER:
        return held, "expired"
    return held, "good" if held.nonce == nonce else "used"


def may_send_again(registration: Registration, now: datetime) -> bool:
    """Whether a letter with a fresh link may be sent now."""
    return registration.link_sent is None or now - registration.link_sent >= _PAUSE


def half_hidden(email: str) -> str:
    """Return an address that its owner recognises and nobody else can use."""
    name, _, host = email.partition("@")
    return f"{name[:1]}…@{host}"
