"""Who may see a thing reads what is said of it; nothing said runs, is lost or floods."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from skolnat.web.accounts.models import Membership
from skolnat.web.common.models import AuditEntry, Letter
from skolnat.web.common.when import HELSINKI
from skolnat.web.programme.discussion import (
    digests,
    following,
    moderating,
    notices,
    searching,
    subjects,
    writing,
)
from skolnat.web.programme.discussion.models import Follow, Post, Report, Thread
from webtests import applying, talking, world

pytestmark = pytest.mark.django_db


def letters(purpose: str) -> list[Letter]:
    return list(Letter.objects.filter(purpose=f"discussion/{purpose}").order_by("pk"))


def test_a_study_is_discussed_by_its_group_and_by_nobody_who_may_not_see_it(
    people: Any, as_role: Any
) -> None:
    """A draft is the group's own; once submitted the association reads and writes too."""
    made = applying.draft(people["member"])
    study = subjects.subject("study", made.pk)
    assert study is not None
    held = talking.thread(people["member"], "Hemligt", about=study)
    for role, status in (("visitor", 404), ("reader", 404), ("officer", 404), ("member", 200)):
        client = as_role(role)
        assert client.get(f"/sv/discussion/threads/{held.pk}/").status_code == status, role
        found = "Hemligt" in client.get("/sv/discussion/?q=ordnar").content.decode()
        assert found == (status == 200), role
        assert ("Hemligt" in client.get("/sv/discussion/").content.decode()) == (status == 200)
    post = {"text": "Bra.", "language": "sv"}
    assert as_role("officer").post(f"/sv/discussion/threads/{held.pk}/", post).status_code == 404
    assert "Hemligt" in as_role("member").get(f"/sv/applications/{made.pk}/study/").content.decode()


def test_an_event_that_is_not_published_does_not_betray_what_is_said_of_it(as_role: Any) -> None:
    event = world.event(published=False)
    path = f"/sv/discussion/on/event/{event.pk}/"
    assert [as_role(role).get(path).status_code for role in ("visitor", "member", "officer")] == [
        404,
        404,
        200,
    ]
    assert Client().get("/sv/discussion/on/event/99999/").status_code == 404
    assert Client().get("/sv/discussion/on/nothing/1/").status_code == 404


def test_a_script_is_a_text_wherever_it_stands(people: Any, as_role: Any) -> None:
    script = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    held = talking.thread(people["member"], script, script)
    post = held.posts.get()
    writing.render(post, "fi", script, people["officer"], world.now())
    moderating.report(post, script, people["reader"], world.now())
    officer = as_role("officer")
    for path in (
        "/fi/discussion/",
        "/fi/discussion/?q=alert",
        f"/fi/discussion/on/event/{held.key}/",
        f"/fi/discussion/threads/{held.pk}/",
        f"/fi/discussion/posts/{post.pk}/history/",
        "/fi/discussion/reports/",
        "/fi/events/plan/",
    ):
        page = officer.get(path).content.decode()
        assert "&lt;script&gt;" in page, path
        assert "<script>" not in page, path
        assert "<img" not in page, path


def test_each_post_is_marked_with_its_language_and_a_translation_stands_beside(
    people: Any,
) -> None:
    held = talking.thread(people["member"], "Kyydit", "Kuka ne järjestää?", language="fi")
    writing.render(held.posts.get(), "sv", "Vem ordnar dem?", people["officer"], world.now())
    page = Client().get(f"/sv/discussion/threads/{held.pk}/").content.decode()
    assert '<div lang="fi"><p>Kuka ne järjestää?</p></div>' in page
    assert '<div lang="sv"><p>Vem ordnar dem?</p></div>' in page
    assert '<span lang="fi">Kyydit</span>' in page
    assert "Asikkala" in page  # whom the writer speaks for
    english = Client().get(f"/en/discussion/threads/{held.pk}/").content.decode()
    assert "Vem ordnar dem?" not in english


def test_sent_twice_is_said_once_and_nobody_floods(people: Any) -> None:
    member = people["member"]
    about = talking.subject()
    for _ in range(2):
        held = talking.thread(member, about=about)
    assert Thread.objects.count() == 1
    for _ in range(2):
        writing.reply(held, "Jag.", "sv", member, world.now())
    assert held.posts.count() == 2
    for number in range(writing.MOST - 2):
        writing.reply(held, f"{number}", "sv", member, world.now())
    with pytest.raises(writing.Refused):
        writing.reply(held, "One more", "sv", member, world.now())
    with pytest.raises(writing.Refused):
        talking.thread(member, "Another", about=about)
    writing.reply(held, "Somebody else", "sv", people["officer"], world.now())
    writing.reply(held, "Later", "sv", member, world.now() + writing.WITHIN + timedelta(seconds=1))
    held.refresh_from_db()
    assert held.count == held.posts.count() == writing.MOST + 2


def test_a_very_long_text_is_refused_with_its_words_kept(people: Any, as_role: Any) -> None:
    held = talking.thread(people["member"])
    long = "ö" * 6001
    data = {"text": long, "language": "sv"}
    answer = as_role("member").post(f"/sv/discussion/threads/{held.pk}/", data)
    assert (answer.status_code, long in answer.content.decode()) == (200, True)
    assert Post.objects.count() == 1


