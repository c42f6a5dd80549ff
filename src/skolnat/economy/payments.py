"""Who pays whom for the pupils who cross a border: by statute, and by agreement net of it.

By statute (618/2021) the pupil's own municipality pays the provider base × weight of the age, for
the pupils of 15 December two years before; the state settles it with the state shares, whatever
the parties have agreed. So an agreed price is paid as two lines: the price itself for the pupils
of the year, and the statutory payment of the same months given back. Together they are the price:
no pupil is paid for twice. Every line has its mirror image with the other party, so payments sum
to zero in every year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from skolnat.plan.agreement import AUTHORITY, Agreement, slug
from skolnat.plan.forms import form_of
from skolnat.rules.rules import Rules

FloatArray = npt.NDArray[np.float64]

COUNT_DAY: Final = (12, 15)
"""Pupils are counted on 15 December."""


@dataclass(frozen=True)
class Flows:
    """Pupils who cross a border, by pair of municipalities and stage, in every year.

    Parameters
    ----------
    residence, provider, stage
        Of each way, shape (K,). Municipalities as in the ledger.
    years
        Years of the plan, shape (Y,).
    pupils
        Pupils of each way in each year, shape (Y, K).
    before
        Pupils of each way in the years before the plan, the last of them last, shape (B, K).
    """

    residence: npt.NDArray[np.generic]
    provider: npt.NDArray[np.generic]
    stage: npt.NDArray[np.object_]
    years: npt.NDArray[np.int64]
    pupils: FloatArray
    before: FloatArray

    def counted(self, lag: int) -> FloatArray:
        """Pupils whose count is paid for in each year, shape (Y, K)."""
        whole = np.vstack([self.before, self.pupils])
        at = np.arange(len(self.years)) + len(self.before) - lag
        counted: FloatArray = whole[np.maximum(at, 0)]
        return counted


EARLIER: Final = 5
"""So many years before the plan are told apart; what was counted before them is as in the first."""


def flows_of(
    ways: pd.DataFrame,
    before: pd.DataFrame,
    periods: tuple[tuple[int, ...], ...],
    agreements: Sequence[Agreement] = (),
) -> Flows:
    """Gather the pupils who are taught by another than their own municipality.

    Parameters
    ----------
    ways
        ``period, residence, provider, stage, pupils``; the provider is where the school stands.
    before
        The same without ``period``: the years before the plan.
    periods
        Years of each period.
    agreements
        Those that have an account are the provider of its schools on the days they hold, so that
        pupils who stay within their municipality are the account's too.
    """
    keys = ["residence", "provider", "stage"]
    joint = [agreement for agreement in agreements if agreement.holder]
    now, old = (ways, before) if joint else (_crossing(ways), _crossing(before))
    wide = now.groupby([*keys, "period"])["pupils"].sum().unstack(fill_value=0)
    held = old.groupby(keys)["pupils"].sum()
    index = wide.index.union(held.index)
    wide = wide.reindex(index=index, columns=range(len(periods)), fill_value=0.0)
    years = [year for one in periods for year in one]
    of_year = np.repeat(np.arange(len(periods)), [len(one) for one in periods])
    early = np.tile(held.reindex(index, fill_value=0.0).to_numpy(np.float64), (EARLIER, 1))
    pupils = np.vstack([early, wide.to_numpy(np.float64).T[of_year]])
    table = pd.DataFrame(
        pupils.T, index=index, columns=[*range(years[0] - EARLIER, years[0]), *years]
    )
    for agreement in joint:
        table = _on_account(table, agreement)
    residence, provider, stage = (table.index.get_level_values(k) for k in range(3))
    crossing = np.asarray(residence != provider)
    laid = table.to_numpy(np.float64).T[:, crossing]
    return Flows(
        residence=residence.to_numpy()[crossing],
        provider=provider.to_numpy()[crossing],
        stage=stage.to_numpy(object)[crossing],
        years=np.array(years, dtype=np.int64),
        pupils=laid[EARLIER:],
        before=laid[:EARLIER],
    )


def _crossing(ways: pd.DataFrame) -> pd.DataFrame:
    return ways[ways["residence"] != ways["provider"]]


def _on_account(table: pd.DataFrame, agreement: Agreement) -> pd.DataFrame:
    """Put the holder of an account for the provider in the years counted while it holds.

    Parameters
    ----------
    table
        Pupils by ``residence, provider, stage`` and, as columns, year.
    agreement
        An agreement with an account.
    """
    ways = list(table.index)
    own = np.array([agreement.held(stage, provider) for _, provider, stage in ways], dtype=np.bool_)
    if not own.any():
        return table
    held = np.array([agreement.holds_on(date(int(y), *COUNT_DAY)) for y in table.columns])
    mine = table[own]
    taken = mine * held
    taken.index = pd.MultiIndex.from_tuples(
        [(home, agreement.holder, stage) for home, _, stage in mine.index], names=table.index.names
    )
    parts = [table[~own], mine * ~held, taken]
    return pd.concat(parts).groupby(level=[0, 1, 2]).sum()


@dataclass(frozen=True)
class Statute:
    """What the statute pays: euros a pupil by stage, and the lag in years."""

    price: Mapping[str, float]
    lag: int


def statutory_price(
    flows: Flows, statute: Statute, agreements: Sequence[Agreement], rules: Rules
) -> FloatArray:
    """Euros a counted pupil of each way and year, shape (Y, K).

    A form whose provider is no municipality is paid its share (94 %) of the compensation, for
    the counts of the days on which the agreement held.
    """
    base = np.array([statute.price[stage] for stage in flows.stage])
    price = np.tile(base, (len(flows.years), 1))
    for agreement in agreements:
        own = taught_under(flows, agreement)
        for y, year in enumerate(flows.years):
            counted = date(int(year) - statute.lag, *COUNT_DAY)
            if agreement.holds_on(counted):
                share = form_of(agreement.form, rules, counted.year).compensation_share
                price[y, own] = base[own] * share
    return price


def taught_under(flows: Flows, agreement: Agreement) -> npt.NDArray[np.bool_]:
    """Tell on which ways pupils are taught under an agreement, shape (K,)."""
    if not agreement.holder:
        return ways_of(flows, agreement)
    to = flows.provider.astype(str) == agreement.holder
    result: npt.NDArray[np.bool_] = to & np.isin(flows.stage.astype(str), list(agreement.stages))
    return result


def ways_of(flows: Flows, agreement: Agreement) -> npt.NDArray[np.bool_]:
    """Tell which ways an agreement concerns, shape (K,)."""
    parties = list(agreement.parties)
    result: npt.NDArray[np.bool_] = (
        np.isin(flows.residence, parties)
        & np.isin(flows.provider, parties)
        & np.isin(flows.stage.astype(str), list(agreement.stages))
    )
    return result


def payment_lines(
    flows: Flows,
    statute: Statute,
    agreements: Sequence[Agreement],
    rules: Rules,
    unit_cost: pd.Series | None = None,
) -> pd.DataFrame:
    """Return the payments between municipalities, both sides of each.

    Parameters
    ----------
    flows
        Pupils who cross a border; municipalities as codes, as the agreements name them.
    statute, agreements, rules
        What is paid.
    unit_cost
        What a pupil of a provider costs, euros, by ``provider, stage, year``: needed where an
        agreement's price is the cost.

    Returns
    -------
    DataFrame
        ``municipality, year, item, of`` (the other party), ``part, quantity, price, eur``: above
        zero pays, below zero receives. ``eur`` = ``quantity`` × ``price``. A way that two
        agreements name follows the first that is in force.
    """
    price = statutory_price(flows, statute, agreements, rules)
    counted = flows.counted(statute.lag)
    tables = [_both_sides(flows, "compensation", _compensated(flows), counted, price)]
    free = np.ones_like(counted)
    for agreement in agreements:
        if agreement.price == "statute" and agreement.after_end == "statute":
            continue
        own = ways_of(flows, agreement)
        held = np.array([agreement.share_of(int(year)) for year in flows.years])[:, None] * own
        held = np.minimum(held, free)
        free = free - held
        parts = _parts(flows, agreement)
        if agreement.price in ("fixed", "cost"):
            agreed = _agreed_price(flows, agreement, unit_cost)
            told = flows.pupils * held
            tables.append(_both_sides(flows, "agreement", parts["price"], told, agreed))
        if agreement.price != "statute":
            back = -counted * held
            tables.append(_both_sides(flows, "agreement", parts["settled"], back, price))
        if agreement.after_end == "settled":
            members = np.isin(flows.residence, list(agreement.parties))
            own = taught_under(flows, agreement) & members
            late = -counted * _after_end(flows, agreement, statute.lag) * own
            tables.append(_both_sides(flows, "agreement", parts["lag"], late, price))
    return pd.concat(tables, ignore_index=True)


def _compensated(flows: Flows) -> npt.NDArray[np.object_]:
    """Parts of the statutory lines: the stage, said apart where an authority is paid."""
    to_authority = np.char.startswith(flows.provider.astype(str), AUTHORITY)
    return np.where(to_authority, AUTHORITY + flows.stage, flows.stage)


def _parts(flows: Flows, agreement: Agreement) -> Mapping[str, npt.NDArray[np.object_]]:
    """Names of the parts of an agreement's lines, by kind, shape (K,) each."""
    name = slug(agreement.name)
    return {
        kind: np.array([f"{name}-{stage}-{kind}" for stage in flows.stage], dtype=object)
        for kind in ("price", "settled", "lag")
    }


