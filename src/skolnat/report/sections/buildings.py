"""Investment and life cycle: what buildings cost beside their yearly cost, by scenario."""

from __future__ import annotations

from typing import Final

import numpy as np

from skolnat.report.blocks import Block, Cell, Paragraph, Row, Table
from skolnat.report.context import Context

KINDS: Final = (
    "extension", "renovation", "temporary", "renovated_and_closed", "sale", "closing",
)  # fmt: skip
"""What is told, in the order of a building's life."""


def buildings(c: Context) -> list[Block]:
    """Return what is invested in each scenario, and which renovations it makes or spares."""
    told = c.results.tables["investments"]
    wide = told.pivot_table(index="what", columns="scenario", values="eur_per_year", aggfunc="sum")
    kinds = [kind for kind in KINDS if kind in wide.index]
    wide = wide.reindex(index=kinds, columns=list(c.results.scenarios)).fillna(0.0)
    rows = [
        Row(Cell(c.t(f"investment.{kind}")), tuple(c.euros(eur) for eur in row))
        for kind, row in zip(kinds, wide.to_numpy(np.float64).tolist(), strict=True)
    ]
    rows.append(
        Row(Cell(c.t("word.total")), tuple(c.euros(float(eur)) for eur in wide.sum()), "total")
    )
    sums = Table(
        key="investments",
        caption=c.t("investment.caption", years=c.years, price_year=c.results.price_year),
        columns=(c.t("investment.what"), *(c.scenario(name) for name in wide.columns)),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("investment.note"),),
    )
    return [sums, _renovations(c)]


def _renovations(c: Context) -> Table | Paragraph:
    """Return each renovation within the plan, and the scenarios in which it is done."""
    told = c.results.tables["investments"]
    mine = told[told["what"].isin(["renovation", "renovated_and_closed", "temporary"])]
    if mine.empty:
        return Paragraph(c.t("investment.none"))
    schools = c.results.tables["schools"].set_index("school")["name"]
    rows = []
    for (_, unit), group in mine.groupby(["year", "unit"], sort=True):
        done = set(group["scenario"])
        school, _, stage = str(unit).partition(":")
        eur = group["investment_eur"].max()
        if not eur > 0.0:
            continue
        cells = [
            Cell(c.place(str(group["municipality"].iloc[0]))),
            Cell(str(int(group["year"].min()))),
            c.euros(float(eur)),
            *(
                Cell(c.t("investment.done" if name in done else "investment.spared"))
                for name in c.results.scenarios
            ),
        ]
        rows.append(Row(Cell(c.unit(str(schools.get(school, school)), stage)), tuple(cells)))
    heads = ("municipality", "year", "eur")
    return Table(
        key="renovations",
        caption=c.t("investment.renovations_caption", price_year=c.results.price_year),
        columns=(
            c.t("investment.unit"),
            *(c.t(f"investment.{head}") for head in heads),
            *(c.scenario(name) for name in c.results.scenarios),
        ),
        rows=tuple(rows),
        badges=c.badges,
        source=c.source,
        notes=(c.t("investment.renovations_note"),),
    )
