"""Writing: threads and posts, their changes and translations. Nothing that was said is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from django.db import transaction

from skolnat.web.accounts.models import User
from skolnat.web.accounts.rules import memberships
from skolnat.web.common.audit import record
from skolnat.web.programme.discussion import notices
from skolnat.web.programme.discussion.models import Post, Rendering, Thread, Wording
from skolnat.web.programme.discussion.subjects import Subject

MOST: Final = 10
"""Posts that one account may write within :data:`WITHIN`."""
WITHIN: Final = timedelta(minutes=10)

Refusal = Literal["often", "locked"]


class Refused(Exception):  # noqa: N818 - what it is, not what went wrong in the code
    """Something that cannot be written.

    Parameters
    ----------
    reason
        ``"often"``: too much in a short time; ``"locked"``: the thread takes nothing more.
    """

    def __init__(self, reason: Refusal) -> None:
        self.reason: Refusal = reason
        super().__init__(reason)


def begin(
    subject: Subject, title: str, text: str, language: str, by: User, now: datetime
) -> Thread:
    """Begin a thread with its first post; sent twice it is begun once.

    Raises
    ------
    Refused
        The account has written too much in a short time.
    """
    with transaction.atomic():
        _queue(by)
        same = Thread.objects.filter(
            kind=subject.kind.name,
            key=subject.key,
            author=by,
            title=title,
            begun__gt=now - WITHIN,
            posts__text=text,
        ).first()
        if same is not None:
            return same
        _spare(by, now)
        thread = Thread.objects.create(
            kind=subject.kind.name,
            key=subject.key,
            title=title,
            language=language,
            author=by,
            begun=now,
            last=now,
        )
        _write(thread, text, language, by, now)
    return thread


def reply(thread: Thread, text: str, language: str, by: User, now: datetime) -> Post:
    """Write a post; sent twice it is written once.

    Raises
    ------
    Refused
        The thread is locked, or the account has written too much in a short time.
    """
    with transaction.atomic():
        _queue(by)
        held = Thread.objects.select_for_update().get(pk=thread.pk)
        if held.locked:
            raise Refused("locked")
        same = held.posts.filter(author=by, text=text, at__gt=now - WITHIN).first()
        if same is not None:
            return same
        _spare(by, now)
        return _write(held, text, language, by, now)


def _queue(by: User) -> None:
    """Let requests of one person follow each other, so that a double click is seen as one."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)


def _spare(by: User, now: datetime) -> None:
    if Post.objects.filter(author=by, at__gt=now - WITHIN).count() >= MOST:
        raise Refused("often")


def _write(thread: Thread, text: str, language: str, by: User, now: datetime) -> Post:
    # Somebody who speaks for several municipalities does not say for which; none is shown then.
    speaks_for = sorted(memberships(by))
    post = Post.objects.create(
        thread=thread,
        author=by,
        municipality_id=speaks_for[0] if len(speaks_for) == 1 else None,
        language=language,
        text=text,
        at=now,
    )
    thread.last = now
    thread.count += 1
    thread.save(update_fields=["last", "count"])
    fold(post)
    record(by, "discussion.written", post, thread=thread.pk)
    notices.tell.enqueue(post.pk)
    return post


def edit(post: Post, text: str, language: str, by: User, now: datetime) -> Post:
    """Change a post; what it said before is kept and can be read."""
    with transaction.atomic():
        held = Post.objects.select_for_update().get(pk=post.pk)
        if held.text != text or held.language != language:
            Wording.objects.create(post=held, language=held.language, text=held.text, until=now)
            held.text, held.language, held.edited = text, language, now
            held.save(update_fields=["text", "language", "edited"])
            held.renderings.filter(language=language).delete()
            fold(held)
            record(by, "discussion.edited", held)
    return held


def render(post: Post, language: str, text: str, by: User, now: datetime) -> None:
    """Put a person's translation beside a post; an empty one is taken away."""
    with transaction.atomic():
        held = Post.objects.select_for_update().get(pk=post.pk)
        if not text.strip():
            Rendering.objects.filter(post=held, language=language).delete()
        else:
            Rendering.objects.update_or_create(
                post=held,
                language=language,
                defaults={"text": text.strip(), "by": by, "at": now},
            )
        fold(held)
        record(by, "discussion.translated", held, language=language)


def fold(post: Post) -> None:
    """Write the words of a post for the search: SQLite knows no small letter of Å, Ä and Ö."""
    words = [post.text, *post.renderings.values_list("text", flat=True)]
    if post.thread.posts.order_by("at", "pk").values_list("pk", flat=True).first() == post.pk:
        words.append(post.thread.title)
    post.folded = "\n".join(words).casefold()
    post.save(update_fields=["folded"])
