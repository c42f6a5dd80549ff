"""Moderation: hide with a reason, lock, and the queue of what was reported."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from skolnat.web.accounts.models import User
from skolnat.web.common.audit import record
from skolnat.web.programme.discussion import notices
from skolnat.web.programme.discussion.models import Post, Report, Thread

Outcome = Report.Outcome


def hide(post: Post, reason: str, by: User, now: datetime) -> None:
    """Hide a post; its place stays, with the reason. Hiding the first one hides the title too."""
    with transaction.atomic():
        held = _held(post)
        held.hidden, held.hidden_by, held.reason = now, by, reason
        held.save(update_fields=["hidden", "hidden_by", "reason"])
        _title(held, hidden=True)
        _decide(held, Outcome.HIDDEN, by, now)
        record(by, "discussion.hidden", held, reason=reason)


def show(post: Post, by: User) -> None:
    """Show a hidden post again."""
    with transaction.atomic():
        held = _held(post)
        held.hidden, held.hidden_by, held.reason = None, None, ""
        held.save(update_fields=["hidden", "hidden_by", "reason"])
        _title(held, hidden=False)
        record(by, "discussion.shown", held)


def lock(thread: Thread, by: User, *, locked: bool) -> None:
    """Let a thread take nothing more, or take posts again."""
    with transaction.atomic():
        held = Thread.objects.select_for_update().get(pk=thread.pk)
        held.locked = locked
        held.save(update_fields=["locked"])
        record(by, "discussion.locked" if locked else "discussion.unlocked", held)


def report(post: Post, reason: str, by: User, now: datetime) -> Report:
    """Take a report; the association hears of the first one of a post. Reported twice is once."""
    with transaction.atomic():
        held = _held(post)
        waiting = held.reports.filter(outcome=Outcome.OPEN)
        first = not waiting.exists()
        made, new = Report.objects.get_or_create(
            post=held, by=by, outcome=Outcome.OPEN, defaults={"reason": reason, "at": now}
        )
        if new:
            record(by, "discussion.reported", held)
        if first:
            notices.reported(made)
    return made


def keep(post: Post, by: User, now: datetime) -> None:
    """Leave a reported post as it is."""
    with transaction.atomic():
        held = _held(post)
        _decide(held, Outcome.KEPT, by, now)
        record(by, "discussion.kept", held)


def _held(post: Post) -> Post:
    return Post.objects.select_for_update(of=("self",)).select_related("thread").get(pk=post.pk)


def _title(post: Post, *, hidden: bool) -> None:
    first = post.thread.posts.order_by("at", "pk").values_list("pk", flat=True).first()
    if first == post.pk:
        Thread.objects.filter(pk=post.thread_id).update(hidden=hidden)


def _decide(post: Post, outcome: str, by: User, now: datetime) -> None:
    post.reports.filter(outcome=Outcome.OPEN).update(outcome=outcome, decided=now, decided_by=by)


def open_reports() -> int:
    """Return how many reported posts nobody has looked at."""
    return Report.objects.filter(outcome=Outcome.OPEN).count()