def _agreed_price(flows: Flows, agreement: Agreement, unit_cost: pd.Series | None) -> FloatArray:
    shape = flows.pupils.shape
    if agreement.price == "fixed":
        base = [agreement.price_eur.get(str(stage), 0.0) for stage in flows.stage]
        fixed: FloatArray = np.tile(np.array(base), (shape[0], 1))
        return fixed
    if unit_cost is None:
        raise ValueError("a price at cost needs to know what a pupil costs")
    index = pd.MultiIndex.from_arrays(
        [
            np.tile(flows.provider, shape[0]),
            np.tile(flows.stage, shape[0]),
            np.repeat(flows.years, shape[1]),
        ]
    )
    cost: FloatArray = unit_cost.reindex(index).fillna(0.0).to_numpy(np.float64).reshape(shape)
    return cost


def _after_end(flows: Flows, agreement: Agreement, lag: int) -> FloatArray:
    """Part of each year after the end whose count fell while the agreement held, shape (Y, 1)."""
    if agreement.end is None:
        return np.zeros((len(flows.years), 1))
    parts = []
    for year in flows.years.tolist():
        counted = agreement.holds_on(date(year - lag, *COUNT_DAY))
        over = 1.0 - agreement.share_of(year) if year >= agreement.end.year else 0.0
        parts.append(over if counted else 0.0)
    return np.array(parts)[:, None]


