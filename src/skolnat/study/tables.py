"""The tables that a results folder holds beside those of the plans."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
import pandas as pd

from skolnat.common.languages import LANGUAGES
from skolnat.cooperation.gains import Gain
from skolnat.network.demand import STAGE_AGES
from skolnat.plan.scenario import PAYMENTS
from skolnat.sources import reference
from skolnat.study.account_table import accounts_table
from skolnat.study.measures import measure_costs, measure_rows
from skolnat.study.prepare import Prepared
from skolnat.study.results import Evaluated, Tables, pupils_by_group
from skolnat.transport.tables import COLUMNS


def all_tables(
    prepared: Prepared,
    evaluated: Evaluated,
    gain: Gain,
    sensitivity: pd.DataFrame,
    own_places: Collection[str] = (),
) -> Tables:
    """Return every table of a result by name.

    Parameters
    ----------
    prepared, evaluated, gain, sensitivity
        What the steps before have found.
    own_places
        Municipalities that gave pupil places of their own: their squares are no open data.
    """
    return {
        "municipalities": prepared.region.municipalities,
        "boundaries": _boundaries(prepared),
        "schools": _schools(prepared),
        "cells": _cells(prepared, own_places),
        "forecast": pupils_by_group(prepared),
        "forecast_history": _history(prepared),
        "units": evaluated.units,
        "assignments": evaluated.assignments,
        "ledger": evaluated.ledger,
        "costs": evaluated.costs,
        "investments": investments(prepared, evaluated),
        "agreements": evaluated.agreements,
        "accounts": accounts_table(prepared, evaluated.costs),
        "measures": measure_rows(prepared),
        "measure_costs": measure_costs(prepared, evaluated.costs),
        "exit": evaluated.exit,
        "journeys": evaluated.journeys,
        "flows": _flows(prepared, evaluated),
        "outside": _outside(prepared),
        "breaches": evaluated.breaches,
        "gains": _gains(prepared, evaluated, gain, sensitivity),
        "sensitivity": sensitivity,
        "range": evaluated.range,
        "groups": evaluated.groups,
        "hours": evaluated.hours,
        "recount": evaluated.recount,
        "futures": evaluated.futures,
        "rules": _rules(prepared),
        **{name: evaluated.buses.get(name, _none_of(name)) for name in COLUMNS},
    }


INVESTED: Final = {
    ("extension", "building"): "extension",
    ("property", "renovation"): "renovation",
    ("property", "temporary"): "temporary",
    ("closing", "renovation"): "renovated_and_closed",
    ("closing", "sale"): "sale",
    ("closing", "unit"): "closing",
}
"""Lines of the ledger that are investment or life cycle, and what the table calls them."""


def investments(prepared: Prepared, evaluated: Evaluated) -> pd.DataFrame:
    """Return investment and life cycle of each unit, from the lines of the ledger.

    Returns
    -------
    DataFrame
        ``scenario, municipality, unit, school, what`` (of :data:`INVESTED`), ``year`` (the first in
        which it is paid), ``investment_eur`` (what is borrowed for; NaN where nothing is),
        ``eur_per_year`` (mean over the years of the plan), ``estimated``.
    """
    costs = evaluated.costs[evaluated.costs["side"] == "gross"]
    kinds = pd.MultiIndex.from_frame(costs[["item", "part"]].astype("str"))
    what = pd.Series([INVESTED.get(kind, "") for kind in kinds], index=costs.index)
    mine = costs[what != ""].assign(what=what[what != ""])
    # A school on an account in common has lines there and, in part of a year, where it lies.
    each = ["scenario", "place", "of", "what", "year"]
    mine = mine.groupby(each, as_index=False).agg(
        quantity=("quantity", "sum"), eur=("eur", "sum"), estimated=("estimated", "first")
    )
    mine = mine.rename(columns={"place": "municipality", "of": "unit"}).sort_values("year")
    borrowed = mine["what"].isin(["renovation", "renovated_and_closed", "sale"])
    mine = mine.assign(investment_eur=mine["quantity"].where(borrowed).to_numpy(np.float64))
    keys = ["scenario", "municipality", "unit", "what"]
    found = mine.groupby(keys, as_index=False).agg(
        year=("year", "min"), investment_eur=("investment_eur", "first"), eur=("eur", "sum"),
        estimated=("estimated", "first"),
    )  # fmt: skip
    school = found["unit"].astype("str").str.split(":").str[0]
    return found.assign(school=school, eur_per_year=found["eur"] / prepared.years).drop(
        columns="eur"
    )


def _none_of(name: str) -> pd.DataFrame:
    """Return a table of the buses without a row: no routes are planned."""
    return pd.DataFrame(columns=[*COLUMNS[name], "scenario", "period"])


def _cells(prepared: Prepared, own_places: Collection[str]) -> pd.DataFrame:
    """Squares with their weights; marked where they are a municipality's own places."""
    cells = prepared.region.cells[["cell", "x", "y", "municipality", "children"]]
    return cells.assign(own_places=cells["municipality"].isin(list(own_places)))


