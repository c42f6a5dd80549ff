"""A term sheet says what was agreed, and its exit year hides what would tell of a child."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
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


def test_the_exit_year_tells_sums_by_notice_and_hides_small_flows(results: Results) -> None:
    (row,) = tables(results)["exit-0"].rows
    # Ten pupils one way and one the other: 7,300 for the months in force, 4,300 and 10,400 after.
    assert [row.head.text, *(cell.text for cell in row.cells)] == [
        "24 months", "31 July 2032", "80", "17", "162", "−47", "2033",
    ]  # fmt: skip
    pairs = {
        row.head.text: [cell.text for cell in row.cells]
        for row in tables(results)["exit-pairs-0"].rows
    }
    # One pupil is not told, nor what ten pay: the sum less the ten would tell of the one.
    assert pairs == {
        "Hartola → Padasjoki": ["..", "..", ".."], "Padasjoki → Hartola": ["..", "..", ".."],
    }  # fmt: skip


def test_flows_that_are_large_are_told_by_pair(
    results: Results, swap: Callable[..., Results]
) -> None:
    table = results.tables["exit"]
    table = table.assign(pupils=table["pupils"].where(table["pupils"] > 1.0, 5.0))
    pairs = {
        row.head.text: [cell.text for cell in row.cells]
        for row in tables(swap(exit=table))["exit-pairs-0"].rows
    }
    assert pairs["Hartola → Padasjoki"] == ["73", "147", "−43"]
    assert pairs["Padasjoki → Hartola"] == ["7", "15", "−4"]


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


def on_account(results: Results, swap: Callable[..., Results], pupils: float) -> Results:
    """An authority of the first two, which a third pays for so many pupils."""
    one, two, three = ("081", "576", "781")
    sheet = results.tables["agreements"].iloc[:1].assign(
        agreement="Samkommunen", form="joint_authority", price="shared", after_end="statute",
        account="authority-samkommunen", key="shares", shares=f"{one}=0.25;{two}=0.75",
        compensation_share=0.94, responsible="", parties=f"{one};{two}",
    )  # fmt: skip
    columns = ["scenario", "agreement", "account", "municipality", "cost", "compensation",
               "given_back", "share", "pays", "pupils"]  # fmt: skip
    rows = [
        (one, 300e3, 200e3, -20e3, 60e3, 240e3, 30.0),
        (two, 500e3, 400e3, -40e3, 180e3, 540e3, 50.0),
        (three, 0.0, 20e3, 0.0, 0.0, 20e3, pupils),
    ]
    told = [("together", "Samkommunen", "authority-samkommunen", *row) for row in rows]
    return swap(agreements=sheet, accounts=pd.DataFrame(told, columns=columns))


def test_an_account_is_told_with_its_key_and_who_pays_it(
    results: Results, swap: Callable[..., Results]
) -> None:
    told = tables(on_account(results, swap, 5.0))
    sheet = {row.head.text: row.cells[0].text for row in told["terms-0"].rows}
    assert sheet["Price"].startswith("home-municipality compensation (94% of it) for every pupil")
    assert sheet["Cost is shared by"] == "fixed parts: Hartola 25.0% and Padasjoki 75.0%"
    assert sheet["Compensation paid after the end"].startswith("goes back to the members")
    rows = {row.head.text: [cell.text for cell in row.cells] for row in told["account-0"].rows}
    assert rows == {
        "Hartola": ["300", "+200", "−20", "+60", "240"],
        "Padasjoki": ["500", "+400", "−40", "+180", "540"],
        "Sysmä": ["0", "+20", "0", "0", "20"],
        "Total": ["800", "+620", "−60", "+240", "800"],
    }


def test_what_is_paid_for_few_pupils_is_hidden_with_another(
    results: Results, swap: Callable[..., Results]
) -> None:
    told = tables(on_account(results, swap, 1.5))["account-0"]
    rows = {row.head.text: [cell.text for cell in row.cells] for row in told.rows}
    assert rows["Sysmä"] == ["0", "..", "..", "..", ".."]
    # The total less the others would tell of it.
    assert [row[1] for name, row in rows.items() if name != "Total"].count("..") == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_a_term_sheet_has_its_text(language: str) -> None:
    texts = Texts(language)  # type: ignore[arg-type]
    for form in FORMS:
        assert texts(f"form.{form}")
    for group, codes in {
        "employer": ("own", "provider", "responsible", "authority", "shared"),
        "decider": ("own", "provider", "joint_body", "assembly"),
        "after_end": ("statute", "settled", "returned"),
        "key": ("pupils", "population", "equal"),
    }.items():
        assert all(texts(f"{group}.{code}") for code in codes)
