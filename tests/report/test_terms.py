"""A term sheet says what was agreed, and its exit year hides what would tell of a child."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skolnat.common.languages import LANGUAGES
from skolnat.plan.forms import FORMS
from skolnat.report.blocks import Paragraph, Table
from skolnat.report.context import Context
from skolnat.report.results import Results
from skolnat.report.sections.terms import terms
from skolnat.report.texts import Texts


def tables(results: Results, language: str = "en") -> dict[str, Table]:
    section = terms(Context(results, language))  # type: ignore[arg-type]
    return {block.key: block for block in section.blocks if isinstance(block, Table)}


def test_the_terms_of_an_agreement(results: Results) -> None:
    sheet = tables(results)["terms-0"]
    told = {row.head.text: row.cells[0].text for row in sheet.rows}
    assert told["Form of cooperation"] == "Responsible municipality with a joint body"
    assert told["Parties"] == "Hartola and Padasjoki"
    assert told["In force from"] == "1 August 2028"
    assert told["In force to"] == "31 July 2036"
    assert "grades 7–9 €12,500" in told["Price"]
    assert told["Notice"] == "24 months"
    assert told["Responsible municipality"] == "Hartola"
    posts = {row.head.text: row.cells[0].text for row in tables(results)["terms-1"].rows}
    assert posts["In force to"] == "until further notice"
    assert posts["Notice"] == "24 months (assumed: nothing is agreed)"
    assert "Responsible municipality" not in posts
    # Posts move no pupils: nothing is paid after them.
    assert "exit-1" not in tables(results)


def test_the_exit_year_tells_large_flows_and_hides_small_ones(results: Results) -> None:
    table = tables(results)["exit-0"]
    rows = [(row.head.text, *(cell.text for cell in row.cells)) for row in table.rows if row.cells]
    large = [row for row in rows if row[1] == "Hartola → Padasjoki"]
    assert [(row[0], row[2], row[4]) for row in large] == [
        ("2032", "months in force", "73"),
        ("2032", "after the end, by statute", "43"),
        ("2032", "paid back by agreement", "−43"),
        ("2033", "after the end, by statute", "104"),
    ]
    small = [row for row in rows if row[1] == "Padasjoki → Hartola"]
    assert {row[4] for row in small} == {".."}
    assert len(small) == 4


def test_a_draft_is_told_as_one_and_a_municipality_alone_has_none(
    results: Results, swap: Callable[..., Results]
) -> None:
    sheets = results.tables["agreements"]
    draft = sheets.iloc[:1].assign(draft=True, agreement="", price="statute")
    section = terms(Context(swap(agreements=draft), "sv"))
    warnings = [b.text for b in section.blocks if isinstance(b, Paragraph) and b.kind == "warning"]
    assert warnings
    assert warnings[0].startswith("Studien anger inget avtal.")
    empty = terms(Context(swap(agreements=sheets.iloc[:0]), "fi"))
    assert any(
        isinstance(block, Paragraph) and "vain yksi kunta" in block.text for block in empty.blocks
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_a_term_sheet_has_its_text(language: str) -> None:
    texts = Texts(language)  # type: ignore[arg-type]
    for form in FORMS:
        assert texts(f"form.{form}")
    for group, codes in {
        "employer": ("own", "provider", "responsible", "authority", "shared"),
        "decider": ("own", "provider", "joint_body", "assembly"),
        "after_end": ("statute", "settled"),
        "exit_kind": ("in_force", "lag", "paid_back"),
    }.items():
        assert all(texts(f"{group}.{code}") for code in codes)
