"""Dates decide who pays: the months in force, the day a notice leads to, who counts for whom."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.plan.agreement import Agreement, counting_providers, end_after_notice
from skolnat.plan.forms import FORMS, form_of
from skolnat.rules.rules import default_rules

RULES = default_rules()


def agreement(**changes: object) -> Agreement:
    told: dict[str, object] = {
        "name": "x", "form": "agreement", "parties": ("081", "576"), "start": date(2028, 8, 1),
    }  # fmt: skip
    return Agreement(**{**told, **changes})  # type: ignore[arg-type]


def test_the_share_of_a_year_is_its_days() -> None:
    held = agreement(end=date(2031, 7, 31))
    # August to December: 153 days; January to July 2031: 212.
    assert held.share_of(2028) == pytest.approx(153 / 366)
    assert held.share_of(2029) == 1.0
    assert held.share_of(2031) == pytest.approx(212 / 365)
    assert (held.share_of(2027), held.share_of(2032)) == (0.0, 0.0)
    assert agreement().share_of(2070) == 1.0


@pytest.mark.parametrize(
    ("given", "months", "end"),
    [
        (date(2030, 1, 31), 6, date(2030, 7, 31)),
        (date(2030, 2, 1), 6, date(2030, 7, 31)),
        (date(2030, 2, 2), 6, date(2031, 7, 31)),
        (date(2030, 7, 31), 12, date(2031, 7, 31)),
        (date(2030, 9, 1), 12, date(2032, 7, 31)),
        (date(2028, 2, 29), 24, date(2030, 7, 31)),
        (date(2030, 8, 31), 6, date(2031, 7, 31)),
    ],
)
def test_an_agreement_ends_with_the_school_year_in_which_its_notice_runs_out(
    given: date, months: int, end: date
) -> None:
    assert end_after_notice(given, months) == end


@given(st.dates(date(2020, 1, 1), date(2060, 12, 31)), st.integers(0, 60))
def test_a_longer_notice_never_ends_earlier(given: date, months: int) -> None:
    end = end_after_notice(given, months)
    assert (end.month, end.day) == (7, 31)
    assert end <= end_after_notice(given, months + 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"parties": ("081",)},
        {"end": date(2028, 7, 31)},
        {"price": "fixed", "price_eur": {"1-6": -1.0}},
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="the agreement “x”"):
        agreement(**changes)


def test_the_forms_change_what_the_law_says() -> None:
    forms = {name: form_of(name, RULES, 2026) for name in FORMS}
    assert {f.name for f in forms.values() if f.one_provider} == {
        "responsible_municipality", "joint_authority",
    }  # fmt: skip
    assert {f.name for f in forms.values() if f.compensation_share == 0.94} == {"joint_authority"}
    assert [forms[n].employer for n in FORMS] == [
        "own", "provider", "responsible", "shared", "authority", "own", "own", "provider",
    ]  # fmt: skip
    assert forms["responsible_municipality"].decider == "joint_body"
    assert forms["joint_authority"].decider == "assembly"
    assert agreement().notice(RULES) == 12
    assert agreement(notice_months=24).notice(RULES) == 24


def test_a_responsible_municipality_counts_the_pupils_of_all_members() -> None:
    codes = ["081", "576", "781", "016"]
    joint = agreement(
        form="responsible_municipality", responsible="576", end=date(2031, 7, 31), stages=("7-9",)
    )
    alone = {code: code for code in codes}
    assert counting_providers([agreement()], codes, "7-9", 2028, RULES) == alone
    assert counting_providers([joint], codes, "7-9", 2028, RULES) == {**alone, "081": "576"}
    assert counting_providers([joint], codes, "1-6", 2028, RULES) == alone
    assert counting_providers([joint], codes, "7-9", 2031, RULES) == alone  # ended in July
    both = [joint, agreement(form="joint_authority", parties=("781", "081"), price="shared")]
    together = counting_providers(both, codes, "7-9", 2029, RULES)
    assert len({together[code] for code in ("081", "576", "781")}) == 1
    assert together["016"] == "016"
