"""From schools and squares to markets: units, catchments, figures, periods and options."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from skolnat.access.journeys import Journeys
from skolnat.forecast.homes import homes
from skolnat.network.build import (
    BLUR_KM,
    Period,
    allowed_options,
    build_markets,
    catchment_loads,
    periods_of,
    units_of,
    with_figures,
)
from skolnat.network.demand import Demand
from skolnat.region.region import Region
from skolnat.rules.rules import default_rules

RULES = default_rules()
YEARS = (2026, 2027)
KM = np.array([[1.0, 7.0, 14.0], [7.0, 1.0, 6.0], [13.0, 7.0, 0.5]])
WAYS = Journeys(("a", "b", "c"), ("1", "2", "3"), KM, 3.0 * KM, indicative=True)
CELLS = pd.DataFrame(
    {
        "cell": ["a", "b", "c"],
        "municipality": ["016", "016", "398"],
        "children": [1, 3, 5],
        "population": [9, 9, 9],
        "home": [0, 0, 1],
    }
)
HOMES = homes(CELLS, ["016", "398"], range(2003, 2022))
PUPILS = {
    "1-6": np.array([[40.0, 20.0], [80.0, 80.0]]),
    "7-9": np.array([[20.0, 20.0], [30.0, 30.0]]),
}
GRADES = np.concatenate(
    [np.repeat(PUPILS[stage][:, :, None] / n, n, axis=2) for stage, n in (("1-6", 6), ("7-9", 3))],
    axis=2,
)
DEMAND = Demand(CELLS, YEARS, GRADES, HOMES, {"fi": np.ones(2), "sv": np.zeros(2)})


@pytest.mark.parametrize(
    ("first", "change", "last", "count", "lengths", "frozen"),
    [
        (2026, 2028, 2040, 3, [2, 5, 4, 4], True),
        (2026, 2026, 2028, 3, [1, 1, 1], False),
        (2026, 2027, 2028, 5, [1, 1, 1], True),
        (2026, 2026, 2026, 3, [1], False),
    ],
)
def test_periods_hold_every_year_once(
    first: int, change: int, last: int, count: int, lengths: list[int], *, frozen: bool
) -> None:
    periods = periods_of(first, change, last, count)
    assert [len(period.years) for period in periods] == lengths
    assert [year for period in periods for year in period.years] == list(range(first, last + 1))
    assert [period.frozen for period in periods] == [frozen] + [False] * (len(periods) - 1)


def test_a_school_of_grades_1_to_9_is_two_units(bare_region: Region) -> None:
    units = units_of(bare_region)
    assert units["unit"].tolist() == ["1:1-6", "3:1-6", "2:7-9", "3:7-9"]
    assert units["home"].tolist() == [0, 1, 0, 1]
    others = bare_region.schools.assign(provider=["private", "state", "municipal"], kind="special")
    assert units_of(bare_region.with_schools(others)).empty


def test_teaching_in_sami_shares_the_finnish_units(bare_region: Region) -> None:
    region = bare_region.with_schools(bare_region.schools.assign(language="se"))
    assert set(units_of(region)["language"]) == {"fi"}


def test_catchments_end_at_the_border_and_fade_between_near_units(bare_region: Region) -> None:
    twin = bare_region.schools.iloc[[0]].assign(school="9")
    region = bare_region.with_schools(pd.concat([bare_region.schools, twin], ignore_index=True))
    units = units_of(region)
    km = np.column_stack([KM, KM[:, 0] + BLUR_KM])
    ways = Journeys(WAYS.cells, ("1", "2", "3", "9"), km, 3.0 * km, indicative=True)
    totals = {"1-6": np.array([40.0, 80.0]), "7-9": np.array([20.0, 30.0])}
    loads = dict(
        zip(units["unit"], catchment_loads(units, DEMAND, ways, totals, 2026), strict=True)
    )
    part = 1.0 / (1.0 + np.exp(-1.0))
    assert loads["1:1-6"] == pytest.approx(40 * part)
    assert loads["9:1-6"] == pytest.approx(40 * (1 - part))
    assert (loads["2:7-9"], loads["3:1-6"], loads["3:7-9"]) == pytest.approx((20.0, 80.0, 30.0))


def test_figures_are_parted_between_units_and_estimated_where_unknown(bare_region: Region) -> None:
    units = units_of(bare_region)
    today = np.array([12.0, 60.0, 33.0, 30.0])
    peak = np.array([15.0, 70.0, 41.0, 35.0])
    found = with_figures(units, today, peak, RULES, 2026).set_index("unit")
    # School 3 has 120 seats, 90 pupils and 60 000 euros in two units of 60 and 30 pupils.
    assert found.loc["3:1-6", ["pupils", "capacity"]].tolist() == pytest.approx([60.0, 80.0])
    assert found.loc["3:7-9", ["pupils", "capacity"]].tolist() == pytest.approx([30.0, 40.0])
    assert found.loc["3:7-9", "property_eur_per_year"] == pytest.approx(20_000.0)
    assert found.loc["1:1-6", ["pupils", "capacity", "estimated"]].tolist() == [10.0, 20.0, ""]
    # School 2 has held 41: three rooms of 20.
    upper = found.loc["2:7-9"]
    assert (upper["pupils"], upper["capacity"]) == (33.0, 60.0)
    assert upper["property_eur_per_year"] == 35_000 + 2_200 * 60
    assert upper["estimated"] == "pupils;capacity;property_eur_per_year"


def markets(region: Region, **other: Any) -> Any:
    units = with_figures(units_of(region), np.ones(4), np.ones(4), RULES, 2026)
    periods = (Period((2026,)), Period((2027,)))
    return units, build_markets(units, DEMAND, WAYS, periods, RULES, year=2026, **other)


def test_a_market_by_hand(bare_region: Region) -> None:
    _, found = markets(bare_region)
    assert [(m.stage, m.language) for m in found] == [("1-6", "fi"), ("7-9", "fi")]
    lower = found[0]
    assert lower.units == ("1:1-6", "3:1-6")
    assert lower.pupils == pytest.approx(np.array([[10.0, 30.0, 80.0], [5.0, 15.0, 80.0]]))
    assert lower.km.tolist() == [[1.0, 14.0], [7.0, 6.0], [13.0, 0.5]]
    assert lower.arc_cost[1] == pytest.approx([300 + 378 * 7 * 0.3, 300 + 378 * 6 * 0.3])
    assert lower.fixed.tolist() == [31_000.0, 60_000.0]
    years = RULES.number("property.closing_share", 2026)
    once = [1_000.0 * years, 30_000.0 * years]
    assert lower.closing.tolist() == [[eur, eur, 0.0] for eur in once]
    assert lower.load_cost[0] == 0.0
    assert lower.load_cost.size == 120 + 3


def test_other_capacities_leave_the_property_as_it_is(bare_region: Region) -> None:
    _, base = markets(bare_region)
    _, other = markets(bare_region, capacity_factor=0.9)
    assert other[0].capacity == pytest.approx(0.9 * base[0].capacity)
    assert other[0].fixed.tolist() == base[0].fixed.tolist()


def test_pupils_who_go_elsewhere_are_in_no_market(bare_region: Region) -> None:
    leaving = {("1-6", "fi"): np.array([1.0, 0.25])}
    units = with_figures(units_of(bare_region), np.ones(4), np.ones(4), RULES, 2026)
    some = dataclasses.replace(DEMAND, leaving=leaving)
    lower, upper = build_markets(units, some, WAYS, (Period((2026,)),), RULES, year=2026)
    assert lower.cells == ("c",)
    assert lower.pupils.tolist() == [[60.0]]
    assert upper.cells == ("a", "b", "c")


def test_a_period_begins_when_something_decided_takes_effect() -> None:
    periods = periods_of(2026, 2028, 2033, 2, starts=(2030, 2031, 2025, 2040))
    assert [period.years[0] for period in periods] == [2026, 2028, 2030, 2031]
    assert [year for period in periods for year in period.years] == list(range(2026, 2034))


@pytest.mark.parametrize(
    ("stay", "closing", "keep", "expected"),
    [
        ((), {}, False, [[1, 1, 1], [1, 1, 1]]),
        (("1",), {}, False, [[0, 0, 1], [1, 1, 1]]),
        ((), {}, True, [[0, 0, 1], [0, 0, 1]]),
        ((), {"3": 2027}, False, [[1, 1, 1], [0, 1, 0]]),
        ((), {"3": 2027}, True, [[0, 0, 1], [0, 1, 0]]),
        ((), {"3": 2020}, False, [[1, 1, 1], [1, 0, 0]]),
        ((), {"3": 2050}, False, [[1, 1, 1], [0, 0, 1]]),
    ],
)
def test_what_is_decided_leaves_no_choice(
    bare_region: Region, stay: tuple[str, ...], closing: dict[str, int], *, keep: bool,
    expected: list[list[int]],
) -> None:  # fmt: skip
    units, found = markets(bare_region)
    periods = (Period((2026,)), Period((2027,)))
    options = allowed_options(units, found[0], periods, stay, closing, keep=keep)
    assert options.astype(int).tolist() == expected


def test_before_the_first_change_only_what_is_decided_happens(bare_region: Region) -> None:
    units, found = markets(bare_region)
    periods = (Period((2026,)), Period((2027,)))
    options = allowed_options(units, found[0], periods, (), {"3": 2026}, change=2027)
    assert options.astype(int).tolist() == [[0, 1, 1], [1, 0, 0]]


@pytest.mark.parametrize("keep", [False, True])
def test_a_candidate_is_opened_from_the_start_or_never(bare_region: Region, *, keep: bool) -> None:
    region = bare_region.with_schools(
        bare_region.schools.assign(kind=["comprehensive", "comprehensive", "candidate"])
    )
    units, found = markets(region)
    assert found[0].candidate.tolist() == [False, True]
    assert (found[0].closing[1] == 0.0).all()
    options = allowed_options(
        units, found[0], (Period((2026,)), Period((2027,))), (), {}, keep=keep
    )
    assert options[1].tolist() == [True, False, True]


def test_prices_are_those_of_the_first_year_of_the_plan(bare_region: Region) -> None:
    """Whatever the periods: the ledger reads the same year."""
    units = with_figures(units_of(bare_region), np.ones(4), np.ones(4), RULES, 2026)
    old, new = (
        build_markets(units, DEMAND, WAYS, (Period((2027,)),), RULES, year=year)[0]
        for year in (2024, 2026)
    )
    assert old.load_cost / new.load_cost[1:].max() == pytest.approx(
        new.load_cost / new.load_cost[1:].max() * 136 / 139
    )


def test_units_of_the_examples_have_figures(prepared_example: Callable[[str], Any]) -> None:
    units = prepared_example("tunturi-lappi").units
    assert units[["pupils", "capacity", "property_eur_per_year"]].notna().all(axis=None)
    assert (units["capacity"] >= units["pupils"] - 1e-9).all()
    assert units["unit"].is_unique
