"""Who may see and change events."""

from __future__ import annotations

from typing import Any

from skolnat.web.common.links import sign
from skolnat.web.programme.events import links
from skolnat.web.programme.events.letters import OWN_DATA
from skolnat.web.programme.events.models import Event, Occasion
from webtests import world
from webtests.routes import Route, everybody, officers


def _event(**more: Any) -> Any:
    def made(_people: Any) -> dict[str, Any]:
        event = world.event()
        world.occasion(event, capacity=5)
        world.point(event)
        world.material(event)
        return {"slug": "plan", **more}

    return made


def _occasion(_people: Any) -> dict[str, Any]:
    event = world.event()
    occasion = world.occasion(event)
    world.registration(occasion)
    return {"slug": "plan", "pk": occasion.pk}


def _registration(_people: Any) -> dict[str, Any]:
    event = world.event()
    world.occasion(event, days=12)
    held = world.registration(world.occasion(event, days=10))
    return {"token": links.token(held)}


def _own_data(_people: Any) -> dict[str, Any]:
    held = world.registration(world.occasion(world.event()))
    return {"token": sign(OWN_DATA, held.pk)}


def _person(_people: Any) -> dict[str, Any]:
    event = world.event()
    world.occasion(event, days=12)
    return {"slug": "plan", "pk": world.registration(world.occasion(event)).pk}


def _other(_people: Any) -> dict[str, Any]:
    return {"occasion": Occasion.objects.order_by("-begins")[0].pk}


def _old(_people: Any) -> dict[str, Any]:
    event = world.event()
    held = world.registration(world.occasion(event))
    token = links.token(held)
    held.nonce += 1
    held.save()
    return {"token": token}


def _point(_people: Any) -> dict[str, Any]:
    return {"slug": "plan", "pk": world.point(world.event()).pk}


def _speaker(_people: Any) -> dict[str, Any]:
    return {"pk": world.point(world.event()).speakers.get().pk}


def _material(_people: Any) -> dict[str, Any]:
    return {"slug": "plan", "pk": world.material(world.event()).pk}


def _series(_people: Any) -> dict[str, Any]:
    world.series()
    return {"slug": "coffee"}


def _people_rows(_people: Any) -> dict[str, Any]:
    world.registration(world.occasion(world.event()))
    return {"slug": "plan"}


def _new(_people: Any) -> dict[str, Any]:
    occasion = Event.objects.get(slug="plan").occasions.get()
    return {
        "occasion": occasion.pk,
        "name": "Somebody",
        "email": "somebody@example.org",
        "municipality": "016",
        "role": "head",
        "question_language": "sv",
    }


DETAILS = {"name": "A", "municipality": "111", "role": "head", "question_language": "fi"}
EVENT = {"slug": "new", "title_sv": "Nytt"}
HOURS = {"begins": "2030-03-25T09:30", "ends": "2030-03-25T12:00"}
SERIES = {
    "slug": "new",
    "title_sv": "Ny",
    "begins": "2030-04-04T08:30",
    "minutes": "45",
    "rhythm": "monthly",
    "until": "2030-12-31",
}

ROUTES = {
    "events:list": Route(everybody(200), kwargs=lambda _: _event()(_) and {}),
    "events:event": Route(everybody(200), kwargs=_event()),
    "events:register": Route(everybody(200), everybody(302), kwargs=_event(), data=_new),
    "events:received": Route(everybody(200), kwargs=_event()),
    "events:registration": Route(everybody(200), kwargs=_registration),
    "events:move": Route(None, everybody(302), kwargs=_registration, data=_other),
    "events:cancel": Route(None, everybody(302), kwargs=_registration),
    "events:fresh_link": Route(None, everybody(200), kwargs=_old),
    "events:calendar": Route(everybody(200), kwargs=_registration),
    "events:details": Route(
        everybody(200), everybody(302), kwargs=_registration, data=lambda _: DETAILS
    ),
    "events:own_data": Route(None, everybody(200), kwargs=_registration),
    "events:own_data_file": Route(everybody(200), kwargs=_own_data),
    "events:person": Route(
        officers(), officers(302), kwargs=_person, data=lambda _: {"do": "cancel"}
    ),
    "events:forget": Route(None, everybody(302), kwargs=_registration),
    "events:series": Route(everybody(200), kwargs=_series),
    "events:feed": Route(everybody(200), kwargs=_series),
    "events:manage": Route(officers(), kwargs=lambda _: _event()(_) and {}),
    "events:new": Route(officers(), officers(302), data=lambda _: EVENT),
    "events:edit": Route(officers(), officers(302), kwargs=_event(), data=lambda _: EVENT),
    "events:new_occasion": Route(officers(), officers(302), kwargs=_event(), data=lambda _: HOURS),
    "events:occasion": Route(officers(), officers(302), kwargs=_occasion, data=lambda _: HOURS),
    "events:call_off": Route(None, officers(302), kwargs=_occasion),
    "events:new_point": Route(
        officers(), officers(302), kwargs=_event(), data=lambda _: {"order": 1, "title_fi": "A"}
    ),
    "events:point": Route(
        officers(), officers(302), kwargs=_point, data=lambda _: {"order": 1, "title_fi": "A"}
    ),
    "events:new_material": Route(
        officers(),
        officers(302),
        kwargs=_event(),
        data=lambda _: {"kind": "slides", "title_sv": "A", "order": 0},
    ),
    "events:material": Route(
        officers(), officers(302), kwargs=_material, data=lambda _: {"remove": "1"}
    ),
    "events:new_speaker": Route(officers(), officers(302), data=lambda _: {"name": "B. Speaker"}),
    "events:speaker": Route(
        officers(), officers(302), kwargs=_speaker, data=lambda _: {"name": "C. Speaker"}
    ),
    "events:people": Route(officers(), kwargs=_people_rows),
    "events:people_file": Route(officers(), kwargs=lambda p: {**_people_rows(p), "form": "csv"}),
    "events:attendance": Route(officers(), officers(302), kwargs=_occasion),
    "events:coverage": Route(
        officers(),
        officers(302),
        kwargs=_people_rows,
        data=lambda _: {"municipality": "398", "note": "They come"},
    ),
    "events:coverage_file": Route(officers(), kwargs=lambda p: {**_people_rows(p), "form": "xlsx"}),
    "events:new_series": Route(officers(), officers(302), data=lambda _: SERIES),
    "events:edit_series": Route(officers(), officers(302), kwargs=_series, data=lambda _: SERIES),
    "events:except_day": Route(
        officers(), officers(302), kwargs=_series, data=lambda _: {"day": "2022-05-05"}
    ),
}
