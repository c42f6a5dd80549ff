"""Each breach by hand, with its paragraph, its place, its years and its pupils."""

from __future__ import annotations

import pandas as pd
import pytest

from skolnat.checks.breaches import COLUMNS, check_plan
from skolnat.rules.rules import default_rules

RULES = default_rules()
YEARS = {0: "2026–2027", 1: "2028–2040"}


def assignment(**other: object) -> dict[str, object]:
    return {
        "period": 0, "cell": "c", "residence": 0, "stage": "1-6", "language": "fi",
        "unit": "1:1-6", "provider": 0, "pupils": 3.0, "km": 2.0, "minutes": 24.0,
    } | other  # fmt: skip


def unit(**other: object) -> dict[str, object]:
    return {
        "unit": "1:1-6", "stage": "1-6", "language": "fi", "home": 0, "period": 0,
        "open": True, "pupils": 30.0, "capacity": 40.0,
    } | other  # fmt: skip


def found(
    assignments: list[dict[str, object]],
    units: list[dict[str, object]],
    status: tuple[str, ...] = ("fi", "fi"),
) -> pd.DataFrame:
    rows, seats = pd.DataFrame(assignments), pd.DataFrame(units)
    return check_plan(rows, seats, status, YEARS, RULES, 2026)


def test_a_plan_within_the_rules_has_no_breach() -> None:
    table = found([assignment()], [unit()])
    assert table.empty
    assert tuple(table.columns) == COLUMNS


def test_a_journey_over_the_limit_of_the_lower_stage() -> None:
    rows = [assignment(minutes=75.0), assignment(cell="d", minutes=76.0, pupils=2.5)]
    table = found(rows, [unit()])
    assert table.iloc[0].to_dict() == {
        "rule": "journey.daily_minutes", "paragraph": "628/1998 § 32", "severity": "breach",
        "home": 0, "unit": "", "years": "2026–2027", "pupils": 2.5,
        "detail_code": "journey_over_limit_1-6", "remedy_code": "boarding_or_other_school",
        "certainty": "high",
    }  # fmt: skip
    assert len(table) == 1


def test_a_journey_over_the_limit_of_the_upper_stage() -> None:
    """Over 2 h 30 only grade 7 is in breach, over 3 h everybody."""
    rows = [
        assignment(stage="7-9", minutes=80.0, pupils=6.0, period=1),
        assignment(stage="7-9", minutes=91.0, pupils=6.0, period=1, residence=1),
    ]
    units = [unit(stage="7-9", period=1), unit(stage="7-9", period=1, home=1)]
    table = found(rows, units)
    assert table[["home", "pupils", "years", "rule"]].to_numpy().tolist() == [
        [0, pytest.approx(2.0), "2028–2040", "journey.daily_minutes_from_13"],
        [1, pytest.approx(6.0), "2028–2040", "journey.daily_minutes_from_13"],
    ]


def test_a_unit_with_more_pupils_than_seats() -> None:
    units = [
        unit(pupils=40.5),  # half a pupil is a mean, not a chair
        unit(unit="2:1-6", pupils=47.0, period=1),
        unit(unit="3:1-6", pupils=90.0, open=False),
    ]
    table = found([assignment()], units)
    assert table[["severity", "unit", "years", "pupils", "detail_code"]].to_numpy().tolist() == [
        ["note", "2:1-6", "2028–2040", 7.0, "over_capacity"]
    ]


def test_teaching_bought_from_another_municipality() -> None:
    rows = [assignment(residence=1, provider=0, pupils=4.0), assignment()]
    table = found(rows, [unit()])
    assert table[["rule", "paragraph", "severity", "home", "pupils"]].to_numpy().tolist() == [
        ["provision.duty", "628/1998 § 4", "note", 1, 4.0]
    ]
    assert table["detail_code"].tolist() == ["bought_elsewhere_1-6_fi"]


def test_a_bilingual_municipality_that_teaches_in_one_language_only() -> None:
    rows = [assignment(language="sv", provider=1, pupils=5.0), assignment()]
    units = [unit(), unit(unit="2:1-6", home=1, language="sv")]
    table = found(rows, units, ("fi_sv", "sv_fi"))
    assert table[["rule", "paragraph", "detail_code", "home"]].to_numpy().tolist() == [
        ["language.bilingual_teaches_both", "628/1998 § 4, § 10", "bought_elsewhere_1-6_sv", 0]
    ]


def test_an_open_unit_without_pupils_teaches_nobody() -> None:
    rows = [assignment(provider=1)]
    units = [unit(pupils=0.0), unit(unit="2:1-6", home=1)]
    assert found(rows, units)["detail_code"].tolist() == ["bought_elsewhere_1-6_fi"]
