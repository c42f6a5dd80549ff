"""Who may ask, answer, and write contacts."""

from __future__ import annotations

from typing import Any

from skolnat.web.common import links as signing
from skolnat.web.programme.contacts import enquiries, links
from skolnat.web.programme.contacts.models import Enquiry
from webtests import asking, world
from webtests.routes import Route, everybody, officers

QUESTION = {
    "language": "sv",
    "text": "Hur börjar vi?",
    "municipality": "016",
    "name": "Asker",
    "email": "asker@example.org",
}


def _experts(people: Any) -> dict[str, Any]:
    asking.expert(phone="09 123", address_shown=True, url="https://example.org/")
    asking.expert("", ("fi",), title={"fi": "neuvonta"})
    return {}


def _enquiry(people: Any) -> Enquiry:
    asking.expert()
    asking.expert("Expert B")
    made = asking.enquiry()
    enquiries.answer(made, "Med en karta.", people["officer"], world.now())
    enquiries.add(made, "Och sedan?", world.now())
    made.refresh_from_db()
    return made


def _asked(people: Any) -> dict[str, Any]:
    return {"pk": _enquiry(people).pk}


def _followed(people: Any) -> dict[str, Any]:
    made = _enquiry(people)
    return {"token": signing.sign(links.ASKER, [made.pk, made.nonce])}


def _answered(people: Any) -> dict[str, Any]:
    made = _enquiry(people)
    return {"token": signing.sign(links.EXPERT, [made.pk, made.turn])}


def _given(_people: Any) -> dict[str, Any]:
    return {"do": "give", "expert": asking.expert("Expert C").pk}


ROUTES = {
    "contacts:experts": Route(everybody(200), kwargs=_experts),
    "contacts:ask": Route(
        everybody(200),
        everybody(302),
        kwargs=_experts,
        data=lambda _: {**QUESTION, "theme": asking.theme().pk},
    ),
    "contacts:received": Route(everybody(200)),
    "contacts:follow": Route(
        everybody(200), everybody(302), kwargs=_followed, data=lambda _: {"text": "Mera"}
    ),
    "contacts:answer": Route(
        everybody(200), everybody(302), kwargs=_answered, data=lambda _: {"text": "Så här."}
    ),
    "contacts:board": Route(officers(), kwargs=lambda p: _asked(p) and {}),
    "contacts:export": Route(officers(), kwargs=lambda p: _asked(p) and {"form": "xlsx"}),
    "contacts:enquiry": Route(
        officers(), officers(302), kwargs=_asked, data=lambda _: {"text": "Så här."}
    ),
    "contacts:act": Route(None, officers(302), kwargs=_asked, data=_given),
    "contacts:manage": Route(officers(), kwargs=lambda p: _asked(p) and {}),
    "contacts:new_expert": Route(
        officers(), officers(302), data=lambda _: {"title_sv": "rådgivare", "order": 0}
    ),
    "contacts:edit_expert": Route(
        officers(),
        officers(302),
        kwargs=lambda _: {"pk": asking.expert().pk},
        data=lambda _: {"remove": "1"},
    ),
    "contacts:new_theme": Route(
        officers(), officers(302), data=lambda _: {"name_sv": "Språk", "slug": "sprak", "order": 0}
    ),
    "contacts:edit_theme": Route(
        officers(),
        officers(302),
        kwargs=lambda _: {"pk": asking.theme().pk},
        data=lambda _: {"remove": "1"},
    ),
}
