"""Read a results folder and tell why a figure of its ledger is what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from skolnat.common.faults import Fault, InvalidInput
from skolnat.common.languages import Language, catalogue
from skolnat.economy.identity import AXES, REGION
from skolnat.economy.trace import Traced, trace
from skolnat.plan.agreement import AUTHORITY, slug
from skolnat.report.figures import MOST_RULES
from skolnat.report.numbers import Numbers
from skolnat.report.rule_lines import rule_lines

MOST_PARTS: Final = 25
"""So many parts are listed; the rest are told as one sum."""


def why(folder: Path, cost_id: str, language: Language) -> list[str]:
    """Return what is to be told of a figure, line by line.

    Parameters
    ----------
    folder
        Results folder of a study.
    cost_id
        Id of the figure, or any beginning of it.
    language
        Of what is told.

    Raises
    ------
    InvalidInput
        When the folder is no result, or there is no such figure.
    """
    paths = {name: folder / "tables" / f"{name}.parquet" for name in ("costs", "rules")}
    if not all(path.is_file() for path in paths.values()):
        raise InvalidInput([Fault("study.no_result", file=str(folder))])
    tables = {name: pd.read_parquet(path) for name, path in paths.items()}
    return told(
        trace(tables["costs"], cost_id), tables["rules"], _names(folder, language), language
    )


def told(
    found: Traced, rules: pd.DataFrame, names: Mapping[str, str], language: Language
) -> list[str]:
    """Return a traced figure as lines of text.

    Parameters
    ----------
    found
        The figure.
    rules
        The table of rules of the results folder.
    names
        Shown names of municipalities, schools and scenarios by their codes.
    language
        Of what is told.
    """
    report = catalogue("skolnat.report", "report", language)
    scenarios = {key: text for key, text in report.items() if key.startswith("scenario.")}
    words = {**catalogue("skolnat.economy", "why", language), **scenarios}
    numbers = Numbers(language)

    def euros(value: float) -> str:
        return numbers.number(value, signed=False) + " €"

    first, last = found.years
    lines = [
        found.cost_id,
        _title(found.cost_id, words, names),
        "",
        words["total"].format(
            eur=euros(found.eur),
            nominal=euros(found.eur_nominal),
            years=str(first) if first == last else f"{first}–{last}",
        ),
        words["per_year"].format(eur=euros(found.per_year)),
    ]
    if found.line is not None:
        quantity, measure, price = found.line
        lines.append(
            words["formula"].format(
                quantity=numbers.number(quantity, 4 if measure == "part" else 2),
                measure=words[f"measure.{measure}"],
                price=numbers.number(price, 2), eur=euros(found.eur),
            )
        )  # fmt: skip
        if found.cost_id.split("/")[3] == "property" and not found.rules:
            lines.append(words["own_figure"])
        if measure == "part":
            lines += _account(found.cost_id, words)
    if found.estimated:
        marks = [words.get(f"estimated_input.{mark}", mark) for mark in found.estimated]
        lines.append(words["estimated"].format(inputs=", ".join(marks)))
    lines += _parts(found, words, names, euros)
    lines += list(_rules(found, rules, words, language))
    if found.parent:
        lines += ["", words["part_of"].format(parent=found.parent)]
    return lines


def _names(folder: Path, language: Language) -> dict[str, str]:
    """Shown names by code: of municipalities and schools."""
    names: dict[str, str] = {}
    for table, code in (("municipalities", "municipality"), ("schools", "school")):
        path = folder / "tables" / f"{table}.parquet"
        if path.is_file():
            frame = pd.read_parquet(path)
            shown = f"name_{language}" if f"name_{language}" in frame else "name"
            names |= dict(zip(frame[code].astype(str), frame[shown].astype(str), strict=True))
    agreed = folder / "tables" / "agreements.parquet"
    if agreed.is_file():
        told = pd.read_parquet(agreed)
        names |= {slug(name): name for name in told["agreement"].astype(str) if name}
        if "account" in told:
            own = told[told["account"].astype(str).str.startswith(AUTHORITY)]
            names |= dict(
                zip(own["account"].astype(str), own["agreement"].astype(str), strict=True)
            )
    shared = folder / "tables" / "measures.parquet"
    if shared.is_file():
        taken = pd.read_parquet(shared)
        pairs = zip(taken["of"].astype(str), taken["measure"].astype(str), strict=True)
        names |= {of.partition(":")[0]: name for of, name in pairs}
    manifest = folder / "manifest.json"
    if manifest.is_file():
        study: dict[str, Any] = json.loads(manifest.read_text("utf-8"))
        names[REGION] = str(study["study"]["name"][language])
    return names


def _account(cost_id: str, words: Mapping[str, str]) -> list[str]:
    """Tell of what sum a part by the key is, and where the account stands."""
    scenario, payer, _, _, _, other, part = cost_id.split("/")
    holder = payer if payer.startswith(AUTHORITY) else other
    kind = part.rpartition("-")[2]
    if kind == "share" and not holder.startswith(AUTHORITY):
        return [words["shared_by_municipalities"]]
    return [words[f"{kind}_account"].format(account=f"{scenario}/{holder}")]


def _title(cost_id: str, words: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Return what an id names, in words."""
    parts = [
        _word(axis, value, words, names)
        for axis, value in zip(AXES, cost_id.split("/"), strict=False)
    ]
    return " · ".join(parts)


def _word(axis: str, value: str, words: Mapping[str, str], names: Mapping[str, str]) -> str:
    if axis in ("municipality", "of"):
        school, _, stage = value.partition(":")
        name = names.get(school) or words.get(f"of.{value}") or value
        return f"{name}, {words[f'stage.{stage}']}" if f"stage.{stage}" in words else name
    if axis == "part":
        stage = value.removeprefix(AUTHORITY)
        whose, _, what = value.rpartition("-")
        whose = whose.removesuffix("-1-6").removesuffix("-7-9")
        word = words.get(f"part.{what}") or words.get(f"stage.{stage}", value)
        return f"{word} ({names[whose]})" if whose in names else word
    return words.get(f"{axis}.{value}", value)


def _parts(
    found: Traced, words: Mapping[str, str], names: Mapping[str, str], euros: Any
) -> Iterator[str]:
    if not found.parts:
        return
    yield ""
    yield words["parts"]
    axis = AXES[len(found.cost_id.split("/"))]
    shown = found.parts if len(found.parts) <= MOST_PARTS else found.parts[: MOST_PARTS - 1]
    for part in shown:
        word = _word(axis, part.cost_id.rpartition("/")[2], words, names)
        yield f"  {euros(part.eur):>16}  {word}  [{part.cost_id}]"
    rest = found.parts[len(shown) :]
    if rest:
        yield f"  {euros(sum(part.eur for part in rest)):>16}  " + words["rest"].format(
            count=len(rest)
        )


def _rules(
    found: Traced, rules: pd.DataFrame, words: Mapping[str, str], language: Language
) -> Iterator[str]:
    if not found.rules:
        return
    yield ""
    if len(found.rules) > MOST_RULES:
        yield words["many_rules"].format(count=len(found.rules))
        return
    yield words["rules"]
    for head, source in rule_lines(found.rules, rules, words, language):
        yield f"  {head}"
        yield f"      {source}"
