"""The register of basic-education institutions, with language, grades and provider."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import geopandas
import pandas as pd

from reference.raw import code, read_csv
from skolnat.region.grades import grades_from_name, provider_from_name

CRS: Final = "EPSG:3067"
DEGREES: Final = "EPSG:4326"

LANGUAGES: Final[Mapping[str, str]] = {
    "suomi": "fi",
    "ruotsi": "sv",
    "saame": "se",
    "englanti": "en",
    "muu": "other",
}
"""Words of the list of institutions, and our codes; only fi, sv and se are ever primary."""

PRIMARY: Final = ("fi", "sv", "se")

SWEDISH_WORDS: Final = ("skol", "stadiet", "lågstadium", "högstadium", "svensk", "lärcenter")
FINNISH_WORDS: Final = ("koul", "aste", "lyseo", "suomen", "seminaari", "peruskoulu")


def raw_schools(data: Path) -> pd.DataFrame:
    """Return the register as it was found, every value as text."""
    return read_csv(data, "schools/finland_2025.csv")


def mapped_schools(data: Path) -> pd.DataFrame:
    """Return the schools of three regions as the map has them: municipality, name, x, y.

    They are compared with, not copied: only distances reach a table.
    """
    regions = [
        read_csv(data, f"schools/schools_{region}_osm.csv")
        for region in ("paijat_hame", "sydosterbotten", "tunturi_lappi")
    ]
    raw = pd.concat(regions, ignore_index=True).dropna(subset=["name"])
    points = positions(raw)
    return pd.DataFrame(
        {
            "municipality": raw["kunta"].map(code),
            "name": raw["name"],
            "x": points.x,
            "y": points.y,
        }
    )


def schools(
    raw: pd.DataFrame, municipalities: pd.DataFrame, standing: pd.Series[str]
) -> pd.DataFrame:
    """Return the table ``schools``.

    Parameters
    ----------
    raw
        As of :func:`raw_schools`.
    municipalities
        The table ``municipalities``.
    standing
        Municipality that each school's position lies in, by the row of `raw`.

    Returns
    -------
    pandas.DataFrame
        school, name, kind, municipality (as the register says; where it says none, of the
        position, and marked as estimated), postal_code, lat, lon, x, y, language (primary:
        fi, sv, se), languages (all, ;-joined), grades ("" where neither name nor kind tells),
        provider, estimated (;-joined names of the columns that are estimates).
    """
    points = positions(raw)
    said = raw["municipality"].map(code, na_action="ignore")
    table = pd.DataFrame(
        {
            "school": raw["nr"].map(lambda value: code(value, 5)),
            "name": raw["name"],
            "kind": raw["kind"].where(raw["kind"] == "special", "comprehensive"),
            "upper_secondary": raw["kind"] == "comprehensive_upper",
            "municipality": said.fillna(standing),
            "postal_code": raw["postal_code"].fillna(""),
            "lat": pd.to_numeric(raw["lat"]),
            "lon": pd.to_numeric(raw["lon"]),
            "x": points.x.round().astype(int),
            "y": points.y.round().astype(int),
        }
    )
    status = municipalities.set_index("municipality")["language_status"]
    known = [languages(value) for value in raw["teaching_language"].fillna("")]
    guessed = [
        language_from_name(name, status[municipality])
        for name, municipality in zip(table["name"], table["municipality"], strict=True)
    ]
    primary = [
        next((item for item in found if item in PRIMARY), None) or guess
        for found, guess in zip(known, guessed, strict=True)
    ]
    table["language"] = primary
    table["languages"] = [
        ";".join(found or (guess,)) for found, guess in zip(known, primary, strict=True)
    ]
    table["grades"] = [
        grades_from_name(name, kind) or ""
        for name, kind in zip(table["name"], raw["kind"], strict=True)
    ]
    table["provider"] = [provider_from_name(name) for name in table["name"]]
    every = table["school"].notna()
    no_primary = [not set(found) & set(PRIMARY) for found in known]
    table["estimated"] = _estimated(
        {
            "municipality": said.isna(),
            "language": pd.Series(no_primary, raw.index),
            "grades": every,
            "provider": every,
        }
    )
    return table.sort_values("school", ignore_index=True)


def positions(raw: pd.DataFrame) -> geopandas.GeoSeries:
    """Return the positions in EPSG:3067."""
    return geopandas.GeoSeries.from_xy(
        pd.to_numeric(raw["lon"]), pd.to_numeric(raw["lat"]), index=raw.index, crs=DEGREES
    ).to_crs(CRS)


def languages(text: str) -> tuple[str, ...]:
    """Return the codes of a list of teaching languages: ``"suomi;ruotsi"`` is fi and sv.

    The order is the register's, which names the language of most groups first.
    """
    return tuple(LANGUAGES[word] for word in text.split(";") if word)


def language_from_name(name: str, status: str) -> str:
    """Return the teaching language that a name suggests, else that of the municipality.

    Parameters
    ----------
    name
        Name of the school.
    status
        Language status of its municipality: "fi", "fi_sv", "sv_fi" or "sv".
    """
    lower = name.casefold()
    swedish = any(word in lower for word in SWEDISH_WORDS)
    finnish = any(word in lower for word in FINNISH_WORDS)
    if swedish != finnish:
        return "sv" if swedish else "fi"
    return status[:2]


def _estimated(columns: Mapping[str, pd.Series[bool]]) -> list[str]:
    marks = pd.DataFrame(columns)
    return [
        ";".join(name for name, mark in zip(marks.columns, row, strict=True) if mark)
        for row in marks.to_numpy()
    ]
