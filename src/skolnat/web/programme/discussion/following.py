"""Who hears of what, and how often: each chooses, for a thing or for one thread."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from skolnat.web.accounts.models import User
from skolnat.web.common import links
from skolnat.web.programme.discussion.models import Follow, Thread

PURPOSE = "discussion-follow"
DIGESTS = "discussion-digests"
Choice = Follow.Choice


def choose(
    user: User, kind: str, key: int, choice: str, now: datetime, thread: Thread | None = None
) -> Follow:
    """Note how somebody wants to hear of a thing, or of one of its threads."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        made, new = Follow.objects.get_or_create(
            user=user,
            kind=kind,
            key=key,
            thread=thread,
            defaults={"choice": choice, "told": now},
        )
        if not new and made.choice != choice:
            made.choice, made.told = choice, now
            made.save(update_fields=["choice", "told"])
    return made


def chosen(user: User, kind: str, key: int, thread: Thread | None = None) -> str:
    """Return what somebody has chosen; no letters where nothing was."""
    held = Follow.objects.filter(user=user, kind=kind, key=key, thread=thread).first()
    return held.choice if held is not None else Choice.NONE


def followers(thread: Thread) -> dict[int, Follow]:
    """Return, by account, the choice that counts for a thread: its own before its thing's."""
    rows = Follow.objects.filter(kind=thread.kind, key=thread.key).select_related("user")
    found: dict[int, Follow] = {}
    for one in rows.filter(user__is_active=True):
        own = one.thread_id == thread.pk
        if own or (one.thread_id is None and one.user_id not in found):
            found[one.user_id] = one
    return found


def way_out(follow: Follow) -> str:
    """Return the link that ends the letters of a choice, without signing in."""
    with translation.override(follow.user.language):
        token = links.sign(PURPOSE, follow.pk)
        return settings.SITE_URL + reverse("discussion:unsubscribe", kwargs={"token": token})


def way_out_of_digests(user: User) -> str:
    """Return the link that ends the daily letter with all that it tells of."""
    with translation.override(user.language):
        token = links.sign(DIGESTS, user.pk)
        return settings.SITE_URL + reverse("discussion:no_digests", kwargs={"token": token})


def end_digests(token: str) -> int:
    """End the daily letter of a link; return how many choices were ended.

    Raises
    ------
    skolnat.web.common.links.BadLink
        The link is forged or cut off.
    """
    daily = Follow.objects.filter(user=links.read(DIGESTS, token), choice=Choice.DAILY)
    return daily.update(choice=Choice.NONE)


def opened(token: str) -> Follow:
    """Return the choice of a link.

    Raises
    ------
    skolnat.web.common.links.BadLink
        The link is forged or cut off, or the choice is gone.
    """
    number = links.read(PURPOSE, token)
    found = Follow.objects.select_related("user", "thread").filter(pk=number).first()
    if found is None:
        raise links.BadLink("expired")
    return found


def end(follow: Follow) -> None:
    """Send no more letters about what a choice is of."""
    Follow.objects.filter(pk=follow.pk).update(choice=Choice.NONE)
