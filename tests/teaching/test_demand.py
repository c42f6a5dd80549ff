"""The hours of a plan follow from its groups: a small plan worked out by hand, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skolnat.plan.priced import GROUPS, is_subject
from skolnat.rules.rules import default_rules
from skolnat.sources.workbook_layout import TEACHING_SHEET
from skolnat.teaching.demand import Teaching, group_rows
from skolnat.teaching.formation import Limits, in_units, of_provider
from skolnat.teaching.subjects import ESTIMATES, FAMILIES, family_of
from skolnat.teaching.wishes import Wishes, wishes

RULES = default_rules()
NOTHING = pd.DataFrame(columns=[column.name for column in TEACHING_SHEET.columns])
PUPILS = {"1-6": np.array([200.0, 80.0]), "7-9": np.array([100.0, 40.0])}


def told(*rows: tuple[str, str, str, float, float, float]) -> pd.DataFrame:
    columns = ["municipality", "stage", "subject", "pupils", "groups", "weekly_hours"]
    return pd.DataFrame(rows, columns=columns)


def shares(rows: pd.DataFrame, foreign: tuple[float, float] = (0.02, 0.0)) -> Wishes:
    return wishes(rows, PUPILS, ("016", "081"), np.array(foreign), RULES, 2026)


def unit(
    name: str, home: int, pupils: float, groups: float, stage: str = "1-6"
) -> dict[str, object]:
    return {
        "period": 0, "years": "2026", "unit": name, "school": name.partition(":")[0],
        "stage": stage, "language": "fi", "home": home, "open": True, "pupils": pupils,
        "groups": groups, "combined": 1.0, "estimated": False,
    }  # fmt: skip


UNITS = pd.DataFrame(
    [unit("1:1-6", 0, 150.0, 7.5), unit("2:1-6", 0, 50.0, 3.0), unit("3:1-6", 1, 80.0, 4.5)]
)
SEATS = pd.DataFrame(
    {
        "period": 0,
        "unit": ["1:1-6", "2:1-6", "3:1-6"],
        "residence": [0, 0, 1],
        "pupils": [150.0, 50.0, 80.0],
    }
)


JOINED = {(0, "1-6", 1): 0}
"""The first municipality provides for both."""


def rows(
    known: Wishes, responsible: Mapping[tuple[int, str, int], int] | None = None
) -> pd.DataFrame:
    return group_rows(UNITS, SEATS, Teaching(known, RULES, 2026, responsible or {}))


def of(table: pd.DataFrame, subject: str) -> pd.DataFrame:
    return table[table["subject"] == subject].set_index("unit")


def test_basic_groups_cost_the_mean_hours_of_their_stage() -> None:
    table = rows(shares(NOTHING))
    assert list(table.columns) == [column.name for column in GROUPS]
    basic = of(table, "basic")
    assert basic["weekly_hours"].tolist() == pytest.approx(
        [7.5 * 139 / 6, 3 * 139 / 6, 4.5 * 139 / 6]
    )
    assert basic["teachers"].tolist() == pytest.approx((basic["weekly_hours"] / 24).tolist())
    assert basic["pupils"].tolist() == [150.0, 50.0, 80.0]
    assert not basic["estimated"].any()


def test_estimates_are_marked_and_name_their_rules() -> None:
    worldview = of(rows(shares(NOTHING)), "worldview")
    assert worldview["estimated"].all()
    assert worldview["entitled"].tolist() == pytest.approx([16.5, 5.5, 8.8])
    assert worldview["rules"].iloc[0].split(";") == [
        "worldview.share", "worldview.least_pupils", "small_groups.most", "small_groups.alone",
        "religion.hours",
    ]  # fmt: skip
    expected = of_provider(np.array([16.5, 5.5]), 0.0, Limits(3, 20, 8))
    assert worldview["groups"].tolist()[:2] == pytest.approx(expected.groups.tolist())


def test_a_municipality_without_foreign_citizens_has_no_second_language() -> None:
    table = of(rows(shares(NOTHING)), "second_language")
    assert table["entitled"].to_dict() == pytest.approx({"1:1-6": 6.0, "2:1-6": 2.0})
    groups = in_units(np.array([6.0, 2.0]), Limits(1, 12)).groups
    assert table["weekly_hours"].tolist() == pytest.approx((4.0 * groups).tolist())


def test_what_is_told_of_one_subject_is_told_of_its_family() -> None:
    known = shares(told(("016", "1-6", "a2-de", 40.0, 2.0, 6.0)))
    table = rows(known)
    german, other = of(table, "a2-de"), of(table, "a2-any")
    assert german["entitled"].to_dict() == pytest.approx({"1:1-6": 30.0, "2:1-6": 10.0})
    assert not german["estimated"].any()
    assert set(other.index) == {"3:1-6"}  # the other municipality is still estimated
    assert other["estimated"].all()
    groups = in_units(np.array([30.0, 10.0]), Limits(10, 20)).groups
    assert german["weekly_hours"].tolist() == pytest.approx((3.0 * groups).tolist())


def test_wishes_follow_the_pupils_across_the_border() -> None:
    known = shares(told(("081", "1-6", "a2-de", 40.0, np.nan, np.nan)))
    together = pd.DataFrame([unit("1:1-6", 0, 230.0, 11.0)])
    seats = pd.DataFrame(
        {"period": 0, "unit": "1:1-6", "residence": [0, 1], "pupils": [150.0, 80.0]}
    )
    table = group_rows(together, seats, Teaching(known, RULES, 2026, {}))
    assert of(table, "a2-de")["entitled"].tolist() == [40.0]
    assert of(table, "a2-any")["entitled"].tolist() == pytest.approx([150 * 0.22 / 2])


def test_a_responsible_municipality_reaches_more_of_the_few() -> None:
    known = shares(
        told(
            ("016", "1-6", "religion-ort", 2.0, np.nan, np.nan),
            ("081", "1-6", "religion-ort", 2.0, np.nan, np.nan),
        )
    )
    apart, joined = (of(rows(known, one), "religion-ort") for one in ({}, JOINED))
    assert apart["entitled"].sum() == joined["entitled"].sum() == pytest.approx(4.0)
    # Among three or more: 2 (1 - p0 - p1) each with mean 2, 4 (1 - p0 - p1) with mean 4.
    assert apart["pupils"].sum() == pytest.approx(4 * (1 - 3 * np.exp(-2)))
    assert joined["pupils"].sum() == pytest.approx(4 * (1 - 5 * np.exp(-4)))
    assert joined["provider"].unique().tolist() == [0]
    assert joined["municipality"].tolist() == [0, 0, 1]


def test_optional_subjects_add_only_what_the_basic_groups_do_not_hold() -> None:
    units = pd.DataFrame([unit("1:7-9", 0, 100.0, 5.5, "7-9"), unit("2:7-9", 1, 9.0, 3.0, "7-9")])
    seats = pd.DataFrame(
        {"period": 0, "unit": ["1:7-9", "2:7-9"], "residence": [0, 1], "pupils": [100.0, 9.0]}
    )
    optional = of(group_rows(units, seats, Teaching(shares(NOTHING), RULES, 2026, {})), "optional")
    whole = in_units(np.array([100.0]), Limits(1, 16)).groups[0]
    assert optional["groups"].tolist() == pytest.approx([whole - 5.5, 0.0])
    assert optional["weekly_hours"].tolist() == pytest.approx([3.0 * (whole - 5.5), 0.0])


def test_hours_of_a_special_teacher_follow_the_pupils() -> None:
    special = of(rows(shares(NOTHING)), "support_special")
    assert special["weekly_hours"].tolist() == pytest.approx([22.5, 7.5, 12.0])
    assert (special["groups"] == 0).all()


def test_hours_of_a_special_teacher_that_are_told_are_told_a_pupil() -> None:
    known = shares(told(("016", "1-6", "support_special", 200.0, 2.0, 40.0)))
    special = of(rows(known), "support_special")
    assert special["weekly_hours"].tolist() == pytest.approx([30.0, 10.0, 12.0])
    assert special["estimated"].tolist() == [False, False, True]


def test_closed_units_and_empty_ones_have_no_groups() -> None:
    units = UNITS.assign(open=[True, False, True], pupils=[150.0, 50.0, 0.0])
    table = group_rows(units, SEATS, Teaching(shares(NOTHING), RULES, 2026, {}))
    assert set(table["unit"]) == {"1:1-6"}
    empty = group_rows(units.assign(open=False), SEATS, Teaching(shares(NOTHING), RULES, 2026, {}))
    assert empty.empty
    assert list(empty.columns) == [column.name for column in GROUPS]


def test_more_readers_than_pupils_are_all_pupils() -> None:
    known = shares(told(("081", "1-6", "second_language", 900.0, np.nan, np.nan)))
    assert known.shares["second_language", "1-6"].tolist() == pytest.approx([0.04, 1.0])


def test_every_estimate_is_of_a_subject_and_of_rules_that_there_are() -> None:
    for one in ESTIMATES:
        assert is_subject(one.subject)
        for rule in (*one.rules, *family_of(one.subject).rules()):
            assert rule in RULES.rules, rule
    assert all(is_subject(name) or is_subject(f"{name}-de") for name in FAMILIES)


loads = st.lists(st.floats(0.5, 300.0), min_size=3, max_size=3)


@settings(max_examples=15)
@given(loads, st.floats(0.0, 0.2))
def test_every_pupil_is_in_one_basic_group_and_nobody_is_taught_who_is_not_there(
    pupils: list[float], foreign: float
) -> None:
    units = UNITS.assign(pupils=pupils, groups=np.ceil(np.array(pupils) / 20))
    known = shares(NOTHING, (foreign, foreign))
    teaching = Teaching(known, RULES, 2026, {})
    seats = SEATS.assign(pupils=pupils)
    table = group_rows(units, seats, teaching)
    assert of(table, "basic")["pupils"].tolist() == pupils
    assert (table["pupils"] <= table["entitled"] + 1e-9).all()
    assert (table["weekly_hours"] >= 0).all()
    faiths = table[table["subject"].str.startswith(("religion", "worldview"))]
    assert (faiths.groupby("unit")["entitled"].sum() <= sum(pupils)).all()
    joined = group_rows(units, seats, replace(teaching, responsible=JOINED))
    keys = ["subject"]
    more = joined.groupby(keys)["pupils"].sum() - table.groupby(keys)["pupils"].sum()
    assert (more >= -1e-9).all()
