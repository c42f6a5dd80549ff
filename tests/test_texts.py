"""The three languages are equal: each says the same things, with the same figures in them.

A fault that is reported but has no text would show its bare code to a user; a placeholder that
one language lacks would hide a figure, or break the message.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import skolnat
from skolnat.common.languages import LANGUAGES, catalogue
from skolnat.rules.rules import default_rules

ROOT = Path(skolnat.__file__).parent
CATALOGUES = sorted(
    {(path.parent.parent, path.name.split(".")[0]) for path in ROOT.rglob("text/*.*.toml")}
)
_CODE = re.compile(r'"((?:[a-z_]+)\.[a-z_0-9]+)"')


def package_of(folder: Path) -> str:
    return ".".join(("skolnat", *folder.relative_to(ROOT).parts))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(
    ("folder", "name"), CATALOGUES, ids=[f"{f.name}/{n}" for f, n in CATALOGUES]
)
def test_languages_say_the_same(folder: Path, name: str) -> None:
    texts = {language: catalogue(package_of(folder), name, language) for language in LANGUAGES}
    assert texts["sv"].keys() == texts["en"].keys()
    assert texts["fi"].keys() == texts["en"].keys()
    for key, text in texts["en"].items():
        for language in ("sv", "fi"):
            assert placeholders(texts[language][key]) == placeholders(text), (language, key)
            assert texts[language][key].strip(), (language, key)


def faults_in_source() -> Iterator[tuple[str, str]]:
    """Every literal that looks like the code of a fault of its room, with its file."""
    rooms = [folder for folder, name in CATALOGUES if name == "faults"]
    for room in rooms:
        for path in sorted(set(ROOT.rglob("*.py")) - {ROOT / "cli.py"}):  # has texts of its own
            for code in _CODE.findall(path.read_text(encoding="utf-8")):
                if code.startswith(f"{room.name}."):
                    yield code, path.relative_to(ROOT).as_posix()


def test_every_fault_that_is_reported_has_its_text() -> None:
    lacking = {
        (code, file)
        for code, file in faults_in_source()
        if code not in catalogue(f"skolnat.{code.split('.')[0]}", "faults", "en")
        and not _is_other(code)
    }
    assert not lacking


def _is_other(code: str) -> bool:
    """Names of files and rules, and keys put together, look like codes of faults but are none."""
    rules = {*default_rules().rules, "network.time_limits"}
    return code.endswith((".toml", ".md")) or code in rules


def test_the_code_of_a_fault_begins_with_its_room() -> None:
    """Or its text would never be found."""
    for folder, name in CATALOGUES:
        if name == "faults":
            for code in catalogue(package_of(folder), name, "en"):
                assert code.startswith(f"{folder.name}."), code


def test_every_text_of_a_fault_is_used() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py"))
    for folder, name in CATALOGUES:
        if name == "faults":
            for code in catalogue(package_of(folder), "faults", "en"):
                bare = code.removeprefix(f"{folder.name}.")
                assert f'"{code}"' in source or f'"{bare}"' in source, code
