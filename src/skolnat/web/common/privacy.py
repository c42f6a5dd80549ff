"""What the site says of personal data: each kind with its use and how long it is kept.

The periods are those that are applied (``retention.toml``); a test finds a rule without words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from skolnat.web.common.retention import counted, periods


@dataclass(frozen=True)
class Words:
    """What is said of one kind of data.

    Parameters
    ----------
    what
        Which data.
    use
        What they are used for, and by whom.
    after
        What happens when the time is over.
    """

    what: Any
    use: Any
    after: Any


WORDS: Final[Mapping[str, Words]] = {
    "registrations": Words(
        _("Registrations: name, e-mail, municipality, role, language of questions, needs"),
        _("To hold the event and to write to those who come. Seen by the association."),
        _("after the event name, e-mail and needs go; municipality, role and attendance stay"),
    ),
    "questions": Words(
        _("Questions at events: the name if it is given, and a mark of the browser"),
        _("To show questions when the moderator has read them, and to count each vote once."),
        _("after the question name and mark go; the question stays"),
    ),
    "enquiries": Words(
        _("Questions to experts: name, e-mail, municipality, the question and its answers"),
        _("To answer. Seen by the expert who answers and by the association."),
        _("after the question everything but theme, language and days goes"),
    ),
    "accounts": Words(
        _("Accounts: name, e-mail, language, municipalities one speaks for, ways to sign in"),
        _("To know who writes in whose name. Members see each other's names in their group."),
        _("without a sign-in the account is given up"),
    ),
    "application_contacts": Words(
        _("Applications: contacts, and who answered for each municipality"),
        _("To handle the application. Seen by the group, its reviewers and the association."),
        _("after the call closed contacts go; the application, with who answered, stays"),
    ),
    "drafts": Words(
        _("Applications that were not submitted"),
        _("To write them. Seen by the group alone."),
        _("after the call closed the draft goes with its files"),
    ),
    "letters": Words(
        _("Letters: address and subject"),
        _("To see whether they arrived. Their words go as soon as they have left."),
        _("after sending they go"),
    ),
    "feedback": Words(
        _("Feedback on accessibility: the address if it is given"),
        _("To answer."),
        _("after the answer the address goes; what was said stays"),
    ),
    "sign_ins": Words(
        _("Failed sign-ins: network address and e-mail"),
        _("To stop who guesses passwords."),
        _("after the sign-in they go"),
    ),
}
"""Words by the name of the rule, in the order of the page."""


def how_long(days: int) -> str:
    """Return a period as people say it: ``2 years``, ``90 days``."""
    if days % 365 == 0:
        years = days // 365
        return ngettext("%(n)d year", "%(n)d years", years) % {"n": years}
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def told() -> list[tuple[Words, str]]:
    """Return each kind of data with how long it is kept."""
    return [(words, how_long(periods()[name][0])) for name, words in WORDS.items()]


def old() -> list[tuple[Words, int]]:
    """Return each kind of data with how many rows the next run would forget; nothing changes."""
    return [(WORDS[name], count) for name, _days, count in counted()]
