"""Grades and provider from the names of real schools: a wrong word would move a whole stage."""

from __future__ import annotations

import pytest

from skolnat.region.grades import grades_from_name, provider_from_name


@pytest.mark.parametrize(
    ("name", "grades"),
    [
        ("Lemlands lågstadium", "1-6"),
        ("Degerö lågstadieskola", "1-6"),
        ("Keuruun ala-aste", "1-6"),
        ("Hertton.rannan ala-asteen koul", "1-6"),
        ("Pohjois-Haagan ala-ast. koulu", "1-6"),
        ("Kestilän alakoulu", "1-6"),
        ("Vesangan päiväkotikoulu", "1-6"),
        ("Kaustisen keskuskoulu (1-6)", "1-6"),
        ("Skola F-6", "1-6"),
        ("Godby högstadium", "7-9"),
        ("Ekenäs högstadieskola", "7-9"),
        ("Högstadiet i Petalax", "7-9"),
        ("Hyrylän yläaste", "7-9"),
        ("Vartiokylän yläasteen koulu", "7-9"),
        ("Nurmijärven yhteisk. yläaste", "7-9"),
        ("Keuruun yhteiskoulun yläkoulu", "7-9"),
        ("Kaustisen keskuskoulu (7-9)", "7-9"),
        ("Sysmän Yhteiskoulu", "7-9"),
        ("Maunulan yht.k.-Hgin mat.lukio", "7-9"),
        ("Kajaanin lyseo", "7-9"),
        ("Joensuun Lyseon peruskoulu", "7-9"),
        ("Helsingin normaalilyseo", "7-9"),
        ("Kökars låg- och högstadium", "1-9"),
        ("Padasjoen yhtenäiskoulu", "1-9"),
        ("Kaukovainion yhtenäinen perusk", "1-9"),
        ("Skola F-9", "1-9"),
        ("Perusopetus 1–9", "1-9"),
        ("Kuoppanummen koulukeskus", "1-9"),
        ("Tampereen yliopiston normaalik", "1-9"),
        ("Vasa övningsskola", "1-9"),
        ("Suomen kristillinen yhteiskoulu", "1-9"),
        ("Espoo International School", "1-9"),
        ("Svenska Privatsk. i Uleåborg", "1-9"),
    ],
)
def test_names_that_tell_their_grades(name: str, grades: str) -> None:
    assert grades_from_name(name, "comprehensive") == grades


@pytest.mark.parametrize(
    "name",
    [
        "Vesivehmaan koulu",
        "Ytteresse skola",
        "Tiirismaan peruskoulu",
        # A village school (kyläkoulu) is no upper school (yläkoulu).
        "Laitilan kyläkoulu",
        # Places, not stages.
        "Alakylän koulu",
        "Ylästön koulu",
        "Lyseonmäen koulu",
    ],
)
def test_names_that_tell_nothing(name: str) -> None:
    assert grades_from_name(name, "comprehensive") is None


def test_the_kind_tells_where_the_name_does_not() -> None:
    assert grades_from_name("Sylvia-koulu", "special") == "1-9"
    assert grades_from_name("Elias-koulu", "comprehensive_upper") == "1-9"
    assert grades_from_name("Vääksyn Yhteiskoulu", "comprehensive_upper") == "7-9"


@pytest.mark.parametrize(
    ("name", "provider"),
    [
        ("Vesivehmaan koulu", "municipal"),
        ("Vääksyn Yhteiskoulu", "municipal"),
        ("Turun kansainvälinen koulu", "municipal"),
        ("Lahden yhteiskoulu", "private"),
        ("Kulosaaren yhteiskoulu", "private"),
        ("Lahden Rudolf Steiner-koulu", "private"),
        ("Waldorfskolan på Åland", "private"),
        ("Kopun kristillinen koulu", "private"),
        ("Björneborgs svenska samskola", "private"),
        ("Svenska Privatsk. i Uleåborg", "private"),
        ("Englantilainen koulu", "private"),
        ("HY Viikin normaalikoulu", "state"),
        ("Lapin yliopiston harjoittelukoulu", "state"),
        ("Oppimis - ja Ohjauskeskus Valteri, Onerva", "state"),
    ],
)
def test_providers(name: str, provider: str) -> None:
    assert provider_from_name(name) == provider
