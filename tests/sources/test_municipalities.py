"""Options of the command line name municipalities freely; each that is none is told."""

from __future__ import annotations

import pytest

from skolnat.common.faults import InvalidInput
from skolnat.sources.municipalities import codes_of


def test_names_and_codes_become_codes_once_each() -> None:
    assert codes_of(["Lahti", "016", "Lahtis", "asikkala"]) == ("398", "016")


def test_all_wrong_names_are_told() -> None:
    with pytest.raises(InvalidInput) as caught:
        codes_of(["Lahhti", "Lahti", "Qwerty"])
    assert [fault.code for fault in caught.value.faults] == [
        "sources.misspelt_municipality",
        "sources.unknown_municipality",
    ]
