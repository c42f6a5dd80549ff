"""The study file of a group of municipalities."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from skolnat.common.languages import LANGUAGES

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


def study_file(codes: Sequence[str], title: str) -> str:
    """Return the study file.

    Parameters
    ----------
    codes
        Municipalities by their three-digit codes.
    title
        Name of the study, in the words of the applicants (the same in every language).
    """
    # A string of JSON is a string of TOML.
    name = json.dumps(" ".join(title.split())[:120] or "–", ensure_ascii=False)
    return _FILE.format(
        count=len(codes),
        names=", ".join(f"{code} = {name}" for code in LANGUAGES),
        codes=", ".join(json.dumps(code) for code in codes),
    )