def _boundaries(prepared: Prepared) -> pd.DataFrame:
    """The region's municipalities, and those that a map of it shows around them."""
    import shapely

    table = prepared.region.boundaries
    own = table["municipality"].isin(prepared.region.codes)
    shapes = shapely.from_wkb(table["wkb"].to_numpy())
    frame = shapely.box(*shapely.total_bounds(shapes[own.to_numpy()]))
    seen = shapely.intersects(shapes, shapely.buffer(frame, 10_000.0))
    return table[seen].assign(own=own[seen])


def _schools(prepared: Prepared) -> pd.DataFrame:
    """Schools with the figures of their units, and whether the plan decides on them."""
    schools = prepared.region.schools.copy()
    figures = prepared.units.groupby("school")[["pupils", "capacity", "property_eur_per_year"]]
    sums = figures.sum()
    marks = prepared.units.groupby("school")["estimated"].first()
    for column in sums:
        schools[column] = schools[column].fillna(schools["school"].map(sums[column]))
    given = schools["school"].map(marks)
    return schools.assign(
        estimated=given.fillna(schools["estimated"]),
        planned=schools["school"].isin(sums.index),
    )


def _history(prepared: Prepared) -> pd.DataFrame:
    """Registered pupils of the years known, and of the base year as the forecast has it."""
    table, futures = prepared.region.population, prepared.forecast
    counted = set(futures.counted)
    if counted.issuperset(futures.municipalities):
        counted.add("")
    base = pupils_by_group(prepared)
    base = base[base["year"] == futures.base_year].rename(columns={"mean": "persons"})
    base = base[~base["municipality"].isin(counted)].assign(estimated=True)
    groups = {"7-12": STAGE_AGES["1-6"], "13-15": STAGE_AGES["7-9"]}
    groups["7-15"] = (*groups["7-12"], *groups["13-15"])
    frames = []
    for name, ages in groups.items():
        part = table[table["age"].isin(ages)]
        known = part.groupby(["municipality", "year"], as_index=False)[["persons"]].sum()
        everywhere = known.groupby("year")["municipality"].transform("size")
        whole = known[everywhere == len(futures.municipalities)]
        whole = whole.groupby("year", as_index=False)[["persons"]].sum().assign(municipality="")
        frames.append(pd.concat([known, whole]).assign(age_group=name, estimated=False))
    columns = ["municipality", "year", "age_group", "persons", "estimated"]
    return pd.concat([*frames, base], ignore_index=True)[columns]


