"""E-mail: written in the reader's language, queued in the database, sent by the worker."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from smtplib import SMTPException
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import format_html, linebreaks, urlize
from django.utils.safestring import mark_safe
from django_tasks import task

from skolnat.web.common.models import Letter
from skolnat.web.common.schedule import periodic

_EMPTY_LINES: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
TRIES: Final = 8
"""How often a letter is tried before an officer has to look at it."""


def post(
    to: str,
    language: str,
    name: str,
    context: Mapping[str, Any],
    *,
    calendar: str = "",
    calendar_method: str = "",
    way_out: str = "",
) -> Letter:
    """Write a letter and queue it; call it in the transaction that causes it.

    Parameters
    ----------
    to
        Address.
    language
        The reader's language.
    name
        Template: ``letters/NAME.txt``, whose first line is the subject.
    context
        What the template is told.
    calendar, calendar_method
        An iCalendar object that goes with it, and its METHOD.
    way_out
        Address to which a mail program posts that no more such letters are wanted (RFC 8058).
    """
    with translation.override(language):
        whole = render_to_string(f"letters/{name}.txt", {**context, "site": settings.SITE_URL})
    subject, _, text = whole.strip().partition("\n")
    return queue(to, language, name, subject, text, calendar, calendar_method, way_out)


def queue(
    to: str,
    language: str,
    purpose: str,
    subject: str,
    text: str,
    calendar: str = "",
    calendar_method: str = "",
    way_out: str = "",
) -> Letter:
    """Queue a letter whose words are ready; who sends it is told below them."""
    with translation.override(language):
        foot = render_to_string("letters/common/_foot.txt", {"site": settings.SITE_URL})
    letter = Letter.objects.create(
        to=to,
        language=language,
        purpose=purpose[:60],
        subject=" ".join(subject.split())[:300],
        text=f"{_single_spaced(text)}\n\n{foot.strip()}\n",
        calendar=calendar,
        calendar_method=calendar_method,
        way_out=way_out,
    )
    send.enqueue(letter.pk)
    return letter


def _single_spaced(text: str) -> str:
    """Return a text without the empty lines that conditions of its template leave behind."""
    return _EMPTY_LINES.sub("\n\n", text.strip())


@task()
def send(number: int) -> None:
    """Send one letter; one that has left or is given up on is left alone."""
    letter = Letter.objects.filter(pk=number, sent=None, tries__lt=TRIES).first()
    if letter is None:
        return
    letter.tries += 1
    try:
        _message(letter).send()
    except (OSError, SMTPException) as broken:
        letter.error = str(broken)[:300]
    else:
        letter.sent, letter.error = timezone.now(), ""
        letter.text = letter.calendar = ""
    letter.save()


def _message(letter: Letter) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(letter.subject, letter.text, to=[letter.to])
    message.extra_headers["Content-Language"] = letter.language
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    if letter.way_out:
        message.extra_headers["List-Unsubscribe"] = f"<{letter.way_out}>"
        message.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # urlize escapes the words and linebreaks knows it: nothing of theirs becomes a tag.
    body = mark_safe(linebreaks(urlize(letter.text, autoescape=True)))
    message.attach_alternative(
        format_html(
            '<!doctype html><html lang="{}"><body style="{}">{}</body></html>',
            letter.language,
            "font:16px/1.5 sans-serif;max-width:40rem",
            body,
        ),
        "text/html",
    )
    if letter.calendar:
        kind = f"text/calendar; method={letter.calendar_method}"
        message.attach_alternative(letter.calendar, kind)
        message.attach("skolnat.ics", letter.calendar, kind)
    return message


@periodic(every=timedelta(minutes=10))
@task()
def send_late() -> None:
    """Try again the letters that could not be sent, later and later."""
    now = timezone.now()
    for letter in Letter.objects.filter(sent=None, tries__lt=TRIES, tries__gt=0).order_by("pk"):
        if now - letter.created >= timedelta(minutes=5 * 3 ** (letter.tries - 1)):
            send.enqueue(letter.pk)


def given_up() -> int:
    """Return how many letters the mail server did not take, however often they were tried."""
    return Letter.objects.filter(sent=None, tries__gte=TRIES).count()
