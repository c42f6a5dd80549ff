"""Findings of language and of room, each by a case that breaks the rule and one that does not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from skolnat.checks import provision
from skolnat.checks.plan import Finding

Run = Callable[..., list[Finding]]


def row(**unlike: object) -> dict[str, object]:
    """Return what is unlike the sound plan in one row."""
    return unlike


def test_a_unit_with_more_pupils_than_seats(found: Run) -> None:
    units = [
        row(pupils=40.4),  # less than half a pupil is a mean, not a chair
        row(unit="2:1-6", pupils=47.0, period=1),
        row(unit="3:1-6", pupils=90.0, open=False),
    ]
    (one,) = found(provision.room, units=units)
    assert (one["severity"], one["unit"], one["years"], one["pupils"], one["detail_code"]) == (
        "note", "2:1-6", "2028–2040", 7.0, "over_capacity",
    )  # fmt: skip


def test_teaching_bought_from_another_municipality(found: Run) -> None:
    rows = [row(residence=1, provider=0, pupils=4.0), row()]
    (one,) = found(provision.taught_at_home, assignments=rows)
    assert (one["rule"], one["paragraph"], one["severity"], one["home"], one["pupils"]) == (
        "provision.duty", "628/1998 § 4", "note", 1, 4.0,
    )  # fmt: skip
    assert one["detail_code"] == "bought_elsewhere_1-6_fi"


def test_a_bilingual_municipality_that_teaches_in_one_language_only(found: Run) -> None:
    rows = [row(language="sv", provider=1, pupils=5.0), row()]
    units = [row(), row(unit="2:1-6", home=1, language="sv")]
    (one,) = found(
        provision.taught_at_home, assignments=rows, units=units, language_status=("fi_sv", "sv_fi")
    )
    assert (one["rule"], one["paragraph"], one["detail_code"], one["home"]) == (
        "language.bilingual_teaches_both", "628/1998 § 4, § 10", "bought_elsewhere_1-6_sv", 0,
    )  # fmt: skip


def test_an_open_unit_without_pupils_teaches_nobody(found: Run) -> None:
    rows, units = [row(provider=1)], [row(pupils=0.0), row(unit="2:1-6", home=1)]
    (one,) = found(provision.taught_at_home, assignments=rows, units=units)
    assert one["detail_code"] == "bought_elsewhere_1-6_fi"


@pytest.mark.parametrize(
    ("status", "share", "persons", "change"),
    [
        ("fi", 0.08, 400, "status_begins"),
        ("fi", 0.01, 3000, "status_begins"),
        ("fi", 0.079, 2999, ""),
        ("sv_fi", 0.059, 2999, "status_ceases"),
        ("fi_sv", 0.06, 10, ""),
        ("fi_sv", 0.01, 3000, ""),
    ],
)
def test_the_linguistic_status_after_the_decree(
    found: Run, status: str, share: float, persons: float, change: str
) -> None:
    told = found(
        provision.language_status,
        assignments=[row(period=1, pupils=50.0)],
        language_status=(status, "fi"),
        minority_share=np.array([share, 0.0]),
        minority_persons=np.array([persons, 0.0]),
    )
    assert [(one["detail_code"], one["years"], one["pupils"]) for one in told] == (
        [(change, "2028–2040", pytest.approx(50.0 * share))] if change else []
    )
