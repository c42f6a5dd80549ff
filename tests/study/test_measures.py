"""Measures of a study file: read as meant, refused where no teacher could, and in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from skolnat.common.faults import InvalidInput, render
from skolnat.common.languages import LANGUAGES
from skolnat.plan.measure import Measure
from skolnat.plan.scenario import PAYMENTS, SHARED_TEACHING
from skolnat.study.file import StudyFile, read_study
from skolnat.study.measures import measure_costs, measure_rows
from skolnat.study.results import evaluate

STUDY = """\
[study]
name = { sv = "Ett", fi = "Yksi", en = "One" }
municipalities = ["Hartola", "Heinola", "Sysmä"]
"""
POST = 'kind = "joint_post"\nstage = "7-9"\nemployer = "Hartola"\nstart = 2028-08-01'
GROUP = POST.replace("joint_post", "distance_group")


def read(folder: Path, *measures: str) -> StudyFile:
    path = folder / "study.toml"
    text = "".join(f"\n[[measure]]\n{one}\n" for one in measures)
    path.write_text(STUDY + text, encoding="utf-8")
    return read_study(path)


def test_measures_are_read_as_they_were_meant(tmp_path: Path) -> None:
    study = read(
        tmp_path,
        f'name = "German"\n{POST}\nhours = {{ Hartola = 12, "781" = 6.5 }}\npost_hours = 19\n'
        'changes = 2\nkm = 40\nend = 2030-07-31\nscenarios = ["today", "together"]',
        f'name = "Music"\n{GROUP}\npupils = {{ Hartola = 3, Heinola = 4 }}\nweekly_hours = 2\n'
        'spares = ["Heinola"]\nsupervision_hours = 1',
    )
    assert study.measures == (
        Measure(
            "German", "joint_post", "7-9", "081", date(2028, 8, 1), date(2030, 7, 31),
            ("today", "together"), {"081": 12.0, "781": 6.5}, 19.0, 2, 40.0,
        ),
        Measure(
            "Music", "distance_group", "7-9", "081", date(2028, 8, 1),
            pupils={"081": 3.0, "111": 4.0}, weekly_hours=2.0, spares=("111",),
            supervision_hours=1.0,
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{POST}\nhours = {{ Hartola = 12 }}", "measure_parties"),
        (f"{POST}\nhours = {{ Hartola = 12, Lahti = 2 }}", "measure_outside"),
        (f"{POST}\nhours = {{ Hartola = 12, Hertola = 2 }}", "misspelt_municipality"),
        (f'{POST}\nhours = {{ Hartola = 12, "081" = 2, Heinola = 1 }}', "measure_place_twin"),
        (f"{POST}\nhours = {{ Heinola = 12, Sysma = 2 }}", "misspelt_municipality"),
        (f'{POST}\nhours = {{ Heinola = 12, "781" = 2 }}', "measure_employer"),
        (f"{POST}\nhours = {{ Hartola = 0, Heinola = 0 }}", "measure_nobody"),
        (f"{POST}\nhours = {{ Hartola = -2, Heinola = 4 }}", "below"),
        (f"{POST}\nhours = {{ Hartola = 12, Heinola = 5 }}\npost_hours = 15", "measure_post"),
        (f"{POST}\nhours = {{ Hartola = 12, Heinola = 8 }}\nchanges = 3", "measure_duty"),
        (POST, "measure_lacks"),
        (f"{POST}\nhours = {{ Hartola = 12, Heinola = 5 }}\nspares = []", "measure_key_unused"),
        (f"{POST}\nhours = {{ Hartola = 12, Heinola = 5 }}\nend = 2027-01-01",
         "measure_ends_first"),
        (f"{GROUP}\npupils = {{ Hartola = 3, Heinola = 5 }}", "measure_lacks"),
        (f'{GROUP}\npupils = {{ Hartola = 3, Heinola = 5 }}\nweekly_hours = 2\nspares = ["781"]',
         "measure_spares"),
        (f"{POST}\nhour = {{ Hartola = 12, Heinola = 5 }}", "misspelt_key"),
        (POST.replace("joint_post", "joint_pots"), "unknown_choice"),
    ],
)  # fmt: skip
def test_what_no_teacher_can_do_is_told(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(tmp_path, f'name = "x"\n{text}')
    faults = caught.value.faults
    assert f"study.{code}" in [fault.code for fault in faults]
    for fault in faults:
        assert fault.row is not None
        assert fault.row > 3
        assert fault.column.startswith("measure.0")
        assert not any(fault.code in render(fault, language) for language in LANGUAGES)


def test_a_name_stands_for_one_thing_in_cost_ids(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(tmp_path, *[f'name = "x"\n{POST}\nhours = {{ Hartola = 2, Heinola = 1 }}'] * 2)
    assert [fault.code for fault in caught.value.faults] == ["study.measure_twin"]


def test_the_example_that_ships_is_sound(examples: Path) -> None:
    kinds = [one.kind for one in read_study(examples / "shared-teaching.toml").measures]
    assert kinds == ["joint_post", "travelling_teacher", "distance_group"]


@pytest.fixture(scope="module")
def shared(example: Callable[[str], Any]) -> Any:
    """The study with a post of two municipalities and a group without an adult."""
    lapland = example("tunturi-lappi")
    one, two = lapland.prepared.region.codes[:2]
    made = (
        Measure("German", "joint_post", "7-9", one, date(2028, 8, 1), hours={one: 10.0, two: 6.0},
                changes=5),
        Measure("Religion", "distance_group", "1-6", one, date(2029, 1, 1),
                pupils={one: 5.0, two: 4.0}, weekly_hours=2.0, supervision_hours=1.0,
                real_time=False),
    )  # fmt: skip
    prepared = replace(lapland.prepared, study=replace(lapland.prepared.study, measures=made))
    return prepared, evaluate(prepared, lapland.plans)


def test_measures_stand_in_the_ledger_of_their_scenarios_and_change_nothing_else(
    example: Callable[[str], Any], shared: Any
) -> None:
    prepared, evaluated = shared
    ledger, plain = evaluated.ledger, example("tunturi-lappi").evaluated.ledger
    own = ledger[ledger["item"] == SHARED_TEACHING]
    assert set(own["scenario"]) == {"together", "together_keeping"}
    rest = ledger[~ledger["item"].isin((SHARED_TEACHING, "agreement", "distance_groups"))]
    kept = plain[plain["item"] != "distance_groups"]
    keys = ["scenario", "municipality", "item"]
    assert rest.groupby(keys)["eur"].sum().to_dict() == pytest.approx(
        kept.groupby(keys)["eur"].sum().to_dict()
    )
    paid = ledger[ledger["item"].isin(PAYMENTS)].groupby(["scenario", "year"])["eur"].sum()
    assert paid.abs().max() < 1e-6
    # A whole year: two hours of credit, and two of the group's teacher and one of its adult.
    year = own[(own["year"] == 2030) & (own["scenario"] == "together")]["eur"].sum()
    numbers = prepared.rules.number
    upper = numbers("teaching.teacher_eur", 2026) / numbers("teaching.duty_7_9", 2026)
    lower = numbers("teaching.teacher_eur", 2026) / numbers("teaching.duty_1_6", 2026)
    assert year == pytest.approx(2 * upper + 3 * lower)


def test_distance_groups_take_what_measures_leave_of_todays_cost(shared: Any) -> None:
    """Together, keeping costs at most today's, measures included, where the plan has room."""
    ledger = shared[1].ledger
    gross = ledger[~ledger["item"].isin(PAYMENTS)].groupby("scenario")["eur"].sum()
    assert gross["together_keeping"] <= gross["today"] + 1.0


