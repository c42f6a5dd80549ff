"""Schools of the register whose place, municipality or language is in doubt: told, never moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from skolnat.common.faults import Fault
from skolnat.region.names import shown_names
from skolnat.sources import reference

_CODES: Final[Mapping[str, str]] = {
    "name_elsewhere": "sources.doubt_elsewhere",
    "number_elsewhere": "sources.doubt_elsewhere",
    "place_elsewhere": "sources.doubt_elsewhere",
    "municipality_mismatch": "sources.doubt_position",
    "municipality_missing": "sources.doubt_position",
    "outside_finland": "sources.doubt_place",
    "uninhabited": "sources.doubt_place",
    "postal_code_far": "sources.doubt_place",
    "shared_position": "sources.doubt_shared_point",
    "language_isolated": "sources.doubt_language",
}
"""Kind of doubt in the reference to our text; unknown postal codes alone harm nobody."""


def doubtful_schools(schools: pd.DataFrame) -> list[Fault]:
    """Return a warning for each school of the register that is in doubt.

    Parameters
    ----------
    schools
        Schools of a region that come from the register: what a municipality has told in its
        workbook is not doubted.
    """
    shown = shown_names(reference.municipalities())
    names = schools.set_index("school")["name"]
    codes = schools.set_index("school")["municipality"]
    doubts = reference.school_faults()
    doubts = doubts[doubts["school"].isin(names.index) & doubts["fault"].isin(_CODES)]
    found = [
        Fault(
            _CODES[str(doubt.fault)],
            values={
                "name": names[str(doubt.school)],
                "school": str(doubt.school),
                "municipality": shown[codes[str(doubt.school)]],
                "other": _other(str(doubt.fault), str(doubt.detail), shown),
            },
            severity="warning",
        )
        for doubt in doubts.itertuples()
    ]
    return list(dict.fromkeys(found))


def _other(fault: str, detail: str, shown: Mapping[str, str]) -> str:
    """Return what a doubt points at, in words: a municipality, schools, or the detail as it is."""
    if fault == "shared_position":
        names = reference.schools().set_index("school")["name"]
        return ", ".join(f"{names.get(number, '')} ({number})" for number in detail.split(";"))
    if _CODES[fault] in ("sources.doubt_elsewhere", "sources.doubt_position"):
        code = detail.split(";", maxsplit=1)[0]
        return shown.get(code, code)
    return detail
