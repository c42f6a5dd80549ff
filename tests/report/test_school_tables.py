"""Whose school closes, and when, is what people read first: it must be right."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from skolnat.report import school_tables
from skolnat.report.results import Results, keyed


def test_fates(results: Results) -> None:
    told = keyed(school_tables.fates(results), "scenario", "unit")
    assert told["today", "0811:1-6"]["fate"] == "open"
    closed = told["together", "0811:1-6"]
    assert (closed["fate"], closed["year"]) == ("closes", 2027.0)
    assert closed["not_robust"]
    assert not told["alone", "0811:1-6"]["not_robust"]  # it turns in *together* only
    assert told["together", "7811:1-6"]["fate"] == "open"


def test_a_school_may_open_or_never_be_used(swap: Callable[..., Results], results: Results) -> None:
    units = results.tables["units"].copy()
    new = (units["unit"] == "0811:1-6") & (units["scenario"] == "today")
    units.loc[new, "open"] = units.loc[new, "period"] > 0
    none = (units["unit"] == "5761:1-6") & (units["scenario"] == "today")
    units.loc[none, "open"] = False
    told = keyed(school_tables.fates(swap(units=units)), "scenario", "unit")
    opened = told["today", "0811:1-6"]
    assert (opened["fate"], opened["year"]) == ("opens", 2028.0)
    assert told["today", "5761:1-6"]["fate"] == "never"


def test_a_school_of_two_pupils_shows_none(swap: Callable[..., Results], results: Results) -> None:
    units = results.tables["units"].copy()
    units.loc[units["unit"] == "0811:1-6", "pupils"] = 2.0
    row = keyed(school_tables.fates(swap(units=units)), "scenario", "unit")["today", "0811:1-6"]
    assert row["small"]
    assert np.isnan([row["pupils"], row["use"], row["groups"]]).all()


def test_schools_open_by_municipality(results: Results) -> None:
    told = keyed(school_tables.schools_open(results), "scenario", "municipality", "period")
    assert told["today", "081", 2]["schools"] == 2
    assert told["together", "081", 0]["schools"] == 2
    assert told["together", "081", 2]["schools"] == 1


def test_schools_outside_the_plan_are_listed(results: Results) -> None:
    assert school_tables.outside_plan(results)["name"].tolist() == ["Steinerskolan"]
