"""The money of a study: the lines of every scenario, the ledger of them, and the state share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from skolnat.economy.accounts import Account, account_lines, account_of, on_accounts
from skolnat.economy.identity import RESIDENCE, identified, state_share_lines
from skolnat.economy.ledger import PlanTables, cost_lines, nominal
from skolnat.economy.payments import Statute, cost_per_pupil, flows_of, payment_lines
from skolnat.economy.prices import prices
from skolnat.network.demand import STAGE_AGES
from skolnat.network.evaluate import Planned, plan_tables, transport_prices
from skolnat.plan.agreement import Agreement
from skolnat.plan.scenario import WITH_AGREEMENT
from skolnat.rules.rules import Rules
from skolnat.study.measures import lines_of_measures
from skolnat.study.prepare import Prepared


def costs_of(
    prepared: Prepared,
    scenario: str,
    plans: Sequence[Planned],
    before: pd.DataFrame,
    distance_groups: pd.DataFrame,
    groups: pd.DataFrame,
) -> pd.DataFrame:
    """Return every line of a scenario's ledger, resources and payments, with its cost id.

    Parameters
    ----------
    prepared
        The study.
    scenario, plans
        Name of the scenario, and its plans, one a market.
    before
        Flows in the years before the plan, see :func:`flows_before`.
    distance_groups
        Lines of what distance groups cost, municipalities by index.
    groups
        Weekly hours by ``period, unit, subject``: those of small groups are priced.
    """
    rules, first = prepared.rules, prepared.study.first_year
    codes = np.array(prepared.region.codes, dtype=object)
    tables, resources = resource_lines(prepared, plans, groups)
    at_a_distance = distance_groups.assign(
        municipality=codes[distance_groups["municipality"].to_numpy(np.int64)]
    )
    agreements = agreements_in(prepared, scenario)
    unit_cost = None
    if any(agreement.price == "cost" for agreement in agreements):
        unit_cost = cost_per_pupil(resources, tables.units, tables.periods)
    booked = on_accounts(resources, tables.units, agreements)
    flows = flows_of(tables.ways, before, tables.periods, agreements)
    paid = payment_lines(flows, statute(rules, first), agreements, rules, unit_cost)
    shared = [
        account_lines(account, paid)
        for account in accounts_of(prepared, agreements, tables, booked)
    ]
    measures = lines_of_measures(prepared, scenario)
    lines = [booked, at_a_distance, measures, paid, *shared]
    told = pd.concat([frame for frame in lines if len(frame)], ignore_index=True)
    named = with_nominal(identified(told, scenario), rules, first)
    named = named.assign(estimated=_estimated(named, prepared))
    # What the owner has told rests on no rule of ours.
    unit = (named["item"] == "property") & (named["part"] == "unit")
    own = (unit & (named["estimated"] == "")).to_numpy(np.bool_)
    return named.assign(rules=np.where(own, "", named["rules"].to_numpy(object)))


def paid_by_statute(
    prepared: Prepared, plans: Sequence[Planned], before: pd.DataFrame
) -> pd.DataFrame:
    """Return what each municipality would pay if nothing were agreed: ``municipality, eur``.

    Over all years of the plan; below zero: received.
    """
    rules, codes = prepared.rules, np.array(prepared.region.codes, dtype=object)
    tables = with_codes(plan_tables(plans, rules), codes)
    flows = flows_of(tables.ways, before, tables.periods)
    lines = payment_lines(flows, statute(rules, prepared.study.first_year), (), rules)
    return lines.groupby("municipality", as_index=False)[["eur"]].sum()


def accounts_of(
    prepared: Prepared, agreements: Sequence[Agreement], tables: PlanTables, booked: pd.DataFrame
) -> list[Account]:
    """Return the accounts of a scenario, from its lines as they are booked."""
    people = residents(prepared)
    return [
        account_of(agreement, booked, tables.units, tables.ways, tables.periods, people)
        for agreement in agreements
        if agreement.holder
    ]


def residents(prepared: Prepared) -> dict[str, float]:
    """Return the residents of each municipality, of all ages, in the last year registered."""
    table = prepared.region.population
    counted = table[table["year"] <= prepared.study.base_year]
    sums = counted.groupby(["municipality", "year"])["persons"].sum().groupby("municipality").last()
    return {str(code): float(persons) for code, persons in sums.items()}


def resource_lines(
    prepared: Prepared, plans: Sequence[Planned], groups: pd.DataFrame | None
) -> tuple[PlanTables, pd.DataFrame]:
    """Return a scenario's tables, and the lines of what its resources cost, distance groups apart.

    Parameters
    ----------
    prepared, plans
        The study, and the plan of every market.
    groups
        Weekly hours by ``period, unit, subject``: those of small groups are priced; None: all
        pupils have their mean.
    """
    rules, first = prepared.rules, prepared.study.first_year
    by_stage = {stage: prices(stage, rules, first) for stage in STAGE_AGES}
    tables = with_codes(plan_tables(plans, rules), np.array(prepared.region.codes, dtype=object))
    tables = replace(tables, groups=groups)
    return tables, cost_lines(tables, by_stage, transport_prices(rules, first))


def _estimated(lines: pd.DataFrame, prepared: Prepared) -> pd.Series:
    """Name the inputs of each line that are estimates, joined by ``;``."""
    marks = prepared.units.set_index("unit")["estimated"].astype("str")
    kind = lines["item"] + "/" + lines["part"]
    inputs = {
        "property_eur_per_year": ("property/unit", "closing/unit"),
        "capacity": ("extension/building", "extension/upkeep", "property/temporary"),
        "area_m2": ("property/renovation", "closing/renovation"),
    }
    marked = pd.Series("", index=lines.index, dtype="str")
    for name, kinds in inputs.items():
        units = marks.index[marks.str.split(";").map(lambda names, name=name: name in names)]
        marked = marked.mask(kind.isin(kinds) & lines["of"].isin(units), name)
    if not prepared.journeys.indicative:
        return marked
    return marked.mask(lines["item"].isin(["transport", "boarding"]), "journeys")


def agreements_in(prepared: Prepared, scenario: str) -> tuple[Agreement, ...]:
    """Return the agreements that price pupils in a scenario.

    One that holds already when the plan begins is part of today's network and holds in every
    scenario; one that begins later is cooperation, and holds only where borders are open.
    """
    agreements = prepared.study.agreements
    if scenario in WITH_AGREEMENT:
        return agreements
    first = date(prepared.study.first_year, 1, 1)
    return tuple(agreement for agreement in agreements if agreement.start <= first)


def flows_before(prepared: Prepared, now: Sequence[Planned]) -> pd.DataFrame:
    """Return the flows before the plan: those of *today* in its first period stand for them.

    Returns
    -------
    DataFrame
        ``residence, provider, stage, pupils``, municipalities as codes; those who stay at home
        too, for an account that teaches them.
    """
    codes = np.array(prepared.region.codes, dtype=object)
    ways = with_codes(plan_tables(now, prepared.rules), codes).ways
    first = ways[ways["period"] == 0]
    return first[["residence", "provider", "stage", "pupils"]]


def statute(rules: Rules, year: int) -> Statute:
    """Return what the statute pays for a pupil of each stage, and when."""
    price = {stage: prices(stage, rules, year).compensation for stage in STAGE_AGES}
    return Statute(price, int(rules.number("compensation.lag_years", year)))


def with_codes(tables: PlanTables, codes: np.ndarray) -> PlanTables:
    """Return the tables of a plan with codes in place of the indices of municipalities."""
    units = tables.units.assign(home=codes[tables.units["home"].to_numpy(np.int64)])
    ways = tables.ways.assign(
        residence=codes[tables.ways["residence"].to_numpy(np.int64)],
        provider=codes[tables.ways["provider"].to_numpy(np.int64)],
    )
    stand = tables.buildings
    if stand is not None:
        stand = stand.assign(home=codes[stand["home"].to_numpy(np.int64)])
    return PlanTables(tables.periods, units, ways, tables.groups, tables.routes, stand)


def with_nominal(lines: pd.DataFrame, rules: Rules, year: int) -> pd.DataFrame:
    """Return lines with ``eur_nominal``: the same in euros of the year in which it is paid."""
    base = int(rules.number("price.base_year", year))
    growth = rules.number("price.growth", year)
    eur = lines["eur"].to_numpy(np.float64)
    return lines.assign(eur_nominal=nominal(eur, lines["year"].to_numpy(np.int64), base, growth))


def ledger_of(costs: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger: ``municipality, place, year, item, eur, eur_nominal``."""
    keys = ["municipality", "place", "year", "item"]
    return costs.groupby(keys, as_index=False)[["eur", "eur_nominal"]].sum()


def state_share(prepared: Prepared) -> pd.DataFrame:
    """Return the lines of the state share: it follows residence, so no scenario enters."""
    rules, first = prepared.rules, prepared.study.first_year
    frames = []
    for stage, ages in STAGE_AGES.items():
        mean = prepared.forecast.total(ages).mean(axis=0)
        columns = [prepared.forecast.years.index(year) for year in prepared.study.years]
        frames.append(
            pd.DataFrame(
                {
                    "municipality": np.repeat(prepared.region.codes, len(columns)),
                    "year": np.tile(prepared.study.years, len(prepared.region.codes)),
                    "stage": stage,
                    "pupils": mean[:, columns].ravel(),
                }
            )
        )
    base = {
        "1-6": rules.number("state_share.base_7_12_eur", first),
        "7-9": rules.number("state_share.base_13_15_eur", first),
    }
    lines = state_share_lines(pd.concat(frames), base, rules.number("state_share.percent", first))
    return with_nominal(identified(lines, RESIDENCE), rules, first).assign(estimated="")
