"""The page on which every figure of the ledger is followed to its parts and rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from skolnat.common.languages import catalogue
from skolnat.report.blocks import Block, Cell, Document, Link, Paragraph, Row, Section, Table
from skolnat.report.context import Context
from skolnat.report.figures import Part, TracedFigure, anchor, traced
from skolnat.report.rule_lines import rule_lines

PAGE: Final = "figures.html"
"""The page, beside the report."""


def named_figures(sections: Sequence[Section]) -> list[str]:
    """Return the ids of the figures that a report names in its cells, in order, each once."""
    cells = (
        cell
        for section in sections
        for block in section.blocks
        if isinstance(block, Table)
        for row in block.rows
        for cell in row.cells
    )
    return list(dict.fromkeys(cell.cost_id for cell in cells if cell.cost_id))


def figures(c: Context, ids: Sequence[str]) -> Document:
    """Return the page of some figures, a section for each scenario."""
    told = set(ids)
    sections = []
    for scenario in c.results.scenarios:
        own = [one for one in ids if one.partition("/")[0] == scenario]
        blocks: list[Block] = [_figure(c, traced(c.results, one), told) for one in own]
        if own:
            sections.append(Section(scenario, c.scenario(scenario), tuple(blocks)))
    lead = Section(
        "about",
        c.t("figures.about"),
        (Paragraph(c.t("figures.text")), Link(c.t("figures.back"), "index.html#cost")),
    )
    return Document(
        language=c.language,
        title=c.region,
        subtitle=c.t("figures.title"),
        facts=((c.t("fact.prices"), c.t("fact.prices_value", year=c.results.price_year)),),
        badges=(),
        sections=(lead, *sections),
    )


def _figure(c: Context, figure: TracedFigure, told: set[str]) -> Table:
    """Return one figure with its parts; a part that is a figure of the page leads to it."""
    rows = [_row(c, figure, part, told) for part in figure.parts]
    total = c.t("figures.mean") if figure.axis == "year" else c.t("word.total")
    rows.append(
        Row(Cell(total), (c.euros(figure.eur), Cell(figure.cost_id)), "total" if rows else "")
    )
    return Table(
        key=anchor(figure.cost_id),
        caption=c.t("figures.caption", what=_title(c, figure.cost_id)),
        columns=(c.t("figures.part"), c.t("figures.eur"), c.t("cost.id")),
        rows=tuple(rows),
        badges=c.badges,
        notes=(c.t("figures.command", id=figure.cost_id), *_rules(c, figure)),
    )


def _row(c: Context, figure: TracedFigure, part: Part, told: set[str]) -> Row:
    leads = part.cost_id if part.cost_id in told else ""
    word = part.what if figure.axis == "year" else _word(c, figure.axis, part.what)
    return Row(Cell(word), (c.euros(part.eur), Cell(part.cost_id, cost_id=leads)))


def _word(c: Context, axis: str, value: str) -> str:
    if axis == "item" and value == "transport":
        return c.t("kind_of_cost.transport")
    words = catalogue("skolnat.economy", "why", c.language)
    return words.get(f"{axis}.{value}", value)


def _title(c: Context, cost_id: str) -> str:
    scenario, municipality, *rest = cost_id.split("/")
    place = c.place("" if municipality == "all" else municipality)
    words = [_word(c, axis, step) for axis, step in zip(("side", "item"), rest, strict=False)]
    return " · ".join([c.scenario(scenario), place, *(words or [c.t("cost.net")])])


def _rules(c: Context, figure: TracedFigure) -> Iterator[str]:
    words = catalogue("skolnat.economy", "why", c.language)
    for head, source in rule_lines(figure.rules, c.results.tables["rules"], words, c.language):
        yield f"{head}: {source}"
