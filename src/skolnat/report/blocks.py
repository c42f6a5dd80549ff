"""What a report is built of, whatever it is written as: sections of text, tables and figures.

A page, a PDF and a workbook are three ways of writing the same blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Badge = Literal["estimated", "indicative"]
CellKind = Literal["text", "number", "hidden", "withheld", "ends"]


@dataclass(frozen=True)
class Cell:
    r"""One cell of a table.

    Parameters
    ----------
    text
        As shown; lines are parted by ``\n``.
    kind
        A number stands to the right; a hidden count is said in words too; the first line of what
        "ends" is set off.
    marks
        Short words beside it, such as *not robust*.
    lang
        Language of the text where it is not the page's.
    cost_id
        Id of the figure of the ledger that it shows: leads to where its parts are told.
    """

    text: str
    kind: CellKind = "text"
    marks: tuple[str, ...] = ()
    lang: str = ""
    cost_id: str = ""


@dataclass(frozen=True)
class Row:
    """A row: its head and its cells; ``kind`` is "total" for a sum, "group" for a heading."""

    head: Cell
    cells: tuple[Cell, ...] = ()
    kind: Literal["", "total", "group"] = ""


@dataclass(frozen=True)
class Table:
    """A table.

    Parameters
    ----------
    key
        Unlike that of any other block of the report.
    caption
        What it shows, with unit and years.
    columns
        Headings, that of the rows first.
    rows
        Rows; each has as many cells as there are headings after the first, or none.
    groups
        Headings over the columns, with how many columns each spans; none when empty.
    badges, source, notes
        On what it rests; where it is from; what to know when reading it.
    """

    key: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    groups: tuple[tuple[str, int], ...] = ()
    badges: tuple[Badge, ...] = ()
    source: str = ""
    notes: tuple[str, ...] = ()

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Which columns after the first hold numbers, as their first row of cells tells."""
        first = next((row.cells for row in self.rows if row.cells), ())
        kinds = tuple(cell.kind not in ("text", "ends") for cell in first)
        return (False, *kinds) if kinds else (False,) * len(self.columns)


@dataclass(frozen=True)
class Swatch:
    """A sign in a legend: its drawing (SVG that we made) and what it means."""

    svg: str
    text: str


@dataclass(frozen=True)
class Picture:
    """One drawing of a figure, with a heading of its own where there are several."""

    svg: str
    title: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure: one drawing or several small ones of the same kind.

    Parameters
    ----------
    key, caption, badges, source, notes
        As of :class:`Table`.
    pictures
        SVG drawings, each with its own description.
    legend
        Signs and their meaning.
    layout
        "single", "pairs" (two abreast) or "many" (as many abreast as there is room for).
    ground
        SVG symbols that the drawings share.
    """

    key: str
    caption: str
    pictures: tuple[Picture, ...]
    legend: tuple[Swatch, ...] = ()
    badges: tuple[Badge, ...] = ()
    source: str = ""
    notes: tuple[str, ...] = ()
    layout: Literal["single", "pairs", "many"] = "single"
    ground: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``kind`` "lead" is larger, "warning" is set apart."""

    text: str
    kind: Literal["", "lead", "warning"] = ""


@dataclass(frozen=True)
class Items:
    """A list of sentences, numbered or not."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    text: str


@dataclass(frozen=True)
class Link:
    """A way to another page that stands beside this one; ``href`` is one of our own file names."""

    text: str
    href: str


@dataclass(frozen=True)
class Terms:
    """Words and what they mean here."""

    pairs: tuple[tuple[str, str], ...]


Block: TypeAlias = Table | Figure | Paragraph | Items | Heading | Link | Terms


@dataclass(frozen=True)
class Section:
    """A section of the report.

    Parameters
    ----------
    key
        Id, the target of links.
    title
        Heading.
    blocks
        What it holds, in order.
    """

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """The whole report in one language.

    Parameters
    ----------
    language
        Of the report.
    title, subtitle
        Heading and what stands under it.
    facts
        Name and value of what a reader must know at once: municipalities, years.
    badges
        Badges with their explanation, shown at the top.
    sections
        In the order in which a council reads.
    """

    language: str
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    badges: tuple[tuple[Badge, str], ...]
    sections: Sequence[Section] = field(default_factory=tuple)
