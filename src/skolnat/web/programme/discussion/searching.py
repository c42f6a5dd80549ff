"""Finding threads and posts that somebody may read."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skolnat.web.programme.discussion.models import Post, Thread
from skolnat.web.programme.discussion.subjects import Subject, readable


def allowed(user: Any, kind: str = "") -> dict[tuple[str, int], Subject]:
    """Return the things that somebody may see and that something has been said of."""
    rows = Thread.objects.order_by().values_list("kind", "key").distinct()
    return readable(user, rows.filter(kind=kind) if kind else rows)


def threads(things: dict[tuple[str, int], Subject]) -> QuerySet[Thread]:
    """Return the threads of some things, the liveliest first."""
    by_kind: dict[str, list[int]] = {}
    for kind, key in things:
        by_kind.setdefault(kind, []).append(key)
    where = Q(pk__in=[])
    for kind, keys in by_kind.items():
        where |= Q(kind=kind, key__in=keys)
    return Thread.objects.filter(where).select_related("author")


def posts(things: dict[tuple[str, int], Subject], words: str, language: str = "") -> QuerySet[Post]:
    """Return the posts that hold every one of some words, the newest first.

    Parameters
    ----------
    things
        What the reader may see.
    words
        Parts of words count: ``skol`` finds ``närskola``. Capital letters do not.
    language
        Posts written in this language alone.
    """
    found = Post.objects.filter(hidden=None, thread__in=threads(things))
    for one in words.casefold().split()[:10]:
        found = found.filter(folded__contains=one)
    if language:
        found = found.filter(language=language)
    return found.select_related("thread", "author").order_by("-at", "-pk")
