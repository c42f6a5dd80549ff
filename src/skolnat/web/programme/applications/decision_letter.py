"""The letter of decision as a PDF that screen readers can read (PDF/UA-1), in either language."""

from __future__ import annotations

import json
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from skolnat.common.languages import Language
from skolnat.web.common import when
from skolnat.web.programme.applications.models import Application, Decision
from skolnat.web.programme.applications.reviewing import standing

_TEMPLATE: Final = Path(__file__).with_name("decision_letter.typ")


def letter(application: Application, language: Language) -> bytes:
    """Return the letter of a published decision.

    Parameters
    ----------
    application
        Decided on, the decision published.
    language
        Of the letter; reasons that lack it are given in the language they were written in, and
        marked so.
    """
    import typst

    with translation.override(language):
        told = _told(application, application.decision, language)
    made: bytes = typst.compile(
        str(_TEMPLATE),
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        ignore_system_fonts=True,
        pdf_standards="ua-1",
    )
    return made


def _told(application: Application, decision: Decision, language: Language) -> dict[str, Any]:
    """Return the words of the letter, in the language that is active."""
    assert decision.published is not None
    reasons = decision.reasons.told(language)
    call = application.call.title.told(language).text
    group = [
        one.municipality.names.told(language).text
        for one in application.partners.select_related("municipality")
        if one.is_confirmed
    ]
    lead = _(
        "You applied together to the call “%(call)s” with the application “%(title)s”"
        " (number %(number)s, received %(received)s)."
    )
    received = when.moment(application.submitted) if application.submitted else ""
    return {
        "language": language,
        "sender": _("Association of Finnish Municipalities"),
        "day": when.day(decision.published, weekday=False),
        "number": application.number,
        "to": [
            application.responsible.names.told(language).text,
            application.content.get("contact_name", ""),
        ],
        "title": _("Decision on an application"),
        "lead": lead
        % {
            "call": call,
            "title": application.title,
            "number": application.number,
            "received": received,
        },
        "outcome": _("Decision: %(outcome)s") % {"outcome": decision.get_outcome_display()},
        "reasons_title": _("Reasons"),
        "reasons": [{"language": reasons.language, "text": reasons.text}],
        "scores_title": _("Mean of the reviewers' points"),
        "scores_head": [_("Criterion"), _("Points"), _("Highest")],
        "scores": _scores(application, language),
        "signer": decision.published_by.name if decision.published_by else "",
        "ask": _("Questions about the decision: %(address)s")
        % {"address": parseaddr(settings.DEFAULT_FROM_EMAIL)[1]},
        "group_title": _("The group"),
        "group": group,
    }


def _scores(application: Application, language: Language) -> list[list[str]]:
    told = standing(application)
    if told is None or not told.means:
        return []
    point = "." if language == "en" else ","
    return [
        [
            criterion.name.told(language).text,
            f"{told.means[criterion.pk]:.1f}".replace(".", point),
            str(criterion.highest),
        ]
        for criterion in application.call.criteria.all()
    ]
