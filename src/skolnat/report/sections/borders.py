"""Catchments across borders: the maps, and the table that says the same."""

from __future__ import annotations

from skolnat.report import tables
from skolnat.report.blocks import (
    Block,
    Cell,
    Figure,
    Heading,
    Paragraph,
    Picture,
    Row,
    Section,
    Swatch,
    Table,
)  # fmt: skip
from skolnat.report.context import Context
from skolnat.report.results import keyed
from skolnat.report.suppress import THRESHOLD
from skolnat.report.svg_map import View, symbol

SHOWN = ("today", "together")
"""Scenarios that have maps."""

STAGES = ("1-6", "7-9")


def borders(c: Context) -> Section:
    """Return the maps by language and stage, and the flows."""
    blocks: list[Block] = [Paragraph(c.t("borders.text", period=c.last_period))]
    languages = tables.languages(c.results)
    drawn = False
    for language in languages:
        if len(languages) > 1:
            blocks.append(Heading(c.t(f"language.{language}_teaching")))
        if _nothing_to_see(c, language):
            blocks.append(Paragraph(c.t("borders.no_map")))
            continue
        blocks.append(_maps(c, language, first=not drawn))
        drawn = True
    blocks.append(_flows(c))
    return Section("borders", c.t("borders.title"), tuple(blocks))


def _nothing_to_see(c: Context, language: str) -> bool:
    """Return whether nobody crosses a border and all have the same school in both scenarios."""
    rows = c.results.tables["assignments"]
    schools = c.results.tables["schools"].set_index("school")["municipality"]
    rows = rows[
        (rows["language"] == language)
        & (rows["period"] == rows["period"].max())
        & rows["scenario"].isin(SHOWN)
    ]
    crosses = (rows["municipality"] != rows["school"].map(schools)).any()
    return not crosses and int(rows.groupby(["cell", "stage"])["school"].nunique().max()) == 1


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
        notes=(c.t("borders.map_note"), *_own_places(c)),
        layout="pairs",
        ground=c.atlas.ground("ground") if first else "",
    )  # fmt: skip


def _own_places(c: Context) -> tuple[str, ...]:
    """Return the note on squares left out where a municipality gave places of its own."""
    own = c.results.tables["cells"]["own_places"].astype(bool).any()
    return (c.t("borders.own_places_note"),) if own else ()


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
    order = {code: k for k, code in enumerate([*c.names, ""])}
    counts = keyed(told, "scenario", "residence", "provider")
    pairs = sorted(
        {(residence, provider) for _, residence, provider in counts},
        key=lambda pair: (order[pair[0]], order[pair[1]]),
    )
    rows = []
    for residence, provider in pairs:
        name = f"{c.place(residence)} → {c.place(provider)}" if residence else c.t("word.all")
        cells = [counts.get((s, residence, provider)) for s in c.results.scenarios]
        told_cells = tuple(c.count(cell["pupils"] if cell else 0.0) for cell in cells)
        rows.append(Row(Cell(name), told_cells, "" if residence else "total"))
    return Table(
        key="flows",
        caption=c.t("borders.flows_caption", years=c.years),
        columns=(c.t("borders.pair"), *(c.scenario(name) for name in c.results.scenarios)),
        rows=tuple(rows) or (Row(Cell(c.t("borders.no_flows"))),),
        badges=c.badges,
        source=c.source,
        notes=(c.t("borders.flows_note"), *_outside(c), c.t("note.hidden")),
    )


def _outside(c: Context) -> tuple[str, ...]:
    """Return the note on pupils whose provider is no municipality of the region; none if none."""
    table = c.results.tables["outside"]
    named = table.assign(provider_name=table[f"provider_{c.language}"])
    sums = named.groupby(["municipality", "provider_name"])["pupils"].sum()
    if sums.empty:
        return ()
    few = c.t("borders.outside_few")
    flows = []
    for home, there, pupils in sums.reset_index().itertuples(index=False, name=None):
        told = c.n.number(pupils) if pupils >= THRESHOLD else few
        flows.append(f"{c.place(home)} → {there} ({told})")
    return (c.t("borders.outside_note", flows=", ".join(flows)),)
