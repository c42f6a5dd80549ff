"""Language of teaching: as the register has it, else estimated from the name, and marked."""

from __future__ import annotations

import pandas as pd
import pytest

from reference.schools import language_from_name, languages, schools


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("suomi", ("fi",)),
        ("suomi;ruotsi", ("fi", "sv")),
        ("suomi;saame", ("fi", "se")),
        ("suomi;ruotsi;englanti", ("fi", "sv", "en")),
        ("", ()),
    ],
)
def test_every_language_is_kept_in_order(text: str, codes: tuple[str, ...]) -> None:
    assert languages(text) == codes


@pytest.mark.parametrize(
    ("name", "status", "language"),
    [
        ("Kökars låg- och högstadium", "sv", "sv"),
        ("Vichtis svenska skola", "fi", "sv"),
        ("Sunds Skola", "sv", "sv"),
        ("Kauniaisten peruskoulu", "fi_sv", "fi"),
        ("Grundskolan i Grankulla", "fi_sv", "sv"),
        ("Svenska skolan", "fi", "sv"),
        ("Ylitornion yläaste", "fi", "fi"),
        ("Lärkan", "sv_fi", "sv"),
        ("Onerva", "fi_sv", "fi"),
    ],
)
def test_the_name_tells_and_else_the_municipality(name: str, status: str, language: str) -> None:
    assert language_from_name(name, status) == language


def test_what_is_estimated_is_marked_and_nothing_is_moved() -> None:
    raw = pd.DataFrame(
        {
            "nr": ["123", "00124"],
            "name": ["Storskolan", "Ison kylän yläaste"],
            "kind": ["comprehensive", "comprehensive_upper"],
            "municipality": [None, "016"],
            "postal_code": [None, "17200"],
            "lat": ["60.0", "61.0"],
            "lon": ["27.0", "25.0"],
            "teaching_language": [None, "suomi;ruotsi"],
        }
    )
    municipalities = pd.DataFrame(
        {"municipality": ["016", "049"], "language_status": ["fi", "fi_sv"]}
    )
    standing = pd.Series(["049", "398"])
    first, second = schools(raw, municipalities, standing).to_dict("records")
    assert first["school"] == "00123"
    assert (first["municipality"], first["language"], first["grades"]) == ("049", "sv", "")
    assert first["estimated"] == "municipality;language;grades;provider"
    # The register says 016 and the position 398: it stays where it says, for the list of faults.
    assert second["municipality"] == "016"
    assert (second["language"], second["languages"]) == ("fi", "fi;sv")
    assert second["upper_secondary"]
    assert second["estimated"] == "grades;provider"
    # At 27 degrees east, EPSG:3067 has its middle meridian, x = 500 km.
    assert first["x"] == 500_000
