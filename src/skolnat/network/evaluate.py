"""Everything the report says of a plan, computed from the plan alone.

The optimiser works on markets; only what is evaluated here is ever shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from skolnat.access.journeys import entitled, share_over_limit
from skolnat.economy.buildings import Buildings, building_lines
from skolnat.economy.ledger import PlanTables, TransportPrices, cost_lines, summed
from skolnat.economy.prices import Prices, expected_group_table
from skolnat.network.build import Period
from skolnat.network.market import BoolArray, FloatArray, IntArray, Market
from skolnat.network.search import Found
from skolnat.rules.rules import Rules


@dataclass(frozen=True)
class Planned:
    """A plan of one market over its periods, ready to be told.

    Parameters
    ----------
    market
        The market, whose periods are ``periods``.
    periods
        Planning periods, frozen ones included.
    closes, seat
        The plan: see :class:`skolnat.network.search.Found`.
    price
        Prices of the stage.
    """

    market: Market
    periods: tuple[Period, ...]
    closes: IntArray
    seat: IntArray
    price: Prices

    @property
    def loads(self) -> FloatArray:
        """Pupils of each unit and period, shape (P, J)."""
        market = self.market
        return np.array(
            [
                np.bincount(seat, weights=pupils, minlength=len(market.units))
                for seat, pupils in zip(self.seat, market.pupils, strict=True)
            ]
        )

    @property
    def open(self) -> BoolArray:
        """Which units are open in each period, shape (P, J); no candidate while frozen."""
        periods = np.arange(len(self.periods))
        frozen = np.array([period.frozen for period in self.periods])
        early = frozen[:, None] & self.market.candidate[None, :]
        result: BoolArray = (self.closes[None, :] > periods[:, None]) & ~early
        return result


def joined(frozen: Market, planned: Market, periods: tuple[Period, ...], start: Found, plan: Found,
           price: Prices) -> Planned:  # fmt: skip
    """Put the frozen first period and the planned ones together to one plan.

    Parameters
    ----------
    frozen, planned
        The same market in the frozen period and in the planned ones, same cells and units.
    periods
        All periods; the first is the frozen one.
    start, plan
        What holds in the frozen period, and from then on.
    price
        Prices of the stage.
    """
    market = Market(
        **{
            **{name: getattr(planned, name) for name in planned.__dataclass_fields__},
            "pupils": np.vstack([frozen.pupils, planned.pupils]),
            "years": np.concatenate([frozen.years, planned.years]),
            "capacity": np.vstack([frozen.capacity, planned.capacity]),
            **_closing_of_all(frozen, planned, periods),
        }
    )
    # A candidate that is not chosen is never open; a unit may be decided to close before anything
    # else can change.
    never = np.where(planned.candidate, plan.closes == 0, start.closes == 0)
    closes = np.where(never, 0, plan.closes + 1)
    return Planned(market, periods, closes, np.vstack([start.seat, plan.seat]), price)


def _closing_of_all(
    frozen: Market, planned: Market, periods: tuple[Period, ...]
) -> dict[str, FloatArray | Buildings]:
    """Return what closing costs in each of all periods, and the buildings over them."""
    if planned.buildings is None:
        return {"closing": np.hstack([frozen.closing[:, :1], planned.closing])}
    whole = replace(planned.buildings, periods=tuple(period.years for period in periods))
    return {"closing": whole.costs(), "buildings": whole}


def unit_rows(plan: Planned, rules: Rules) -> pd.DataFrame:
    """One row a unit and period: open, pupils, expected groups, capacity and use.

    Returns
    -------
    DataFrame
        ``unit, stage, language, home, period, years, open, pupils, capacity, groups, use``.
    """
    market, loads = plan.market, plan.loads
    groups = expected_groups(plan, rules)
    frames = []
    for p, period in enumerate(plan.periods):
        frames.append(
            pd.DataFrame(
                {
                    "unit": market.units,
                    "stage": market.stage,
                    "language": market.language,
                    "home": market.unit_municipality,
                    "period": p,
                    "years": label(period),
                    "open": plan.open[p],
                    "pupils": loads[p],
                    "capacity": market.capacity[p],
                    "groups": groups[p],
                    "use": loads[p] / np.maximum(market.capacity[p], 1e-9),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def expected_groups(plan: Planned, rules: Rules) -> FloatArray:
    """Expected basic groups of each unit and period, shape (P, J)."""
    market, loads = plan.market, plan.loads
    table = expected_group_table(market.stage, market.load_cost.size - 1, rules, first_year(plan))
    whole = np.minimum(np.floor(loads), table.size - 2).astype(np.int64)
    groups: FloatArray = table[whole] + (table[whole + 1] - table[whole]) * (loads - whole)
    return groups


def first_year(plan: Planned) -> int:
    """First year of a plan, whose prices it uses."""
    return plan.periods[0].years[0]


def label(period: Period) -> str:
    """Years of a period as text."""
    first, last = period.years[0], period.years[-1]
    return str(first) if first == last else f"{first}–{last}"


def assignment_rows(plan: Planned, rules: Rules) -> pd.DataFrame:
    """One row a cell and period: its unit, pupils and journey, and what the law says of it.

    ``carried`` tells whether transport is due, ``over`` the part of the pupils whose daily journey
    exceeds the limit (628/1998 § 32).
    """
    market, year = plan.market, first_year(plan)
    cells = np.arange(len(market.cells))
    ride_km, paid = market.ride(plan.seat)
    carried = entitled(ride_km, rules, year) if paid is None else paid
    over = share_over_limit(market.minutes[cells, plan.seat], market.stage, rules, year)
    frames = []
    for p in range(len(plan.periods)):
        seat = plan.seat[p]
        frames.append(
            pd.DataFrame(
                {
                    "period": p,
                    "cell": market.cells,
                    "residence": market.cell_municipality,
                    "stage": market.stage,
                    "language": market.language,
                    "unit": np.array(market.units)[seat],
                    "provider": market.unit_municipality[seat],
                    "pupils": market.pupils[p],
                    "km": market.km[cells, seat],
                    "minutes": market.minutes[cells, seat],
                    "carried": carried[p],
                    "over": over[p],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def plan_tables(plans: Sequence[Planned], rules: Rules) -> PlanTables:
    """Return plans of markets over the same periods as the tables that are priced.

    Parameters
    ----------
    plans
        One a market; at least one.
    rules
        Group sizes, and who has a right to transport and boarding.
    """
    periods = tuple(period.years for period in plans[0].periods)
    units = pd.concat([_priced_units(plan, rules) for plan in plans], ignore_index=True)
    ways = pd.concat([_ways(plan, rules) for plan in plans], ignore_index=True)
    return PlanTables(periods, units, ways, buildings=_building_lines(plans))


def _building_lines(plans: Sequence[Planned]) -> pd.DataFrame | None:
    """Lines of renovations, temporary premises and sales; None where nothing is known of them."""
    found = [
        building_lines(
            plan.market.buildings, plan.market.units, plan.market.unit_municipality, plan.closes
        )
        for plan in plans
        if plan.market.buildings is not None
    ]
    told = [lines for lines in found if len(lines)]
    return pd.concat(told, ignore_index=True) if told else None


def _priced_units(plan: Planned, rules: Rules) -> pd.DataFrame:
    """Units of each period with their property, and what closing costs when they close."""
    market, count = plan.market, len(plan.periods)
    ends = ~market.candidate & (plan.closes == np.arange(count)[:, None])
    once = market.closing[:, 0] if market.buildings is None else market.buildings.closing
    return pd.DataFrame(
        {
            "period": np.repeat(np.arange(count), len(market.units)),
            "unit": np.tile(np.array(market.units, dtype=object), count),
            "stage": market.stage,
            "home": np.tile(market.unit_municipality, count),
            "open": plan.open.ravel(),
            "pupils": plan.loads.ravel(),
            "capacity": market.capacity.ravel(),
            "groups": expected_groups(plan, rules).ravel(),
            "property_eur": np.tile(market.fixed - plan.price.leadership, count),
            "closing_eur": np.where(ends, once, 0.0).ravel(),
        }
    )


def _ways(plan: Planned, rules: Rules) -> pd.DataFrame:
    """Pupils by period, unit and residence, with who is carried and boarded."""
    market, year = plan.market, first_year(plan)
    places = int(market.cell_municipality.max()) + 1
    size = len(plan.periods) * len(market.units) * places
    period = np.arange(len(plan.periods))[:, None]
    key = (period * len(market.units) + plan.seat) * places + market.cell_municipality
    cells = np.arange(len(market.cells))[None, :]
    km, paid = market.ride(plan.seat)
    minutes, pupils = market.minutes[cells, plan.seat], market.pupils
    carried = np.where(entitled(km, rules, year) if paid is None else paid, pupils, 0.0)
    # Where no road leads there are no pupils: infinite kilometres times nobody is nothing.
    yearly = 2.0 * rules.number("transport.school_days", year) * np.where(carried > 0.0, km, 0.0)
    boarded = pupils * share_over_limit(minutes, market.stage, rules, year)

    def summed_by_way(values: FloatArray) -> FloatArray:
        sums = np.bincount(key.ravel(), weights=values.ravel(), minlength=size)
        return sums.astype(np.float64)

    weights = {"pupils": pupils, "carried": carried, "carried_km": carried * yearly}
    by_way = {name: summed_by_way(values) for name, values in weights.items()}
    used = np.flatnonzero(by_way["pupils"] > 0.0)
    unit = used // places % len(market.units)
    return pd.DataFrame(
        {
            "period": used // places // len(market.units),
            "unit": np.array(market.units, dtype=object)[unit],
            "stage": market.stage,
            "residence": used % places,
            "provider": market.unit_municipality[unit],
            **{name: values[used] for name, values in by_way.items()},
            "boarded": summed_by_way(boarded)[used],
        }
    )


def transport_prices(rules: Rules, year: int) -> TransportPrices:
    """Return the prices of the journey that hold in the autumn of a year."""
    return TransportPrices(
        pupil=rules.number("transport.pupil_eur", year),
        km=rules.number("transport.km_eur", year),
        boarding=rules.number("transport.boarding_eur", year),
    )


def lines_of(plans: Sequence[Planned], rules: Rules) -> pd.DataFrame:
    """Return the lines of the ledger of what some markets' plans cost, see :func:`cost_lines`."""
    prices = {plan.market.stage: plan.price for plan in plans}
    transport = transport_prices(rules, first_year(plans[0]))
    return cost_lines(plan_tables(plans, rules), prices, transport)