def test_the_table_of_measures_says_who_pays_what(shared: Any) -> None:
    prepared, evaluated = shared
    table = measure_costs(prepared, evaluated.costs)
    post = table[(table["scenario"] == "together") & (table["measure"] == "German")]
    assert post["payments"].sum() == pytest.approx(0.0, abs=1e-6)
    one, two = prepared.region.codes[:2]
    net = post.set_index("municipality")["net"]
    assert net[one] / net[two] == pytest.approx(10 / 6)
    rows = measure_rows(prepared)
    assert rows["of"].tolist() == ["german:7-9", "religion:1-6"]
    assert rows["credit_hours"].tolist() == [2.0, 0.0]


def test_a_distance_group_without_adult_or_real_time_breaks_near_teaching(shared: Any) -> None:
    prepared, evaluated = shared
    told: pd.DataFrame = evaluated.breaches
    found = told[told["rule"].str.startswith("distance.")]
    assert set(found["detail_code"]) == {"without_adult", "not_in_real_time"}
    assert set(found["scenario"]) == {"together", "together_keeping"}
    assert set(found["municipality"]) == {prepared.region.codes[1]}
    assert (found["pupils"] == 4.0).all()
    # It begins in 2029: the first period, 2026-2027, has none.
    first = told["years"].iloc[0]
    begun = {years for years in told["years"] if int(years[-4:]) >= 2029}
    assert set(found["years"]) == begun
    assert first not in begun or int(first[-4:]) >= 2029


def test_hours_that_no_plan_counts_cannot_be_spared(
    example: Callable[[str], Any], shared: Any
) -> None:
    """Forty hours are more than all small groups of the smallest municipality; one is not."""
    lapland = example("tunturi-lappi")
    one, two = lapland.prepared.region.codes[:2]
    base = Measure("Group", "distance_group", "1-6", one, date(2028, 1, 1), scenarios=("alone",),
                   pupils={one: 5.0, two: 4.0}, weekly_hours=1.0, spares=(one, two))  # fmt: skip
    groups = lapland.evaluated.groups.query("scenario == 'alone' and subject != 'basic'")
    groups = groups[groups["unit"].str.endswith("1-6") & (groups["period"] == 1)]
    counted = groups.groupby("municipality")["weekly_hours"].sum()
    assert counted.min() > 1.0
    for hours in (1.0, float(counted[two]) + 0.5):
        made = (replace(base, weekly_hours=hours),)
        study = replace(lapland.prepared.study, measures=made)
        told = evaluate(replace(lapland.prepared, study=study), lapland.plans, in_futures=False)
        found = told.breaches[told.breaches["detail_code"] == "spares_uncounted"]
        at = found[found["years"] == groups["years"].iloc[0]]
        expected = [code for code in (one, two) if counted[code] < hours]
        assert sorted(at["municipality"]) == sorted(expected)
        assert set(found["scenario"]) <= {"alone"}
