"""What was asked about the project of 2022, answered by its published terms."""

from __future__ import annotations

from skolnat.web.common.texts import Texts
from skolnat.web.programme.questions.models import FaqEntry


def fill() -> None:
    """Write what is asked often."""
    theme = Texts(sv="Att delta i projektet", fi="Hankkeeseen osallistuminen", en="Taking part")
    entries = [
        (
            Texts(
                sv="Vad kostar det att delta?",
                fi="Mitä osallistuminen maksaa?",
                en="What does it cost to take part?",
            ),
            Texts(
                sv="Det kostar ingenting att delta. Piloterna betalar sina egna resor och "
                "måltider.",
                fi="Osallistuminen on maksutonta. Pilotit maksavat itse matkansa ja ateriansa.",
                en="Taking part costs nothing. Pilots pay for their own travel and meals.",
            ),
        ),
        (
            Texts(
                sv="Vem kan ansöka?",
                fi="Kuka voi hakea?",
                en="Who can apply?",
            ),
            Texts(
                sv="En grupp kommuner och utbildningsanordnare tillsammans. En av dem är ansvarig "
                "kommun, och gruppen utser en kontaktperson.",
                fi="Kuntien ja koulutuksen järjestäjien ryhmä yhdessä. Yksi niistä on vastuukunta, "
                "ja ryhmä nimeää yhteyshenkilön.",
                en="A group of municipalities and education providers together. One of them is the "
                "responsible municipality, and the group names a contact person.",
            ),
        ),
        (
            Texts(
                sv="Vad ska en pilot sikta på?",
                fi="Mihin pilotin pitää tähdätä?",
                en="What should a pilot aim at?",
            ),
            Texts(
                sv="Tillgänglig grundläggande utbildning, nya sätt att ordna den eller ett bredare "
                "utbud, och sådant som påverkar nätet av närskolor.",
                fi="Saavutettavaan perusopetukseen, uusiin tapoihin järjestää sitä tai laajempaan "
                "tarjontaan sekä siihen, mikä vaikuttaa lähikoulujen verkkoon.",
                en="Accessible basic education, new ways of arranging it or a wider range, and "
                "what affects the network of neighbourhood schools.",
            ),
        ),
    ]
    for order, (question, answer) in enumerate(entries, start=1):
        FaqEntry.objects.create(question=question, answer=answer, theme=theme, order=order)
