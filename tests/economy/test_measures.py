"""Sharing a teacher moves who pays and adds only what sharing costs: by hand and at random."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.economy.identity import basis_of, identified
from skolnat.economy.measures import (
    MeasurePrices,
    credit_hours,
    measure_lines,
    measure_prices,
)
from skolnat.plan.measure import Measure
from skolnat.rules.rules import default_rules

RULES = default_rules()
PRICES = {"1-6": MeasurePrices(2_000.0, 1_000.0, 0.5, 38.0),
          "7-9": MeasurePrices(3_000.0, 1_500.0, 0.5, 38.0)}  # fmt: skip
YEARS = (2026, 2027, 2028)


def post(**changes: object) -> Measure:
    told: dict[str, object] = {
        "name": "German", "kind": "joint_post", "stage": "7-9", "employer": "498",
        "start": date(2026, 1, 1), "hours": {"498": 12.0, "047": 6.0},
    }  # fmt: skip
    return Measure(**{**told, **changes})  # type: ignore[arg-type]


def at_a_distance(**changes: object) -> Measure:
    told: dict[str, object] = {
        "kind": "distance_group", "hours": {}, "pupils": {"498": 6.0, "047": 4.0, "261": 2.0},
        "weekly_hours": 2.0,
    }  # fmt: skip
    return post(**{**told, **changes})


def by_party(measure: Measure, side: str | None = None, year: int = 2026) -> dict[str, float]:
    lines = measure_lines([measure], YEARS, PRICES, RULES, 2026)
    own = lines[lines["year"] == year]
    if side is not None:
        own = own[own["item"].eq("agreement") == (side == "payments")]
    return {str(code): float(eur) for code, eur in own.groupby("municipality")["eur"].sum().items()}


@pytest.mark.parametrize(
    ("changes", "credit"),
    [(0, 0.0), (1, 1.0), (2, 1.0), (3, 1.5), (4, 1.5), (5, 2.0), (7, 2.0), (8, 2.5), (20, 2.5)],
)
def test_the_credit_for_changing_site_by_the_steps_of_the_agreement(
    changes: int, credit: float
) -> None:
    assert credit_hours(changes, RULES, 2026) == credit


def test_a_joint_post_without_more_moves_the_teacher_and_costs_nothing() -> None:
    assert by_party(post(), "gross") == pytest.approx({"498": 18_000, "047": -18_000})
    assert by_party(post(), "payments") == pytest.approx({"498": -18_000, "047": 18_000})
    assert by_party(post()) == pytest.approx({"498": 0.0, "047": 0.0})


def test_what_sharing_costs_is_borne_by_the_hours_used() -> None:
    """Two hours unused, 1.5 of credit, and 3 × 80 km in 38 weeks; a third falls on 047."""
    found = post(post_hours=20.0, changes=3, km=80.0)
    beyond = 2 * 3_000 + 1.5 * 3_000 + 3 * 80 * 38 * 0.5
    assert by_party(found) == pytest.approx({"498": beyond * 2 / 3, "047": beyond / 3})


def test_a_travelling_teacher_of_an_employer_who_uses_no_hour() -> None:
    found = post(kind="travelling_teacher", employer="261", changes=1)
    assert by_party(found) == pytest.approx({"498": 2_000, "047": 1_000, "261": 0.0})


def test_a_distance_group_shares_its_teacher_by_pupils_and_adds_an_adult() -> None:
    """Six thousand for the teacher; three thousand for each adult where the teacher is not."""
    assert by_party(at_a_distance()) == pytest.approx(
        {"498": 6_000 / 2, "047": 6_000 / 3 + 3_000, "261": 6_000 / 6 + 3_000}
    )
    spared = by_party(at_a_distance(spares=("498", "047")))
    assert spared == pytest.approx({"498": -3_000, "047": -1_000, "261": 4_000})
    assert by_party(at_a_distance(supervision_hours=0.0)) == pytest.approx(
        {"498": 3_000, "047": 2_000, "261": 1_000}
    )


def test_part_of_a_year_costs_its_part() -> None:
    found = post(changes=1, start=date(2027, 8, 1), end=date(2028, 7, 31))
    assert by_party(found, year=2026) == {}
    assert sum(by_party(found, year=2027).values()) == pytest.approx(3_000 * 153 / 365)
    assert sum(by_party(found, year=2028).values()) == pytest.approx(3_000 * 213 / 366)


def test_prices_come_from_a_weekly_hour_and_the_rules() -> None:
    found = measure_prices(3_000.0, RULES, 2026)
    assert (found.hour, found.supervision, found.km) == (3_000.0, 3_000.0, 0.53)
    assert found.weeks == RULES.number("transport.school_days", 2026) / 5


hours = st.dictionaries(
    st.sampled_from(["498", "047", "261"]), st.floats(0.5, 9.0), min_size=1, max_size=3
)


@given(hours=hours, changes=st.integers(0, 10), beyond=st.floats(0, 3), distance=st.booleans(),
       employer=st.sampled_from(["498", "047", "261", "273"]))  # fmt: skip
def test_payments_are_zero_and_the_sum_is_what_sharing_adds(
    hours: dict[str, float], changes: int, beyond: float, distance: bool, employer: str
) -> None:
    if distance:
        found = at_a_distance(employer=employer, pupils=hours)
        added = 2 * 3_000 + 2 * 1_500 * len(set(hours) - {employer})
    else:
        found = post(employer=employer, hours=hours, changes=changes,
                     post_hours=sum(hours.values()) + beyond)  # fmt: skip
        added = (beyond + credit_hours(changes, RULES, 2026)) * 3_000
    lines = measure_lines([found], YEARS, PRICES, RULES, 2026)
    assert (lines["eur"] == lines["quantity"] * lines["price"]).all()
    paid = lines[lines["item"] == "agreement"]
    assert paid.groupby("year")["eur"].sum().abs().max() < 1e-6 or paid.empty
    for _, own in lines.groupby("year"):
        assert own["eur"].sum() == pytest.approx(added, abs=1e-6)
    named = identified(lines, "together")
    assert named["cost_id"].is_unique
    assert named["eur"].sum() == pytest.approx(lines["eur"].sum())
    # By the place where hours are taught, sharing a post changes nobody's own resources.
    if not distance and len(lines):
        moved = named[named["part"].str.contains("employed")].groupby(["place", "year"])["eur"]
        assert moved.sum().abs().max() < 1e-6 or moved.ngroups == 0


def test_measures_rest_on_the_rules_of_their_stage() -> None:
    assert basis_of("shared_teaching", "german:7-9", "credit") == (
        "hours",
        ("travelling.credit_from_1", "travelling.credit_from_3", "travelling.credit_from_5",
         "travelling.credit_from_8", "teaching.teacher_eur", "teaching.duty_7_9"),
    )  # fmt: skip
    measure, rules = basis_of("agreement", "498", "german-1-6-hours")
    assert (measure, rules) == ("hours", ("teaching.teacher_eur", "teaching.duty_1_6"))


@pytest.mark.parametrize(
    "changes",
    [
        {"hours": {"498": -1.0, "047": 3.0}},
        {"end": date(2025, 1, 1)},
        {"hours": {"498": 0.0}},
        {"post_hours": 17.0},
    ],
)
def test_measures_that_cannot_be_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="German"):
        post(**changes)
