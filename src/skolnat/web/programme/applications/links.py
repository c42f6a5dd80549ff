"""The signed link with which a municipality joins an application without an account.

It opens one question to one municipality. An answer, or a newer letter, makes it stop: whoever
opens it later sees what was answered, and can change nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from skolnat.web.common import links
from skolnat.web.programme.applications.models import Partner

PURPOSE: Final = "partner"
_LIFE: Final = timedelta(days=180)
Standing = Literal["good", "used"]


def token(partner: Partner) -> str:
    """Return the token of a partner as it stands now."""
    return links.sign(PURPOSE, [partner.pk, partner.nonce])


def address(partner: Partner) -> str:
    """Return the whole link in the language of the letter."""
    with translation.override(partner.language):
        path = reverse("applications:partner_link", kwargs={"token": token(partner)})
    return f"{settings.SITE_URL}{path}"


def opened(text: str, _now: datetime) -> tuple[Partner, Standing]:
    """Return the partner of a link, and whether the link still stands.

    Raises
    ------
    skolnat.web.common.links.BadLink
        The link is forged, cut off or too old, or the municipality is no longer in the group.
    """
    number, nonce = links.read(PURPOSE, text, max_age=_LIFE)
    partner = (
        Partner.objects.select_related("application__call", "municipality")
        .filter(pk=number)
        .first()
    )
    if partner is None:
        raise links.BadLink("expired")
    return partner, "good" if partner.nonce == nonce else "used"
