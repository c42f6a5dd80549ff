"""The study file of a group of municipalities."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from skolnat.common.languages import LANGUAGES, Language

_FILE: Final = """# The network of {count} municipalities, as an application asked for it.

[study]
name = {{ {names} }}
municipalities = [{codes}]
base_year = 2025
first_year = 2026
last_year = 2040
seed = 1
draws = 200

[network]
periods = 3
first_change = 2028
effort = "brisk"
"""


_AND: Final = {"sv": "och", "fi": "ja", "en": "and"}
_OTHERS: Final = {
    "sv": "{first} och {count} andra kommuner",
    "fi": "{first} ja {count} muuta kuntaa",
    "en": "{first} and {count} other municipalities",
}
_NAMED: Final = 5
"""So many municipalities are named; of more, the first alone."""


def _name(names: Sequence[str], language: Language) -> str:
    """Return what a group is called in the sentences of a report."""
    if len(names) > _NAMED:
        return _OTHERS[language].format(first=names[0], count=len(names) - 1)
    *most, last = names
    return f"{', '.join(most)} {_AND[language]} {last}" if most else last


def study_file(codes: Sequence[str], names: Mapping[Language, Sequence[str]]) -> str:
    """Return the study file.

    Parameters
    ----------
    codes
        Municipalities by their three-digit codes.
    names
        Their names in each language, the responsible municipality first; the report speaks of the
        group by them, since the title of an application need not be a place.
    """
    # A string of JSON is a string of TOML.
    told = {one: json.dumps(_name(names[one], one), ensure_ascii=False) for one in LANGUAGES}
    return _FILE.format(
        count=len(codes),
        names=", ".join(f"{code} = {name}" for code, name in told.items()),
        codes=", ".join(json.dumps(code) for code in codes),
    )
