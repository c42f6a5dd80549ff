"""Calls, pilots and studies can be discussed: each is read by whoever may see it.

On calls and pilots writes who speaks for any municipality, so that one can ask another's pilot. A
study is its group's own: whoever may see the application reads, and the group writes, with the
association as soon as the application has been submitted. Reviewers have a discussion of theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skolnat.web.accounts.rules import is_member, is_officer
from skolnat.web.common.texts import Told
from skolnat.web.programme.applications.models import Application, Call, Pilot
from skolnat.web.programme.applications.rules import is_asked, is_submitted
from skolnat.web.programme.discussion import subjects


def _calls(keys: Collection[int]) -> Mapping[int, Call]:
    return Call.objects.in_bulk(keys)


def _pilots(keys: Collection[int]) -> Mapping[int, Pilot]:
    return Pilot.objects.select_related("call").in_bulk(keys)


def _applications(keys: Collection[int]) -> Mapping[int, Application]:
    return Application.objects.select_related("call").in_bulk(keys)


def _any_municipality(user: Any, _thing: Any) -> bool:
    return bool(is_member(user) or is_officer(user))


def _group(user: Any, application: Application) -> bool:
    official = is_officer(user) and is_submitted(user, application)
    return bool(is_asked(user, application) or official)


def _told(thing: Any) -> Told:
    told: Told = (thing.title if isinstance(thing, Call) else thing.name).told()
    return told


KINDS = (
    subjects.Kind(
        name="call",
        label=_("Call"),
        find=_calls,
        may_read=lambda user, call: bool(user.has_perm("applications.view_call", call)),
        may_write=_any_municipality,
        title=_told,
        url=lambda call: reverse("applications:call", kwargs={"slug": call.slug}),
    ),
    subjects.Kind(
        name="pilot",
        label=_("Pilot"),
        find=_pilots,
        may_read=lambda user, pilot: bool(user.has_perm("applications.view_call", pilot.call)),
        may_write=_any_municipality,
        title=_told,
        url=lambda pilot: reverse("applications:pilot", kwargs={"number": pilot.pk}),
    ),
    subjects.Kind(
        name="study",
        label=_("Study"),
        find=_applications,
        may_read=lambda user, one: bool(user.has_perm("applications.view", one)),
        may_write=_group,
        title=lambda one: Told(one.title, one.language),
        url=lambda one: reverse("applications:study", kwargs={"number": one.pk}),
    ),
)
