"""The municipalities of 2026, and how older codes and names lead to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from reference.raw import code, read_csv

STATUS: Final[Mapping[str, str]] = {
    "Monolingual Finnish-speaking municipality": "fi",
    "Bilingual municipality with Finnish-speaking majority": "fi_sv",
    "Bilingual municipality with Swedish-speaking majority": "sv_fi",
    "Monolingual Swedish-speaking municipality": "sv",
}
"""Language status as the classification words it; the majority comes first."""

ALAND: Final = "21"
"""Region code of Åland."""


@dataclass(frozen=True)
class Merger:
    """A municipality that ended, and the one that took it in at the start of `year`."""

    old: str
    name_fi: str
    name_sv: str
    new: str
    year: int


MERGERS: Final[tuple[Merger, ...]] = (
    Merger("911", "Valtimo", "Valtimo", "541", 2020),
    Merger("099", "Honkajoki", "Honkajoki", "214", 2021),
    Merger("588", "Pertunmaa", "Pertunmaa", "507", 2026),
)
"""Every municipality of the raw files (2018 to 2022) that the key of 2026 has not.

:func:`carry` raises for any other, so a file with older borders cannot slip through.
"""

OTHER_NAMES: Final[Mapping[str, str]] = {"Maarianhamina - Mariehamn": "478"}
"""Names that a raw file writes otherwise than the key does."""


def municipalities(data: Path) -> pd.DataFrame:
    """Return the municipalities of 2026.

    Returns
    -------
    pandas.DataFrame
        One row a municipality, by code: the columns of the table ``municipalities``.
    """
    key = read_csv(data, "finland/municipality_key_2026.csv")
    table = pd.DataFrame({"municipality": key["kunta"].map(code)})
    for language in ("sv", "fi", "en"):
        table[f"name_{language}"] = key[f"municipality_name_{language}"]
    table["language_status"] = key["kielisuhde_name_en"].map(STATUS)
    table["region"] = key["maakunta_code"].map(lambda value: code(value, 2))
    for language in ("sv", "fi", "en"):
        table[f"region_name_{language}"] = key[f"maakunta_name_{language}"]
    table["subregion"] = key["seutukunta_code"].map(code)
    for language in ("sv", "fi", "en"):
        table[f"subregion_name_{language}"] = key[f"seutukunta_name_{language}"]
    table["aland"] = table["region"] == ALAND
    if table.isna().to_numpy().any() or table["municipality"].duplicated().any():
        raise ValueError("the key of municipalities has an empty cell or a code twice")
    return table.sort_values("municipality", ignore_index=True)


def mergers() -> pd.DataFrame:
    """Return the table ``mergers``: old code and names, new code, and from which year."""
    return pd.DataFrame(
        {
            "old": [merger.old for merger in MERGERS],
            "old_name_sv": [merger.name_sv for merger in MERGERS],
            "old_name_fi": [merger.name_fi for merger in MERGERS],
            "new": [merger.new for merger in MERGERS],
            "year": [merger.year for merger in MERGERS],
        }
    ).sort_values("old", ignore_index=True)


@dataclass(frozen=True)
class Places:
    """Older codes and names, each with the municipality of 2026 it belongs to.

    Parameters
    ----------
    codes
        Three-digit code, of today or ended, to code of 2026.
    names
        Name in any of the languages, of today or ended, to code of 2026.
    """

    codes: Mapping[str, str]
    names: Mapping[str, str]

    def carry(self, codes: pd.Series[str]) -> pd.Series[str]:
        """Return codes of 2026 for codes of any of the raw files, lost zeros put back.

        Raises
        ------
        ValueError
            Naming every code that leads nowhere.
        """
        return _look_up(codes.map(code), self.codes, "code")

    def named(self, names: pd.Series[str]) -> pd.Series[str]:
        """Return codes of 2026 for names of municipalities.

        Raises
        ------
        ValueError
            Naming every name that leads nowhere.
        """
        return _look_up(names, self.names, "name")


def places(table: pd.DataFrame) -> Places:
    """Return the look-up of codes and names for a table of :func:`municipalities`."""
    today = table["municipality"].tolist()
    codes = dict(zip(today, today, strict=True))
    names: dict[str, str] = dict(OTHER_NAMES)
    for column in ("name_en", "name_sv", "name_fi"):
        names.update(zip(table[column], today, strict=True))
    for merger in MERGERS:
        codes[merger.old] = merger.new
        names[merger.name_sv] = merger.new
        names[merger.name_fi] = merger.new
    return Places(codes, names)


def _look_up(values: pd.Series[str], known: Mapping[str, str], what: str) -> pd.Series[str]:
    found = values.map(known)
    unknown = sorted(set(values[found.isna()].astype(str)))
    if unknown:
        raise ValueError(
            f"no municipality of 2026 for the {what} {', '.join(unknown)}: add the merger to "
            "MERGERS, or the spelling to OTHER_NAMES"
        )
    return found