def _flows(prepared: Prepared, evaluated: Evaluated) -> pd.DataFrame:
    """Pupils who cross a border, mean a year; marked where the flow of today is estimated."""
    rows = evaluated.assignments
    lengths = np.array([len(period.years) for period in prepared.periods], dtype=np.float64)
    crossing = rows[rows["municipality"] != rows["provider"]]
    weight = crossing["pupils"] * lengths[crossing["period"]] / lengths.sum()
    keys = ["scenario", "municipality", "provider", "stage", "language"]
    flows = crossing.assign(pupils=weight).groupby(keys, as_index=False)[["pupils"]].sum()
    flows = flows.rename(columns={"municipality": "residence"})
    codes = np.array(prepared.region.codes)
    told = prepared.flows[~prepared.flows["estimated"].astype("bool")]
    known = set(
        zip(
            codes[told["residence"].to_numpy(np.int64)],
            codes[told["provider"].to_numpy(np.int64)],
            told["stage"],
            told["language"],
            strict=True,
        )
    )
    ways = zip(
        flows["residence"], flows["provider"], flows["stage"], flows["language"], strict=True
    )
    return flows.assign(estimated=[way not in known for way in ways])


def _outside(prepared: Prepared) -> pd.DataFrame:
    """Pupils whose provider lies outside the region, with the provider's names."""
    names = reference.municipalities().set_index("municipality")
    table = prepared.outside.copy()
    table["municipality"] = [prepared.region.codes[int(home)] for home in table["home"]]
    for language in ("sv", "fi", "en"):
        table[f"provider_{language}"] = table["provider"].map(names[f"name_{language}"])
    return table.drop(columns="home")


def _gains(
    prepared: Prepared, evaluated: Evaluated, gain: Gain, sensitivity: pd.DataFrame
) -> pd.DataFrame:
    codes = list(prepared.region.codes)
    nothing = np.full(len(codes), np.nan)
    unsteady = set(
        sensitivity.loc[(sensitivity["what"] == "gain") & sensitivity["turns"], "municipality"]
    )
    return pd.DataFrame(
        {
            "municipality": codes,
            "before_transfer": gain.before,
            "share": nothing if gain.shares is None else gain.shares,
            "transfer": nothing if gain.transfers is None else gain.transfers,
            "standard_error": nothing if gain.errors is None else gain.errors,
            "net_of_compensation": net_gains(prepared, evaluated),
            "robust": [code not in unsteady for code in codes],
        }
    )


def gross_gains(prepared: Prepared, evaluated: Evaluated) -> np.ndarray:
    """What each municipality saves of its own resources, alone to together, euros a year.

    Schools count where they lie, whoever's account they are run on: an account moves money.
    """
    gross = evaluated.ledger[~evaluated.ledger["item"].isin(PAYMENTS)]
    return _savings(prepared, gross.assign(municipality=gross["place"]))


def net_gains(prepared: Prepared, evaluated: Evaluated) -> np.ndarray:
    """The same where the statutory compensation is paid and nothing is agreed."""
    net: np.ndarray = gross_gains(prepared, evaluated) + _savings(prepared, evaluated.by_statute)
    return net


def _savings(prepared: Prepared, ledger: pd.DataFrame) -> np.ndarray:
    table = ledger.pivot_table(
        index="municipality", columns="scenario", values="eur", aggfunc="sum", fill_value=0.0
    ).reindex(
        # Where borders are closed nobody pays, and there is no row of the scenario.
        index=list(prepared.region.codes), columns=["alone", "together"], fill_value=0.0
    )  # fmt: skip
    savings: np.ndarray = ((table["alone"] - table["together"]) / prepared.years).to_numpy()
    return savings


def _rules(prepared: Prepared) -> pd.DataFrame:
    year = prepared.study.first_year
    rows = []
    for rule in prepared.rules.rules.values():
        dated = rule.at(year)
        why = prepared.rules.overrides.get(rule.rule)
        rows.append(
            {
                "rule": rule.rule,
                "file": rule.file,
                "unit": rule.unit,
                **{f"name_{language}": rule.name[language] for language in LANGUAGES},
                "value": str(dated.value),
                "valid_from": "" if why else dated.valid_from.isoformat(),
                "source": dated.source["sv"],
                **{f"source_{language}": dated.source[language] for language in LANGUAGES},
                "certainty": dated.certainty,
                "paragraph": rule.paragraph,
                "overridden": why is not None,
                "why": why or "",
            }
        )
    return pd.DataFrame(rows)
