"""``skolnat why`` tells, in three languages, from what a figure of a real result was made."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from skolnat.cli import INVALID_INPUT, app
from skolnat.common.faults import InvalidInput
from skolnat.common.languages import LANGUAGES, catalogue
from skolnat.economy.identity import BASIS, SIDES, kind_of
from skolnat.plan.scenario import SCENARIOS
from skolnat.region.schemas import STAGES
from skolnat.report.rule_lines import rule_lines
from skolnat.study.measures import measure_rows
from skolnat.study.tables import _rules
from skolnat.study.terms import agreement_rows
from skolnat.study.why import why


@pytest.fixture(scope="module")
def folder(example: Callable[[str], Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What of a results folder the command reads."""
    done = example("tunturi-lappi")
    out: Path = tmp_path_factory.mktemp("result")
    (out / "tables").mkdir()
    tables = {
        "costs": done.evaluated.costs, "rules": _rules(done.prepared),
        "schools": done.prepared.region.schools,
        "municipalities": done.prepared.region.municipalities,
        # The study has no measure: its table is there, and empty.
        "agreements": agreement_rows(done.prepared), "measures": measure_rows(done.prepared),
    }  # fmt: skip
    for name, table in tables.items():
        table.to_parquet(out / "tables" / f"{name}.parquet", index=False)
    manifest = {"study": {"name": done.prepared.study.name.model_dump()}}
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return out


def test_a_line_is_told_with_its_formula_rules_and_sources(folder: Path) -> None:
    costs = pd.read_parquet(folder / "tables" / "costs.parquet")
    one = costs[(costs["item"] == "pupil_other") & (costs["part"] == "meals")].iloc[0]
    texts = {language: "\n".join(why(folder, one["cost_id"], language)) for language in LANGUAGES}
    assert "pupils × 800.00 €" in texts["en"]
    assert "elever × 800,00 €" in texts["sv"]
    assert "oppilasta × 800,00 €" in texts["fi"]
    for language, word in (("en", "Assumption"), ("sv", "Antagande"), ("fi", "Oletus")):
        assert f"{word} (" in texts[language]
        assert "[meals.pupil_eur]" in texts[language]
        assert one["parent"] in texts[language]


def test_a_rule_of_yes_or_no_is_told_in_words(folder: Path) -> None:
    """Costs of bus routes rest on one: it stands in the table of rules as a text."""
    rules = pd.read_parquet(folder / "tables" / "rules.parquet")
    for language, yes in (("sv", "ja"), ("fi", "kyllä"), ("en", "yes")):
        words = catalogue("skolnat.economy", "why", language)
        ((head, _),) = rule_lines(["buses.share_by_pupil_km"], rules, words, language)
        assert f": {yes}" in head


def test_what_is_estimated_is_said(folder: Path) -> None:
    text = "\n".join(why(folder, "today/all/gross/property", "sv"))
    assert "Vilar på uppskattningar: skolans fastighetskostnad." in text
    assert "Fjällappland" in text or "Tunturi" in text


def test_every_word_that_can_be_needed_is_there_in_every_language() -> None:
    for language in LANGUAGES:
        words = catalogue("skolnat.economy", "why", language)
        for item, kind in BASIS:
            assert f"item.{item}" in words
            part = kind_of(item, kind) or "base"
            assert f"part.{part}" in words or item == "compensation"
            assert f"measure.{BASIS[item, kind][0]}" in words
        for word in [
            *(f"side.{side}" for side in SIDES.values()),
            "scenario.residence",
            *(f"stage.{stage}" for stage in STAGES),
        ]:
            assert word in words


def test_the_command_tells_and_a_folder_that_is_no_result_is_a_fault(
    folder: Path, tmp_path: Path
) -> None:
    run = CliRunner().invoke
    done = run(app, ["why", "together/all/gross", "--study", str(folder), "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert "together/all/gross/teaching" in done.output
    wrong = run(app, ["why", "together/all/net", "--study", str(folder)])
    assert wrong.exit_code == INVALID_INPUT
    assert "together/all/gross" in wrong.output
    with pytest.raises(InvalidInput, match="no results folder with a ledger"):
        why(tmp_path, "together", "en")


def test_no_scenario_changes_the_state_share_and_every_scenario_has_its_lines(
    folder: Path,
) -> None:
    costs = pd.read_parquet(folder / "tables" / "costs.parquet")
    state = costs[costs["item"] == "state_share"]
    assert set(state["scenario"]) == {"residence"}
    assert (state["eur"] < 0).all()
    assert set(costs["scenario"]) == {*SCENARIOS, "residence"}
    assert costs["cost_id"].is_unique
