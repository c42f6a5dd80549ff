"""One account for the schools of several municipalities, and how its cost is shared by a key.

A joint authority, or a responsible municipality whose parties share the cost, runs the schools of
the stages agreed on: what they cost stands on its account and no longer on that of the
municipality where they lie. Journeys stay with the pupils' own municipality, and so does what it
costs to close a building. An authority is paid compensation for every pupil it teaches, its
members' too; between the parties of a responsible municipality compensation is given back. What
remains is shared by the key, so that an authority's account is zero in every year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from skolnat.plan.agreement import AUTHORITY, Agreement, slug

NOT_RUN: Final = ("transport", "boarding", "closing")
"""Items of a unit that do not follow it to the account."""

PAYMENT_LINE: Final = ("municipality", "year", "item", "of", "part", "quantity", "price", "eur")
"""Columns of a payment."""


def on_accounts(
    lines: pd.DataFrame, units: pd.DataFrame, agreements: Sequence[Agreement]
) -> pd.DataFrame:
    """Book what schools cost on the account on which they are run.

    Parameters
    ----------
    lines
        Of the resources of a plan, municipalities as codes.
    units
        ``unit, stage, home``.
    agreements
        Those without an account change nothing. What two accounts name follows the first.

    Returns
    -------
    DataFrame
        The lines with ``place``, the municipality on which each would fall without an account. A
        line of a year of which the account holds a part is two, which sum to it.
    """
    whole = lines.assign(place=lines["municipality"])
    known = units.drop_duplicates("unit").set_index("unit")
    for agreement in agreements:
        if not agreement.holder:
            continue
        held = run_on(whole, known, agreement)
        share = whole["year"].map(_shares(agreement, whole["year"])).to_numpy(np.float64)
        share = np.where(held, share, 0.0)
        taken = _scaled(whole[share > 0.0], share[share > 0.0])
        left = _scaled(whole[share < 1.0], 1.0 - share[share < 1.0])
        whole = pd.concat([left, taken.assign(municipality=agreement.holder)], ignore_index=True)
    return whole


def run_on(lines: pd.DataFrame, units: pd.DataFrame, agreement: Agreement) -> np.ndarray:
    """Tell which lines are of schools that an agreement runs, and stand where these lie."""
    result: np.ndarray = (
        _of_its_schools(lines, units, agreement)
        & (lines["municipality"] == lines["place"])
        & (lines["municipality"] != agreement.holder)
    ).to_numpy(np.bool_)
    return result


def _of_its_schools(lines: pd.DataFrame, units: pd.DataFrame, agreement: Agreement) -> pd.Series:
    """Tell which lines are of the parties' schools of the stages, and follow these."""
    stage, home = lines["of"].map(units["stage"]), lines["of"].map(units["home"])
    return (
        stage.isin(agreement.stages) & home.isin(agreement.parties) & ~lines["item"].isin(NOT_RUN)
    )


def _shares(agreement: Agreement, years: pd.Series) -> dict[int, float]:
    return {int(year): agreement.share_of(int(year)) for year in years.unique()}


def _scaled(lines: pd.DataFrame, share: np.ndarray) -> pd.DataFrame:
    quantity = lines["quantity"].to_numpy(np.float64) * share
    return lines.assign(quantity=quantity, eur=quantity * lines["price"].to_numpy(np.float64))


@dataclass(frozen=True)
class Account:
    """What an account costs and by what it is shared, in every year of a plan.

    Parameters
    ----------
    agreement
        An agreement with an account.
    cost
        Euros of the months in force, by ``stage, year``.
    parts
        Part of each party by the key, index ``stage, year``, a column a party; rows sum to 1.
        After the end they stay as they were in its year.
    """

    agreement: Agreement
    cost: pd.Series
    parts: pd.DataFrame


def account_of(
    agreement: Agreement,
    lines: pd.DataFrame,
    units: pd.DataFrame,
    ways: pd.DataFrame,
    periods: tuple[tuple[int, ...], ...],
    population: Mapping[str, float],
) -> Account:
    """Return the account of an agreement.

    Parameters
    ----------
    agreement
        An agreement with an account.
    lines
        Resources of the plan as :func:`on_accounts` books them.
    units, ways
        ``unit, stage, home``, and ``period, residence, provider, stage, pupils``.
    periods
        Years of each period.
    population
        Residents of each municipality.
    """
    years = [year for one in periods for year in one]
    index = pd.MultiIndex.from_product([agreement.stages, years], names=["stage", "year"])
    known = units.drop_duplicates("unit").set_index("unit")
    own = (lines["municipality"] == agreement.holder) & _of_its_schools(lines, known, agreement)
    # On a responsible municipality's own schools only the months in force are shared.
    share = lines["year"].map(_shares(agreement, lines["year"])).where(
        lines["municipality"] == lines["place"], 1.0
    )  # fmt: skip
    eur = (lines["eur"] * share)[own]
    stage = lines["of"].map(known["stage"])
    cost = eur.groupby([stage[own], lines["year"][own]]).sum()
    parts = key_parts(agreement, ways, periods, population)
    return Account(agreement, cost.reindex(index, fill_value=0.0), parts.reindex(index))


