"""One letter a day with what is new, to those who want no more than that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks import task

from skolnat.web.accounts.models import User
from skolnat.web.common.letters import post as send
from skolnat.web.common.schedule import periodic
from skolnat.web.common.when import HELSINKI
from skolnat.web.programme.discussion import following
from skolnat.web.programme.discussion.models import Follow, Post, Thread
from skolnat.web.programme.discussion.notices import address_of
from skolnat.web.programme.discussion.subjects import readable

HOUR: Final = 7
"""Hour of the day, in Finland, from which the letters of a day are sent."""


@periodic(every=timedelta(minutes=30))
@task()
def send_digests() -> int:
    """Send the letters of the day; return how many."""
    return digest(timezone.now())


def digest(now: datetime) -> int:
    """Send each who wants it one letter with what is new since the last, once a day."""
    local = now.astimezone(HELSINKI)
    if local.hour < HOUR:
        return 0
    morning = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    due = Follow.objects.filter(choice=Follow.Choice.DAILY, told__lt=morning)
    people = due.values_list("user", flat=True).distinct()
    return sum(_letter(number, now) for number in list(people))


def _letter(number: int, now: datetime) -> bool:
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=number)
        follows = list(Follow.objects.filter(user=user, choice=Follow.Choice.DAILY))
        news = _news(user, follows, now) if user.is_active else []
        Follow.objects.filter(pk__in=[one.pk for one in follows]).update(told=now)
        if not news:
            return False
        with translation.override(user.language):
            context = {"news": news, "settings": _settings(), "count": len(news)}
            way_out = following.way_out_of_digests(user)
            send(user.email, user.language, "discussion/digest", context, way_out=way_out)
    return True


def _settings() -> str:
    return settings.SITE_URL + reverse("discussion:follows")


def _news(user: User, follows: list[Follow], now: datetime) -> list[dict[str, object]]:
    """Return the posts of others that are new to somebody, in threads whose choice is daily."""
    since = min((one.told for one in follows), default=now)
    recent = Thread.objects.filter(last__gt=since)
    threads = {one.pk: one for one in recent if _counts(one, follows) is not None}
    rows = Post.objects.filter(thread__in=threads, at__gt=since, at__lte=now, hidden=None)
    allowed = readable(user, [one.about for one in threads.values()])
    news: list[dict[str, object]] = []
    for post in rows.exclude(author=user).select_related("thread", "author"):
        follow = following.followers(post.thread).get(user.pk)
        found = allowed.get(post.thread.about)
        # A choice of the thread's own (none, each) goes before that of its thing.
        if follow is None or follow.choice != Follow.Choice.DAILY or found is None:
            continue
        if post.at > follow.told:
            with translation.override(user.language):
                link, title = address_of(post, user.language), found.title.text
            way_out = following.way_out(follow)
            news.append({"post": post, "subject": title, "link": link, "way_out": way_out})
    return news


def _counts(thread: Thread, follows: list[Follow]) -> Follow | None:
    for one in follows:
        whole = one.thread_id is None and (one.kind, one.key) == thread.about
        if whole or one.thread_id == thread.pk:
            return one
    return None
