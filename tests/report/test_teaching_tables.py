"""Groups and hours as a council reads them: sums by hand, and nothing that tells of a child."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from skolnat.report import tables, teaching_tables
from skolnat.report.results import Results, keyed


def test_groups_add_up_to_the_region(results: Results) -> None:
    told = keyed(teaching_tables.groups(results), "scenario", "municipality")
    last = results.tables["units"]["period"].max()
    units = results.tables["units"]
    units = units[(units["period"] == last) & units["open"] & (units["scenario"] == "alone")]
    whole = told["alone", ""]
    assert whole["groups"] == pytest.approx(units["groups"].sum())
    assert whole["combined"] == pytest.approx(units["groups"].sum() / 4)
    assert whole["size"] == pytest.approx(15.0)  # the fixture's groups
    parts = [row["groups"] for (name, code), row in told.items() if name == "alone" and code]
    assert sum(parts) == pytest.approx(whole["groups"])


def test_hours_tell_what_is_available_only_where_it_is_known(results: Results) -> None:
    told = keyed(teaching_tables.hours(results), "scenario", "municipality")
    first, second = (str(code) for code in results.tables["municipalities"]["municipality"][:2])
    rows = results.tables["hours"]
    last = rows[(rows["period"] == rows["period"].max()) & (rows["scenario"] == "together")]
    mine = last[last["municipality"] == first]
    assert told["together", first]["required"] == pytest.approx(mine["required"].sum())
    assert told["together", first]["shared"] == pytest.approx(mine["required"].sum() / 10)
    assert told["together", first]["available"] == mine["available"].sum() > 0
    assert np.isnan(told["together", second]["available"])
    assert np.isnan(told["together", ""]["available"])
    assert told["together", ""]["required"] == pytest.approx(last["required"].sum())


def test_hours_of_all_subjects_are_not_counted_twice(
    swap: Callable[..., Results], results: Results
) -> None:
    rows = results.tables["hours"]
    whole = rows.assign(subject="all", available=np.nan)
    again = swap(hours=pd.concat([rows, whole], ignore_index=True))
    one, other = (
        teaching_tables.hours(r).set_index(["scenario", "municipality"])["required"]
        for r in (results, again)
    )
    assert other.to_dict() == pytest.approx(one.to_dict())


def test_a_subject_of_two_pupils_is_hidden(results: Results) -> None:
    told = keyed(teaching_tables.subjects(results), "scenario", "subject")
    few = told["together", "religion-ort"]
    assert np.isnan([few["pupils"], few["groups"], few["hours"]]).all()
    assert told["together", "worldview"]["pupils"] > 3
    assert "basic" not in {subject for _, subject in told}


def test_those_who_go_without_are_not_told_by_subtraction(swap: Callable[..., Results]) -> None:
    rows = pd.DataFrame(
        {
            "scenario": "together", "period": 0, "years": "2026",
            "subject": ["few", "some", "many", "all"],
            "entitled": [2.0, 10.0, 10.0, 10.0],
            "pupils": [1.0, 8.5, 5.0, 9.9],
            "pupils_together": [2.0, 10.0, 9.9, 10.0],
        }
    )  # fmt: skip
    told = teaching_tables.recount(swap(recount=rows)).set_index("subject")
    assert told.loc["few"].drop("scenario").isna().all()
    assert np.isnan(told.loc["some", "pupils"])
    assert told.loc["some", "pupils_together"] == 10.0
    assert told.loc["many", ["pupils", "pupils_together"]].tolist() == [5.0, 9.9]
    assert told.loc["all", "pupils"] == 9.9


def test_duties_are_summed_over_the_region_and_their_years(results: Results) -> None:
    told = tables.duties(results)
    assert told[["rule", "scenario", "pupils", "subject"]].to_numpy().tolist() == [
        ["worldview.least_pupils", "together", pytest.approx(6.0), "worldview"]
    ]
    found = tables.breaches(results)
    assert "duty" not in set(found["severity"])
    assert found.set_index("detail_code").loc["too_few", "subject"] == "worldview"


def test_a_duty_is_hidden_where_its_pupils_are_among_the_journeys(
    swap: Callable[..., Results], results: Results
) -> None:
    rows = results.tables["breaches"]
    row = (
        rows[rows["severity"] == "duty"]
        .iloc[:1]
        .assign(rule="journey.boarding", detail_code="boarding_1-6", subject="", pupils=60.0)
    )
    way = results.tables["journeys"]
    few = way.assign(over_limit=way["over_limit"].where(way["stage"] != "1-6", 0.5))
    one = swap(breaches=row, journeys=few)
    over = keyed(tables.over_limit(one), "scenario", "municipality", "stage")
    hidden = np.isnan(over["together", "", "1-6"]["pupils"])
    assert np.isnan(tables.duties(one)["pupils"].iloc[0]) == hidden
