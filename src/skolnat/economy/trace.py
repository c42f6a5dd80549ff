"""Follow a figure of the ledger to its parts, its rules and their sources.

What is told is worked out from the lines alone, so that the trace of a figure is its proof: the
parts of every cost id sum to it.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from skolnat.common.faults import Fault, InvalidInput
from skolnat.economy.identity import AXES, REGION

NET: Final = ("gross", "payments")
"""Sides that make up what a municipality pays, net."""


@dataclass(frozen=True)
class Part:
    """A part of a figure: its id, real and nominal euros over all its years."""

    cost_id: str
    eur: float
    eur_nominal: float


@dataclass(frozen=True)
class Traced:
    """A figure and what it is made of.

    Parameters
    ----------
    cost_id, parent
        Its id, and that of the figure it is a part of; "" for a scenario.
    eur, eur_nominal
        Real and nominal euros over all its years.
    years
        First and last year in which something is paid.
    per_year
        Real euros a year, mean over all years of the plan.
    parts
        What it is the sum of, the largest first; none for a line.
    line
        The line's ``quantity, measure, price``; None for a sum.
    rules
        Ids of the rules that it rests on.
    estimated
        Names of inputs behind it that are estimates.
    """

    cost_id: str
    parent: str
    eur: float
    eur_nominal: float
    years: tuple[int, int]
    per_year: float
    parts: tuple[Part, ...]
    line: tuple[float, str, float] | None
    rules: tuple[str, ...]
    estimated: tuple[str, ...]


def trace(costs: pd.DataFrame, cost_id: str) -> Traced:
    """Return a figure and its parts.

    Parameters
    ----------
    costs
        The table of that name in a results folder.
    cost_id
        A path as of :mod:`skolnat.economy.identity`, or any beginning of one.

    Raises
    ------
    InvalidInput
        When there is no such figure, with the nearest that are.
    """
    words = cost_id.strip().strip("/").split("/")
    lines = _lines(costs, words)
    depth = len(words)
    parts = _parts(lines, words) if depth < len(AXES) else ()
    one = lines.iloc[0]
    span = costs["year"].max() - costs["year"].min() + 1
    single = len(lines) == 1 and depth == len(AXES)
    line = (float(one["quantity"]), str(one["measure"]), float(one["price"])) if single else None
    rules = dict.fromkeys(rule for text in lines["rules"].unique() for rule in text.split(";"))
    estimated = dict.fromkeys(
        mark for text in lines["estimated"].unique() for mark in text.split(";")
    )
    return Traced(
        cost_id="/".join(words),
        parent="/".join(words[:-1]),
        eur=float(lines["eur"].sum()),
        eur_nominal=float(lines["eur_nominal"].sum()),
        years=(int(lines["year"].min()), int(lines["year"].max())),
        per_year=float(lines["eur"].sum() / span),
        parts=parts,
        line=line,
        rules=tuple(rule for rule in rules if rule),
        estimated=tuple(mark for mark in estimated if mark),
    )


def _lines(costs: pd.DataFrame, words: Sequence[str]) -> pd.DataFrame:
    """Return the lines that an id names."""
    lines = costs
    for depth, word in enumerate(words):
        known = [] if depth >= len(AXES) else _values(lines, depth)
        if word not in known:
            like = difflib.get_close_matches(word, known, n=5, cutoff=0.3)
            near = [*like, *(value for value in sorted(known) if value not in like)][:5]
            start = "/".join(words[:depth])
            ids = [f"{start}/{value}" if start else value for value in near] or [start]
            raise InvalidInput(
                [
                    Fault(
                        "economy.unknown_cost_id",
                        values={"cost_id": "/".join(words), "near": ", ".join(ids)},
                    )
                ]
            )
        if not (AXES[depth] == "municipality" and word == REGION):
            lines = lines[lines[AXES[depth]].astype("str") == word]
    return lines


def _values(lines: pd.DataFrame, depth: int) -> list[str]:
    """What may stand at a place of a cost id, given what stands before it."""
    values = [str(value) for value in lines[AXES[depth]].unique()]
    return [*values, REGION] if AXES[depth] == "municipality" else values


def _parts(lines: pd.DataFrame, words: Sequence[str]) -> tuple[Part, ...]:
    """Sums by what comes next in the path. For the region that is by municipality at the end."""
    depth = len(words)
    sums = lines.groupby(AXES[depth], observed=True)[["eur", "eur_nominal"]].sum()
    order = sums["eur"].abs().sort_values(ascending=False, kind="stable").index
    if AXES[depth] == "year":
        order = sums.index.sort_values()
    start = "/".join(words)
    return tuple(
        Part(f"{start}/{value}", real, of_its_year)
        for value, real, of_its_year in sums.loc[order].itertuples()
    )
