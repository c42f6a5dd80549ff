"""A question must reach the right eyes, count each voice once, and never run as a script."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from skolnat.web.common.texts import Texts
from skolnat.web.programme.questions import board
from skolnat.web.programme.questions.board import MOST, Refused
from skolnat.web.programme.questions.models import FaqEntry, Question, Vote
from webtests import world

pytestmark = pytest.mark.django_db


def ask(client: Client, text: str = "Vem bestämmer?", language: str = "sv", **more: str) -> Any:
    data = {"text": text, "language": language, **more}
    return client.post("/sv/questions/plan/board/", data, follow=True)


def test_nobody_sees_a_question_before_the_moderator_has_shown_it(as_role: Any) -> None:
    world.event()
    visitor, officer = Client(), as_role("officer")
    ask(visitor, name="")
    held = Question.objects.get()
    board_of = "/sv/questions/plan/board/"
    assert "Vem bestämmer?" not in Client().get(board_of).content.decode()
    # Who asked sees that it waits.
    assert "Dina frågor som väntar" in visitor.get(board_of).content.decode()
    assert "Vem bestämmer?" in officer.get("/sv/questions/plan/moderate/").content.decode()
    officer.post(f"/sv/questions/plan/moderate/{held.pk}/do/", {"do": "show"})
    page = visitor.get("/sv/questions/plan/live/").content.decode()
    assert "Dina frågor som väntar" not in page
    assert "Vem bestämmer?" in page
    assert "Utan namn" in page
    officer.post(f"/sv/questions/plan/moderate/{held.pk}/do/", {"do": "hide"})
    assert "Vem bestämmer?" not in visitor.get("/sv/questions/plan/live/").content.decode()


def test_a_script_in_a_question_is_shown_and_never_run(as_role: Any) -> None:
    event = world.event()
    script = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    world.question(event, script, name=script)
    for client, path in ((Client(), "board"), (as_role("officer"), "moderate")):
        answer = client.get(f"/sv/questions/plan/{path}/")
        page = answer.content.decode()
        assert script not in page
        assert "<img" not in page
        assert "&lt;script&gt;" in page
        assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_a_question_in_another_language_is_marked_with_a_persons_translation_beside() -> None:
    event = world.event()
    held = world.question(event, "Kuka päättää?", language="fi")
    board.render(held, "sv", "Vem bestämmer?", None)
    swedish = Client().get("/sv/questions/plan/board/").content.decode()
    assert '<span lang="fi">Kuka päättää?</span>' in swedish
    assert "Vem bestämmer?" in swedish
    finnish = Client().get("/fi/questions/plan/board/").content.decode()
    assert "Vem bestämmer?" not in finnish
    board.render(held, "sv", " ", None)
    assert "Vem bestämmer?" not in Client().get("/sv/questions/plan/board/").content.decode()


def test_a_browser_votes_once_and_may_take_it_back() -> None:
    held = world.question(world.event())
    one, other = Client(), Client()
    url = f"/sv/questions/plan/vote/{held.pk}/"
    one.post(url)
    other.post(url)
    assert Question.objects.get().votes == 2
    page = one.get("/sv/questions/plan/board/").content.decode()
    assert 'aria-pressed="true"' in page
    one.post(url)  # a double click is no change of mind
    assert Question.objects.get().votes == 2
    assert 'name="wants" value="no"' in page
    one.post(url, {"wants": "no"})
    one.post(url, {"wants": "no"})
    assert Question.objects.get().votes == 1


def test_who_has_signed_in_votes_once_in_every_browser(as_role: Any) -> None:
    held = world.question(world.event())
    for client in (as_role("member"), as_role("member"), as_role("reader")):
        client.post(f"/sv/questions/plan/vote/{held.pk}/")
    assert Question.objects.get().votes == 2
    # What stands for a voter cannot be led back to the account.
    assert all(len(one.voter) == 64 for one in Vote.objects.all())


def test_a_question_sent_twice_is_asked_once() -> None:
    world.event()
    client = Client()
    for _ in range(3):
        assert "Tack." in ask(client).content.decode()
    ask(Client())  # somebody else may ask the same
    assert Question.objects.count() == 2


def test_a_very_long_question_is_refused_with_its_words_kept() -> None:
    world.event()
    long = "å" * 1001
    page = ask(Client(), long).content.decode()
    assert Question.objects.count() == 0
    assert long in page


def test_nobody_votes_for_what_is_not_shown() -> None:
    held = world.question(world.event(), state="new")
    assert Client().post(f"/sv/questions/plan/vote/{held.pk}/").status_code == 404


def test_merging_counts_each_voice_once_and_the_asker_too() -> None:
    event = world.event()
    one = world.question(event, "A?", asker="anna")
    other = world.question(event, "Also A?", asker="bo")
    third = world.question(event, "A again?", asker="cia")
    for voter in ("x", "y"):
        board.vote(one, voter)
    for voter in ("y", "z"):
        board.vote(other, voter)
    board.merge(third, other)
    board.merge(other, one)
    one.refresh_from_db()
    assert set(Vote.objects.filter(question=one).values_list("voter", flat=True)) == {
        "x",
        "y",
        "z",
        "bo",
        "cia",
    }
    assert one.votes == 5
    assert set(Question.objects.filter(merged_into=one)) == {other, third}
    assert list(board.seen(event)) == [one]


def test_what_cannot_be_merged_is_refused() -> None:
    event = world.event()
    one, other = world.question(event), world.question(event)
    board.merge(one, other)
    stranger = world.question(world.event("other"))
    for source, target in ((other, other), (other, one), (stranger, other)):
        with pytest.raises(Refused):
            board.merge(source, target)


def test_the_most_wanted_comes_first() -> None:
    event = world.event()
    first, second = world.question(event, "1"), world.question(event, "2")
    board.vote(second, "x")
    assert list(board.seen(event)) == [second, first]


def test_an_answer_is_kept_among_what_is_asked_often_in_its_languages(as_role: Any) -> None:
    event = world.event()
    held = world.question(event, "Kuka päättää?", language="fi", state="new")
    with pytest.raises(Refused):
        board.keep(held)
    officer = as_role("officer")
    data = {
        "rendering_sv": "Vem bestämmer?",
        "answer_sv": "Fullmäktige.",
        "answer_fi": "Valtuusto.",
    }
    officer.post(f"/sv/questions/plan/moderate/{held.pk}/", data)
    held.refresh_from_db()
    assert (held.state, held.answer.text) == ("shown", {"sv": "Fullmäktige.", "fi": "Valtuusto."})
    for _ in range(2):  # kept twice is kept once
        officer.post(f"/sv/questions/plan/moderate/{held.pk}/do/", {"do": "keep"})
    entry = FaqEntry.objects.get()
    assert entry.question == {"fi": "Kuka päättää?", "sv": "Vem bestämmer?"}
    page = Client().get("/sv/questions/").content.decode()
    assert "Vem bestämmer?" in page
    assert "Fullmäktige." in page


def test_one_browser_cannot_fill_the_board() -> None:
    world.event()
    client = Client()
    for number in range(MOST):
        ask(client, f"{number}?")
    page = ask(client, "One more?").content.decode()
    assert Question.objects.count() == MOST
    assert "Vänta en stund" in page
    assert "One more?" in page  # what was written is not lost
    ask(Client(), "Somebody else?")
    assert Question.objects.count() == MOST + 1


def test_after_a_while_the_browser_may_ask_again() -> None:
    event = world.event()
    for _ in range(MOST):
        world.question(event, asker="anna")
    fresh = Question(text="?", language="sv")
    later = world.now() + board.WITHIN + timedelta(seconds=1)
    assert board.ask(fresh, event, "anna", later).state == "new"


def test_a_closed_board_takes_nothing_but_is_read() -> None:
    world.question(world.event(questions_open=False))
    page = ask(Client(), "Too late?").content.decode()
    assert Question.objects.count() == 1
    assert "Vad kostar det?" in page


def test_texts_of_an_answer_are_escaped() -> None:
    held = world.question(world.event())
    board.answer(held, Texts(sv="<b>Nej</b>"), None, world.now())
    assert "&lt;b&gt;Nej" in Client().get("/sv/questions/plan/board/").content.decode()


def test_questions_leave_as_a_file_in_which_no_question_is_computed(as_role: Any) -> None:
    event = world.event()
    asked = world.question(event, "=1+1", name="Åsa", votes=2)
    board.render(asked, "fi", "Mitä?", None)
    board.answer(asked, Texts(sv="Två."), None, world.now())
    lines = as_role("officer").get("/sv/questions/plan/questions.csv").content.decode("utf-8-sig")
    head, row = lines.splitlines()
    told = dict(zip(head.split(";"), row.split(";"), strict=True))
    assert (told["question"], told["name"], told["votes"]) == ("'=1+1", "Åsa", "2")
    assert (told["translation_fi"], told["answer_sv"], told["answer_fi"]) == ("Mitä?", "Två.", "")
