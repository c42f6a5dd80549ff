"""The municipalities of the site are those of the library, in the alphabet of the reader."""

from __future__ import annotations

from skolnat.sources import reference
from skolnat.web.accounts.models import Municipality
from skolnat.web.accounts.municipalities import alphabetical, keep_in_step, listed


def test_all_308_are_there_after_a_migration(db: None) -> None:
    table = reference.municipalities()
    assert Municipality.objects.filter(current=True).count() == len(table) == 308
    asikkala = Municipality.objects.get(pk="016")
    assert asikkala.names == {"sv": "Asikkala", "fi": "Asikkala", "en": "Asikkala"}
    assert Municipality.objects.filter(aland=True).count() == 16


def test_a_municipality_that_is_no_more_stays_but_is_not_offered(db: None) -> None:
    Municipality.objects.create(code="999", names={"sv": "Fordom"}, region="01", current=True)
    keep_in_step()
    assert not Municipality.objects.get(pk="999").current
    assert "999" not in dict(listed("sv"))


def test_they_stand_in_the_order_of_each_language(db: None) -> None:
    swedish = [name for _, name in listed("sv")]
    assert swedish[0] == "Ackas"
    assert swedish[-1].startswith("Ö")
    assert dict(listed("sv"))["398"] == "Lahtis"
    assert dict(listed("fi"))["398"] == "Lahti"
    assert sorted(["Öja", "Ähtäri", "Åbo", "Zoo"], key=alphabetical) == [
        "Zoo",
        "Åbo",
        "Ähtäri",
        "Öja",
    ]
