"""Catchments across borders: the maps, and the table that says the same."""

from __future__ import annotations

import pandas as pd

from skolnat.report import tables
from skolnat.report.blocks import (
    Block, Cell, Figure, Heading, Paragraph, Picture, Row, Section, Swatch, Table,
)  # fmt: skip
from skolnat.report.context import Context
from skolnat.report.svg_map import View, symbol

SHOWN = ("today", "together")
"""Scenarios that have maps."""

STAGES = ("1-6", "7-9")


def borders(c: Context) -> Section:
    """Return the maps by language and stage, and the flows."""
    blocks: list[Block] = [Paragraph(c.t("borders.text", period=c.last_period))]
    for k, language in enumerate(tables.languages(c.results)):
        if len(tables.languages(c.results)) > 1:
            blocks.append(Heading(c.t(f"language.{language}_teaching")))
        blocks.append(_maps(c, language, first=k == 0))
    blocks.append(_flows(c))
    return Section("borders", c.t("borders.title"), tuple(blocks))


def _maps(c: Context, language: str, *, first: bool) -> Figure:
    pictures = []
    stages = [stage for stage in STAGES if _taught(c, stage, language)]
    for stage in stages:
        for scenario in SHOWN:
            view = View(scenario, int(c.results.periods["period"].max()), stage, language)
            title = f"{c.scenario(scenario)}, {c.stage(stage)}"
            pictures.append(
                Picture(
                    c.atlas.draw(view, "ground", title, _described(c, view), c.t("borders.scale")),
                    title,
                )
            )
    return Figure(
        key=f"maps-{language}",
        caption=c.t("borders.map_caption", period=c.last_period,
                    language=c.t(f"language.{language}")),
        pictures=tuple(pictures),
        legend=_legend(c),
        badges=c.badges,
        source=c.t("source.map"),
        notes=(c.t("borders.map_note"),),
        layout="pairs",
        ground=c.atlas.ground("ground") if first else "",
    )  # fmt: skip


def _taught(c: Context, stage: str, language: str) -> bool:
    rows = c.results.tables["assignments"]
    return bool(((rows["stage"] == stage) & (rows["language"] == language)).any())


def _described(c: Context, view: View) -> str:
    rows = c.results.tables["assignments"]
    schools = c.results.tables["schools"].set_index("school")["municipality"]
    rows = rows[
        (rows["scenario"] == view.scenario) & (rows["period"] == view.period)
        & (rows["stage"] == view.stage) & (rows["language"] == view.language)
    ]  # fmt: skip
    crossing = rows[rows["municipality"] != rows["school"].map(schools)]
    share = float(crossing["pupils"].sum() / max(rows["pupils"].sum(), 1e-12))
    return c.t(
        "borders.described",
        schools=int(rows["school"].nunique()), share=c.n.percent(share),
    )  # fmt: skip


def _legend(c: Context) -> tuple[Swatch, ...]:
    """Return the signs: municipalities by colour, then squares, arrows and schools."""
    colours = [
        Swatch(
            f'<rect class="own c{c.atlas.places[code]}" x="3" y="2" width="12" height="12"/>', name
        )
        for code, name in c.names.items()
    ]
    signs = [
        ('<rect class="crosses c1" x="4" y="3" width="10" height="10"/>', "crossing"),
        ('<path class="arrow" d="M1 12L16 5M10 4l6 1l-4 5"/>', "arrow"),
        *((symbol(state, 10.0, 8.0), state) for state in _states(c)),
    ]
    return (*colours, *(Swatch(svg, c.t(f"borders.legend_{key}")) for svg, key in signs))


def _states(c: Context) -> list[str]:
    schools = c.results.tables["schools"]
    found = ["open", "closed"]
    if (schools["kind"] == "candidate").any():
        found.append("new")
    if (~schools["planned"].astype(bool)).any():
        found.append("outside")
    return found


def _flows(c: Context) -> Table:
    flows = tables.flows(c.results)
    told = flows[flows["stage"] == ""]
    pairs = told[["residence", "provider"]].drop_duplicates()
    order = {code: k for k, code in enumerate([*c.names, ""])}
    pairs = sorted(
        pairs.itertuples(index=False, name=None), key=lambda p: (order[p[0]], order[p[1]])
    )
    counts = told.set_index(["scenario", "residence", "provider"])
    rows = []
    for residence, provider in pairs:
        name = f"{c.place(residence)} → {c.place(provider)}" if residence else c.t("word.all")
        cells = tuple(_flow(c, counts, (s, residence, provider)) for s in c.results.scenarios)
        rows.append(Row(Cell(name), cells, "" if residence else "total"))
    return Table(
        key="flows",
        caption=c.t("borders.flows_caption", years=c.years),
        columns=(c.t("borders.pair"), *(c.scenario(name) for name in c.results.scenarios)),
        rows=tuple(rows) or (Row(Cell(c.t("borders.no_flows"))),),
        badges=c.badges,
        source=c.source,
        notes=(c.t("borders.flows_note"), c.t("note.hidden")),
    )


def _flow(c: Context, counts: pd.DataFrame, key: tuple[str, str, str]) -> Cell:
    if key not in counts.index:
        return Cell(c.n.number(0.0), "number")
    return c.count(float(counts.at[key, "pupils"]))
