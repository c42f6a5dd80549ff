"""Write the decision report of a study, one page a language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from skolnat.common.languages import LANGUAGES, Language
from skolnat.report import blocks
from skolnat.report.blocks import Document, Section
from skolnat.report.bus_tables import has_routes
from skolnat.report.context import Context
from skolnat.report.page import render
from skolnat.report.results import Results, read_results
from skolnat.report.sections import (
    answer,
    borders,
    buses,
    children,
    duties,
    figures,
    grounds,
    journeys,
    money,
    schools,
    teaching,
    terms,
)

SECTIONS = (
    answer.answer,
    answer.scenarios,
    borders.borders,
    children.children,
    schools.schools,
    teaching.teaching,
    journeys.journeys,
    money.cost,
    money.gains,
    terms.terms,
    duties.breaches,
    duties.sensitivity,
    duties.impact,
    grounds.grounds,
)
"""Sections in the order in which a council reads."""


def write_reports(results: Path, out: Path, languages: Sequence[str] = LANGUAGES) -> None:
    """Write the report of a results folder.

    Parameters
    ----------
    results
        Results folder of a study.
    out
        Folder for the reports: ``out/<language>/index.html``. Each page is written beside and
        renamed, so that a run that is killed leaves whole pages.
    languages
        Languages of the report, ``"sv"``, ``"fi"``, ``"en"``.

    Raises
    ------
    FileNotFoundError
        When the results folder is not whole.
    ValueError
        When a language is not one of the three.
    """
    unknown = sorted(set(languages) - set(LANGUAGES))
    if unknown:
        raise ValueError(f"no report in {', '.join(unknown)}: choose of {', '.join(LANGUAGES)}")
    read = read_results(results)
    pages = {language: _pages(read, cast("Language", language)) for language in languages}
    for language, files in pages.items():
        folder = out / language
        folder.mkdir(parents=True, exist_ok=True)
        for name, page in files.items():
            unfinished = folder / f"{name}.part"
            unfinished.write_text(page, encoding="utf-8")
            unfinished.replace(folder / name)


def _pages(results: Results, language: Language) -> dict[str, str]:
    """Return the pages of a report by file name: the report, figures and timetables it has."""
    whole = document(results, language)
    pages = {"index.html": render(whole, language)}
    named = figures.named_figures(whole.sections)
    if named:
        page = figures.figures(Context(results, language), named)
        pages[figures.PAGE] = render(page, language)
    if has_routes(results):
        told = buses.timetables(Context(results, language))
        pages[buses.PAGE] = render(told, language)
    return pages


def document(results: Results, language: Language) -> Document:
    """Return the report of a study as blocks.

    Parameters
    ----------
    results
        What the study found.
    language
        Language of the report.
    """
    c = Context(results, language)
    return Document(
        language=language,
        title=c.region,
        subtitle=c.t("page.kind"),
        facts=_facts(c),
        badges=_badges(c),
        sections=tuple(_section(k, make(c)) for k, make in enumerate(SECTIONS, start=1)),
    )


def _section(number: int, section: Section) -> Section:
    return Section(section.key, f"{number}. {section.title}", section.blocks)


def _facts(c: Context) -> tuple[tuple[str, str], ...]:
    values = {
        "municipalities": ", ".join(c.names.values()),
        "years": c.years,
        "grades": c.t("fact.grades_value"),
        "prices": c.t("fact.prices_value", year=c.results.price_year),
    }
    return tuple((c.t(f"fact.{key}"), value) for key, value in values.items())


def _badges(c: Context) -> tuple[tuple[blocks.Badge, str], ...]:
    codes = [str(code) for code in c.results.summary.get("estimated", [])]
    inputs = ", ".join(dict.fromkeys(c.t.coded("estimate", code) for code in codes))
    texts = {
        "indicative": c.t("badge.indicative_text"),
        "estimated": c.t("badge.estimated_text", inputs=inputs),
    }
    return tuple((badge, texts[badge]) for badge in c.badges)
