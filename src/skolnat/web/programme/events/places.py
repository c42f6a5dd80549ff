"""Places and the waiting list: nobody is promised a place that is not there.

Every change of an occasion's line happens in one transaction that holds the occasion: a row lock
on PostgreSQL, the lock of the whole database on SQLite (``BEGIN IMMEDIATE``). Counting and
writing can then not be parted by another registration. Occasions are locked in the order of their
numbers, so that two who change places with each other never wait for one another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.db import IntegrityError, transaction

from skolnat.web.programme.events.models import Occasion, Registration

State = Registration.State
Refusal = Literal["closed", "known", "same"]
_ACTIVE: Final = (State.PLACE, State.WAITING)


class Refused(Exception):  # noqa: N818 - what it is, not what went wrong in the code
    """A registration that cannot be made or changed.

    Parameters
    ----------
    reason
        ``"closed"``: too late, or the occasion is called off; ``"known"``: the address has
        registered for the event already; ``"same"``: nothing would change.
    """

    def __init__(self, reason: Refusal) -> None:
        self.reason: Refusal = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Line:
    """How an occasion stands.

    Parameters
    ----------
    capacity
        Places, or None where there is no limit.
    taken
        Registrations with a place.
    waiting
        Registrations on the waiting list.
    """

    capacity: int | None
    taken: int
    waiting: int

    @property
    def free(self) -> int | None:
        """Places that somebody who registers now would get; None: no limit."""
        if self.capacity is None:
            return None
        return 0 if self.waiting else max(0, self.capacity - self.taken)

    @property
    def full(self) -> bool:
        """Whether whoever registers now has to wait."""
        return self.free == 0


def hold(*numbers: int) -> dict[int, Occasion]:
    """Lock occasions until the transaction ends, and return them as they are now."""
    rows = Occasion.objects.select_for_update().filter(pk__in=numbers).order_by("pk")
    return {one.pk: one for one in rows}


def line(occasion: Occasion) -> Line:
    """Return how an occasion stands."""
    return lines([occasion])[occasion.pk]


def lines(occasions: Iterable[Occasion]) -> dict[int, Line]:
    """Return how several occasions stand, by their number, in one question to the database."""
    from django.db.models import Count, Q

    capacity = {one.pk: one.capacity for one in occasions}
    counts = (
        Registration.objects.filter(occasion__in=capacity, state__in=_ACTIVE)
        .order_by()
        .values("occasion")
        .annotate(
            taken=Count("pk", filter=Q(state=State.PLACE)),
            waiting=Count("pk", filter=Q(state=State.WAITING)),
        )
    )
    found = {row["occasion"]: (row["taken"], row["waiting"]) for row in counts}
    return {pk: Line(held, *found.get(pk, (0, 0))) for pk, held in capacity.items()}


def place_in_line(registration: Registration) -> int:
    """Return how many stand before somebody on the waiting list, and oneself: 1 is next."""
    from django.db.models import Q

    before = Q(queued__lt=registration.queued) | Q(
        queued=registration.queued, pk__lte=registration.pk
    )
    waiting = Registration.objects.filter(occasion=registration.occasion_id, state=State.WAITING)
    return waiting.filter(before).count()


def register(registration: Registration, now: datetime) -> Registration:
    """Give somebody a place, or one on the waiting list; save the registration.

    Parameters
    ----------
    registration
        Not saved yet; its occasion, name, address and so on are set.
    now
        The server's clock.

    Raises
    ------
    Refused
        Registration is closed, or the address has registered for the event already.
    """
    with transaction.atomic():
        occasion = hold(registration.occasion_id)[registration.occasion_id]
        if not occasion.open_at(now):
            raise Refused("closed")
        registration.event_id = occasion.event_id
        registration.state = State.WAITING if line(occasion).full else State.PLACE
        registration.queued = registration.created = registration.changed = now
        try:
            registration.save(force_insert=True)
        except IntegrityError as twice:  # leaves the transaction, which is thereby undone
            raise Refused("known") from twice
    return registration


def move(
    registration: Registration, to: Occasion, now: datetime
) -> tuple[Registration, list[Registration]]:
    """Change somebody's occasion; return the registration, and who got the place that fell free.

    Raises
    ------
    Refused
        Either occasion is closed, or it is the same one, or the registration was cancelled.
    """
    with transaction.atomic():
        held = hold(registration.occasion_id, to.pk)
        row = Registration.objects.select_for_update().get(pk=registration.pk)
        if row.occasion_id == to.pk:
            raise Refused("same")
        old, new = held.get(row.occasion_id), held[to.pk]
        if (
            old is None  # moved meanwhile, to an occasion that is not held here
            or row.state == State.CANCELLED
            or new.event_id != row.event_id
            or not new.open_at(now)
            or (not old.cancelled and now >= old.begins)
        ):
            raise Refused("closed")
        row.state = State.WAITING if line(new).full else State.PLACE
        row.occasion, row.queued = new, now
        _touch(row, now)
        return row, _fill(old, now)


def cancel(registration: Registration, now: datetime) -> tuple[Registration, list[Registration]]:
    """Give up somebody's place; return the registration, and who got it.

    Cancelling twice changes nothing. Raises :class:`Refused` where it is too late.
    """
    with transaction.atomic():
        held = hold(registration.occasion_id)
        row = Registration.objects.select_for_update().get(pk=registration.pk)
        if row.state == State.CANCELLED:
            raise Refused("same")
        occasion = held.get(row.occasion_id)
        if occasion is None or now >= occasion.begins:
            raise Refused("closed")
        row.state = State.CANCELLED
        _touch(row, now)
        return row, _fill(occasion, now)


def fill(occasion: Occasion, now: datetime) -> list[Registration]:
    """Give the free places of an occasion to those who have waited longest; return them."""
    with transaction.atomic():
        return _fill(hold(occasion.pk)[occasion.pk], now)


def _fill(occasion: Occasion, now: datetime) -> list[Registration]:
    """Promote from the waiting list; the occasion is held by the caller."""
    if occasion.cancelled or now >= occasion.begins:
        return []
    waiting = Registration.objects.filter(occasion=occasion, state=State.WAITING)
    if occasion.capacity is not None:
        free = occasion.capacity - line(occasion).taken
        waiting = waiting.order_by("queued", "pk")[: max(0, free)]
    promoted = list(waiting)
    for row in promoted:
        row.state = State.PLACE
        _touch(row, now)
    return promoted


def _touch(row: Registration, now: datetime) -> None:
    """Save a change: links given out before stop opening it, calendars take the new state."""
    row.changed = now
    row.nonce += 1
    row.sequence += 1
    row.save()