def key_parts(
    agreement: Agreement,
    ways: pd.DataFrame,
    periods: tuple[tuple[int, ...], ...],
    population: Mapping[str, float],
) -> pd.DataFrame:
    """Return the part of each party by the key of an agreement, see :class:`Account`.

    A key that tells nothing (no pupils, no residents) is equal parts.
    """
    parties = list(agreement.parties)
    frames = []
    for stage in agreement.stages:
        held = ways[(ways["stage"] == stage) & ways["provider"].isin(parties)]
        pupils = held.groupby(["period", "residence"])["pupils"].sum()
        for p, years in enumerate(periods):
            here = pupils[pupils.index.get_level_values(0) == p].droplevel(0)
            told = {
                "pupils": here.reindex(parties, fill_value=0.0).to_numpy(np.float64),
                "population": np.array([population.get(party, 0.0) for party in parties]),
                "equal": np.ones(len(parties)),
                "shares": np.array([agreement.shares.get(party, 0.0) for party in parties]),
            }[agreement.key]
            weight = told if told.sum() > 0.0 else np.ones(len(parties))
            rows = pd.DataFrame([weight / weight.sum()] * len(years), columns=parties)
            frames.append(rows.assign(stage=stage, year=list(years)))
    table = pd.concat(frames, ignore_index=True).set_index(["stage", "year"])
    end = agreement.end
    if end is None or end.year >= periods[-1][-1] or end.year < periods[0][0]:
        return table
    stages = table.index.get_level_values("stage")
    year = np.minimum(table.index.get_level_values("year").to_numpy(np.int64), end.year)
    frozen = table.loc[pd.MultiIndex.from_arrays([stages, year])]
    return frozen.set_axis(table.index)


def account_lines(account: Account, paid: pd.DataFrame) -> pd.DataFrame:
    """Return what the parties pay an account by its key, both sides of each payment.

    Parameters
    ----------
    account
        The account.
    paid
        Every other payment of the scenario, see :func:`skolnat.economy.payments.payment_lines`.

    Returns
    -------
    DataFrame
        As of :func:`skolnat.economy.payments.payment_lines`: ``quantity`` is the part by the key,
        ``price`` what is shared. Parts ``…-share``: the months in force; ``…-returned``: what an
        authority is paid for months after the end, and owes its members.
    """
    agreement = account.agreement
    received = _received(agreement, paid)
    parts: dict[Any, dict[str, float]] = account.parts.to_dict("index")  # type: ignore[assignment]
    rows = []
    for stage, year in parts:
        share = agreement.share_of(year)
        got = float(received["paid"].get((stage, year), 0.0))
        sums = {"share": float(account.cost.get((stage, year), 0.0)) - share * got}
        if agreement.holder.startswith(AUTHORITY):
            back = float(received["back"].get((stage, year), 0.0))
            sums["returned"] = back - (1.0 - share) * got
        for kind, eur in sums.items():
            part = f"{slug(agreement.name)}-{stage}-{kind}"
            for party in agreement.parties:
                if party != agreement.holder:
                    own = parts[stage, year][party]
                    rows += _both(party, agreement.holder, year, part, own, eur)
    table = pd.DataFrame(rows, columns=list(PAYMENT_LINE))
    return table[table["eur"] != 0.0]


def _received(agreement: Agreement, paid: pd.DataFrame) -> dict[str, pd.Series]:
    """What an account is paid for pupils, and what of it it gives back after the end.

    Both euros above zero, by ``stage, year``. Among the parties of a responsible municipality
    compensation is given back, whole, so what others pay is left.
    """
    own = paid[paid["municipality"] == agreement.holder]
    if agreement.holder in agreement.parties:
        own = own[~own["of"].isin(agreement.parties)]
    named = own["part"].astype("str").str.extract(r"^(?:.*-)?(\d-\d)(?:-([a-z]+))?$")
    stage, kind = named[0], named[1].fillna("compensation")
    eur = own["eur"]
    # The holder is paid a price and gives what is settled back; the other way round it is a payer.
    taken = (kind.isin(["compensation", "price"]) & (eur < 0)) | (kind.eq("settled") & (eur > 0))
    late = kind.eq("lag") & (eur > 0)
    keys = [stage.rename("stage"), own["year"]]
    return {
        "paid": -eur.where(taken, 0.0).groupby(keys).sum(),
        "back": eur.where(late, 0.0).groupby(keys).sum(),
    }


def _both(
    party: str, holder: str, year: int, part: str, own: float, eur: float
) -> list[tuple[str, int, str, str, str, float, float, float]]:
    return [
        (party, year, "agreement", holder, part, own, eur, own * eur),
        (holder, year, "agreement", party, part, -own, eur, -own * eur),
    ]
