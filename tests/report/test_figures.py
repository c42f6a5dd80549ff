"""From every figure of the ledger a reader walks to its parts, and to nothing of a single child."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pytest

from skolnat.economy.identity import SIDES
from skolnat.report.blocks import Table
from skolnat.report.build import document
from skolnat.report.context import Context
from skolnat.report.figures import anchor, known, traced
from skolnat.report.page import render
from skolnat.report.results import Results
from skolnat.report.sections.figures import PAGE, figures, named_figures


@pytest.fixture
def priced(results: Results, swap: Callable[..., Results]) -> Results:
    """The usual results with the lines behind the ledger, boarding among them."""
    ledger = results.tables["ledger"]
    part = ledger[ledger["item"] == "transport"].assign(item="boarding", eur=20_000.0)
    ledger = pd.concat([ledger, part], ignore_index=True)
    costs = ledger.assign(
        side=ledger["item"].map(SIDES), rules="teaching.teacher_eur;meals.pupil_eur"
    )
    rules = ["scenario", "municipality", "side", "item", "year", "eur", "rules"]
    return swap(ledger=ledger, costs=costs[rules])


def test_without_the_lines_no_figure_leads_anywhere(results: Results) -> None:
    assert known(results) == frozenset()
    assert named_figures(document(results, "en").sections) == []


def test_every_figure_that_is_named_has_its_place(priced: Results) -> None:
    whole = document(priced, "sv")
    named = named_figures(whole.sections)
    assert {"together/all/gross", "together/all", "alone/081/payments", "today/576/gross"} <= set(
        named
    )
    told = render(figures(Context(priced, "sv"), named), "sv")
    ids = set(re.findall(r'\bid="([^"]+)"', told))
    for page in (render(whole, "sv"), told):
        links = re.findall(rf'href="{PAGE}#([^"]+)"', page)
        assert set(links) <= ids
    assert {anchor(one) for one in named} <= ids
    assert all(f"skolnat why {one} --study" in told for one in named)


def test_the_parts_are_those_of_the_ledger(priced: Results) -> None:
    ledger, span = priced.tables["ledger"], priced.years[1] - priced.years[0] + 1
    own = ledger[(ledger["scenario"] == "together") & (ledger["item"] == "teaching")]
    by_year = traced(priced, "together/all/gross/teaching")
    assert (by_year.axis, by_year.eur) == ("year", pytest.approx(own["eur"].sum() / span))
    assert {part.what: part.eur for part in by_year.parts} == pytest.approx(
        {str(year): eur for year, eur in own.groupby("year")["eur"].sum().items()}
    )
    assert by_year.rules == ("teaching.teacher_eur", "meals.pupil_eur")
    for one in ("together/all", "together/081", "together/081/gross", "together/all/gross"):
        figure = traced(priced, one)
        assert sum(part.eur for part in figure.parts) == pytest.approx(figure.eur)
        assert figure.rules == ()


def test_a_municipalitys_boarding_is_not_told_apart_nor_by_year(priced: Results) -> None:
    """Twenty thousand euros are one pupil."""
    figure = traced(priced, "together/081/gross")
    whats = [part.what for part in figure.parts]
    assert "transport" in whats
    assert "boarding" not in whats
    assert traced(priced, "together/081/gross/transport").parts == ()
    assert traced(priced, "together/all/gross/boarding").parts == ()
    assert traced(priced, "together/081/payments/compensation").parts == ()


def test_ids_in_a_column_are_of_scenarios_that_have_them(priced: Results) -> None:
    costs = priced.tables["costs"]
    only = costs[~((costs["item"] == "boarding") & (costs["scenario"] == "today"))]
    tables = {
        block.key: block
        for section in document(
            Results(priced.manifest, priced.summary, {**priced.tables, "costs": only}), "en"
        ).sections
        for block in section.blocks
        if isinstance(block, Table)
    }
    ids = {row.head.text: row.cells[-1].text for row in tables["cost-items"].rows}
    assert "together/all/gross/boarding" in ids.values()
    assert "*/all/gross/teaching" in ids.values()
