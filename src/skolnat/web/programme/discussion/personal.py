"""What discussions hold of people: which columns, what of one person, and how it is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from skolnat.web.accounts.models import User
from skolnat.web.programme.discussion.models import Follow, Post, Rendering, Report, Thread

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "discussion.Thread": ("author",),
    "discussion.Post": ("author", "municipality"),
    "discussion.Rendering": ("by",),
    "discussion.Report": ("by",),
    "discussion.Follow": ("user",),
}
"""Columns that tell who somebody is, by model. Words stay: others have answered them."""


def of(user: User) -> dict[str, list[dict[str, Any]]]:
    """Return what somebody has written, with its earlier words, and chosen."""
    posts = Post.objects.filter(author=user).select_related("thread").order_by("pk")
    return {
        "posts": [
            {
                "at": one.at.isoformat(),
                "thread": one.thread.title,
                "language": one.language,
                "text": one.text,
                "earlier": [held.text for held in one.wordings.all()],
            }
            for one in posts
        ],
        "translations": [
            {"at": one.at.isoformat(), "language": one.language, "text": one.text}
            for one in Rendering.objects.filter(by=user).order_by("pk")
        ],
        "reports": [
            {"at": one.at.isoformat(), "reason": one.reason}
            for one in Report.objects.filter(by=user).order_by("pk")
        ],
        "letters": [
            {"about": f"{one.kind} {one.key}", "choice": one.choice}
            for one in Follow.objects.filter(user=user).order_by("pk")
        ],
    }


def forget(user: User) -> int:
    """Take somebody's name from what they wrote, and their choices away; return how many posts."""
    with transaction.atomic():
        count = Post.objects.filter(author=user).update(author=None, municipality=None)
        Thread.objects.filter(author=user).update(author=None)
        Rendering.objects.filter(by=user).update(by=None)
        Report.objects.filter(by=user).update(by=None)
        Follow.objects.filter(user=user).delete()
    return count
