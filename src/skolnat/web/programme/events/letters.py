"""Letters about registrations, each in its reader's language with the entry of the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from django.utils import translation

from skolnat.web.common.letters import post
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
]


def write(name: Name, registration: Registration, now: datetime) -> None:
    """Queue one letter; call it in the transaction of what it tells of.

    Parameters
    ----------
    name
        ``"confirmed"``, ``"waiting"``: has registered; ``"promoted"``: has got a place;
        ``"changed"``: chose another occasion; ``"cancelled"``: gave up; ``"reminder"``: it is
        near; ``"moved"``, ``"called_off"``: the occasion was changed by the association;
        ``"link"``: asked for the link.
    registration
        With its event and occasion.
    now
        The server's clock.
    """
    with translation.override(registration.language):
        calendar, method = calendars.invitation(registration, now)
        waits = registration.state == Registration.State.WAITING
        # A waiting list has no entry; but one that had a place before must lose it.
        bare = waits and registration.sequence == 0
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
            },
            calendar="" if bare else calendar,
            calendar_method="" if bare else method,
        )


def promoted(registrations: Iterable[Registration], now: datetime) -> None:
    """Tell those who have got a place."""
    for one in registrations:
        write("promoted", one, now)
