"""Finds what an address tells of, and asks whether the reader may see it."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from skolnat.web.accounts.models import User
from skolnat.web.programme.discussion.models import Post, Thread
from skolnat.web.programme.discussion.subjects import Subject, subject


def reader(request: HttpRequest) -> User:
    """Return who has signed in."""
    assert isinstance(request.user, User)
    return request.user


def subject_of(request: HttpRequest, kind: str, key: int) -> Subject:
    """Return a thing that this reader may see.

    Raises
    ------
    django.http.Http404
        There is none, or the reader may not see it: what is hidden does not betray itself.
    """
    found = subject(kind, key)
    if found is None or not found.may_read(request.user):
        raise Http404
    return found


def thread_of(request: HttpRequest, pk: int) -> tuple[Thread, Subject]:
    """Return a thread of a thing that this reader may see."""
    thread = get_object_or_404(Thread, pk=pk)
    return thread, subject_of(request, *thread.about)


def post_of(request: HttpRequest, pk: int) -> tuple[Post, Subject]:
    """Return a post of a thing that this reader may see; a hidden one is the moderators' alone."""
    rows = Post.objects.select_related("thread", "author", "municipality")
    post = get_object_or_404(rows, pk=pk)
    found = subject_of(request, *post.thread.about)
    if post.hidden is not None and not request.user.has_perm("discussion.moderate"):
        raise Http404
    return post, found
