"""Letters about posts: to those who want each, and to the association of what is reported."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django_tasks import task

from skolnat.web.accounts.models import User
from skolnat.web.common.letters import post as send
from skolnat.web.programme.discussion import following
from skolnat.web.programme.discussion.models import Follow, Post, Report
from skolnat.web.programme.discussion.subjects import subject


def address_of(post: Post, language: str) -> str:
    """Return the whole address of a post."""
    with translation.override(language):
        path = reverse("discussion:thread", kwargs={"pk": post.thread_id})
    return f"{settings.SITE_URL}{path}?post={post.pk}#post{post.pk}"


@task()
def tell(number: int) -> int:
    """Tell of one post those who want a letter for each; return how many letters.

    Who may not see the thing any more gets none, and nobody gets their own.
    """
    rows = Post.objects.select_related("thread", "author")
    post = rows.filter(pk=number, hidden=None).first()
    found = subject(*post.thread.about) if post is not None else None
    if post is None or found is None:
        return 0
    count = 0
    for follow in following.followers(post.thread).values():
        user = follow.user
        wants = follow.choice == Follow.Choice.EACH and user.pk != post.author_id
        if wants and found.may_read(user):
            with translation.override(user.language):
                way_out = following.way_out(follow)
                context = {
                    "post": post,
                    "thread": post.thread,
                    "subject": found.title.text,
                    "link": address_of(post, user.language),
                    "way_out": way_out,
                }
                name = "discussion/post"
                send(user.email, user.language, name, context, way_out=way_out)
            count += 1
    return count


def reported(report: Report) -> None:
    """Tell the association that a post was reported."""
    for officer in User.objects.filter(is_officer=True, is_active=True):
        with translation.override(officer.language):
            path = reverse("discussion:reports")
        context = {"report": report, "link": settings.SITE_URL + path}
        send(officer.email, officer.language, "discussion/reported", context)
