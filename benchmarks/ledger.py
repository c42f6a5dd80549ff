"""How long the ledger takes: ``python benchmarks/ledger.py [--json] [--repeats N]``.

Ten municipalities (Päijänne-Tavastland), fifteen years, and as many schools as ``--schools`` says:
the region's own, and copies of some under other names until there are so many. The plan is *today*.
Told is the median of the repeats, in milliseconds of processor time; one core is used.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from skolnat.economy.accounts import account_lines, account_of, on_accounts
from skolnat.economy.identity import identified
from skolnat.economy.ledger import PlanTables, changed_units, cost_lines, repriced, summed
from skolnat.economy.payments import flows_of, payment_lines
from skolnat.economy.prices import prices
from skolnat.forecast import forecast
from skolnat.network.evaluate import Planned, joined, plan_tables, transport_prices
from skolnat.network.scenarios import today
from skolnat.plan.agreement import Agreement
from skolnat.study.inputs import read_inputs
from skolnat.study.money import residents, statute, with_codes
from skolnat.study.prepare import Prepared, prepare

EXAMPLE = Path(__file__).parents[1] / "examples" / "paijanne-tavastland.toml"


def plans_of(prepared: Prepared) -> list[Planned]:
    """Return the plans of *today*, one a market."""
    found = []
    for held, case in zip(prepared.frozen, prepared.cases, strict=True):
        price = prices(case.market.stage, prepared.rules, prepared.study.first_year)
        start, plan = today(held).plan, today(case).plan
        found.append(joined(held.market, case.market, prepared.periods, start, plan, price))
    return found


def grown(tables: PlanTables, schools: int) -> PlanTables:
    """Return tables with copies of units under other names until there are so many schools."""
    units, ways = tables.units, tables.ways
    school = units["unit"].str.partition(":")[0]
    lacking = schools - school.nunique()
    for k, name in enumerate(list(dict.fromkeys(school))[: max(lacking, 0)]):
        for_units = units[units["unit"].str.startswith(name)]
        for_ways = ways[ways["unit"].str.startswith(name)]
        renamed = {unit: f"{k:05d}x{unit[5:]}" for unit in for_units["unit"]}
        units = pd.concat([units, for_units.assign(unit=for_units["unit"].map(renamed))])
        ways = pd.concat([ways, for_ways.assign(unit=for_ways["unit"].map(renamed))])
    return replace(tables, units=units.reset_index(drop=True), ways=ways.reset_index(drop=True))


def with_one_school_closed(tables: PlanTables) -> PlanTables:
    """Return a plan in which the pupils of a school go to the next one of its municipality."""
    units, ways = tables.units.copy(), tables.ways.copy()
    stages = units.drop_duplicates("unit").groupby(["home", "stage"])["unit"].agg(list)
    gone, to = next(names for names in stages if len(names) > 1)[:2]
    later = units["period"] >= 1
    moved = units.loc[later & (units["unit"] == gone), ["pupils", "groups"]].to_numpy()
    units.loc[later & (units["unit"] == to), ["pupils", "groups"]] += moved
    out = later & (units["unit"] == gone)
    units.loc[out, ["pupils", "groups"]] = 0.0
    units.loc[out, "open"] = False
    units.loc[out & (units["period"] == 1), "closing_eur"] = 200_000.0
    ways.loc[(ways["period"] >= 1) & (ways["unit"] == gone), "unit"] = to
    keys = ["period", "unit", "stage", "residence", "provider"]
    return replace(tables, units=units, ways=ways.groupby(keys, as_index=False).sum())


def median(call: Callable[[], Any], repeats: int) -> float:
    """Return the median processor time of a call, milliseconds."""
    call()
    spent = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        spent.append((time.process_time() - start) * 1e3)
    return statistics.median(spent)


def measure(schools: int, repeats: int) -> dict[str, float]:
    """Return the milliseconds of each piece of work, and the sizes."""
    inputs = read_inputs(EXAMPLE)
    futures = forecast(until=inputs.study.last_year, draws=20, seed=1)
    prepared = prepare(inputs.study, inputs.region, futures)
    plans, rules = plans_of(prepared), prepared.rules
    by_stage = {stage: prices(stage, rules, 2026) for stage in ("1-6", "7-9")}
    transport, paid = transport_prices(rules, 2026), statute(rules, 2026)
    tables = grown(plan_tables(plans, rules), schools)
    nobody = tables.ways.iloc[:0]

    def ledger(of: PlanTables) -> pd.DataFrame:
        lines = cost_lines(of, by_stage, transport)
        payments = payment_lines(flows_of(of.ways, nobody, of.periods), paid, [], rules)
        return pd.concat([lines, payments], ignore_index=True)

    lines = cost_lines(tables, by_stage, transport)
    after = with_one_school_closed(tables)
    units = changed_units(tables, after)
    quick = repriced(lines, after, units, by_stage, transport)
    whole = cost_lines(after, by_stage, transport)
    assert np.isclose(quick["eur"].sum(), whole["eur"].sum(), rtol=1e-12)

    parties = tuple(prepared.region.codes)
    joint = Agreement("All", "joint_authority", parties, date(2028, 8, 1), price="shared")
    named = with_codes(tables, np.array(parties, dtype=object))
    people = residents(prepared)

    def with_account() -> pd.DataFrame:
        found = cost_lines(named, by_stage, transport)
        booked = on_accounts(found, named.units, [joint])
        flows = flows_of(named.ways, named.ways.iloc[:0], named.periods, [joint])
        payments = payment_lines(flows, paid, [joint], rules)
        account = account_of(joint, booked, named.units, named.ways, named.periods, people)
        return pd.concat([booked, payments, account_lines(account, payments)], ignore_index=True)

    both = with_account().groupby("municipality")["eur"].sum()
    assert abs(both[joint.holder]) < 0.01

    def one_school() -> pd.DataFrame:
        return repriced(lines, after, changed_units(tables, after), by_stage, transport)

    return {
        "schools": float(tables.units["unit"].str.partition(":")[0].nunique()),
        "units": float(tables.units["unit"].nunique()),
        "lines": float(len(ledger(tables))),
        "changed units": float(len(units)),
        "plan to tables, ms": median(lambda: plan_tables(plans, rules), repeats),
        "ledger, payments and sums, ms": median(lambda: summed(ledger(tables)), repeats),
        "the same with a joint authority of all ten, ms": median(
            lambda: summed(with_account()), repeats
        ),
        "cost ids of every line, ms": median(lambda: identified(ledger(tables), "x"), repeats),
        "one changed school, ms": median(one_school, repeats),
    }


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--schools", type=int, default=70)
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    found = measure(options.schools, options.repeats)
    if options.json:
        print(json.dumps(found, indent=1))
        return
    print("| what | |\n|---|---|")
    for name, value in found.items():
        print(f"| {name} | {value:,.0f} |" if value >= 100 else f"| {name} | {value:.3g} |")


if __name__ == "__main__":
    main()
