"""Which expert gets a question: one of its theme and language, who has least to answer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Q

from skolnat.web.common.texts import NAMES
from skolnat.web.common.when import HELSINKI
from skolnat.web.programme.contacts.models import Enquiry, Expert, Theme

State = Enquiry.State


def suitable(theme: Theme, language: str, now: datetime) -> list[Expert]:
    """Return the experts who can be sent a question of a theme and language, least load first.

    Load is the number of questions that wait for the expert. Among equals goes first who has
    been given a question longest ago, so that a quiet week is shared as a busy one is.
    """
    today = now.astimezone(HELSINKI).date()
    waiting = Count("enquiries", filter=Q(enquiries__state=State.WAITING), distinct=True)
    rows = Expert.objects.filter(themes=theme, active=True).annotate(load=waiting)
    fit = [one for one in rows if language in one.languages and one.serves(today)]
    last = dict(
        Enquiry.objects.filter(expert__in=fit)
        .order_by("assigned")
        .values_list("expert_id", "assigned")
    )

    def rank(one: Expert) -> tuple[int, float, int, int]:
        given = last.get(one.pk)
        load: int = getattr(one, "load")  # noqa: B009 - the query adds it
        return (load, given.timestamp() if given else 0.0, one.order, one.pk)

    return sorted(fit, key=rank)


def choose(enquiry: Enquiry, now: datetime, without: Collection[int] = ()) -> Expert | None:
    """Return who gets a question, or None where nobody of its theme and language can.

    Parameters
    ----------
    enquiry
        Where somebody has least to answer together with others, an expert who has answered the
        same municipality before goes first: they know one another.
    now
        Experts who are away at this time get none.
    without
        Experts who have had it and passed it on.
    """
    found = [one for one in suitable(enquiry.theme, enquiry.language, now) if one.pk not in without]
    if not found:
        return None
    least: int = getattr(found[0], "load")  # noqa: B009 - the query adds it
    equals = [one for one in found if getattr(one, "load") == least]  # noqa: B009
    if enquiry.municipality_id is not None:
        known = set(
            Enquiry.objects.filter(municipality=enquiry.municipality_id, state=State.ANSWERED)
            .exclude(pk=enquiry.pk)
            .values_list("expert_id", flat=True)
        )
        equals = [one for one in equals if one.pk in known] or equals
    return equals[0]


def coverage(now: datetime) -> list[tuple[Theme, list[tuple[str, int]]]]:
    """Return every published theme with, by language, how many can be sent a question now."""
    today = now.astimezone(HELSINKI).date()
    rows = []
    for theme in Theme.objects.filter(published=True).prefetch_related("experts"):
        here = [one for one in theme.experts.all() if one.serves(today)]
        rows.append((theme, [(code, sum(code in one.languages for one in here)) for code in NAMES]))
    return rows


def waiting() -> int:
    """Return how many questions wait for an answer."""
    return Enquiry.objects.filter(state=Enquiry.State.WAITING).count()
