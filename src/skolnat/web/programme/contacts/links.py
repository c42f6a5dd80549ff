"""Signed links: with one the asker follows a question, with the other an expert answers it.

Neither needs an account, and opening one changes nothing. The expert's link stands as long as the
question is the expert's: passed on, it opens nothing more.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from skolnat.web.common import links
from skolnat.web.programme.contacts.models import Enquiry

ASKER: Final = "enquiry"
EXPERT: Final = "enquiry-expert"
_LIFE: Final = timedelta(days=365)


def _address(route: str, token: str, language: str) -> str:
    with translation.override(language):
        return settings.SITE_URL + reverse(f"contacts:{route}", kwargs={"token": token})


def for_asker(enquiry: Enquiry) -> str:
    """Return the link with which the asker follows a question."""
    token = links.sign(ASKER, [enquiry.pk, enquiry.nonce])
    return _address("follow", token, enquiry.language)


def for_expert(enquiry: Enquiry, language: str) -> str:
    """Return the link with which the expert who has a question answers it."""
    token = links.sign(EXPERT, [enquiry.pk, enquiry.turn])
    return _address("answer", token, language)


def _found(number: int) -> Enquiry:
    rows = Enquiry.objects.select_related("theme", "municipality", "expert")
    found = rows.filter(pk=number).first()
    if found is None:
        raise links.BadLink("expired")
    return found


def opened_by_asker(token: str) -> Enquiry:
    """Return the question of an asker's link.

    Raises
    ------
    skolnat.web.common.links.BadLink
        The link is forged, cut off or too old, or the question is gone.
    """
    number, nonce = links.read(ASKER, token, max_age=_LIFE)
    enquiry = _found(number)
    if enquiry.nonce != nonce:
        raise links.BadLink("expired")
    return enquiry


def opened_by_expert(token: str) -> Enquiry:
    """Return the question of an expert's link.

    Raises
    ------
    skolnat.web.common.links.BadLink
        The link is forged, cut off or too old, or the question has been given to somebody else.
    """
    number, turn = links.read(EXPERT, token, max_age=_LIFE)
    enquiry = _found(number)
    if enquiry.turn != turn or enquiry.expert is None:
        raise links.BadLink("expired")
    return enquiry
