"""The real webinars of 2022, as the association announced them, and its morning coffee.

Facts: the invitation of the association (kommunforbundet.fi, March 2022) and the pages of the
project. The words are ours. What public sources do not tell (weekday and hour of the coffee) is
marked as an example where it is shown.
"""

from __future__ import annotations

from datetime import date, datetime

from skolnat.web.common.texts import Texts
from skolnat.web.common.when import HELSINKI
from skolnat.web.programme.events.models import (
    Event,
    Material,
    Occasion,
    ProgrammePoint,
    Series,
    Speaker,
)


def _at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=HELSINKI)


def fill() -> None:
    """Write the webinars and the coffee."""
    event = Event.objects.create(
        slug="webinar-2022",
        title=Texts(
            sv="Webbinarium: projektet Nätverksbaserad grundskola startar",
            fi="Webinaari: Verkostoperuskoulu-hanke käynnistyy",
            en="Webinar: the project Networked basic school begins",
        ),
        summary=Texts(
            sv="Två webbinarier med samma innehåll, öppna för alla kommuner.",
            fi="Kaksi samansisältöistä webinaaria, avoimia kaikille kunnille.",
            en="Two webinars with the same content, open to every municipality.",
        ),
        description=Texts(
            sv="Hur påverkar en föränderlig omvärld den grundläggande utbildningen, och hur kan "
            "kommuner stärka den genom att samarbeta i nätverk över kommungränserna? "
            "Kommunförbundet presenterar projektet 2022–2024 och berättar hur man ansöker. "
            "Frågor kan ställas på både svenska och finska.",
            fi="Miten muuttuva toimintaympäristö vaikuttaa perusopetukseen, ja miten kunnat voivat "
            "vahvistaa sitä tekemällä verkostoyhteistyötä yli kuntarajojen? Kuntaliitto esittelee "
            "hankkeen vuosille 2022–2024 ja kertoo, miten mukaan haetaan. Kysymyksiä voi esittää "
            "sekä suomeksi että ruotsiksi.",
            en="How does a changing environment affect basic education, and how can municipalities "
            "strengthen it by working in networks across their borders? The association presents "
            "the project of 2022–2024 and tells how to apply. Questions are welcome in Swedish "
            "and in Finnish.",
        ),
        audience=Texts(
            sv="Kommuner och utbildningsanordnare",
            fi="Kunnat ja koulutuksen järjestäjät",
            en="Municipalities and education providers",
        ),
        published=True,
    )
    online = Texts(sv="På webben", fi="Verkossa", en="Online")
    for begins, ends in (
        (_at(2022, 3, 25, 9, 30), _at(2022, 3, 25, 12)),
        (_at(2022, 3, 30, 10), _at(2022, 3, 30, 12, 30)),
    ):
        Occasion.objects.create(
            event=event, begins=begins, ends=ends, place=online, reminded=begins
        )
    _programme(event)
    _materials(event)
    _coffee()


def _programme(event: Event) -> None:
    director = Speaker.objects.create(
        name="Terhi Päivärinta",
        title=Texts(
            sv="direktör, Välfärd och bildning, Kommunförbundet",
            fi="johtaja, Hyvinvointi ja sivistys, Kuntaliitto",
            en="Director, Welfare and Education, the Association of Finnish Municipalities",
        ),
    )
    expert = Speaker.objects.create(
        name="Mari Sjöström",
        title=Texts(
            sv="sakkunnig, Välfärd och bildning, Kommunförbundet",
            fi="asiantuntija, Hyvinvointi ja sivistys, Kuntaliitto",
            en="Expert, Welfare and Education, the Association of Finnish Municipalities",
        ),
    )
    points: list[tuple[Texts, Speaker | None]] = [
        (
            Texts(
                sv="Barnantalet sjunker: nya idéer för grundläggande utbildning behövs",
                fi="Lapsiluku laskee: perusopetuksen järjestämiseen tarvitaan uusia ideoita",
                en="Falling numbers of children: new ideas for basic education are needed",
            ),
            director,
        ),
        (
            Texts(
                sv="Verksamhetsmiljön förändras: lägesanalys av grundskolorna",
                fi="Toimintaympäristö muuttuu: peruskoulujen tilannekuva",
                en="The operating environment changes: a situational analysis of basic schools",
            ),
            expert,
        ),
        (
            Texts(
                sv="Projektet Nätverksbaserad grundskola: utgångspunkter och ansökan",
                fi="Verkostoperuskoulu-hanke: lähtökohdat ja haku",
                en="The project Networked basic school: starting points and how to apply",
            ),
            None,
        ),
        (
            Texts(
                sv="Frågor och diskussion, också på svenska",
                fi="Kysymyksiä ja keskustelua, myös ruotsiksi",
                en="Questions and discussion, also in Swedish",
            ),
            None,
        ),
    ]
    for order, (title, speaker) in enumerate(points, start=1):
        point = ProgrammePoint.objects.create(event=event, order=order, title=title)
        if speaker is not None:
            point.speakers.add(speaker)


def _materials(event: Event) -> None:
    pages = [
        (
            Texts(
                sv="Nätverksbaserade grundskolor: projektets sida",
                fi="Verkostoperuskoulu: hankkeen sivu ruotsiksi",
                en="Networked basic schools: the project's page in Swedish",
            ),
            "https://www.kommunforbundet.fi/natverksskolor",
            "sv",
        ),
        (
            Texts(
                sv="Verkostoperuskoulu: projektets sida på finska",
                fi="Verkostoperuskoulu: hankkeen sivu",
                en="Verkostoperuskoulu: the project's page in Finnish",
            ),
            "https://www.kuntaliitto.fi/verkostoperuskoulu",
            "fi",
        ),
    ]
    for order, (title, url, language) in enumerate(pages, start=1):
        Material.objects.create(
            event=event,
            kind=Material.Kind.READING,
            title=title,
            url=url,
            language=language,
            order=order,
        )


def _coffee() -> None:
    Series.objects.create(
        slug="morning-coffee",
        title=Texts(
            sv="Morgonkaffe på svenska",
            fi="Aamukahvit ruotsiksi",
            en="Morning coffee in Swedish",
        ),
        description=Texts(
            sv="En gång i månaden träffas de som arbetar med svensk grundläggande utbildning över "
            "en kopp kaffe på webben. Veckodagen och klockslaget är exempel: de verkliga tiderna "
            "finns inte i offentliga källor.",
            fi="Kerran kuussa ruotsinkielisen perusopetuksen parissa työskentelevät tapaavat "
            "verkossa kahvikupin äärellä. Viikonpäivä ja kellonaika ovat esimerkkejä: todellisia "
            "aikoja ei ole julkisissa lähteissä.",
            en="Once a month those who work with basic education in Swedish meet online over a cup "
            "of coffee. Weekday and hour are examples: the real times stand in no public source.",
        ),
        language="sv",
        begins=_at(2022, 4, 7, 8, 30),
        minutes=45,
        rhythm=Series.Rhythm.MONTHLY,
        until=date(2024, 12, 31),
        published=True,
    )
