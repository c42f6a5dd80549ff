"""What is held of a person can be given to them and forgotten; what others need stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from skolnat.web.common.links import sign
from skolnat.web.programme.contacts import enquiries, links
from skolnat.web.programme.contacts import personal as of_contacts
from skolnat.web.programme.contacts.models import Enquiry, Reply
from skolnat.web.programme.discussion import following, writing
from skolnat.web.programme.discussion import personal as of_discussion
from skolnat.web.programme.discussion.models import Follow, Post
from skolnat.web.programme.questions import board
from skolnat.web.programme.questions import personal as of_questions
from webtests import asking, talking, world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("held", [of_contacts, of_discussion, of_questions])
def test_columns_that_are_named_are_there(held: Any) -> None:
    for model, names in held.FIELDS.items():
        columns = {one.name for one in apps.get_model(model)._meta.get_fields()}
        assert set(names) <= columns


def test_a_question_to_the_programme_is_given_and_forgotten() -> None:
    asking.expert()
    made = asking.enquiry()
    enquiries.answer(made, "Med kartan.", None, world.now())
    (row,) = of_contacts.of("Asker@Example.org")
    assert (row["text"], [one["text"] for one in row["replies"]]) == (
        "Hur börjar vi?",
        ["Med kartan."],
    )
    waiting = asking.enquiry("Och sedan?")
    later = world.now() + timedelta(days=1)
    assert list(of_contacts.old(later)) == [made]  # what waits is not forgotten by age
    token = sign(links.ASKER, [made.pk, made.nonce])
    assert of_contacts.forget_old(later) == 1
    assert of_contacts.forget_old(later) == 0
    held = Enquiry.objects.get(pk=made.pk)
    assert (held.name, held.email, held.text, held.theme) == ("", "", "", asking.theme())
    assert Reply.objects.get().text == ""
    assert Client().get(f"/sv/contacts/follow/{token}/").status_code == 404
    assert of_contacts.forget("asker@example.org") == 1
    waiting.refresh_from_db()
    assert (waiting.email, waiting.state) == ("", "closed")


def test_posts_stay_without_their_writer(people: Any) -> None:
    member = people["member"]
    held = talking.thread(member)
    following.choose(member, "event", held.key, "each", world.now())
    writing.edit(held.posts.get(), "Vem betalar?", "sv", member, world.now())
    given = of_discussion.of(member)
    assert [(one["text"], one["earlier"]) for one in given["posts"]] == [
        ("Vem betalar?", ["Vem ordnar dem?"])
    ]
    assert len(given["letters"]) == 1
    assert of_discussion.forget(member) == 1
    assert (Post.objects.get().author, Follow.objects.count()) == (None, 0)
    page = Client().get(f"/sv/discussion/threads/{held.pk}/").content.decode()
    assert ("Vem betalar?" in page, "The member" in page) == (True, False)


def test_who_asked_and_voted_is_forgotten_and_the_count_stays() -> None:
    held = world.question(world.event(), name="Asker")
    board.vote(held, "x")
    later = world.now() + timedelta(days=1)
    assert of_questions.forget_old(held.asked) == 0
    assert of_questions.forget_old(later) == 1
    assert of_questions.forget_old(later) == 0
    held.refresh_from_db()
    assert (held.name, held.asker, held.votes, held.voters.count()) == ("", "", 1, 0)
    board.vote(held, "y")
    held.refresh_from_db()
    assert held.votes == 2
