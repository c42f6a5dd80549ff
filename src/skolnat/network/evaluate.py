"""Everything the report says of a plan, computed from the plan alone.

The optimiser works on markets; only what is evaluated here is ever shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from skolnat.access.journeys import share_over_limit
from skolnat.economy.prices import Prices, boarding_cost, expected_group_table, transport_cost
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
        }
    )
    # A candidate that is not chosen is never open; a unit may be decided to close before anything
    # else can change.
    never = np.where(planned.candidate, plan.closes == 0, start.closes == 0)
    closes = np.where(never, 0, plan.closes + 1)
    return Planned(market, periods, closes, np.vstack([start.seat, plan.seat]), price)


def unit_rows(plan: Planned, rules: Rules) -> pd.DataFrame:
    """One row a unit and period: open, pupils, expected groups, capacity and use.

    Returns
    -------
    DataFrame
        ``unit, stage, language, home, period, years, open, pupils, capacity, groups, use``.
    """
    market, loads = plan.market, plan.loads
    table = expected_group_table(market.stage, market.load_cost.size - 1, rules, first_year(plan))
    frames = []
    for p, period in enumerate(plan.periods):
        whole = np.minimum(np.floor(loads[p]), table.size - 2).astype(np.int64)
        groups = table[whole] + (table[whole + 1] - table[whole]) * (loads[p] - whole)
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
                    "capacity": market.capacity,
                    "groups": groups,
                    "use": loads[p] / np.maximum(market.capacity, 1e-9),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def first_year(plan: Planned) -> int:
    """First year of a plan, whose prices it uses."""
    return plan.periods[0].years[0]


def label(period: Period) -> str:
    """Years of a period as text."""
    first, last = period.years[0], period.years[-1]
    return str(first) if first == last else f"{first}–{last}"


def assignment_rows(plan: Planned) -> pd.DataFrame:
    """One row a cell and period: its unit, pupils and journey."""
    market = plan.market
    cells = np.arange(len(market.cells))
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
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def ledger_rows(plan: Planned, rules: Rules) -> pd.DataFrame:
    """Gross costs by municipality, year and item.

    Returns
    -------
    DataFrame
        ``home`` (index of the municipality), ``year, item, eur``. Groups, leadership, property
        and what follows a pupil in school fall on the provider, the journey on the pupil's own
        municipality. Years of a period cost the same, but for closings, which fall in the first
        year without the unit.
    """
    frames = [
        _period_costs(plan, p, rules).assign(year=year)
        for p, period in enumerate(plan.periods)
        for year in period.years
    ]
    market = plan.market
    for p, period in enumerate(plan.periods):
        ends = (plan.closes == p) & ~market.candidate
        frames.append(
            pd.DataFrame(
                {
                    "home": market.unit_municipality[ends],
                    "item": "closing",
                    "eur": market.closing[ends],
                    "year": period.years[0],
                }
            )
        )
    rows = pd.concat(frames, ignore_index=True)
    return rows.groupby(["home", "year", "item"], as_index=False)[["eur"]].sum()


def _period_costs(plan: Planned, p: int, rules: Rules) -> pd.DataFrame:
    market, price, open_ = plan.market, plan.price, plan.open[p]
    loads, seat = plan.loads[p], plan.seat[p]
    cells = np.arange(len(market.cells))
    km, minutes = market.km[cells, seat], market.minutes[cells, seat]
    over = np.maximum(loads - market.capacity, 0.0)
    year = first_year(plan)
    by_unit = {
        "teaching": np.where(open_, market.load_costs(loads) - market.overflow * over, 0.0),
        "extension": market.overflow * over,
        "leadership": np.where(open_, price.leadership, 0.0),
        "property": np.where(open_, market.fixed - price.leadership, 0.0),
        "pupil_teaching": loads * price.pupil_teaching,
        "pupil_other": loads * price.pupil_other,
    }
    by_cell = {
        "transport": market.pupils[p] * transport_cost(km, rules, year),
        "boarding": market.pupils[p] * boarding_cost(minutes, market.stage, rules, year),
    }
    frames = [
        pd.DataFrame({"home": homes, "item": item, "eur": eur})
        for homes, items in (
            (market.unit_municipality, by_unit),
            (market.cell_municipality, by_cell),
        )
        for item, eur in items.items()
    ]
    return pd.concat(frames, ignore_index=True)


def compensation_rows(plan: Planned, before: pd.DataFrame, lag: int) -> pd.DataFrame:
    """Statutory payments between municipalities: positive pays, negative receives.

    Parameters
    ----------
    plan
        The plan.
    before
        Flows in the years before the plan, ``residence, provider, pupils`` (indices).
    lag
        The payment of a year follows the pupils of so many years before.

    Returns
    -------
    DataFrame
        ``home, year, item, eur``; sums to zero in every year (618/2021).
    """
    rows = assignment_rows(plan)
    crossing = rows[rows["residence"] != rows["provider"]]
    by_period = crossing.groupby(["period", "residence", "provider"], as_index=False)[
        "pupils"
    ].sum()
    period_of = {year: p for p, period in enumerate(plan.periods) for year in period.years}
    frames = []
    for year in period_of:
        counted = period_of.get(year - lag)
        flows = before if counted is None else by_period[by_period["period"] == counted]
        eur = flows["pupils"].to_numpy(np.float64) * plan.price.compensation
        for column, sign in (("residence", 1.0), ("provider", -1.0)):
            frames.append(
                pd.DataFrame(
                    {
                        "home": flows[column].to_numpy(np.int64),
                        "year": year,
                        "item": "compensation",
                        "eur": sign * eur,
                    }
                )
            )
    merged = pd.concat(frames, ignore_index=True)
    return merged.groupby(["home", "year", "item"], as_index=False)[["eur"]].sum()


def journey_rows(rows: pd.DataFrame, periods: Sequence[Period], rules: Rules) -> pd.DataFrame:
    """Sum the journeys of assignments, as means a year.

    Parameters
    ----------
    rows
        Assignments of one scenario, all markets.
    periods, rules
        Lengths of the periods; limits of the law.

    Returns
    -------
    DataFrame
        ``home`` (-1: region), ``stage`` ("": both), ``pupils, mean_km, mean_minutes, under_3,
        from_3_to_5, over_5, over_limit``; pupils a year.
    """
    years = np.array([len(period.years) for period in periods], dtype=np.float64)
    weight = rows["pupils"] * years[rows["period"]] / years.sum()
    year = periods[0].years[0]
    over = np.zeros(len(rows))
    for stage in rows["stage"].unique():
        mine = (rows["stage"] == stage).to_numpy()
        over[mine] = share_over_limit(
            rows.loc[mine, "minutes"].to_numpy(np.float64), str(stage), rules, year
        )
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
            "over_limit": weight * over,
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
