"""Findings of the journey, each by a case that breaks the rule and one that does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skolnat.checks import journeys
from skolnat.checks.plan import Finding

Run = Callable[..., list[Finding]]


def row(**unlike: object) -> dict[str, object]:
    """Return what is unlike the sound plan in one row."""
    return unlike


def test_a_journey_over_the_limit_of_the_lower_stage(found: Run) -> None:
    rows = [row(minutes=75.0), row(cell="d", minutes=76.0, pupils=2.5)]
    assert found(journeys.longest_journeys, assignments=rows) == [
        {
            "rule": "journey.daily_minutes", "paragraph": "628/1998 § 32", "severity": "breach",
            "home": 0, "unit": "", "years": "2026–2027", "pupils": 2.5,
            "detail_code": "journey_over_limit_1-6", "remedy_code": "boarding_or_other_school",
            "certainty": "high", "subject": "",
        }
    ]  # fmt: skip


def test_a_journey_over_the_limit_of_the_upper_stage(found: Run) -> None:
    """Over 2 h 30 only grade 7 is in breach, over 3 h everybody."""
    rows = [
        row(stage="7-9", minutes=80.0, pupils=6.0, period=1),
        row(stage="7-9", minutes=91.0, pupils=6.0, period=1, residence=1),
    ]
    told = found(journeys.longest_journeys, assignments=rows)
    assert [(one["home"], one["pupils"], one["years"], one["rule"]) for one in told] == [
        (0, pytest.approx(2.0), "2028–2040", "journey.daily_minutes_from_13"),
        (1, pytest.approx(6.0), "2028–2040", "journey.daily_minutes_from_13"),
    ]


def test_boarding_is_due_to_those_over_the_limit(found: Run) -> None:
    rows = [row(minutes=75.0), row(cell="d", minutes=76.0, pupils=2.5)]
    (one,) = found(journeys.boarding, assignments=rows)
    assert (one["paragraph"], one["severity"], one["pupils"]) == ("628/1998 § 33", "duty", 2.5)
    assert found(journeys.boarding) == []


def test_free_transport_is_due_beyond_five_kilometres(found: Run) -> None:
    rows = [row(km=5.0), row(km=5.1, pupils=4.0), row(km=9.0, pupils=1.0)]
    (one,) = found(journeys.free_transport, assignments=rows)
    assert (one["paragraph"], one["severity"], one["pupils"]) == ("628/1998 § 32", "duty", 5.0)
    assert one["detail_code"] == "free_transport_1-6"


def test_a_hard_road_gives_free_transport_on_a_shorter_way(found: Run) -> None:
    rows = [row(km=3.0, carried=True, pupils=2.0), row(km=6.0, pupils=4.0), row(km=3.0)]
    told = found(journeys.free_transport, assignments=rows)
    assert [(one["detail_code"], one["severity"], one["pupils"]) for one in told] == [
        ("free_transport_1-6", "duty", 4.0), ("hard_road_1-6", "duty", 2.0),
    ]  # fmt: skip


def test_who_bears_a_long_journey_to_a_secondary_place_is_told(found: Run) -> None:
    """The municipality owes them no transport, so they are no duty of the plan."""
    rows = [row(km=9.0, carried=False, pupils=2.0), row(km=9.0), row(km=4.0, carried=False)]
    (one,) = found(journeys.secondary_journeys, assignments=rows)
    assert (one["paragraph"], one["severity"], one["pupils"]) == ("628/1998 § 32", "note", 2.0)
    assert (one["detail_code"], one["remedy_code"]) == (
        "secondary_journey_1-6", "agree_on_transport",
    )  # fmt: skip
    (duty,) = found(journeys.free_transport, assignments=rows)
    assert duty["pupils"] == 3.0


def test_a_much_nearer_school_is_passed(found: Run) -> None:
    rows = [row(km=8.0, nearest_km=3.0), row(km=8.1, nearest_km=3.0, pupils=2.0)]
    (one,) = found(journeys.assigned_school, assignments=rows)
    assert (one["paragraph"], one["severity"], one["pupils"]) == ("628/1998 § 6", "note", 2.0)


def test_a_place_across_the_border_without_an_agreement_is_secondary(found: Run) -> None:
    rows = [row(provider=1), row(residence=1, provider=0, pupils=9.0)]
    (one,) = found(journeys.secondary_place, assignments=rows, agreed=False)
    assert (one["home"], one["pupils"], one["remedy_code"]) == (0, 3.0, "agree_on_transport")
    assert found(journeys.secondary_place, assignments=rows, agreed=True) == []
    nothing_at_home = [row(home=1)]
    assert [
        one["home"]
        for one in found(
            journeys.secondary_place, assignments=rows, units=nothing_at_home, agreed=False
        )
    ] == [1]
