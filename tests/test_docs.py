"""What is undocumented does not exist for a user: a command, option, key, column or rule file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel

import skolnat
from skolnat.cli import app
from skolnat.region.schemas import TABLES
from skolnat.rules.rules import FILES, default_rules
from skolnat.sources.workbook_layout import SHEETS
from skolnat.study.keys import StudyKeys
from skolnat.study.wording import _first_model
from skolnat.transport.tables import COLUMNS as BUS_TABLES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def section(page: str, heading: str) -> str:
    """The text under a heading that holds some words, up to the next of its level."""
    text = (DOCS / page).read_text(encoding="utf-8")
    for part in re.split(r"^(?=## )", text, flags=re.MULTILINE):
        if heading in part.split("\n", 1)[0]:
            return part
    raise AssertionError(f"docs/{page} has no section “{heading}”")


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", {})
    if not below:
        yield name, command
    for word, one in below.items():
        yield from commands(one, f"{name} {word}")


COMMANDS = dict(commands(typer.main.get_command(app), "skolnat"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    text = section("command-line.md", name)
    for parameter in COMMANDS[name].params:
        for option in parameter.opts:
            shown = option if option.startswith("--") else option.upper()
            assert shown in text, f"{name} {option}"


def keys(model: type[BaseModel]) -> Iterator[str]:
    """Names of the keys below a table, those of its inner tables included."""
    for name, field in model.model_fields.items():
        yield name
        inner = _first_model(field.annotation)
        if inner is not None:
            yield from keys(inner)


@pytest.mark.parametrize("table", StudyKeys.model_fields)
def test_every_key_of_the_study_file_is_documented(table: str) -> None:
    text = section("study-file.md", f"[{table}]")
    inner = _first_model(StudyKeys.model_fields[table].annotation)
    assert inner is not None
    for key in keys(inner):
        assert re.search(rf"\b{key}\b", text), f"{table}.{key}"


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_a_region_is_documented(table: str) -> None:
    text = section("tables.md", f"`{table}`")
    for column in TABLES[table]:
        assert f"| `{column.name}` |" in text, f"{table}.{column.name}"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_column_of_the_workbook_is_documented(sheet: Any) -> None:
    text = section("workbook.md", f"`{sheet.name}`")
    for column in sheet.columns:
        assert f"`{column.name}`" in text, f"{sheet.name}.{column.name}"


@pytest.mark.parametrize("table", BUS_TABLES)
def test_every_column_of_the_buses_is_documented(table: str) -> None:
    text = (DOCS / "transport.md").read_text(encoding="utf-8")
    part = text.split(f"### `{table}`", 1)[1].split("\n### ", 1)[0]
    for column in BUS_TABLES[table]:
        assert f"`{column}`" in part, f"{table}.{column}"


def test_every_rule_file_and_every_rule_is_documented() -> None:
    folder = Path(skolnat.__file__).parent / "rules" / "data"
    files = sorted(path.name for path in folder.rglob("*.toml"))
    assert files == sorted(f"{file}.toml" for file in FILES)
    for rule in default_rules().rules.values():
        assert f"| `{rule.rule}` |" in section("rules.md", f"`{rule.file}.toml`"), rule.rule


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*DOCS.glob("*.md"), *ROOT.glob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
