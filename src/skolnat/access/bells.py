"""Bell times: how long a pupil waits at school before the first lesson and after the last.

Waiting counts in the daily journey (628/1998 § 32). Where a study tells when the school day begins
and ends and when transport comes and goes, the wait is what lies between; else it is an
assumption, a dated rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from skolnat.rules.rules import Rules

STAGES: Final = ("1-6", "7-9")
EARLIEST: Final = 7 * 60
LATEST: Final = 17 * 60
"""A school day begins and ends between these: a bell in the night is a slip of the pen."""

_TIME: Final = re.compile(r"^([01]?\d|2[0-3])[:.]([0-5]\d)$")


@dataclass(frozen=True)
class Bells:
    """When school begins and ends, and when transport comes and goes, in minutes of the day.

    Parameters
    ----------
    lower, upper
        First and last bell of grades 1-6 and 7-9; None where the study does not tell.
    arrivals, departures
        When transport arrives in the morning and leaves in the afternoon, in order; empty where
        the study does not tell.
    """

    lower: tuple[int, int] | None = None
    upper: tuple[int, int] | None = None
    arrivals: tuple[int, ...] = ()
    departures: tuple[int, ...] = ()

    def of(self, stage: str) -> tuple[int, int] | None:
        """Return first and last bell of a stage."""
        return self.lower if stage == "1-6" else self.upper

    def wait_minutes(self, stage: str, rules: Rules, year: int) -> float:
        """Return the minutes that a pupil who is carried waits in a day, before and after."""
        before = rules.number("journey.wait_before_minutes", year)
        after = rules.number("journey.wait_after_minutes", year)
        bells = self.of(stage)
        if bells is None:
            return before + after
        if self.arrivals:
            before = float(min(bells[0] - time for time in self.arrivals if time <= bells[0]))
        if self.departures:
            after = float(min(time - bells[1] for time in self.departures if time >= bells[1]))
        return before + after


def minutes_of(text: str) -> int | None:
    """Return a time of day such as ``08:15`` or ``8.15`` in minutes; None where it is none."""
    found = _TIME.match(text.strip())
    return None if found is None else int(found[1]) * 60 + int(found[2])


def _in_the_night(minutes: int, *, bell: bool) -> bool:
    """Tell whether no school day reaches so early or late; transport may come an hour before."""
    margin = 0 if bell else 60
    return not EARLIEST - margin <= minutes <= LATEST + 2 * margin


def wrong_with(
    lower: Sequence[str] | None,
    upper: Sequence[str] | None,
    arrivals: Sequence[str],
    departures: Sequence[str],
) -> list[tuple[str, str, str]]:
    """Return what is wrong with bell times: the fault, the key it concerns, and the time.

    Parameters
    ----------
    lower, upper
        First and last bell as text; None where not told.
    arrivals, departures
        Times of transport as text.
    """
    found: list[tuple[str, str, str]] = []
    told = {"lower": lower or (), "upper": upper or (), "arrivals": arrivals,
            "departures": departures}  # fmt: skip
    for key, times in told.items():
        for time in times:
            minutes = minutes_of(time)
            if minutes is None:
                found.append(("bell_no_time", key, time))
            elif _in_the_night(minutes, bell=key in ("lower", "upper")):
                found.append(("bell_in_the_night", key, time))
    if found:
        return found
    for key, pair in (("lower", lower), ("upper", upper)):
        if pair is None:
            continue
        if len(pair) != 2:
            found.append(("bell_not_two", key, ", ".join(pair)))
            continue
        first, last = (minutes_of(time) or 0 for time in pair)
        if last <= first:
            found.append(("bell_backwards", key, "–".join(pair)))
            continue
        if arrivals and min(minutes_of(time) or 0 for time in arrivals) > first:
            found.append(("bell_no_arrival", key, pair[0]))
        if departures and max(minutes_of(time) or 0 for time in departures) < last:
            found.append(("bell_no_departure", key, pair[1]))
    return found


def bells_of(
    lower: Sequence[str] | None,
    upper: Sequence[str] | None,
    arrivals: Sequence[str],
    departures: Sequence[str],
) -> Bells:
    """Return bell times that :func:`wrong_with` has nothing to say of."""

    def pair(times: Sequence[str] | None) -> tuple[int, int] | None:
        if times is None:
            return None
        first, last = (minutes_of(time) or 0 for time in times)
        return first, last

    def day(times: Sequence[str]) -> tuple[int, ...]:
        return tuple(sorted(minutes_of(time) or 0 for time in times))

    return Bells(pair(lower), pair(upper), day(arrivals), day(departures))
