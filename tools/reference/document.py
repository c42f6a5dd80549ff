"""``SOURCES.md``: where each table comes from, what was found, and how it was checked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from reference.checks import Check
from reference.grid_check import LIMIT, SURE
from reference.school_faults import FAULTS

WORDS: Final[Mapping[str, str]] = {
    "cohorts": "two years' change",
    "coverage": "people without a square, or with a wrong one",
    "astride": "squares astride the border",
    "chance": "moved counts and the projection's error",
}


def read_sources(file: Path) -> dict[str, dict[str, str]]:
    """Return the sources of each table, as kept by hand in ``sources.toml``."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


def document(
    sources: Mapping[str, Mapping[str, str]],
    tables: Mapping[str, pd.DataFrame],
    sizes: Mapping[str, int],
    checks: Iterable[Check],
) -> str:
    """Return the text of ``SOURCES.md``.

    Raises
    ------
    ValueError
        When a table has no source, or a source no table.
    """
    if set(sources) != set(tables):
        odd = sorted(set(sources) ^ set(tables))
        raise ValueError(f"sources.toml and the tables differ in {', '.join(odd)}")
    lines = [
        "# Reference tables: sources",
        "",
        "Written by `tools/build_reference.py`; the sources themselves are kept in",
        "`sources.toml`. Attribution: **Källa / Lähde / Source: Statistikcentralen /",
        "Tilastokeskus / Statistics Finland**, and the holders named below.",
        "",
        *_sources(sources, tables, sizes),
        "## Checks",
        "",
        *(f"- {check.title}: {check.result}." for check in checks),
        "",
        *_mergers(tables),
        *_border(tables),
        *_differences(tables),
        *_faults(tables),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _sources(
    sources: Mapping[str, Mapping[str, str]],
    tables: Mapping[str, pd.DataFrame],
    sizes: Mapping[str, int],
) -> Iterator[str]:
    for name, source in sources.items():
        yield f"## {name}"
        yield ""
        yield f"- Columns: {', '.join(tables[name].columns)}"
        yield f"- {len(tables[name]):,} rows, {sizes[name]:,} bytes"
        yield f"- Source: {source['title']}, {source['holder']}"
        yield f"- Year: {source['year']}"
        yield f"- Licence: {source['licence']}; retrieved {source['retrieved']}"
        yield f"- {source['note']}"
        yield ""


def _mergers(tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    names = _names(tables)
    yield "## Municipalities that ended"
    yield ""
    for row in _rows(tables["mergers"]):
        yield (
            f"- {row['old']} {row['old_name_fi']} became part of {row['new']} "
            f"{names[row['new']]} when {row['year']} began."
        )
    yield ""


def _border(tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    table = tables["grid_differences"]
    names = _names(tables)
    yield "## The land border with Sweden and Norway"
    yield ""
    yield "Squares marked FI-SE and FI-NO add up what both countries report. Each is counted by"
    yield "the part of its area that lies in Finland: none where it lies abroad, all where it lies"
    yield "at home. Children under 15, before and after, against the register of 2019:"
    yield ""
    yield "| municipality | as found | Finnish side | register 2019 | before | after |"
    yield "|---|--:|--:|--:|--:|--:|"
    for row in _rows(table[table["abroad"] > 0]):
        before = row["grid"] + row["abroad"]
        yield (
            f"| {row['municipality']} {names[row['municipality']]} | {before:.0f} "
            f"| {row['grid']} | {row['register']:.0f} | {before / row['register'] - 1:+.0%} "
            f"| {row['difference']:+.0%} |"
        )
    yield ""


def _differences(tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    table = tables["grid_differences"]
    large = table[table["difference"].abs() > LIMIT].sort_values("difference")
    names = _names(tables)
    yield f"## Grid and register more than {LIMIT:.0%} apart"
    yield ""
    yield "Children under 15 in the squares (end of 2021) against the register (end of 2019). The"
    yield "parts, in children, add up to the difference; `tools/reference/grid_check.py` tells how"
    yield f"each is found. Chance explains at most {SURE:.0f} standard deviations of itself; more"
    yield "is explained only where squares astride the border leave room for it. Squares are a"
    yield "weight and are raked to the register, so no difference reaches a result."
    yield ""
    for row in _rows(large):
        reasons = ", ".join(WORDS[reason] for reason in row["reasons"].split(";"))
        yield (
            f"- **{row['municipality']} {names[row['municipality']]}** "
            f"{row['difference']:+.0%}: {row['grid']} in the grid, {row['register']:.0f} in the "
            f"register. Two years' change {row['cohorts']:+.0f}, coverage {row['coverage']:+.0f}, "
            f"astride {row['astride']:+.0f}, chance {row['chance']:+.0f} (one deviation "
            f"{row['deviation']:.0f}); squares wholly inside hold {row['inside']}, squares that "
            f"touch it {row['touching']}. Reason: {reasons}."
        )
    yield ""


def _faults(tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    counts = tables["school_faults"]["fault"].value_counts()
    yield "## Schools in doubt"
    yield ""
    yield "Listed in `school_faults`, never moved; a municipality's workbook corrects them."
    yield ""
    for fault, meaning in FAULTS.items():
        yield f"- `{fault}` ({counts.get(fault, 0)}): {meaning}."
    yield ""


def _names(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    table = tables["municipalities"]
    return dict(zip(table["municipality"], table["name_fi"], strict=True))


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
