"""Waiting counts in the daily journey of § 32: it has to follow from bells and departures."""

from __future__ import annotations

import pytest

from skolnat.access.bells import Bells, bells_of, minutes_of, wrong_with
from skolnat.rules.rules import default_rules

RULES = default_rules()


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("08:15", 495), ("8.15", 495), (" 14:00 ", 840), ("24:00", None), ("8", None), ("8:60", None)],
)
def test_times_of_day(text: str, minutes: int | None) -> None:
    assert minutes_of(text) == minutes


def test_untold_waits_are_the_rules() -> None:
    assert Bells().wait_minutes("1-6", RULES, 2026) == 10.0 + 15.0
    assert Bells(lower=(495, 780)).wait_minutes("1-6", RULES, 2026) == 25.0


def test_waits_are_what_lies_between_bell_and_transport() -> None:
    bells = bells_of(("8:15", "12:15"), ("9:00", "15:00"), ("8:05", "8:50"), ("14:10", "15:20"))
    # The young come at 8.05 and wait two hours for the bus of 14.10.
    assert bells.wait_minutes("1-6", RULES, 2026) == 10.0 + 115.0
    assert bells.wait_minutes("7-9", RULES, 2026) == 10.0 + 20.0


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"lower": ("eight", "14:00")}, ("bell_no_time", "lower", "eight")),
        ({"upper": ("03:00", "14:00")}, ("bell_in_the_night", "upper", "03:00")),
        ({"upper": ("08:00", "22:00")}, ("bell_in_the_night", "upper", "22:00")),
        ({"departures": ("23:30",)}, ("bell_in_the_night", "departures", "23:30")),
        ({"lower": ("08:00",)}, ("bell_not_two", "lower", "08:00")),
        ({"lower": ("14:00", "08:00")}, ("bell_backwards", "lower", "14:00–08:00")),
        (
            {"lower": ("08:00", "14:00"), "arrivals": ("08:10",)},
            ("bell_no_arrival", "lower", "08:00"),
        ),
        (
            {"lower": ("08:00", "14:00"), "departures": ("13:00", "13:45")},
            ("bell_no_departure", "lower", "14:00"),
        ),
    ],
)
def test_what_cannot_be(told: dict[str, tuple[str, ...]], fault: tuple[str, str, str]) -> None:
    every: dict[str, tuple[str, ...] | None] = {"lower": None, "upper": None}
    every |= {"arrivals": (), "departures": (), **told}
    assert wrong_with(**every) == [fault]  # type: ignore[arg-type]


def test_every_slip_is_told_at_once() -> None:
    found = wrong_with(("04:00", "x"), ("08:00", "14:00"), ("08:00",), ("14:30",))
    assert found == [("bell_in_the_night", "lower", "04:00"), ("bell_no_time", "lower", "x")]


def test_sound_times_are_sound() -> None:
    assert wrong_with(("07:00", "12:00"), ("08:00", "17:00"), ("06:30",), ("17:00",)) == []
