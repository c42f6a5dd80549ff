"""The ledger of a plan: every euro as a line of quantity times price, by municipality and year.

A pure function of tables. A line tells to whom it falls, in which year, for what, and how it was
worked out; nothing is summed away, so that a figure can be followed to its parts
(:mod:`skolnat.economy.trace`). Lines of different schools do not depend on one another: when a
school changes, its lines alone are priced again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from skolnat.economy.prices import Prices

FloatArray = npt.NDArray[np.float64]

BASIC = "basic"
"""The subject of the groups that all pupils of a stage belong to."""

LINE = ("municipality", "year", "item", "of", "part", "quantity", "price", "eur")
"""Columns of a line. ``of`` is the unit or the other party; ``part`` what of the item."""

UNIT_COLUMNS = ("period", "unit", "stage", "home", "open", "pupils", "capacity", "groups",
                "property_eur", "closing_eur")  # fmt: skip
WAY_COLUMNS = ("period", "unit", "stage", "residence", "provider", "pupils", "carried",
               "carried_km", "boarded")  # fmt: skip


@dataclass(frozen=True)
class PlanTables:
    """A plan as tables, ready to be priced.

    Parameters
    ----------
    periods
        Years of each planning period.
    units
        One row a period and unit, columns :data:`UNIT_COLUMNS`: ``pupils``, ``groups`` (expected)
        and ``capacity`` of the period; ``property_eur`` a year; ``closing_eur`` once, in the
        first year of the period (0 where it does not close then). ``home`` is the provider.
    ways
        One row a period, unit and municipality of residence, columns :data:`WAY_COLUMNS`: pupils;
        ``carried`` pupils with a right to transport and their ``carried_km`` (pupil-kilometres a
        year); ``boarded`` pupils.
    groups
        Weekly hours by ``period, unit, subject``. Those of the subject ``basic`` are passed over:
        basic groups are the expected ``groups`` of ``units``, as the optimiser counts them. Small
        groups are priced, and their mean hours a pupil taken out of split hours and support, so
        that nothing is counted twice. None: split hours and support hold the small groups.
    routes
        What school transport costs where routes are planned: ``period, municipality, eur`` a
        year. Stands in place of the cost by distance.
    buildings
        Lines of renovations, temporary premises and sales, see
        :func:`skolnat.economy.buildings.building_lines`.
    """

    periods: tuple[tuple[int, ...], ...]
    units: pd.DataFrame
    ways: pd.DataFrame
    groups: pd.DataFrame | None = None
    routes: pd.DataFrame | None = None
    buildings: pd.DataFrame | None = None

    def of_units(self, units: Collection[str]) -> PlanTables:
        """Return the rows of some units alone; routes belong to no unit and are left out."""
        own = list(units)
        groups = None if self.groups is None else self.groups[self.groups["unit"].isin(own)]
        stand = self.buildings
        return PlanTables(
            self.periods,
            self.units[self.units["unit"].isin(own)],
            self.ways[self.ways["unit"].isin(own)],
            groups,
            buildings=None if stand is None else stand[stand["of"].isin(own)],
        )


@dataclass(frozen=True)
class TransportPrices:
    """Prices of the journey: a pupil carried, a pupil-kilometre, a pupil who boards (euros)."""

    pupil: float
    km: float
    boarding: float


def cost_lines(
    tables: PlanTables, prices: Mapping[str, Prices], transport: TransportPrices
) -> pd.DataFrame:
    """Return what the resources of a plan cost.

    Parameters
    ----------
    tables
        The plan.
    prices
        By stage.
    transport
        Prices of the journey.

    Returns
    -------
    DataFrame
        Columns :data:`LINE`, real euros; ``eur`` is ``quantity`` × ``price`` on every line, and
        no line is zero. Sales alone are below zero. Groups, leadership, property and what follows
        a pupil in school fall on the provider, the journey on the pupil's own municipality.
    """
    parts = [*_unit_parts(tables, prices), *_way_parts(tables, transport)]
    if tables.routes is not None:
        parts.append(_routes(tables.routes))
    lines = _lines(parts, tables.periods)
    if tables.buildings is None or tables.buildings.empty:
        return lines
    stand = tables.buildings.rename(columns={"home": "municipality"})
    stand = stand.assign(eur=stand["quantity"] * stand["price"])[list(LINE)]
    plain = lines.astype({"item": "str", "part": "str"})
    return pd.concat([plain, stand], ignore_index=True)


@dataclass(frozen=True)
class _Part:
    """Lines of one item and part, one a row of a table; ``once``: in the first year only."""

    item: str
    part: str
    municipality: npt.NDArray[np.generic]
    period: npt.NDArray[np.int64]
    of: npt.NDArray[np.object_]
    quantity: FloatArray
    price: FloatArray
    once: bool = False


def _column(frame: pd.DataFrame, name: str) -> FloatArray:
    values: FloatArray = frame[name].to_numpy(np.float64)
    return values


def _by_stage(frame: pd.DataFrame, prices: Mapping[str, Prices]) -> Mapping[str, FloatArray]:
    """Each price of a row's stage, by the name of the price."""
    stages = list(prices)
    which = pd.Categorical(frame["stage"], categories=stages).codes
    names = ("hour", "group_hours", "split_hours", "support", "meals", "administration",
             "leadership_pupil", "leadership", "extension_capital", "extension_upkeep",
             "within_split", "within_support")  # fmt: skip
    return {
        name: np.array([getattr(prices[stage], name) for stage in stages])[which] for name in names
    }


