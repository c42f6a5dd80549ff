"""Findings of groups and hours, each by a case that breaks the rule and one that does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skolnat.checks import teaching
from skolnat.checks.plan import Finding
from skolnat.rules.rules import default_rules

Run = Callable[..., list[Finding]]


def row(**unlike: object) -> dict[str, object]:
    """Return what is unlike the sound plan in one row."""
    return unlike


def short(findings: list[Finding]) -> list[tuple[object, ...]]:
    keys = ("rule", "severity", "home", "subject", "years", "pupils", "detail_code")
    return [tuple(one[key] for key in keys) for one in findings]


def test_pupils_of_a_provider_are_counted_over_its_schools(found: Run) -> None:
    rows = [
        row(subject="worldview", entitled=2.0, pupils=1.8),
        row(subject="worldview", unit="2:1-6", entitled=2.0, pupils=1.7),
        row(subject="worldview", provider=1, entitled=0.4, pupils=0.1),
    ]
    assert short(found(teaching.rights_to_teaching, groups=rows)) == [
        ("worldview.least_pupils", "duty", 0, "worldview", "2026–2027", 3.5, "right_to_teaching")
    ]
    told_ = found(teaching.too_few_for_a_right, groups=rows)
    assert short(told_) == [
        ("worldview.least_pupils", "note", 0, "worldview", "2026–2027", pytest.approx(0.5),
         "too_few"),
    ]  # fmt: skip
    assert told_[0]["paragraph"] == "628/1998 § 13"


def test_too_few_of_a_mother_tongue_go_without(found: Run) -> None:
    rows = [row(subject="own_language-ru", provider=1, entitled=2.0, pupils=0.2)]
    assert short(found(teaching.too_few_for_a_right, groups=rows)) == [
        ("own_language.least_pupils", "note", 1, "own_language-ru", "2026–2027", 1.8, "too_few")
    ]
    enough = [row(subject="own_language-ru", provider=1, entitled=9.0, pupils=8.9)]
    assert found(teaching.too_few_for_a_right, groups=enough) == []


@pytest.mark.parametrize(
    ("rows", "breaks"),
    [
        ([row(subject="worldview", pupils=3.0, groups=0.0)], True),
        ([row(subject="worldview", pupils=2.0, groups=0.0)], False),
        ([row(subject="worldview", pupils=3.0, groups=1.0)], False),
        ([row(subject="worldview", pupils=3.0, groups=float("nan"))], False),
        ([row(subject="a2-de", pupils=30.0, groups=0.0)], False),
        (
            [
                row(subject="religion-ort", pupils=2.0, groups=0.0),
                row(subject="religion-ort", school="2", pupils=1.0, groups=0.0),
            ],
            True,
        ),
    ],
)
def test_a_right_that_is_not_given_today(
    found: Run, rows: list[dict[str, object]], breaks: bool
) -> None:
    findings = found(teaching.not_given, told=rows)
    assert [one["severity"] for one in findings] == (["breach"] * 2 if breaks else [])
    assert all(one["pupils"] == 3.0 for one in findings)


def test_support_pupils_beyond_five_an_ordinary_group(found: Run) -> None:
    rows = [row(), row(subject="support_small_group", entitled=12.0, groups=2.0)]
    (one,) = found(teaching.support_in_ordinary_groups, groups=rows)
    assert (one["pupils"], one["unit"], one["severity"]) == (2.0, "1:1-6", "breach")
    rows[1] |= row(entitled=10.0)
    assert found(teaching.support_in_ordinary_groups, groups=rows) == []


def test_everybody_has_a_seat_in_a_group(found: Run) -> None:
    units = [row(pupils=48.0), row(unit="2:1-6", pupils=9.0), row(unit="3:1-6", open=False)]
    (one,) = found(teaching.everybody_in_a_group, units=units)
    assert (one["unit"], one["pupils"], one["detail_code"]) == ("2:1-6", 9.0, "without_group")
    both = [row(), row(unit="2:1-6", groups=1.0)]
    assert found(teaching.everybody_in_a_group, units=units, groups=both) == []


def test_groups_of_today_that_are_larger_than_the_plan_forms_them(found: Run) -> None:
    rows = [row(pupils=26.0), row(grade=2.0, pupils=24.0), row(grade=3.0, pupils=50.0, groups=2)]
    (one,) = found(teaching.oversized_groups_today, told=rows)
    assert (one["unit"], one["pupils"], one["severity"]) == ("1:1-6", 4.0, "note")
    assert found(teaching.oversized_groups_today) == []


@pytest.mark.parametrize(
    ("check", "rule", "low", "same"),
    [
        (teaching.weekly_hours, "teaching.weekly_hours_1_6", 138.0, 139.0),
        (teaching.lessons_of_an_hour, "teaching.lessons_of_hour", 37, 38),
        (teaching.b1_language, "teaching.b1_hours_6", 1.0, 2.0),
    ],
)
def test_hours_below_the_decree(
    found: Run, check: Callable[..., object], rule: str, low: float, same: float
) -> None:
    rows = [row(pupils=30.0), row(period=1, pupils=20.0)]
    less = default_rules().with_overrides({rule: (low, "own")})
    findings = found(check, assignments=rows, rules=less)
    assert [(one["rule"], one["home"], one["years"], one["pupils"]) for one in findings] == [
        (rule, -1, "2026–2027", 30.0),
        (rule, -1, "2028–2040", 20.0),
    ]
    kept = default_rules().with_overrides({rule: (same, "own")})
    assert found(check, assignments=rows, rules=kept) == []
