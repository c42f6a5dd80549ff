"""Every id that a report names is answered by ``skolnat why``, with the figure that it shows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.study.conftest import QUICK

from skolnat.economy.trace import trace
from skolnat.report.blocks import Table
from skolnat.report.build import document
from skolnat.report.context import Context
from skolnat.report.figures import traced
from skolnat.report.results import read_results
from skolnat.report.sections.figures import PAGE, figures, named_figures
from skolnat.study.run import run_study
from skolnat.study.why import why

MORE = """
[[agreement]]
name = "Fjällens samkommun"
form = "joint_authority"
parties = ["Enontekiö", "Muonio"]
stages = ["7-9"]
start = 2028-08-01
[[measure]]
name = "Tyska"
kind = "joint_post"
stage = "7-9"
employer = "Muonio"
hours = { Muonio = 8, "Enontekiö" = 6 }
changes = 2
start = 2028-08-01
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small study with an authority and a joint post, run."""
    folder = tmp_path_factory.mktemp("figures")
    path = folder / "study.toml"
    path.write_text(QUICK + MORE, encoding="utf-8")
    run_study(path, folder / "out", jobs=1)
    return folder / "out"


def test_every_id_of_the_report_is_answered_with_the_figure_it_shows(result: Path) -> None:
    read = read_results(result)
    costs = pd.read_parquet(result / "tables" / "costs.parquet")
    c = Context(read, "sv")
    whole = document(read, "sv")
    named = named_figures(whole.sections)
    page = figures(c, named)
    assert "together/authority-fjallens-samkommun/gross" in named
    for one in named:
        told = trace(costs, one)
        assert traced(read, one).eur == pytest.approx(told.per_year, abs=1e-6)
    shown = [
        (cell.cost_id, cell.text)
        for section in (*whole.sections, *page.sections)
        for block in section.blocks
        if isinstance(block, Table)
        for row in block.rows
        for cell in row.cells
        if cell.cost_id and cell.text != cell.cost_id
    ]
    assert shown
    for one, text in shown:
        plain = c.n.thousand_euros(trace(costs, one).per_year)
        assert text.lstrip("+") == plain.lstrip("+"), one


def test_every_id_in_words_is_answered(result: Path) -> None:
    """In columns of ids, with a star for the scenario, and on the page of figures."""
    read = read_results(result)
    whole = document(read, "sv")
    page = figures(Context(read, "sv"), named_figures(whole.sections))
    scenarios = read.scenarios
    ids: set[str] = set()
    for section in (*whole.sections, *page.sections):
        for block in section.blocks:
            if not isinstance(block, Table):
                continue
            for cell in (cell for row in block.rows for cell in row.cells):
                start = cell.text.partition("/")[0]
                if start == "*":
                    ids |= {one + cell.text[1:] for one in scenarios}
                elif start in scenarios and "/" in cell.text:
                    ids.add(cell.text)
    assert len(ids) > 100
    costs = pd.read_parquet(result / "tables" / "costs.parquet")
    for one in sorted(ids):
        assert trace(costs, one).cost_id == one  # an id that is not there is a fault
    for one in sorted(ids)[::40]:
        assert why(result, one, "sv")[0] == one
    assert (result / "report" / "sv" / PAGE).is_file()
