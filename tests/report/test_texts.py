"""A text that is missing breaks the report in one language; one unused is a lie waiting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import skolnat.report
from skolnat.common.languages import catalogue
from skolnat.plan.scenario import GROSS_ITEMS, SCENARIOS
from skolnat.report.money_tables import KINDS
from skolnat.report.sections.grounds import DEFINED, USED
from skolnat.report.texts import Texts
from skolnat.rules.rules import default_rules
from skolnat.sources import reference

ROOT = Path(skolnat.report.__file__).parent
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for kind in ("*.py", "*.html")
    for path in sorted(ROOT.rglob(kind))
)
LITERAL = set(re.findall(r'\bt\(\s*f?"([\w.]+)"', SOURCE))
"""Keys asked for by name."""
STARTS = set(re.findall(r"\bt\(\s*f[\"']([\w.]+?)\{", SOURCE))
"""Beginnings of keys that are put together."""
STARTS |= set(re.findall(r't\("([\w.]+\.)" ~', SOURCE))
GROUPS = set(re.findall(r'\.coded\("(\w+)"', SOURCE))
"""Groups of codes that come from outside."""


def test_every_key_asked_for_by_name_has_its_text() -> None:
    texts = catalogue("skolnat.report", "report", "en")
    assert not {key for key in LITERAL if "." in key and not key.endswith(".")} - texts.keys()


def test_no_text_is_unused() -> None:
    quoted = set(re.findall(r'"([\w.]+)"', SOURCE))
    unused = [
        key
        for key in catalogue("skolnat.report", "report", "en")
        if key not in quoted
        and not any(key.startswith(start) for start in STARTS)
        and key.partition(".")[0] not in GROUPS
    ]
    assert not unused


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("scenario", SCENARIOS),
        ("scenario_text", SCENARIOS),
        ("item", GROSS_ITEMS),
        ("kind_of_cost", KINDS),
        ("define", DEFINED),
        ("definition", DEFINED),
        ("source_title", USED),
        ("holder", {reference.sources()[name].holder for name in USED}),
        ("unit", {rule.unit for rule in default_rules().rules.values() if rule.unit}),
        ("certainty", ("high", "medium", "check")),
    ],
)
def test_every_code_has_its_text(group: str, codes: tuple[str, ...]) -> None:
    texts = catalogue("skolnat.report", "report", "en")
    assert not [code for code in codes if f"{group}.{code}" not in texts]


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert Texts("sv").coded("remedy", "something_new") == "something_new"
    assert Texts("sv").coded("remedy", "agreement").startswith("Avtal")
