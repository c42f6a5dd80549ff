"""Letters that a running site has sent: they lie as files in its data folder."""

from __future__ import annotations

import email
import re
import time
from email import policy
from email.message import EmailMessage

from webtests.sites import Site


def sent(site: Site, to: str) -> list[EmailMessage]:
    """Return the letters that somebody has got so far, the oldest first."""
    found = []
    for file in sorted((site.data / "mail").glob("*"), key=lambda one: one.stat().st_mtime):
        for text in re.split(rb"^-{79}$", file.read_bytes(), flags=re.MULTILINE):
            message = email.message_from_bytes(text.strip(), policy=policy.default)
            if message["To"] == to:
                found.append(message)
    return found


def letters(site: Site, to: str, count: int) -> list[EmailMessage]:
    """Wait until somebody has got some letters; the oldest first."""
    for _ in range(300):
        found = sent(site, to)
        if len(found) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{to} has got {len(found)} letters")


def letter_with(site: Site, to: str, text: str) -> EmailMessage:
    """Wait until somebody has got a letter that holds a text."""
    for _ in range(300):
        found = sent(site, to)
        for one in found:
            if text in words(one):
                return one
        time.sleep(0.1)
    raise AssertionError(f"{to} has got {[one['Subject'] for one in found]}")


def words(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
