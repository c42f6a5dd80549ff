"""Signed links: each opens one thing for one purpose, and none can be made by guessing.

A link carries no secret of its own but a signature of what it opens. What makes an old link
stop (a nonce in the row it opens) is the business of the app that gave it out.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, Literal

from django.core import signing

Reason = Literal["forged", "expired"]
_PREFIX: Final = "skolnat.link."


class BadLink(Exception):  # noqa: N818 - what it is, not what went wrong in the code
    """A link that opens nothing.

    Parameters
    ----------
    reason
        ``"forged"``: not signed here for this purpose (or cut off by a mail program);
        ``"expired"``: signed, but too long ago.
    """

    def __init__(self, reason: Reason) -> None:
        self.reason: Reason = reason
        super().__init__(reason)


def sign(purpose: str, what: Any) -> str:
    """Return the token of a link.

    Parameters
    ----------
    purpose
        Name of what the link is for; a token of another purpose does not open it.
    what
        JSON value that tells what is opened.
    """
    return signing.dumps(what, salt=_PREFIX + purpose)


def read(purpose: str, token: str, max_age: timedelta | None = None) -> Any:
    """Return what a token opens.

    Raises
    ------
    BadLink
        The token is forged, cut off, of another purpose, or too old.
    """
    try:
        return signing.loads(token, salt=_PREFIX + purpose, max_age=max_age)
    except signing.SignatureExpired as old:
        raise BadLink("expired") from old
    except signing.BadSignature as forged:
        raise BadLink("forged") from forged