def test_what_was_changed_is_marked_and_its_earlier_words_can_be_read(
    people: Any, as_role: Any
) -> None:
    post = talking.post(people["member"])
    data = {"text": "Vem betalar dem?", "language": "sv"}
    for _ in range(2):
        as_role("member").post(f"/sv/discussion/posts/{post.pk}/edit/", data)
    page = Client().get(f"/sv/discussion/posts/{post.pk}/history/").content.decode()
    assert ("Vem betalar dem?" in page, page.count("Vem ordnar dem?")) == (True, 1)
    assert "ändrat" in Client().get(f"/sv/discussion/threads/{post.thread_id}/").content.decode()
    post.refresh_from_db()
    assert "betalar" in post.folded
    assert "ordnar" not in post.folded


def test_hidden_with_a_reason_found_by_nobody_and_shown_again(people: Any, as_role: Any) -> None:
    post = talking.post(people["member"])
    path = f"/sv/discussion/threads/{post.thread_id}/"
    moderating.hide(post, "Reklam", people["officer"], world.now())
    page = Client().get(path).content.decode()
    assert ("Vem ordnar" in page, "Skjutsar" in page, "Reklam" in page) == (False, False, True)
    assert "Skjutsar" not in Client().get("/sv/events/plan/").content.decode()
    things = searching.allowed(people["officer"])
    assert list(searching.posts(things, "ordnar")) == []
    assert Client().get(f"/sv/discussion/posts/{post.pk}/history/").status_code == 404
    member = as_role("member")  # the writer can neither change nor see it
    assert member.get(f"/sv/discussion/posts/{post.pk}/edit/").status_code == 404
    assert "Vem ordnar" in as_role("officer").get(path).content.decode()
    moderating.show(post, people["officer"])
    assert "Vem ordnar" in Client().get(path).content.decode()


def test_a_locked_thread_takes_nothing_more(people: Any, as_role: Any) -> None:
    held = talking.thread(people["member"])
    moderating.lock(held, people["officer"], locked=True)
    path = f"/sv/discussion/threads/{held.pk}/"
    data = {"text": "Ändå", "language": "sv"}
    assert "tar inte emot" in as_role("member").post(path, data).content.decode()
    post = held.posts.get()
    assert as_role("member").get(f"/sv/discussion/posts/{post.pk}/edit/").status_code == 403
    moderating.lock(held, people["officer"], locked=False)
    assert as_role("member").post(path, data).status_code == 302


def test_a_report_stands_once_in_the_queue_and_is_told_once(people: Any) -> None:
    post = talking.post(people["member"])
    for who in ("reader", "reader", "reviewer"):
        moderating.report(post, "Not true", people[who], world.now())
    assert Report.objects.count() == 2
    assert [one.to for one in letters("reported")] == ["officer@example.org"]
    moderating.keep(post, people["officer"], world.now())
    assert set(Report.objects.values_list("outcome", flat=True)) == {"kept"}
    moderating.report(post, "Still not true", people["reader"], world.now())
    moderating.hide(post, "Wrong", people["officer"], world.now())
    assert Report.objects.get(reason="Still not true").outcome == "hidden"
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"discussion.reported", "discussion.kept", "discussion.hidden"} <= actions


def test_the_search_knows_small_letters_of_every_alphabet_and_parts_of_words(people: Any) -> None:
    held = talking.thread(people["member"], "ÖVRIGT", "Närskolan i ÅSEBY")
    other = writing.reply(held, "Lähikoulu", "fi", people["officer"], world.now())
    writing.render(other, "sv", "Skolan NÄRA dig", people["member"], world.now())
    things = searching.allowed(people["reader"])
    first = held.posts.first()

    def found(words: str, language: str = "") -> set[Post]:
        return set(searching.posts(things, words, language))

    assert found("åseby") == found("övrigt") == found("SKOLAN närsk") == {first}
    assert found("nära") == {other}
    assert found("skolan") == {first, other}
    assert found("skolan", "fi") == {other}
    assert found("%") == found("_") == set()


def told(people: Any, post: Post) -> list[str]:
    Letter.objects.all().delete()
    notices.tell.call(post.pk)
    return sorted(one.to for one in letters("post"))


def test_letters_go_to_those_who_chose_them_and_never_to_the_writer(people: Any) -> None:
    held = talking.thread(people["member"])
    now = world.now()
    for role, choice, thread in (
        ("member", "each", None),  # the writer
        ("officer", "each", None),  # everything about the event...
        ("reviewer", "each", None),
        ("reviewer", "none", held),  # ...but not this thread
        ("reader", "daily", held),
    ):
        following.choose(people[role], "event", held.key, choice, now, thread)
    post = writing.reply(held, "Jag", "sv", people["member"], now)
    assert told(people, post) == ["officer@example.org"]
    (letter,) = letters("post")
    assert "Jag" in letter.text
    assert f"?post={post.pk}#post{post.pk}" in letter.text
    moderating.hide(post, "x", people["officer"], now)
    assert told(people, post) == []


