"""Rows that tests of discussions begin with."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from skolnat.web.programme.discussion import moderating, subjects, writing
from skolnat.web.programme.discussion.models import Post, Report, Thread
from skolnat.web.programme.discussion.subjects import Subject
from webtests import world


def subject(event: Any = None) -> Subject:
    """An event that is discussed."""
    found = subjects.subject("event", (event or world.event()).pk)
    assert found is not None
    return found


def thread(by: Any, title: str = "Skjutsar", text: str = "Vem ordnar dem?", **more: Any) -> Thread:
    """A thread about an event, with its first post in Swedish."""
    about = more.pop("about", None) or subject()
    return writing.begin(about, title, text, more.pop("language", "sv"), by, timezone.now())


def post(by: Any, **more: Any) -> Post:
    """The first post of a thread."""
    return thread(by, **more).posts.get()


def reported(by: Any, who: Any) -> Report:
    """A post that was reported."""
    return moderating.report(post(by), "Not true", who, timezone.now())
