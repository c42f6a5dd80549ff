"""Codes and names of older years must lead to 2026, and unknown ones must stop the build."""

from __future__ import annotations

import pandas as pd
import pytest

from reference.places import MERGERS, Places, mergers, places


@pytest.fixture
def known() -> Places:
    table = pd.DataFrame(
        {
            "municipality": ["005", "478", "507", "541", "214"],
            "name_sv": ["Alajärvi", "Mariehamn", "Mäntyharju", "Nurmes", "Kankaanpää"],
            "name_fi": ["Alajärvi", "Maarianhamina", "Mäntyharju", "Nurmes", "Kankaanpää"],
            "name_en": ["Alajärvi", "Mariehamn", "Mäntyharju", "Nurmes", "Kankaanpää"],
        }
    )
    return places(table)


def test_ended_municipalities_are_carried_over(known: Places) -> None:
    old = pd.Series(["5", "911", "099", "99", "588", "507"])
    assert known.carry(old).tolist() == ["005", "541", "214", "214", "507", "507"]


def test_names_lead_to_codes_in_each_language_and_after_a_merger(known: Places) -> None:
    names = pd.Series(["Maarianhamina - Mariehamn", "Mariehamn", "Valtimo", "Alajärvi"])
    assert known.named(names).tolist() == ["478", "478", "541", "005"]


def test_what_leads_nowhere_is_named(known: Places) -> None:
    with pytest.raises(ValueError, match="no municipality of 2026 for the name Nastola, Teisko"):
        known.named(pd.Series(["Teisko", "Alajärvi", "Nastola"]))
    with pytest.raises(ValueError, match="for the code 999"):
        known.carry(pd.Series(["999"]))


def test_the_table_of_mergers_tells_the_first_year_without_the_old() -> None:
    table = mergers().set_index("old")
    assert table["new"].to_dict() == {"099": "214", "588": "507", "911": "541"}
    assert table["year"].to_dict() == {"099": 2021, "588": 2026, "911": 2020}
    assert len(table) == len(MERGERS)
