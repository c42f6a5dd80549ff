"""The tag with which a page shows what is said of its thing."""

from __future__ import annotations

from typing import Any

from django import template

from skolnat.web.programme.discussion.models import Thread
from skolnat.web.programme.discussion.subjects import subject

register = template.Library()


@register.inclusion_tag("discussion/_box.html", takes_context=True)
def discussion(context: dict[str, Any], kind: str, thing: Any) -> dict[str, Any]:
    """Show the liveliest threads about a thing, and the way to all of them.

    Parameters
    ----------
    context
        Of the page, which has asked already whether its reader may see the thing.
    kind
        Name of the kind of thing (:mod:`..subjects`).
    thing
        Row that the page shows.
    """
    user = context["request"].user
    rows = list(Thread.objects.filter(kind=kind, key=thing.pk)[:4])
    found = subject(kind, thing.pk) if user.is_authenticated else None
    return {
        "threads": rows[:3],
        "more": len(rows) > 3,
        "kind": kind,
        "key": thing.pk,
        "writes": found is not None and found.may_write(user),
    }
