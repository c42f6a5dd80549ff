"""People write municipalities in any of three languages, or as codes; slips are understood."""

from __future__ import annotations

import pytest

from skolnat.region.names import MunicipalityNames, nearest, shown_names
from skolnat.sources import reference

NAMES = MunicipalityNames.of(reference.municipalities())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("016", "016"),
        ("16", "016"),
        ("Asikkala", "016"),
        ("  asikkala ", "016"),
        ("016 Asikkala", "016"),
        ("Kristinestad", "287"),
        ("Kristiinankaupunki", "287"),
        ("287 Kristinestad", "287"),
        ("a\N{COMBINING DIAERESIS}hta\N{COMBINING DIAERESIS}ri", "989"),
        ("999", None),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_finding(text: str, code: str | None) -> None:
    assert NAMES.find(text) == code


def test_every_municipality_is_found_by_each_of_its_names() -> None:
    table = reference.municipalities()
    for column in ("municipality", "name_sv", "name_fi", "name_en"):
        assert [NAMES.find(name) for name in table[column]] == list(table["municipality"])


def test_nearest_is_shown_as_it_is_written_and_nothing_is_forced() -> None:
    assert NAMES.nearest("padasjokki") == "Padasjoki"
    assert NAMES.nearest("Xyzzy") is None
    assert nearest("municipalites", ["name", "municipalities"]) == "municipalities"


def test_names_of_both_languages_are_shown_once_each() -> None:
    shown = shown_names(reference.municipalities())
    assert shown["287"] == "Kristinestad/Kristiinankaupunki (287)"
    assert shown["016"] == "Asikkala (016)"
