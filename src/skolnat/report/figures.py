"""The figures of the ledger that a report names by their cost id, and the parts of each.

Parts go no further than a page that everybody may read can go: what a municipality boards or pays
for by pupil, year by year, would tell of single children. ``skolnat why`` goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pandas as pd

from skolnat.economy.identity import REGION
from skolnat.economy.trace import NET
from skolnat.plan.scenario import GROSS_ITEMS, PAYMENTS, SHARED_TEACHING
from skolnat.report.results import Results, once

TOLD_TOGETHER: Final = {"boarding": "transport"}
"""Items that stand with another in a municipality's figures: a place or two is a child or two."""

MOST_RULES: Final = 12
"""A figure that rests on more rules is a sum of unlike things: its parts tell of theirs."""


@dataclass(frozen=True)
class Part:
    """A part of a figure: what it is (a side, an item or a year), its id, and euros a year."""

    what: str
    cost_id: str
    eur: float


@dataclass(frozen=True)
class TracedFigure:
    """A figure, euros a year as mean over the plan.

    Parameters
    ----------
    cost_id
        Its id.
    eur
        The figure; of the parts of an item, each is euros of its year.
    axis
        What the parts are: "side", "item" or "year"; "" where none are told.
    parts
        In the order of the ledger.
    rules
        Ids of the rules it rests on; none where they are many.
    """

    cost_id: str
    eur: float
    axis: str
    parts: tuple[Part, ...]
    rules: tuple[str, ...]


def anchor(cost_id: str) -> str:
    """Return the anchor of a figure: the same in every run, and safe in an address."""
    return cost_id.replace("/", ".")


@once
def _sums(results: Results) -> pd.DataFrame:
    """Sums of lines by all axes down to the year, the region as ``all``."""
    costs = results.tables["costs"]
    keys = ["scenario", "municipality", "side", "item", "year"]
    sums = costs.groupby(keys, as_index=False, observed=True)["eur"].sum()
    for key in keys[:-1]:
        sums[key] = sums[key].astype("str")
    whole = sums.groupby(["scenario", "side", "item", "year"], as_index=False)["eur"].sum()
    found: pd.DataFrame = pd.concat([sums, whole.assign(municipality=REGION)], ignore_index=True)
    return found


@once
def _ids(results: Results) -> pd.DataFrame:
    """Ids of all figures of two to four steps, by themselves and no more."""
    if "costs" not in results.tables:
        return pd.DataFrame({"cost_id": []})
    sums = _sums(results)
    steps = ["scenario", "municipality", "side", "item"]
    ids = [sums[steps[:depth]].agg("/".join, axis=1).unique() for depth in (2, 3, 4)]
    return pd.DataFrame({"cost_id": [one for found in ids for one in found]})


def known(results: Results) -> frozenset[str]:
    """Return the ids of the figures that a report may name."""
    return frozenset(_ids(results)["cost_id"])


def traced(results: Results, cost_id: str) -> TracedFigure:
    """Return a figure with its parts.

    Parameters
    ----------
    results
        What the study found, with its costs.
    cost_id
        One of :func:`known`.
    """
    steps = cost_id.split("/")
    axes = ["scenario", "municipality", "side", "item"]
    sums = _sums(results)
    for axis, step in zip(axes, steps, strict=False):
        sums = sums[sums[axis] == step]
    first, last = results.years
    span = last - first + 1
    eur = float(sums["eur"].sum()) / span
    axis = ""
    parts: tuple[Part, ...] = ()
    if len(steps) < 4:
        axis = axes[len(steps)]
        parts = tuple(_by_axis(sums, axis, cost_id, steps[1], span))
    elif (steps[1] == REGION and steps[3] not in TOLD_TOGETHER) or steps[3] == SHARED_TEACHING:
        axis = "year"
        by_year = sums.groupby("year")["eur"].sum()
        parts = tuple(Part(str(year), f"{cost_id}/{year}", float(e)) for year, e in by_year.items())
    return TracedFigure(cost_id, eur, axis, parts, _rules(results, steps))


def _by_axis(
    sums: pd.DataFrame, axis: str, cost_id: str, municipality: str, span: int
) -> Iterator[Part]:
    told = sums[axis]
    if axis == "item" and municipality != REGION:
        told = told.replace(TOLD_TOGETHER)
    by_what = sums["eur"].groupby(told).sum() / span
    order = (*NET, *GROSS_ITEMS, *PAYMENTS)
    for what, eur in by_what.reindex([one for one in order if one in by_what.index]).items():
        yield Part(str(what), f"{cost_id}/{what}", float(eur))


@once
def _rules_of_items(results: Results) -> pd.DataFrame:
    """Rules of the lines of each item, ``scenario, side, item, rules``, each text once."""
    columns = ["scenario", "side", "item", "rules"]
    found: pd.DataFrame = results.tables["costs"][columns].drop_duplicates().astype("str")
    return found


def _rules(results: Results, steps: list[str]) -> tuple[str, ...]:
    if len(steps) < 4:
        return ()
    told = _rules_of_items(results)
    own = told[
        told["scenario"].eq(steps[0]) & told["side"].eq(steps[2]) & told["item"].eq(steps[3])
    ]
    found = dict.fromkeys(rule for text in own["rules"] for rule in text.split(";") if rule)
    return tuple(found) if len(found) <= MOST_RULES else ()