def _both_sides(
    flows: Flows,
    item: str,
    part: npt.NDArray[np.object_],
    quantity: FloatArray,
    price: FloatArray,
) -> pd.DataFrame:
    """Return a payment of every way and year twice: as the payer and as the receiver see it."""
    y, k = np.nonzero(quantity * price)
    size = y.size
    sign = np.repeat([1.0, -1.0], size)
    many = np.tile(quantity[y, k], 2) * sign
    each = np.tile(price[y, k], 2)
    payer, receiver = flows.residence[k], flows.provider[k]
    return pd.DataFrame(
        {
            "municipality": np.concatenate([payer, receiver]),
            "year": np.tile(flows.years[y], 2),
            "item": item,
            "of": np.concatenate([receiver, payer]).astype(object),
            "part": np.tile(part[k], 2),
            "quantity": many,
            "price": each,
            "eur": many * each,
        }
    )


def cost_per_pupil(
    lines: pd.DataFrame, units: pd.DataFrame, periods: tuple[tuple[int, ...], ...]
) -> pd.Series:
    """Return what a pupil costs a provider, euros, by ``provider, stage, year``.

    Parameters
    ----------
    lines
        Resources of the plan: those of units count. Journeys fall on the pupil's own
        municipality, and what it costs to close a school is not for others to pay.
    units
        ``period, unit, stage, home, pupils``.
    periods
        Years of each period.
    """
    stage_of = units.drop_duplicates("unit").set_index("unit")["stage"]
    own = lines[lines["of"].isin(stage_of.index)]
    own = own[~own["item"].isin(["transport", "boarding", "closing"])]
    keys = [own["municipality"].rename("provider"), own["of"].map(stage_of).rename("stage")]
    eur = own["eur"].groupby([*keys, own["year"]]).sum()
    years = pd.Series(periods, name="year").explode().astype("int64")
    yearly = units.merge(years, left_on="period", right_index=True)
    pupils = yearly.rename(columns={"home": "provider"}).groupby(["provider", "stage", "year"])
    result: pd.Series = eur / pupils["pupils"].sum().reindex(eur.index)
    return result.replace([np.inf, -np.inf], 0.0).fillna(0.0)
