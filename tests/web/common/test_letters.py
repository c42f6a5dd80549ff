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
    assert sent.body == "Hei\n\nhttp://x.example/?a=1&b=2\n"
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
    assert letter.text == "T\n"
    assert "refused" in letter.error.lower()
