"""The measures that share teaching, and what they cost each municipality."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skolnat.report.blocks import Block, Cell, Row, Table
from skolnat.report.context import Context


def measures(c: Context) -> list[Block]:
    """Return the table of measures when together; nothing where the study takes none."""
    found = c.results.tables
    if "measures" not in found or found["measures"].empty:
        return []
    costs = found["measure_costs"]
    costs = costs[costs["scenario"] == "together"]
    if costs.empty:
        return []
    rows: list[Row] = []
    for measure in found["measures"].to_dict("records"):
        own = costs[costs["measure"] == measure["measure"]]
        if own.empty:
            continue
        rows.append(Row(Cell(f"{measure['measure']}. {_told(c, measure)}"), (), "group"))
        for row in own.to_dict("records"):
            path = f"together/{row['municipality']}/gross/shared_teaching"
            rows.append(
                Row(
                    Cell(c.place(str(row["municipality"]))),
                    (
                        c.euros(float(row["gross"]), signed=True),
                        c.euros(float(row["payments"]), signed=True),
                        c.euros(float(row["net"]), signed=True),
                        Cell(path),
                    ),
                )
            )
    return [
        Table(
            key="measures",
            caption=c.t("measures.caption", years=c.years, price_year=c.results.price_year),
            columns=(
                c.t("word.municipality"),
                *(c.t(f"measures.{head}") for head in ("gross", "payments", "net")),
                c.t("cost.id"),
            ),
            rows=tuple(rows),
            badges=c.badges,
            source=c.source,
            notes=(c.t("measures.note"),),
        )
    ]


def _told(c: Context, measure: Mapping[Any, Any]) -> str:
    """Return what a measure is, in words."""
    words = {"kind": c.t(f"form.{measure['kind']}"), "stage": c.stage(str(measure["stage"]))}
    if measure["kind"] == "distance_group":
        return c.t(
            "measures.group", hours=c.n.number(float(measure["weekly_hours"]), 1),
            supervision=c.n.number(float(measure["supervision_hours"]), 1), **words,
        )  # fmt: skip
    return c.t(
        "measures.post", hours=c.n.number(float(measure["post_hours"]), 1),
        credit=c.n.number(float(measure["credit_hours"]), 1), **words,
    )  # fmt: skip
