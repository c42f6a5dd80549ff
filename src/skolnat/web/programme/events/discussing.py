"""Events can be discussed by those who speak for a municipality, and read by whoever sees them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skolnat.web.accounts.rules import is_member, is_officer
from skolnat.web.common.texts import Told
from skolnat.web.programme.discussion import subjects
from skolnat.web.programme.events.models import Event


def _find(keys: Collection[int]) -> Mapping[int, Event]:
    return Event.objects.in_bulk(keys)


def _title(event: Event) -> Told:
    told: Told = event.title.told()
    return told


def _url(event: Event) -> str:
    return reverse("events:event", kwargs={"slug": event.slug})


EVENT = subjects.Kind(
    name="event",
    label=_("Event"),
    find=_find,
    may_read=lambda user, event: bool(user.has_perm("events.view", event)),
    may_write=lambda user, _event: is_member(user) or is_officer(user),
    title=_title,
    url=_url,
)
