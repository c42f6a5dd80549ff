"""What stands for a visitor without an account: a number in the session, nothing of the person."""

from __future__ import annotations

import secrets

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_KEY = "browser"


def browser(request: HttpRequest) -> str:
    """Return what stands for this browser; it is given a number if it has none."""
    held = request.session.get(_KEY)
    if not isinstance(held, str):
        held = request.session[_KEY] = secrets.token_hex(16)
    return held


def voice(request: HttpRequest) -> str:
    """Return what stands for this reader where each is counted once.

    Who has signed in is the same in every browser. The mark cannot be led back to the account
    without the key of the site.
    """
    user = request.user
    if user.is_authenticated:
        return salted_hmac("skolnat.voice", str(user.pk), algorithm="sha256").hexdigest()
    return browser(request)


def known_voice(request: HttpRequest) -> str:
    """Return the same where there is one already; reading a page gives nobody a number."""
    if request.user.is_authenticated or isinstance(request.session.get(_KEY), str):
        return voice(request)
    return ""