def ledger_rows(plan: Planned, rules: Rules) -> pd.DataFrame:
    """Return the gross costs of one market by ``home, year, item``, ``eur``.

    Years of a period cost the same, but for closings, which fall in the first year without the
    unit.
    """
    return summed(lines_of([plan], rules)).rename(columns={"municipality": "home"})


def journey_rows(rows: pd.DataFrame, periods: Sequence[Period]) -> pd.DataFrame:
    """Sum the journeys of assignments, as means a year.

    Parameters
    ----------
    rows
        Assignments of one scenario, all markets.
    periods
        Their lengths.

    Returns
    -------
    DataFrame
        ``home`` (-1: region), ``stage`` ("": both), ``pupils, mean_km, mean_minutes, under_3,
        from_3_to_5, over_5, over_limit``; pupils a year.
    """
    years = np.array([len(period.years) for period in periods], dtype=np.float64)
    weight = rows["pupils"] * years[rows["period"]] / years.sum()
    facts = pd.DataFrame(
        {
            "home": rows["residence"],
            "stage": rows["stage"],
            "pupils": weight,
            "km": weight * rows["km"],
            "minutes": weight * rows["minutes"],
            "under_3": weight.where(rows["km"] < 3.0, 0.0),
            "from_3_to_5": weight.where((rows["km"] >= 3.0) & (rows["km"] <= 5.0), 0.0),
            "over_5": weight.where(rows["km"] > 5.0, 0.0),
            "over_limit": weight * rows["over"],
        }
    )
    parts = [
        facts,
        facts.assign(stage=""),
        facts.assign(home=-1),
        facts.assign(home=-1, stage=""),
    ]
    total = pd.concat(parts).groupby(["home", "stage"], as_index=False).sum()
    total["mean_km"] = total["km"] / total["pupils"].clip(lower=1e-12)
    total["mean_minutes"] = total["minutes"] / total["pupils"].clip(lower=1e-12)
    return total.drop(columns=["km", "minutes"])


def pupils_moved(rows: pd.DataFrame, baseline: pd.DataFrame) -> float:
    """Pupils who, in the period in which most do, have another school than with no change.

    Parameters
    ----------
    rows, baseline
        Assignments of a scenario and of *today*.
    """
    keys = ["period", "cell", "stage", "language", "residence"]
    both = rows.merge(baseline[[*keys, "unit"]], on=keys, suffixes=("", "_today"))
    other = both[both["unit"] != both["unit_today"]]
    moved = other.groupby(["cell", "stage", "language", "residence", "period"])["pupils"].sum()
    if moved.empty:
        return 0.0
    return float(moved.groupby(["cell", "stage", "language", "residence"]).max().sum())
