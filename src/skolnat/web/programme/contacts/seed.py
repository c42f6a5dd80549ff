"""Themes and contacts of 2022, as far as public sources tell of them.

Facts: the points of the webinars' programme with their speakers, and the project's public pages
in two languages. Which languages the speakers answer in, and their addresses, no public source of
ours tells: they are named, and no question is routed to them before the association writes it.
"""

from __future__ import annotations

from skolnat.web.common.texts import Texts
from skolnat.web.programme.contacts.models import Expert, Theme
from skolnat.web.programme.events.models import Speaker


def fill() -> None:
    """Write the themes and who knows them."""
    children = Theme.objects.create(
        slug="numbers-of-children",
        order=1,
        name=Texts(
            sv="Barnantalet och nya sätt att ordna undervisningen",
            fi="Lapsiluku ja uudet tavat järjestää opetusta",
            en="Numbers of children, and new ways of arranging teaching",
        ),
    )
    situation = Theme.objects.create(
        slug="situation",
        order=2,
        name=Texts(
            sv="Verksamhetsmiljön och lägesanalysen",
            fi="Toimintaympäristö ja tilannekuva",
            en="The operating environment and the situational analysis",
        ),
    )
    project = Theme.objects.create(
        slug="project",
        order=3,
        name=Texts(
            sv="Projektet, ansökan och piloterna",
            fi="Hanke, haku ja pilotit",
            en="The project, applying, and the pilots",
        ),
    )
    knows = {"Terhi Päivärinta": children, "Mari Sjöström": situation}
    for order, speaker in enumerate(Speaker.objects.filter(name__in=knows), start=1):
        one = Expert.objects.create(name=speaker.name, title=speaker.title, order=order)
        one.themes.add(knows[speaker.name])
    for language, url in (
        ("sv", "https://www.kommunforbundet.fi/natverksskolor"),
        ("fi", "https://www.kuntaliitto.fi/verkostoperuskoulu"),
    ):
        office = Expert.objects.create(
            title=Texts(
                sv="Projektet Nätverksbaserad grundskola, Kommunförbundet "
                f"({_TOLD[language]['sv']})",
                fi=f"Verkostoperuskoulu-hanke, Kuntaliitto ({_TOLD[language]['fi']})",
                en="The project Networked basic school, the Association of Finnish Municipalities "
                f"({_TOLD[language]['en']})",
            ),
            languages=[language],
            url=url,
            order=10,
        )
        office.themes.add(children, situation, project)


_TOLD = {
    "sv": {"sv": "på svenska", "fi": "ruotsiksi", "en": "in Swedish"},
    "fi": {"sv": "på finska", "fi": "suomeksi", "en": "in Finnish"},
}
