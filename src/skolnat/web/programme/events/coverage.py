"""Which municipalities an event has reached, and which to call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from django.db.models import Count

from skolnat.web.accounts.models import Municipality
from skolnat.web.accounts.municipalities import alphabetical
from skolnat.web.programme.events.models import Call, Event, Registration

Reach = Literal["came", "registered", "waiting", "none", "outside"]
REACHES: Final[tuple[Reach, ...]] = ("came", "registered", "waiting", "none", "outside")
"""From best to none; ``outside``: Åland, whose schools follow a law of their own."""


@dataclass(frozen=True)
class Reached:
    """How far an event has reached one municipality.

    Parameters
    ----------
    code, name, region
        The municipality and its region, in the reader's language.
    reach
        The best of what its people did.
    came, registered, waiting
        How many people.
    called
        What came of the last call; None where nobody has called.
    """

    code: str
    name: str
    region: str
    reach: Reach
    came: int
    registered: int
    waiting: int
    called: Call | None

    @property
    def to_call(self) -> bool:
        """Whether nobody has registered and nobody has called."""
        return self.reach == "none" and self.called is None


def of(event: Event) -> list[Reached]:
    """Return every municipality of today with how far the event has reached it, by name.

    Where it was written down who came, *came* counts those; a registration with a place for an
    occasion of which that is not known counts as *registered*.
    """
    state = Registration.State
    active = Registration.objects.filter(event=event).exclude(state=state.CANCELLED)
    rows = active.order_by().values("municipality", "state", "attended").annotate(n=Count("pk"))
    came: dict[str, int] = {}
    placed: dict[str, int] = {}
    waiting: dict[str, int] = {}
    for row in rows:
        code, n = row["municipality"], row["n"]
        if row["state"] == state.WAITING:
            waiting[code] = waiting.get(code, 0) + n
        elif row["attended"]:
            came[code] = came.get(code, 0) + n
        elif row["attended"] is None:
            placed[code] = placed.get(code, 0) + n
    calls: dict[str, Call] = {}
    for call in Call.objects.filter(event=event).order_by("at"):
        calls[call.municipality_id] = call
    out = []
    for one in Municipality.objects.filter(current=True):
        counts = (came.get(one.pk, 0), placed.get(one.pk, 0), waiting.get(one.pk, 0))
        reach = _reach(*counts, aland=one.aland)
        out.append(
            Reached(one.pk, str(one), str(one.region_names), reach, *counts, calls.get(one.pk))
        )
    return sorted(out, key=lambda one: alphabetical(one.name))


def _reach(came: int, registered: int, waiting: int, *, aland: bool) -> Reach:
    if came:
        return "came"
    if registered:
        return "registered"
    if waiting:
        return "waiting"
    return "outside" if aland else "none"


def counts(rows: Iterable[Reached]) -> dict[Reach, int]:
    """Return how many municipalities there are of each reach."""
    out: dict[Reach, int] = dict.fromkeys(REACHES, 0)
    for one in rows:
        out[one.reach] += 1
    return out