def _unit_parts(tables: PlanTables, prices: Mapping[str, Prices]) -> Iterator[_Part]:
    units = tables.units
    open_ = units["open"].to_numpy(np.bool_).astype(np.float64)
    pupils, seats = _column(units, "pupils"), _column(units, "capacity")
    at = _by_stage(units, prices)
    over = np.maximum(pupils - seats, 0.0)
    small = _small_groups(tables)
    apart = 0.0 if tables.groups is None else 1.0
    split = at["split_hours"] - apart * at["within_split"]
    support = at["support"] - apart * at["within_support"] * at["hour"]
    rows: list[tuple[str, str, FloatArray, FloatArray]] = [
        ("teaching", "basic", open_ * _column(units, "groups") * at["group_hours"], at["hour"]),
        ("teaching", "small_groups", small, at["hour"]),
        ("extension", "building", over, at["extension_capital"]),
        ("extension", "upkeep", over, at["extension_upkeep"]),
        ("leadership", "unit", open_, at["leadership"]),
        ("property", "unit", open_, _column(units, "property_eur")),
        ("pupil_teaching", "split", pupils * split, at["hour"]),
        ("pupil_teaching", "support", pupils, support),
        ("pupil_other", "meals", pupils, at["meals"]),
        ("pupil_other", "administration", pupils, at["administration"]),
        ("pupil_other", "leadership", pupils, at["leadership_pupil"]),
    ]
    home, period = units["home"].to_numpy(), units["period"].to_numpy(np.int64)
    names = units["unit"].to_numpy(object)
    for item, part, quantity, price in rows:
        yield _Part(item, part, home, period, names, quantity, price)
    closing = _column(units, "closing_eur")
    yield _Part("closing", "unit", home, period, names, np.sign(closing), closing, once=True)


def _small_groups(tables: PlanTables) -> FloatArray:
    """Weekly hours of small groups of each row of units; none where they are not told."""
    units = tables.units
    if tables.groups is None:
        return np.zeros(len(units))
    small = tables.groups[tables.groups["subject"] != BASIC]
    hours = small.groupby(["period", "unit"])["weekly_hours"].sum()
    index = pd.MultiIndex.from_frame(units[["period", "unit"]])
    result: FloatArray = hours.reindex(index).fillna(0.0).to_numpy(np.float64)
    return result


def _way_parts(tables: PlanTables, transport: TransportPrices) -> Iterator[_Part]:
    ways = tables.ways
    paid = np.ones(len(ways))
    if tables.routes is not None:
        routed = pd.MultiIndex.from_frame(tables.routes[["period", "municipality"]])
        own = pd.MultiIndex.from_frame(ways[["period", "residence"]])
        paid = np.where(own.isin(routed), 0.0, 1.0)
    home, period = ways["residence"].to_numpy(), ways["period"].to_numpy(np.int64)
    names = ways["unit"].to_numpy(object)
    for item, part, column, price, weight in (
        ("transport", "pupil", "carried", transport.pupil, paid),
        ("transport", "km", "carried_km", transport.km, paid),
        ("boarding", "pupil", "boarded", transport.boarding, np.ones(len(ways))),
    ):
        quantity = _column(ways, column) * weight
        yield _Part(item, part, home, period, names, quantity, np.full(len(ways), price))


def _routes(routes: pd.DataFrame) -> _Part:
    eur = _column(routes, "eur")
    return _Part(
        "transport", "routes", routes["municipality"].to_numpy(),
        routes["period"].to_numpy(np.int64), np.full(len(routes), "routes", dtype=object),
        np.sign(eur), eur,
    )  # fmt: skip


