"""A rule as it is told where a figure rests on it: what it is, its value, paragraph and source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from skolnat.common.languages import Language, catalogue
from skolnat.report.context import paragraph
from skolnat.report.numbers import Numbers


def rule_lines(
    ids: Sequence[str], rules: pd.DataFrame, words: Mapping[str, str], language: Language
) -> Iterator[tuple[str, str]]:
    """Return each rule as a line of what it says and a line of its source.

    Parameters
    ----------
    ids
        Ids of rules.
    rules
        The table of rules of a results folder.
    words
        Words of ``skolnat why``.
    language
        Of what is told.
    """
    numbers, units = Numbers(language), catalogue("skolnat.report", "report", language)
    by_id = rules[rules["rule"].isin(list(ids))].set_index("rule").to_dict("index")
    for rule in ids:
        row = by_id[rule]
        head = (
            f"{row[f'name_{language}']}: {_value(row['value'], str(row['unit']), numbers, units)}"
        )
        text = paragraph(str(row["paragraph"]), language, units["word.decree"])
        law = f" ({text})" if text else ""
        since = f", {words['since']} {row['valid_from']}" if row["valid_from"] else ""
        own = f" {words['own']}" if row["overridden"] else ""
        sure = words["certainty." + str(row["certainty"])]
        yield f"{head}{law}{since} [{rule}]{own}", f"{row[f'source_{language}']} ({sure})"


def _value(text: object, unit: str, numbers: Numbers, units: Mapping[str, str]) -> str:
    if str(text) in ("True", "False"):
        return units["word.yes" if str(text) == "True" else "word.no"]
    value = float(str(text))
    digits = next((d for d in (0, 1, 2) if abs(value - round(value, d)) < 1e-9), 3)
    shown = f"{value:.0f}" if unit == "year" else numbers.number(value, digits)
    return shown if unit in ("1", "year") else f"{shown} {units.get(f'unit.{unit}', unit)}"
