"""Every euro is a line of quantity times price; sums are done again here by loops and by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.economy.ledger import (
    PlanTables,
    TransportPrices,
    changed_units,
    cost_lines,
    nominal,
    repriced,
    summed,
)
from skolnat.economy.prices import Prices

Make = Callable[..., PlanTables]
SEEDS = st.integers(0, 10**9)


@given(seed=SEEDS, places=st.integers(1, 4), units=st.integers(1, 8))
def test_the_sum_of_the_lines_is_what_a_loop_over_schools_and_years_counts(
    make: Make, by_stage: dict[str, Prices], transport: TransportPrices,
    seed: int, places: int, units: int,
) -> None:  # fmt: skip
    tables = make(seed, places, units)
    lines = cost_lines(tables, by_stage, transport)
    total = 0.0
    for row in tables.units.to_dict("records"):
        price, years = by_stage[row["stage"]], len(tables.periods[row["period"]])
        over = max(row["pupils"] - row["capacity"], 0.0)
        fixed = (price.leadership + row["property_eur"]) * row["open"]
        yearly = row["groups"] * price.group + fixed + row["pupils"] * price.pupil
        total += years * (yearly + over * price.extension_seat) + row["closing_eur"]
    for row in tables.ways.to_dict("records"):
        years = len(tables.periods[row["period"]])
        way = row["carried"] * 300.0 + row["carried_km"] * 0.5 + row["boarded"] * 20_000.0
        total += years * way
    assert lines["eur"].sum() == pytest.approx(total, rel=1e-9)
    assert (lines["eur"] == lines["quantity"] * lines["price"]).all()
    assert (lines["eur"] > 0.0).all()
    assert not lines.duplicated(["municipality", "year", "item", "of", "part"]).any()
    assert summed(lines)["eur"].sum() == pytest.approx(total, rel=1e-9)


@given(seed=SEEDS, other=SEEDS)
def test_a_plan_of_which_schools_have_changed_is_priced_as_if_anew(
    make: Make, by_stage: dict[str, Prices], transport: TransportPrices, seed: int, other: int
) -> None:
    before, changed = make(seed, 3, 6), make(other, 3, 6)
    names = sorted(set(before.units["unit"]) & set(changed.units["unit"]))[:2]

    def mixed(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
        kept, come = old[~old["unit"].isin(names)], new[new["unit"].isin(names)]
        return pd.concat([kept, come], ignore_index=True)

    after = replace(
        before, units=mixed(before.units, changed.units), ways=mixed(before.ways, changed.ways)
    )
    units = changed_units(before, after)
    assert units <= set(names)
    lines = cost_lines(before, by_stage, transport)
    quick = repriced(lines, after, units, by_stage, transport)
    whole = cost_lines(after, by_stage, transport)
    keys = ["municipality", "year", "item", "of", "part"]

    def told(frame: pd.DataFrame) -> dict[tuple[object, ...], float]:
        return {tuple(row[:-1]): row[-1] for row in frame[[*keys, "eur"]].to_numpy().tolist()}

    assert told(quick) == told(whole)


def test_nothing_has_changed_between_a_plan_and_itself(make: Make) -> None:
    assert changed_units(make(1), make(1)) == frozenset()
    moved = make(1)
    moved.ways.loc[0, "carried_km"] += 1.0
    assert changed_units(make(1), moved) == {moved.ways.loc[0, "unit"]}


def test_small_groups_are_priced_once(
    by_stage: dict[str, Prices], transport: TransportPrices
) -> None:
    price = replace(by_stage["7-9"], within_split=0.3, within_support=0.2)
    units = pd.DataFrame(
        {
            "period": [0, 0], "unit": ["a:7-9", "b:7-9"], "stage": "7-9", "home": ["081", "576"],
            "open": True, "pupils": [10.0, 100.0], "capacity": 200.0, "groups": [1.0, 5.0],
            "property_eur": 0.0, "closing_eur": 0.0,
        }
    )  # fmt: skip
    ways = pd.DataFrame(
        columns=["period", "unit", "stage", "residence", "provider", "pupils", "carried",
                 "carried_km", "boarded"]
    ).astype({"period": "int64"})  # fmt: skip
    groups = pd.DataFrame(
        [
            (0, "a:7-9", "basic", 99.0),
            (0, "a:7-9", "a2-de", 6.0),
            (0, "a:7-9", "religion-ort", 3.0),
        ],
        columns=["period", "unit", "subject", "weekly_hours"],
    )
    tables = PlanTables(((2026,),), units, ways, groups)
    told = cost_lines(tables, {"7-9": price}, transport).set_index(["of", "item", "part"])
    hours = told["quantity"]
    assert hours["a:7-9", "teaching", "small_groups"] == 9.0
    assert ("b:7-9", "teaching", "small_groups") not in hours
    # Split hours give up 0.3 a pupil, support 0.2; basic groups are the expected ones.
    assert hours["a:7-9", "pupil_teaching", "split"] == pytest.approx(10 * (0.85 - 0.3))
    support = told["eur"]["b:7-9", "pupil_teaching", "support"]
    assert support == pytest.approx(100 * (1_550 - 0.2 * price.hour))
    assert hours["a:7-9", "teaching", "basic"] == pytest.approx(price.group_hours)
    # A plan whose small groups have the mean hours a pupil costs what it cost without them.
    mean = pd.DataFrame(
        {"period": 0, "unit": ["a:7-9", "b:7-9"], "subject": "a2", "weekly_hours": [5.0, 50.0]}
    )
    same = cost_lines(replace(tables, groups=mean), {"7-9": price}, transport)["eur"].sum()
    plain = cost_lines(replace(tables, groups=None), {"7-9": price}, transport)["eur"].sum()
    assert same == pytest.approx(plain)


def test_planned_routes_stand_in_place_of_the_cost_by_distance(
    make: Make, by_stage: dict[str, Prices], transport: TransportPrices
) -> None:
    tables = make(7, 3, 5)
    routes = pd.DataFrame({"period": [0, 1], "municipality": ["081", "081"], "eur": [9e5, 8e5]})
    plain = cost_lines(tables, by_stage, transport)
    routed = cost_lines(replace(tables, routes=routes), by_stage, transport)
    by_year = summed(routed).set_index(["municipality", "item", "year"])["eur"].sort_index()
    assert by_year["081", "transport", 2027] == 9e5
    assert by_year["081", "transport", 2030] == 8e5
    old = summed(plain).set_index(["municipality", "item", "year"])["eur"].sort_index()
    assert by_year["576", "transport"].to_dict() == old["576", "transport"].to_dict()
    # Without routes in the last period, it is priced by distance still.
    assert by_year.get(("081", "transport", 2031)) == old.get(("081", "transport", 2031))
    assert routed.loc[routed["item"] == "boarding", "eur"].sum() == pytest.approx(
        plain.loc[plain["item"] == "boarding", "eur"].sum()
    )


def test_nominal_euros_are_those_of_their_year() -> None:
    told = nominal(np.array([100.0, 100.0, 0.0]), np.array([2023, 2025, 2040]), 2023, 0.02)
    assert told == pytest.approx([100.0, 104.04, 0.0])
