"""A place promised twice is the worst an event can do; a place left empty is the next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from skolnat.web.programme.events import places
from skolnat.web.programme.events.models import Registration
from skolnat.web.programme.events.places import Refused
from webtests import world

State = Registration.State
pytestmark = pytest.mark.django_db


def states(occasion: object) -> list[str]:
    rows = Registration.objects.filter(occasion=occasion).order_by("pk")
    return list(rows.values_list("state", flat=True))


def test_whoever_comes_after_the_last_place_waits() -> None:
    occasion = world.occasion(world.event(), capacity=2)
    for number in range(4):
        world.registration(occasion, number)
    assert states(occasion) == ["place", "place", "waiting", "waiting"]
    line = places.line(occasion)
    assert (line.taken, line.waiting, line.free, line.full) == (2, 2, 0, True)
    last = Registration.objects.latest("pk")
    assert places.place_in_line(last) == 2


def test_without_a_limit_everybody_has_a_place() -> None:
    occasion = world.occasion(world.event())
    world.registration(occasion)
    assert places.line(occasion) == places.Line(None, 1, 0)
    assert places.line(occasion).free is None


def test_a_free_place_goes_to_whoever_waits_not_to_whoever_comes() -> None:
    """Capacity was raised, and nobody has been promoted yet: the newcomer stands behind."""
    occasion = world.occasion(world.event(), capacity=1)
    world.registration(occasion, 1)
    world.registration(occasion, 2)
    occasion.capacity = 2
    occasion.save()
    assert world.registration(occasion, 3).state == State.WAITING


def test_a_cancelled_place_goes_to_the_one_who_has_waited_longest() -> None:
    occasion = world.occasion(world.event(), capacity=1)
    first, second, third = (world.registration(occasion, n) for n in range(3))
    gone, promoted = places.cancel(first, world.now())
    assert gone.state == State.CANCELLED
    assert promoted == [second]
    assert states(occasion) == ["cancelled", "place", "waiting"]
    assert places.cancel(third, world.now())[1] == []


def test_cancelling_twice_frees_one_place() -> None:
    occasion = world.occasion(world.event(), capacity=1)
    first, *_ = (world.registration(occasion, n) for n in range(3))
    places.cancel(first, world.now())
    with pytest.raises(Refused) as caught:
        places.cancel(first, world.now())
    assert caught.value.reason == "same"
    assert states(occasion) == ["cancelled", "place", "waiting"]


def test_changing_the_occasion_frees_the_old_place_and_takes_the_new() -> None:
    event = world.event()
    one, other = world.occasion(event, capacity=1), world.occasion(event, days=15, capacity=1)
    mover = world.registration(one, 1)
    waiter = world.registration(one, 2)
    moved, promoted = places.move(mover, other, world.now())
    assert (moved.occasion, moved.state) == (other, State.PLACE)
    assert promoted == [waiter]
    assert (moved.nonce, moved.sequence) == (1, 1)


def test_changing_to_a_full_occasion_means_its_waiting_list() -> None:
    event = world.event()
    one, other = world.occasion(event), world.occasion(event, days=15, capacity=1)
    world.registration(other, 1)
    moved, _ = places.move(world.registration(one, 2), other, world.now())
    assert moved.state == State.WAITING


@pytest.mark.parametrize(
    "change",
    [{"cancelled": True}, {"closes": world.now() - timedelta(days=1)}],
    ids=["called off", "closed"],
)
def test_a_closed_occasion_takes_nobody(change: dict[str, object]) -> None:
    event = world.event()
    occasion = world.occasion(event, **change)
    with pytest.raises(Refused) as caught, transaction.atomic():
        world.registration(occasion)
    assert caught.value.reason == "closed"
    held = world.registration(world.occasion(event, days=3), 2)
    with pytest.raises(Refused):
        places.move(held, occasion, world.now())


def test_an_occasion_that_has_begun_takes_nobody_and_lets_nobody_go() -> None:
    occasion = world.occasion(world.event())
    held = world.registration(occasion)
    with pytest.raises(Refused):
        places.register(world.unsaved(occasion, 2), occasion.begins)
    with pytest.raises(Refused):
        places.cancel(held, occasion.begins)


def test_one_may_leave_an_occasion_that_was_called_off() -> None:
    event = world.event()
    one, other = world.occasion(event), world.occasion(event, days=12)
    held = world.registration(one)
    one.cancelled = True
    one.save()
    assert places.move(held, other, world.now())[0].state == State.PLACE


def test_nobody_moves_to_another_event() -> None:
    held = world.registration(world.occasion(world.event()))
    with pytest.raises(Refused):
        places.move(held, world.occasion(world.event("other")), world.now())


def test_an_address_registers_once_for_an_event_and_again_after_cancelling() -> None:
    event = world.event()
    one, other = world.occasion(event), world.occasion(event, days=12)
    held = world.registration(one, 1)
    with pytest.raises(Refused) as caught:
        world.registration(other, 1)
    assert caught.value.reason == "known"
    places.cancel(held, world.now())
    assert world.registration(other, 1).state == State.PLACE


def test_more_places_promote_and_no_limit_promotes_all() -> None:
    occasion = world.occasion(world.event(), capacity=1)
    for number in range(5):
        world.registration(occasion, number)
    occasion.capacity = 3
    occasion.save()
    assert len(places.fill(occasion, world.now())) == 2
    occasion.capacity = None
    occasion.save()
    assert len(places.fill(occasion, world.now())) == 2
    assert set(states(occasion)) == {"place"}


class AnyOrder(TestCase):
    """Whatever happens in whatever order, the line of an occasion stays a line."""

    @settings(max_examples=25, deadline=None)
    @given(
        capacity=st.integers(1, 4),
        steps=st.lists(st.tuples(st.sampled_from("rcm"), st.integers(0, 9)), max_size=25),
    )
    def test_never_overbooked_and_nobody_waits_beside_a_free_place(
        self, capacity: int, steps: list[tuple[str, int]]
    ) -> None:
        event = world.event("any")
        both = [world.occasion(event, days=n + 5, capacity=capacity) for n in range(2)]
        for what, number in steps:
            held = (
                Registration.objects.filter(email=f"p{number}@example.org")
                .exclude(state="cancelled")
                .first()
            )
            try:
                with transaction.atomic():
                    if what == "r":
                        world.registration(both[number % 2], number)
                    elif held is not None and what == "c":
                        places.cancel(held, world.now())
                    elif held is not None:
                        to = both[1] if held.occasion == both[0] else both[0]
                        places.move(held, to, world.now())
            except Refused:
                continue
            for line in places.lines(both).values():
                assert line.taken <= capacity
                assert line.waiting == 0 or line.taken == capacity
