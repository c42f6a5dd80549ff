"""A letter leaves once, in its reader's language, and only if what it tells of happened."""

from __future__ import annotations

from typing import Any

from django.core import mail
from django.db import transaction

from skolnat.web.common.letters import TRIES, queue, send
from skolnat.web.common.models import Letter


def test_a_letter_leaves_once_and_its_words_are_forgotten(db: None, do_tasks: Any) -> None:
    letter = queue(
        "a@example.org", "fi", "test", "Otsikko\nrivi", "Hei\n\nhttp://x.example/?a=1&b=2"
    )
    do_tasks()
    send.call(letter.pk)
    (sent,) = mail.outbox
    assert sent.subject == "Otsikko rivi"
    assert sent.to == ["a@example.org"]
    words, _, foot = sent.body.partition("\n-- \n")
    assert words == "Hei\n\nhttp://x.example/?a=1&b=2\n"
    assert "Kuntaliiton" in foot  # who writes, in the reader's language, and where more is said
    assert "/fi/privacy/" in foot
    assert "List-Unsubscribe" not in sent.extra_headers
    html = str(sent.alternatives[0][0])
    assert 'lang="fi"' in html
    assert 'href="http://x.example/?a=1&amp;b=2"' in html
    letter.refresh_from_db()
    assert letter.sent is not None
    assert letter.text == ""


def test_what_is_undone_sends_no_letter(db: None, do_tasks: Any) -> None:
    with transaction.atomic():
        queue("a@example.org", "sv", "test", "S", "T")
        transaction.set_rollback(True)
    do_tasks()
    assert mail.outbox == []


def test_words_of_others_are_text_in_the_letter(db: None, do_tasks: Any) -> None:
    queue("a@example.org", "sv", "test", "S", "<script>alert(1)</script>")
    do_tasks()
    assert "<script>" not in str(mail.outbox[0].alternatives[0][0])


def test_a_server_that_does_not_answer_is_tried_again_but_not_for_ever(
    db: None, settings: Any, do_tasks: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nothing answers there
    letter = queue("a@example.org", "sv", "test", "S", "T")
    for _ in range(TRIES + 2):
        send.call(letter.pk)
    letter = Letter.objects.get()
    assert letter.tries == TRIES
    assert letter.sent is None
    assert letter.text.startswith("T\n")
    assert "refused" in letter.error.lower()


def test_a_letter_of_many_can_be_ended_by_the_mail_program(db: None, do_tasks: Any) -> None:
    way_out = "http://x.example/out/"
    queue("a@example.org", "sv", "test", "S", "T", way_out=way_out)
    do_tasks()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe"] == f"<{way_out}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_conditions_of_a_template_leave_no_heap_of_empty_lines(db: None) -> None:
    letter = queue("a@example.org", "sv", "test", "S", "En\n\n \n\nTvå\nTre\n\nFyra")
    assert letter.text.startswith("En\n\nTvå\nTre\n\nFyra\n\n-- \n")


def test_an_officer_sees_what_was_not_sent_and_tries_it_again(as_role: Any, do_tasks: Any) -> None:
    made = Letter.objects.create(
        to="a@example.org", language="sv", purpose="x", subject="Kallelse", text="T",
        tries=TRIES, error="Connection refused",
    )  # fmt: skip
    officer = as_role("officer")
    assert "Meddelanden som inte kunde skickas" in officer.get("/sv/").content.decode()
    assert "Connection refused" in officer.get("/sv/letters/").content.decode()
    officer.post(f"/sv/letters/{made.pk}/")
    do_tasks()
    assert [one.to for one in mail.outbox] == [["a@example.org"]]
    assert "Meddelanden som inte kunde skickas" not in officer.get("/sv/").content.decode()
    assert officer.post(f"/sv/letters/{made.pk}/").status_code == 404  # it has left
