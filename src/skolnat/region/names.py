"""Municipalities by what people call them: a code, or a name in Swedish, Finnish or English."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

_CODE_AND_NAME: Final = re.compile(r"^\s*(\d{1,3})(?:\s+\S.*)?$")


@dataclass(frozen=True)
class MunicipalityNames:
    """Every name and code by which a municipality is found.

    Parameters
    ----------
    codes
        Three-digit codes of all municipalities.
    by_name
        Folded name to code; names in all three languages.
    shown
        Folded name to the name as it is written.
    """

    codes: frozenset[str]
    by_name: Mapping[str, str]
    shown: Mapping[str, str]

    @classmethod
    def of(cls, municipalities: pd.DataFrame) -> MunicipalityNames:
        """Make the index of a table of municipalities.

        Parameters
        ----------
        municipalities
            Columns ``municipality``, ``name_sv``, ``name_fi`` and ``name_en``.
        """
        by_name: dict[str, str] = {}
        shown: dict[str, str] = {}
        for column in ("name_en", "name_sv", "name_fi"):
            pairs = zip(municipalities["municipality"], municipalities[column], strict=True)
            for code, name in pairs:
                by_name[_folded(name)] = code
                shown[_folded(name)] = name
        return cls(frozenset(municipalities["municipality"]), by_name, shown)

    def find(self, text: str) -> str | None:
        """Return the code that is meant, or None.

        Understood are ``"016"``, ``"16"``, ``"Asikkala"`` and ``"016 Asikkala"``, in any case.
        """
        by_code = _CODE_AND_NAME.match(text)
        if by_code:
            code = by_code[1].zfill(3)
            return code if code in self.codes else None
        return self.by_name.get(_folded(text))

    def nearest(self, text: str) -> str | None:
        """Return the name most like a misspelt one, or None when none is like it."""
        name = nearest(_folded(text), self.shown)
        return None if name is None else self.shown[name]


def shown_names(municipalities: pd.DataFrame) -> dict[str, str]:
    """Return how each municipality is shown where language is not known: both names and code.

    Parameters
    ----------
    municipalities
        Columns ``municipality``, ``name_sv`` and ``name_fi``.

    Returns
    -------
    dict
        Code to ``"Kristinestad/Kristiinankaupunki (287)"``; a name that is the same in both
        languages stands once.
    """
    columns = (municipalities[c] for c in ("municipality", "name_sv", "name_fi"))
    rows = zip(*columns, strict=True)
    return {code: f"{'/'.join(dict.fromkeys(both))} ({code})" for code, *both in rows}


def nearest(wrong: str, right: Iterable[str]) -> str | None:
    """Return which of the right spellings is most like a wrong one, or None."""
    found = difflib.get_close_matches(wrong, list(right), n=1, cutoff=0.6)
    return found[0] if found else None


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
