"""The application call of 2022 and its pilots, as far as public sources tell of them.

Facts: the call closed 13.5.2022 and pilots were decided in June 2022; ten pilots of 39
municipalities. Those that are known by name stand here; what a pilot wrote in its application is
not public, so there are no applications. The hour of closing and the day of the decision are not
known: the end of the day, and the last of June, stand for them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from skolnat.web.accounts.models import Municipality
from skolnat.web.common.texts import Texts
from skolnat.web.common.when import HELSINKI
from skolnat.web.programme.applications.models import Call, Pilot

_PILOTS: Final = (
    (
        Texts(sv="Päijänne-Tavastland", fi="Päijät-Häme", en="Päijänne Tavastia"),
        ("016", "081", "111", "098", "142", "316", "398", "560", "576", "781"),
        None,
    ),
    (
        Texts(sv="Riihimäkiregionen", fi="Riihimäen seutu", en="The Riihimäki region"),
        (),
        3,
    ),
    (
        Texts(sv="Birkaland och Satakunta", fi="Pirkanmaa ja Satakunta", en="Pirkanmaa, Satakunta"),
        (),
        5,
    ),
    (
        Texts(sv="Språköarna", fi="Kielisaarekkeet", en="The Swedish-language enclaves"),
        ("927", "543", "109", "245", "106", "858"),
        None,
    ),
    (
        Texts(
            sv="Salla och Rovaniemi övningsskola",
            fi="Salla ja Rovaniemen harjoittelukoulu",
            en="Salla and the Rovaniemi teacher training school",
        ),
        ("732",),
        None,
    ),
    (
        Texts(sv="Tunturi-Lappi", fi="Tunturi-Lappi", en="Tunturi-Lappi"),
        ("261", "498", "047", "273"),
        None,
    ),
)


def fill() -> None:
    """Write the call and its pilots."""
    call = Call.objects.create(
        slug="2022",
        title=Texts(
            sv="Ansökan till projektet Nätverksbaserad grundskola 2022",
            fi="Haku Verkostoperuskoulu-hankkeeseen 2022",
            en="Applications to the project Networked basic school 2022",
        ),
        summary=Texts(
            sv="Grupper av kommuner ansökte om att bli piloter 2022–2024. "
            "Tio piloter med 39 kommuner valdes.",
            fi="Kuntaryhmät hakivat piloteiksi vuosille 2022–2024. "
            "Valittiin kymmenen pilottia, joissa on 39 kuntaa.",
            en="Groups of municipalities applied to be pilots in 2022–2024. "
            "Ten pilots of 39 municipalities were chosen.",
        ),
        description=Texts(
            sv="Ansökan angav de deltagande kommunerna och utbildningsanordnarna, den ansvariga "
            "kommunen, en kontaktperson, lokala behov, en preliminär plan och mål. Att delta "
            "kostade ingenting; resor och måltider stod piloterna själva för. Målen: tillgänglig "
            "grundläggande utbildning, nya sätt att ordna den eller ett bredare utbud, och det "
            "som påverkar nätet av närskolor.",
            fi="Hakemuksessa ilmoitettiin mukaan tulevat kunnat ja koulutuksen järjestäjät, "
            "vastuukunta, yhteyshenkilö, paikalliset tarpeet, alustava suunnitelma ja tavoitteet. "
            "Osallistuminen oli maksutonta; matkat ja ateriat pilotit maksoivat itse. Tavoitteina "
            "olivat saavutettava perusopetus, uudet tavat järjestää sitä tai laajempi tarjonta "
            "sekä se, mikä vaikuttaa lähikoulujen verkkoon.",
            en="An application named the municipalities and education providers, the responsible "
            "municipality, a contact person, local needs, a preliminary plan and goals. Joining "
            "cost nothing; travel and meals were the pilots' own. The goals: accessible basic "
            "education, new ways of arranging it or a wider range, and what affects the network "
            "of neighbourhood schools.",
        ),
        opens=datetime(2022, 3, 25, 9, 30, tzinfo=HELSINKI),
        closes=datetime(2022, 5, 13, 23, 59, tzinfo=HELSINKI),
        decided=datetime(2022, 6, 30, 12, 0, tzinfo=HELSINKI),
        published=True,
    )
    for name, codes, size in _PILOTS:
        pilot = Pilot.objects.create(call=call, name=name, size=size)
        pilot.municipalities.set(Municipality.objects.filter(code__in=codes))
