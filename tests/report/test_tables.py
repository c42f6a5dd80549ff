"""Every figure that a council reads passes here: each is checked against sums done by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from skolnat.report import tables
from skolnat.report.results import Results, keyed

ALL = ["today", "alone", "together", "together_keeping"]


def test_scenarios_tell_what_the_summary_says(results: Results) -> None:
    facts = tables.scenarios(results).set_index("scenario")
    assert facts.index.tolist() == ALL
    # 3 municipalities: 1,180,000 today; alone 40,000 less each and 1,000 a year for closing.
    assert facts["cost"].tolist() == pytest.approx([3.54e6, 3.423e6, 3.303e6, 3.543e6])
    assert facts["saving"].tolist() == pytest.approx([0.0, 117e3, 237e3, -3e3])
    assert facts["moved"].tolist() == [0.0, 25.0, 80.0, 10.0]
    assert facts["choice"].tolist() == [0.5, 0.5, 0.75, 0.75]
    assert facts["schools_open"].tolist() == [6, 5, 4, 6]


def test_few_who_move_are_not_shown(results: Results) -> None:
    few = Results(
        results.manifest,
        {
            **results.summary,
            "scenarios": {
                name: {**facts, "pupils_moved": 2.0}
                for name, facts in results.summary["scenarios"].items()
            },
        },
        results.tables,
    )
    assert tables.scenarios(few)["moved"].isna().all()


def test_forecast_years_and_changes(results: Results) -> None:
    assert tables.forecast_years(results) == [2025, 2030, 2035, 2040]
    rows = keyed(tables.forecast(results), "municipality", "year")
    assert rows["", 2040]["p50"] == pytest.approx(315.0)  # 3 × 150 × 0.70
    assert rows["", 2040]["change"] == pytest.approx(-0.30)
    assert rows["081", 2030]["change_low"] == pytest.approx(-0.15)
    assert rows["081", 2030]["change_high"] == pytest.approx(-0.05)


def test_history_sums_the_region_and_ends_before_the_forecast(results: Results) -> None:
    known = tables.history(results)
    region = known[known["municipality"] == ""]
    assert region["year"].tolist() == [2018, 2019, 2022]  # 2025 is estimated: the forecast's own
    assert region["persons"].tolist() == [471.0, 468.0, 459.0]  # 3 × (150 + 7, + 6, + 3)
    assert region["estimated"].tolist() == [False, False, True]


def test_journeys_sum_up_where_they_are_shown(results: Results) -> None:
    told = tables.journeys(results)
    bands = told[list(tables.BANDS)].sum(axis=1)
    assert bands.to_numpy() == pytest.approx(told["pupils"].to_numpy())
    rows = keyed(told, "scenario", "stage")
    both = rows["today", "1-6"]["pupils"] + rows["today", "7-9"]["pupils"]
    assert rows["today", ""]["pupils"] == pytest.approx(both)


def test_journeys_by_municipality_hide_few(swap: Callable[..., Results], results: Results) -> None:
    journeys = results.tables["journeys"].copy()
    atoms = (journeys["municipality"] != "") & (journeys["stage"] != "")
    journeys.loc[atoms & (journeys["municipality"] == "081"), "over_5"] = 0.5  # 1 of both stages
    told = keyed(
        tables.journeys_by_municipality(swap(journeys=journeys)), "scenario", "municipality"
    )
    assert np.isnan(told["today", "081"]["over_5"])
    hidden = [code for code in ("081", "576", "781") if np.isnan(told["today", code]["over_5"])]
    assert len(hidden) == 2  # one alone would follow from the region's sum
    assert told["today", ""]["over_5"] > 0


def test_pupils_over_the_limit(make: Callable[..., Results]) -> None:
    few = keyed(tables.over_limit(make(over_limit=2.0)), "scenario", "municipality", "stage")
    assert np.isnan(few["together", "", ""]["pupils"])
    many = keyed(tables.over_limit(make(over_limit=8.0)), "scenario", "municipality", "stage")
    assert many["together", "", ""]["pupils"] == pytest.approx(8.0)
    assert many["together", "576", ""]["pupils"] == 0.0


def test_the_longest_journey_is_that_of_three(swap: Callable[..., Results]) -> None:
    """One pupil 90 minutes away says where one lives; the third pupil is at 50."""
    rows = pd.DataFrame(
        [
            ("today", 0, "a", 1.0, 90.0), ("today", 0, "a", 1.0, 60.0),
            ("today", 0, "a", 5.0, 50.0), ("today", 1, "a", 4.0, 40.0),
            ("today", 0, "b", 2.0, 99.0),
        ],
        columns=["scenario", "period", "municipality", "pupils", "minutes"],
    )  # fmt: skip
    told = keyed(tables.longest_journeys(swap(assignments=rows)), "scenario", "municipality")
    assert told["today", "a"]["minutes"] == 50.0
    assert np.isnan(told["today", "b"]["minutes"])


def test_flows_sum_over_languages_and_hide_few(swap: Callable[..., Results]) -> None:
    flows = pd.DataFrame(
        [
            ("together", "a", "b", "1-6", "fi", 10.0, True),
            ("together", "a", "b", "1-6", "sv", 5.0, False),
            ("together", "b", "a", "1-6", "fi", 1.0, False),
            ("together", "c", "a", "1-6", "fi", 40.0, False),
            ("together", "c", "c", "1-6", "fi", 99.0, False),
        ],
        columns=["scenario", "residence", "provider", "stage", "language", "pupils", "estimated"],
    )
    told = keyed(tables.flows(swap(flows=flows)), "scenario", "residence", "provider", "stage")
    assert told["together", "", "", ""]["pupils"] == 56.0
    assert told["together", "c", "a", ""]["pupils"] == 40.0
    assert np.isnan(told["together", "b", "a", ""]["pupils"])
    assert np.isnan(told["together", "a", "b", ""]["pupils"])  # the next smallest goes with it
    assert told["together", "a", "b", ""]["estimated"]
    assert ("together", "c", "c", "") not in told


def test_a_breach_with_few_pupils_in_one_period_hides_all(results: Results) -> None:
    rows = keyed(tables.breaches(results), "scenario", "detail_code")
    long = rows["together", "journey_over_limit_1-6"]
    assert np.isnan(long["low"])
    assert np.isnan(long["high"])
    assert long["years"] == "2028–2040"  # two periods in a row
    bought = rows["together", "bought_elsewhere_7-9_sv"]
    assert (bought["low"], bought["high"]) == (40.0, 40.0)


def test_a_note_on_one_pupil_is_left_out(swap: Callable[..., Results], results: Results) -> None:
    few = results.tables["breaches"].assign(pupils=2.0)
    assert set(tables.breaches(swap(breaches=few))["severity"]) == {"breach"}


def test_child_impact_compares_shares(results: Results) -> None:
    told = tables.child_impact(results).set_index("scenario")
    pupils = keyed(tables.journeys(results), "scenario", "stage")["today", ""]["pupils"]
    assert told.loc["together", "moved_share"] == pytest.approx(80.0 / pupils)
    assert told["group_size"].to_numpy() == pytest.approx(15.0)  # the fixture's groups


def test_tables_are_worked_out_once_and_copied(results: Results) -> None:
    first = tables.scenarios(results)
    first["cost"] = 0.0
    assert (tables.scenarios(results)["cost"] > 0).all()