def test_who_may_not_see_the_thing_any_more_gets_no_letter(people: Any) -> None:
    made = applying.draft(people["member"])
    study = subjects.subject("study", made.pk)
    assert study is not None
    held = talking.thread(people["member"], about=study)
    for role in ("reader", "member"):
        following.choose(people[role], "study", made.pk, "each", world.now())
    post = held.posts.get()
    Post.objects.update(author=None)
    assert told(people, post) == ["member@example.org"]
    Membership.objects.update(state="ended")
    assert told(people, post) == []


MORNING = datetime(2030, 3, 5, 7, 5, tzinfo=HELSINKI)


def test_one_letter_a_day_tells_what_is_new_once(people: Any) -> None:
    reader, member = people["reader"], people["member"]
    yesterday = MORNING - timedelta(hours=20)
    about = talking.subject()
    held = writing.begin(about, "Skjutsar", "Vem ordnar?", "sv", member, yesterday)
    following.choose(reader, "event", about.key, "daily", yesterday)
    for number in range(2):
        writing.reply(held, f"Svar {number}", "sv", member, yesterday + timedelta(hours=1))
    assert digests.digest(MORNING - timedelta(hours=1)) == 0  # before seven
    assert digests.digest(MORNING) == 1
    (letter,) = letters("digest")
    assert letter.to == "reader@example.org"
    assert ("Svar 0" in letter.text, "Svar 1" in letter.text) == (True, True)
    assert "Vem ordnar?" not in letter.text  # written before it was chosen
    writing.reply(held, "Senare", "sv", member, MORNING + timedelta(hours=1))
    assert digests.digest(MORNING + timedelta(hours=2)) == 0  # a second one the same day
    assert digests.digest(MORNING + timedelta(days=1)) == 1
    second = letters("digest")[1]
    assert "Senare" in second.text
    # The button of a mail program ends the daily letter with all that it tells of.
    path = second.way_out.partition("://")[2].partition("/")[2]
    client = Client(enforce_csrf_checks=True)
    assert client.get(f"/{path}").status_code == 200
    assert Follow.objects.get().choice == "daily"
    assert client.post(f"/{path}", {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Follow.objects.get().choice == "none"
    assert client.post(f"/{path[:-5]}/").status_code == 404
    assert digests.digest(MORNING + timedelta(days=2)) == 0  # nothing is new


def test_a_link_in_each_letter_ends_them_without_signing_in(people: Any) -> None:
    held = talking.thread(people["member"])
    follow = following.choose(people["reader"], "event", held.key, "each", world.now(), held)
    told(people, writing.reply(held, "Jag", "sv", people["member"], world.now()))
    (letter,) = letters("post")
    found = re.search(r"https?://[^/\s]+(/\S+/unsubscribe/\S+)", letter.text)
    assert found is not None
    assert letter.way_out.endswith(found[1])
    client = Client(enforce_csrf_checks=True)
    assert client.get(found[1]).status_code == 200
    follow.refresh_from_db()
    assert follow.choice == "each"  # mail programs open links
    assert client.post(found[1]).status_code == 200
    follow.refresh_from_db()
    assert follow.choice == "none"
    assert client.get(found[1][:-5] + "/").status_code == 404


def test_a_choice_is_one_for_each_thing(people: Any) -> None:
    held = talking.thread(people["member"])
    for choice in ("each", "daily"):
        following.choose(people["reader"], "event", held.key, choice, world.now())
    one = Follow.objects.get()
    assert one.choice == "daily"
    with pytest.raises(IntegrityError):
        Follow.objects.create(
            user=people["reader"], kind="event", key=held.key, choice="each", told=world.now()
        )


def test_a_long_thread_leads_to_the_page_of_a_post(people: Any) -> None:
    held = talking.thread(people["member"])
    later = [
        Post(thread=held, text=f"Post {n}", language="sv", at=world.now() + timedelta(seconds=n))
        for n in range(60)
    ]
    last = Post.objects.bulk_create(later)[-1]
    page = Client().get(f"/sv/discussion/threads/{held.pk}/?post={last.pk}").content.decode()
    assert ("Post 59" in page, "Vem ordnar" in page) == (True, False)
    assert "någon som har lämnat tjänsten" in page


def test_a_translation_of_another_is_not_overwritten(people: Any, as_role: Any) -> None:
    post = talking.post(people["officer"])
    writing.render(post, "fi", "Kuka?", people["officer"], world.now())
    path = f"/sv/discussion/posts/{post.pk}/translate/fi/"
    assert as_role("member").post(path, {"text": "Toinen"}).status_code == 403
    assert as_role("officer").post(path, {"text": " "}).status_code == 302
    assert post.renderings.count() == 0
    assert as_role("member").post(path, {"text": "Kuka ne?"}).status_code == 302
    # A translation into the post's own language, or into none of ours, is none.
    for code in ("sv", "de"):
        assert (
            as_role("officer").get(f"/sv/discussion/posts/{post.pk}/translate/{code}/").status_code
            == 404
        )
