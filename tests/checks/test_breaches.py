"""A sound plan has nothing against it, and every finding has words to be told in."""

from __future__ import annotations

import ast
from pathlib import Path

import skolnat.checks
from skolnat.checks import journeys, provision, teaching
from skolnat.checks.breaches import CHECKS, check_plan
from skolnat.checks.plan import COLUMNS, Checked
from skolnat.common.languages import LANGUAGES, catalogue


def test_a_plan_within_the_rules_has_no_finding(sound: Checked) -> None:
    table = check_plan(sound)
    assert table.empty
    assert tuple(table.columns) == COLUMNS


def test_every_public_check_is_run() -> None:
    """A check that is written and not listed would never find anything."""
    folder = Path(skolnat.checks.__file__).parent
    for module in (journeys, provision, teaching):
        tree = ast.parse((folder / f"{module.__name__.split('.')[-1]}.py").read_text("utf-8"))
        written = {
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        }
        assert written <= {check.__name__ for check in CHECKS}


def test_every_code_of_a_finding_has_its_words() -> None:
    folder = Path(skolnat.checks.__file__).parent
    codes: set[str] = set()
    for module in ("journeys", "provision", "teaching"):
        for node in ast.walk(ast.parse((folder / f"{module}.py").read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "finding":
                for position, prefix in ((4, "breach"), (5, "remedy")):
                    code = node.args[position]
                    if isinstance(code, ast.JoinedStr):
                        code = code.values[0]
                    if isinstance(code, ast.Constant):
                        codes.add(f"{prefix}.{str(code.value).rstrip('_')}")
    codes |= {f"breach.fewer_{what}" for what in ("hours", "lessons", "b1_hours")}
    codes |= {"breach.status_begins", "breach.status_ceases"}
    codes.discard("breach.")
    assert len(codes) > 30
    for language in LANGUAGES:
        assert not codes - set(catalogue("skolnat.report", "report", language)), language
