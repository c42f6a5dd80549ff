"""A figure is followed to its parts, and a slip of the pen to the nearest figure."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from skolnat.common.faults import InvalidInput, render
from skolnat.common.languages import LANGUAGES
from skolnat.economy.identity import AXES, identified
from skolnat.economy.ledger import PlanTables, TransportPrices, cost_lines
from skolnat.economy.payments import Statute, flows_of, payment_lines
from skolnat.economy.prices import Prices
from skolnat.economy.trace import trace
from skolnat.rules.rules import default_rules


@pytest.fixture(scope="module")
def costs(
    make: Callable[..., PlanTables], by_stage: dict[str, Prices], transport: TransportPrices
) -> pd.DataFrame:
    plan = make(5, 3, 5)
    flows = flows_of(plan.ways, plan.ways.iloc[:0], plan.periods)
    pay = payment_lines(flows, Statute({"1-6": 6e3, "7-9": 9e3}, 2), [], default_rules())
    lines = pd.concat([cost_lines(plan, by_stage, transport), pay], ignore_index=True)
    frames = [identified(lines, scenario) for scenario in ("today", "together")]
    told = pd.concat(frames, ignore_index=True)
    return told.assign(eur_nominal=told["eur"] * 1.1, estimated="")


def test_the_parts_of_every_figure_sum_to_it_all_the_way_down(costs: pd.DataFrame) -> None:
    waiting, seen = ["today", "together/all", "together/all/gross/teaching"], 0
    while waiting:
        found = trace(costs, waiting.pop())
        seen += 1
        depth = len(found.cost_id.split("/"))
        if found.parts:
            assert sum(part.eur for part in found.parts) == pytest.approx(found.eur, abs=1e-6)
            nominal = sum(part.eur_nominal for part in found.parts)
            assert nominal == pytest.approx(found.eur_nominal, abs=1e-6)
            # All ways lead down to lines; two branches a figure are followed.
            waiting += [part.cost_id for part in found.parts[:2]]
            assert all(trace(costs, part.cost_id).parent == found.cost_id
                       for part in found.parts[:2])  # fmt: skip
        else:
            assert depth == len(AXES)
            if "/all/" not in found.cost_id:
                assert found.line is not None
                quantity, _, price = found.line
                assert quantity * price == pytest.approx(found.eur)
    assert seen > 50


def test_the_region_is_the_sum_of_its_municipalities(costs: pd.DataFrame) -> None:
    region = trace(costs, "today/all/gross/teaching/2028")
    rows = costs.query("item == 'teaching' and year == 2028 and scenario == 'today'")
    codes = rows["municipality"].unique()
    own = [trace(costs, f"today/{code}/gross/teaching/2028").eur for code in codes]
    assert region.eur == pytest.approx(sum(own))
    assert trace(costs, "today/all/payments").eur == pytest.approx(0.0, abs=1e-6)
    assert trace(costs, "today").eur == pytest.approx(
        costs.loc[costs["scenario"] == "today", "eur"].sum()
    )


def test_a_line_names_its_rules_and_a_year_its_mean(costs: pd.DataFrame) -> None:
    one = costs[(costs["item"] == "leadership") & (costs["scenario"] == "today")].iloc[0]
    found = trace(costs, one["cost_id"])
    assert found.rules == ("leadership.school_eur",)
    assert found.line == (1.0, "units", 30_000.0)
    assert found.parent == one["parent"]
    assert found.years == (one["year"], one["year"])
    assert found.per_year == pytest.approx(30_000 / 6)


@pytest.mark.parametrize(
    ("cost_id", "near"),
    [
        ("togehter", "together"),
        ("together/082", "together/081"),
        ("together/081/gros", "together/081/gross"),
        ("together/081/gross/teachign", "together/081/gross/teaching"),
        ("", "together"),
    ],
)
def test_an_unknown_figure_is_told_with_the_nearest(
    costs: pd.DataFrame, cost_id: str, near: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        trace(costs, cost_id)
    (fault,) = caught.value.faults
    assert near in str(fault.values["near"]).split(", ")
    assert all(near in render(fault, language) for language in LANGUAGES)


def test_nothing_lies_below_a_line(costs: pd.DataFrame) -> None:
    whole = str(costs["cost_id"].iloc[0])
    with pytest.raises(InvalidInput) as caught:
        trace(costs, whole + "/more")
    assert whole in str(caught.value.faults[0].values["near"])
