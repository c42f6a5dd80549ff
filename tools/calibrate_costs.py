"""Hold the assumptions of cost against published facts: ``python tools/calibrate_costs.py``.

Published (docs/money.md): the median cost of a pupil was 12,358 EUR in 2023, in a range from about
8,900 to over 30,000; about 55 % of it was teaching and 25 % property; growing a unit from 20 to 60
pupils saved almost 4,000 EUR a pupil, transport aside.

Without an option it tells what the rules that ship reproduce. With ``--fit`` it tells which fixed
cost of a unit (leadership and property) would give the saving, and which cost of support and of a
seat would give the shares and the median, with all other rules as they are: what a region that
trusts the facts more than our assumptions may put under ``[rules]``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from skolnat.economy.ledger import cost_lines
from skolnat.economy.prices import expected_group_table, prices
from skolnat.forecast import forecast
from skolnat.network.evaluate import joined, plan_tables, transport_prices
from skolnat.network.scenarios import today
from skolnat.rules.rules import Rules, default_rules
from skolnat.study.inputs import read_inputs
from skolnat.study.prepare import Prepared, prepare

EXAMPLES = Path(__file__).parents[1] / "examples"
REGIONS = ("paijanne-tavastland", "sydosterbotten", "tunturi-lappi")
YEAR = 2026

PUBLISHED: Mapping[str, float] = {
    "median, EUR a pupil": 12_358.0,
    "teaching, share": 0.55,
    "property, share": 0.25,
    "20 to 60 pupils, EUR a pupil less": 3_950.0,
}
"""What is published; "almost 4,000" is read as 3,950."""


@dataclass(frozen=True)
class Region:
    """What a region's municipalities cost in the first year of today's network.

    Parameters
    ----------
    per_pupil
        Euros a pupil of each municipality that teaches.
    teaching, property, transport, other
        Shares of the region's cost.
    """

    per_pupil: pd.Series
    teaching: float
    property: float
    transport: float
    other: float


def region_of(prepared: Prepared) -> Region:
    """Return what a region costs in the first year, by the rules that its study has."""
    rules, plans = prepared.rules, []
    for k, case in enumerate(prepared.cases):
        price = prices(case.market.stage, rules, prepared.study.first_year)
        held = prepared.frozen[k]
        plans.append(
            joined(held.market, case.market, prepared.periods, today(held).plan, today(case).plan,
                   price)
        )  # fmt: skip
    tables = plan_tables(plans, rules)
    by_stage = {stage: prices(stage, rules, YEAR) for stage in ("1-6", "7-9")}
    lines = cost_lines(tables, by_stage, transport_prices(rules, YEAR))
    first = lines[lines["year"] == prepared.study.first_year]
    units = tables.units[tables.units["period"] == 0]
    pupils = units.groupby("home")["pupils"].sum()
    items = first.groupby("item", observed=True)["eur"].sum() / first["eur"].sum()

    def share(*names: str) -> float:
        return float(sum(items.get(name, 0.0) for name in names))

    return Region(
        per_pupil=(first.groupby("municipality")["eur"].sum() / pupils[pupils > 0]).dropna(),
        teaching=share("teaching", "pupil_teaching"),
        property=share("property", "extension", "closing"),
        transport=share("transport", "boarding"),
        other=share("leadership", "pupil_other"),
    )


def per_pupil(pupils: int, rules: Rules, stage: str = "1-6") -> float:
    """Return what a pupil costs in a unit of so many, its property of the same size; no journey."""
    price = prices(stage, rules, YEAR)
    groups = float(expected_group_table(stage, 300, rules, YEAR)[pupils])
    unit = price.leadership + price.property_unit + price.property_seat * pupils
    return price.pupil + (unit + price.group * groups) / pupils


def marginal(pupils: int, rules: Rules, stage: str = "1-6") -> float:
    """Return what one pupil more costs in a unit of so many that has the seats; no journey."""
    price = prices(stage, rules, YEAR)
    groups = expected_group_table(stage, 300, rules, YEAR)
    return price.pupil + price.group * float(groups[pupils + 1] - groups[pupils])


def saving(rules: Rules) -> float:
    """Return how much less a pupil costs in a unit of 60 than in one of 20."""
    return per_pupil(20, rules) - per_pupil(60, rules)


def reproduced(regions: Mapping[str, Region], rules: Rules) -> dict[str, float]:
    """Return what the rules give for each published fact, over the regions of the examples."""
    pooled = pd.concat([region.per_pupil for region in regions.values()])
    main = regions[REGIONS[0]]
    return {
        "median, EUR a pupil": float(main.per_pupil.median()),
        "teaching, share": main.teaching,
        "property, share": main.property,
        "20 to 60 pupils, EUR a pupil less": saving(rules),
        "least of all municipalities, EUR a pupil": float(pooled.min()),
        "most of all municipalities, EUR a pupil": float(pooled.max()),
    }


def fitted(regions: Mapping[str, Region], rules: Rules) -> dict[str, float]:
    """Return which of our rules would give the facts exactly, one at a time.

    The saving is linear in the fixed cost of a unit: (1/20 - 1/60) of it. The shares are of the
    cost of Päijänne-Tavastland in its first year.
    """
    main = regions[REGIONS[0]]
    fixed = rules.number("leadership.school_eur", YEAR) + rules.number("property.unit_eur", YEAR)
    lacking = PUBLISHED["20 to 60 pupils, EUR a pupil less"] - saving(rules)
    median = float(main.per_pupil.median())
    mean = 1.0 / (1.0 / 20 - 1.0 / 60)
    return {
        "fixed cost of a unit (leadership.school_eur + property.unit_eur)": fixed + lacking * mean,
        "teaching.support_eur": rules.number("teaching.support_eur", YEAR)
        + (PUBLISHED["teaching, share"] - main.teaching) * median,
        "all prices, factor": PUBLISHED["median, EUR a pupil"] / median,
    }


def curve(rules: Rules) -> list[dict[str, float]]:
    """Return what a pupil costs, mean and marginal, by the size of a unit of grades 1-6."""
    sizes = (10, 20, 40, 60, 100, 150, 250)
    return [
        {"pupils": n, "per pupil": per_pupil(n, rules), "marginal": marginal(n, rules)}
        for n in sizes
    ]


def main() -> None:
    """Print the facts, what is reproduced, and what a fit would say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rules, regions = default_rules(), {}
    for name in REGIONS:
        inputs = read_inputs(EXAMPLES / f"{name}.toml")
        futures = forecast(until=inputs.study.last_year, draws=20, seed=1)
        regions[name] = region_of(prepare(inputs.study, inputs.region, futures))
    found = reproduced(regions, rules)
    if options.json:
        print(json.dumps({"reproduced": found, "fit": fitted(regions, rules),
                          "curve": curve(rules)}, indent=1))  # fmt: skip
        return
    print("| fact | published | reproduced | off |\n|---|---|---|---|")
    for name, value in found.items():
        fact = PUBLISHED.get(name, np.nan)
        off = "" if np.isnan(fact) else f"{value / fact - 1:+.1%}"
        shown = [f"{v:.2f}" if abs(v) < 10 else f"{v:,.0f}" for v in (fact, value)]
        print(f"| {name} | {shown[0] if off else ''} | {shown[1]} | {off} |")
    print("\n| region | municipalities | median | least | most | teaching | property | transport "
          "| other |\n|---|---|---|---|---|---|---|---|---|")  # fmt: skip
    for name, region in regions.items():
        own = region.per_pupil
        shares = (region.teaching, region.property, region.transport, region.other)
        told = " | ".join(f"{share:.0%}" for share in shares)
        print(f"| {name} | {len(own)} | {own.median():,.0f} | {own.min():,.0f} | {own.max():,.0f} "
              f"| {told} |")  # fmt: skip
    print("\n| pupils of a unit, grades 1–6 | EUR a pupil | one more, EUR |\n|---|---|---|")
    for row in curve(rules):
        print(f"| {row['pupils']:.0f} | {row['per pupil']:,.0f} | {row['marginal']:,.0f} |")
    if options.fit:
        print("\n| rule | would be |\n|---|---|")
        for name, value in fitted(regions, rules).items():
            print(f"| {name} | {value:,.3f} |" if value < 10 else f"| {name} | {value:,.0f} |")


if __name__ == "__main__":
    main()
