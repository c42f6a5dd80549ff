"""Who may read, write, report and moderate what is said of an event that everybody sees."""

from __future__ import annotations

from typing import Any

from skolnat.web.common import links as signing
from skolnat.web.programme.discussion import following, moderating, writing
from webtests import talking, world
from webtests.routes import LOGIN, Route, Sees, everybody, officers, signed_in

# Everybody reads; who speaks for a municipality writes, and so does the association.
WRITES = Sees(LOGIN, 403, 302, 403, 302)
OWN = Sees(LOGIN, 403, 200, 403, 403)
CHANGES = Sees(LOGIN, 403, 302, 403, 403)
HELPS = Sees(LOGIN, 403, 200, 403, 200)
HELPED = Sees(LOGIN, 403, 302, 403, 302)


def _digests(people: Any) -> dict[str, Any]:
    return {"token": signing.sign(following.DIGESTS, people["member"].pk)}


def _thread(people: Any) -> Any:
    made = talking.thread(people["member"])
    second = writing.reply(made, "Kunta järjestää.", "fi", people["officer"], world.now())
    writing.render(second, "sv", "Kommunen ordnar.", people["member"], world.now())
    writing.edit(second, "Kunta järjestää ne.", "fi", people["officer"], world.now())
    moderating.hide(
        writing.reply(made, "Reklam", "sv", people["member"], world.now()),
        "Reklam",
        people["officer"],
        world.now(),
    )
    return made


def _about(people: Any) -> dict[str, Any]:
    return {"kind": "event", "key": _thread(people).key}


def _pk(people: Any) -> dict[str, Any]:
    return {"pk": _thread(people).pk}


def _post(people: Any) -> dict[str, Any]:
    return {"pk": talking.post(people["member"]).pk}


def _reported(people: Any) -> dict[str, Any]:
    return {"pk": talking.reported(people["member"], people["reader"]).post_id}


def _followed(people: Any) -> dict[str, Any]:
    made = talking.thread(people["member"])
    for one in people.values():
        if one is not None:
            following.choose(one, "event", made.key, "daily", world.now())
            following.choose(one, "event", made.key, "each", world.now(), made)
    return {}


def _token(people: Any) -> dict[str, Any]:
    made = talking.thread(people["member"])
    held = following.choose(people["reader"], "event", made.key, "each", world.now(), made)
    return {"token": signing.sign(following.PURPOSE, held.pk)}


POST = {"text": "Vi ordnar dem.", "language": "sv"}

ROUTES = {
    "discussion:list": Route(everybody(200), kwargs=lambda p: _thread(p) and {}),
    "discussion:about": Route(
        everybody(200),
        WRITES,
        kwargs=_about,
        data=lambda _: {**POST, "title": "Tider", "choice": "each"},
    ),
    "discussion:follow": Route(
        None, signed_in(302), kwargs=_about, data=lambda _: {"choice": "daily"}
    ),
    "discussion:thread": Route(everybody(200), WRITES, kwargs=_pk, data=lambda _: POST),
    "discussion:follow_thread": Route(
        None, signed_in(302), kwargs=_pk, data=lambda _: {"choice": "each"}
    ),
    "discussion:lock": Route(None, officers(302), kwargs=_pk, data=lambda _: {"do": "lock"}),
    "discussion:edit": Route(OWN, CHANGES, kwargs=_post, data=lambda _: POST),
    "discussion:history": Route(everybody(200), kwargs=_post),
    "discussion:translate": Route(
        HELPS,
        HELPED,
        kwargs=lambda p: {**_post(p), "language": "fi"},
        data=lambda _: {"text": "Kuka ne järjestää?"},
    ),
    "discussion:report": Route(
        signed_in(), signed_in(302), kwargs=_post, data=lambda _: {"reason": "Not true"}
    ),
    "discussion:hide": Route(
        officers(), officers(302), kwargs=_post, data=lambda _: {"reason": "Reklam"}
    ),
    "discussion:keep": Route(None, officers(302), kwargs=_reported),
    "discussion:reports": Route(officers(), kwargs=lambda p: _reported(p) and {}),
    "discussion:follows": Route(signed_in(), kwargs=_followed),
    "discussion:no_digests": Route(everybody(200), everybody(200), kwargs=_digests),
    "discussion:unsubscribe": Route(everybody(200), everybody(200), kwargs=_token),
}
