"""Who may ask, vote, read and moderate."""

from __future__ import annotations

from typing import Any

from skolnat.web.programme.questions import board
from webtests import world
from webtests.routes import Route, everybody, officers


def _board(_people: Any) -> dict[str, Any]:
    event = world.event()
    world.question(event)
    world.question(event, "Miten haetaan?", language="fi")
    world.question(event, "How?", language="en", state="new")
    return {"slug": "plan"}


def _question(people: Any) -> dict[str, Any]:
    event = world.event()
    held = world.question(event)
    world.question(event, "Miten haetaan?", language="fi")
    board.render(held, "fi", "Mitä se maksaa?", people["officer"])
    board.answer(held, {"sv": "Ingenting."}, people["officer"], world.now())
    return {"slug": "plan", "pk": held.pk}


ROUTES = {
    "questions:faq": Route(everybody(200), kwargs=lambda _: world.faq() and {}),
    "questions:new_faq": Route(
        officers(),
        officers(302),
        data=lambda _: {"question_sv": "Q", "answer_sv": "A", "order": 0},
    ),
    "questions:edit_faq": Route(
        officers(),
        officers(302),
        kwargs=lambda _: {"pk": world.faq().pk},
        data=lambda _: {"remove": "1"},
    ),
    "questions:board": Route(
        everybody(200),
        everybody(302),
        kwargs=_board,
        data=lambda _: {"text": "What?", "language": "en"},
    ),
    "questions:live": Route(everybody(200), kwargs=_board, htmx=True),
    "questions:vote": Route(None, everybody(302), kwargs=_question),
    "questions:moderate": Route(officers(), kwargs=_board),
    "questions:moderate_live": Route(officers(), kwargs=_board, htmx=True),
    "questions:export": Route(officers(), kwargs=lambda p: {**_board(p), "form": "csv"}),
    "questions:question": Route(
        officers(), officers(302), kwargs=_question, data=lambda _: {"answer_fi": "Ei mitään."}
    ),
    "questions:act": Route(None, officers(302), kwargs=_question, data=lambda _: {"do": "keep"}),
}
