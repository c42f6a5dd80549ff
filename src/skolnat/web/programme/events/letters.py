"""Letters about registrations, each in its reader's language with the entry of the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks import task

from skolnat.web.common.letters import post
from skolnat.web.common.links import sign
from skolnat.web.programme.events import calendars, links, places
from skolnat.web.programme.events.models import Registration

Name = Literal[
    "confirmed",
    "waiting",
    "promoted",
    "changed",
    "cancelled",
    "reminder",
    "moved",
    "called_off",
    "link",
    "own_data",
]
OWN_DATA: Final = "registration-data"
"""Purpose of the link to everything that is known of an address."""


def write(name: Name, registration: Registration) -> None:
    """Have one letter written; call it in the transaction of what it tells of.

    The words and the entry of the calendar are put together by the worker: whoever registers
    holds the line of the occasion, and must not keep others waiting for that.

    Parameters
    ----------
    name
        ``"confirmed"``, ``"waiting"``: has registered; ``"promoted"``: has got a place;
        ``"changed"``: chose another occasion; ``"cancelled"``: gave up; ``"reminder"``: it is
        near; ``"moved"``, ``"called_off"``: the occasion was changed by the association;
        ``"link"``: asked for the link; ``"own_data"``: asked for everything that is known.
    registration
        As it is saved now.
    """
    compose.enqueue(name, registration.pk, registration.sequence)


@task(priority=10)
def compose(name: Name, number: int, sequence: int) -> None:
    """Write one letter; nothing where the registration has changed since.

    The change has brought a letter of its own, which tells what holds now.
    """
    rows = Registration.objects.select_related("event", "occasion")
    registration = rows.filter(pk=number, sequence=sequence).first()
    if registration is None:
        return
    with translation.override(registration.language):
        calendar, method = calendars.invitation(registration, timezone.now())
        waits = registration.state == Registration.State.WAITING
        # A waiting list has no entry; but one that had a place before must lose it.
        bare = (waits and registration.sequence == 0) or name == "own_data"
        post(
            registration.email,
            registration.language,
            f"events/{name}",
            {
                "registration": registration,
                "event": registration.event,
                "occasion": registration.occasion,
                "link": links.address(registration),
                "number": places.place_in_line(registration) if waits else 0,
                "waits": waits,
                "data_link": _data_link(registration) if name == "own_data" else "",
            },
            calendar="" if bare else calendar,
            calendar_method="" if bare else method,
        )


def _data_link(registration: Registration) -> str:
    token = sign(OWN_DATA, registration.pk)
    return settings.SITE_URL + reverse("events:own_data_file", kwargs={"token": token})


def promoted(registrations: Iterable[Registration]) -> None:
    """Tell those who have got a place."""
    for one in registrations:
        write("promoted", one)