def _lines(parts: Sequence[_Part], periods: tuple[tuple[int, ...], ...]) -> pd.DataFrame:
    """Put parts together and lay them out over the years of their periods."""
    first = np.array([years[0] for years in periods])
    length = np.array([len(years) for years in periods])
    frames = []
    for one in parts:
        real = one.quantity * one.price != 0.0
        period = one.period[real]
        times = np.ones(period.size, dtype=np.int64) if one.once else length[period]
        row = np.repeat(np.arange(period.size), times)
        step = np.arange(row.size) - np.repeat(np.cumsum(times) - times, times)
        quantity, price = one.quantity[real][row], one.price[real][row]
        frames.append((one, real, row, first[period][row] + step, quantity, price))

    sizes = [frame[2].size for frame in frames]
    quantities: FloatArray = np.concatenate([frame[4] for frame in frames])
    prices: FloatArray = np.concatenate([frame[5] for frame in frames])
    homes = [one.municipality[real][row] for one, real, row, *_ in frames]
    return pd.DataFrame(
        {
            "municipality": np.concatenate(homes),
            "year": np.concatenate([frame[3] for frame in frames]),
            "item": _repeated([one.item for one, *_ in frames], sizes),
            "of": np.concatenate([one.of[real][row] for one, real, row, *_ in frames]),
            "part": _repeated([one.part for one, *_ in frames], sizes),
            "quantity": quantities,
            "price": prices,
            "eur": quantities * prices,
        }
    )


def _repeated(words: Sequence[str], sizes: Sequence[int]) -> Any:
    categories = sorted(set(words))
    codes = np.repeat(np.array([categories.index(word) for word in words]), sizes)
    return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(categories))


def changed_units(before: PlanTables, after: PlanTables) -> frozenset[str]:
    """Name the units of which anything differs between two plans of the same periods."""
    found: set[str] = set()
    pairs: list[tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]] = [
        (before.units, after.units, UNIT_COLUMNS),
        (before.ways, after.ways, WAY_COLUMNS),
    ]
    if before.groups is not None and after.groups is not None:
        subjects = ("period", "unit", "subject", "weekly_hours")
        pairs.append((before.groups, after.groups, subjects))
    if before.buildings is not None or after.buildings is not None:
        columns = ("unit", "year", "item", "part", "quantity", "price")
        stood = _or_none(before.buildings, columns)
        pairs.append((stood, _or_none(after.buildings, columns), columns))
    for old, new, names in pairs:
        keys = list(names)
        both = pd.concat([old[keys], new[keys]], ignore_index=True)
        single = ~both.duplicated(keep=False)
        found |= set(both.loc[single, "unit"])
    return frozenset(found)


def _or_none(lines: pd.DataFrame | None, columns: Sequence[str]) -> pd.DataFrame:
    """Lines of buildings by unit; no rows where there are none."""
    if lines is None:
        return pd.DataFrame(columns=list(columns))
    return lines.rename(columns={"of": "unit"})


def repriced(
    lines: pd.DataFrame,
    tables: PlanTables,
    units: Collection[str],
    prices: Mapping[str, Prices],
    transport: TransportPrices,
) -> pd.DataFrame:
    """Return the lines of a plan of which some units have changed: theirs alone are priced anew.

    Parameters
    ----------
    lines
        Of the plan before.
    tables
        The plan after. A plan with routes is priced as a whole: its transport is of no unit.
    units
        Units that have changed, see :func:`changed_units`.
    prices, transport
        As of :func:`cost_lines`.
    """
    if tables.routes is not None:
        return cost_lines(tables, prices, transport)
    kept = lines[~lines["of"].isin(list(units))]
    return pd.concat(
        [kept, cost_lines(tables.of_units(units), prices, transport)], ignore_index=True
    )


def summed(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger by ``municipality, year, item`` with its ``eur``."""
    keys = ["municipality", "year", "item"]
    sums = lines.groupby(keys, as_index=False, observed=True)[["eur"]].sum()
    return sums.assign(item=sums["item"].astype("str"))


def nominal(eur: FloatArray, years: npt.NDArray[np.int64], base: int, growth: float) -> FloatArray:
    """Return real euros as euros of their own year.

    Parameters
    ----------
    eur, years
        Euros at the prices of ``base``, and the year in which each is paid.
    base, growth
        Year of the prices; rise of prices a year.
    """
    result: FloatArray = eur * (1.0 + growth) ** (years - base)
    return result
