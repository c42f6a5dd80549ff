"""Registering without an account, and every way in which a link or a form may be misused."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from skolnat.web.common.models import Letter
from skolnat.web.programme.events import links, places
from skolnat.web.programme.events.models import Occasion, Registration
from webtests import world

pytestmark = pytest.mark.django_db


def filled(occasion: Occasion) -> dict[str, Any]:
    return {
        "occasion": occasion.pk,
        "name": "Åsa Öman",
        "email": "Asa@Example.org",
        "municipality": "016",
        "role": "head",
        "question_language": "sv",
        "needs": "Textning",
    }


def letter_link() -> str:
    """The path of the link in the letter that was queued last."""
    found = re.search(r"http://\S+(/(?:sv|fi|en)/events/registration/\S+/)", last().text)
    assert found is not None
    return found[1]


def last() -> Letter:
    world.compose()
    return Letter.objects.latest("pk")


def shown(answer: Any) -> str:
    """What a page says, without the addresses in which its own address stands."""
    return re.sub(r"\?r=[^\"]+", "", answer.content.decode())


def send(language: str, to: Occasion, /, **more: Any) -> Any:
    data = {**filled(to), **more}
    return Client().post(f"/{language}/events/plan/register/", data, follow=True)


@pytest.mark.parametrize(
    ("language", "told", "subject"),
    [
        ("sv", "Din anmälan har tagits emot.", "Du har en plats: Planera"),
        ("fi", "Ilmoittautumisesi on vastaanotettu.", "Sinulla on paikka: Suunnittele"),
        ("en", "Your registration has come.", "You have a place: Planera"),
    ],
)
def test_a_place_is_confirmed_in_the_readers_language(
    language: str, told: str, subject: str, do_tasks: Any
) -> None:
    answer = send(language, world.occasion(world.event(), link="https://meet.example.org/x"))
    assert told in answer.content.decode()
    assert "a…@example.org" in answer.content.decode()
    held = Registration.objects.get()
    assert (held.email, held.language, held.needs) == ("asa@example.org", language, "Textning")
    do_tasks()
    (sent,) = mail.outbox
    assert sent.subject == subject
    assert "https://meet.example.org/x" in sent.body
    assert any("text/calendar; method=REQUEST" in kind for _, kind in sent.alternatives)


def test_the_link_of_the_meeting_stands_on_no_open_page() -> None:
    world.occasion(world.event(), link="https://meet.example.org/secret")
    for path in ("events/plan/", "events/plan/register/", "events/", ""):
        assert b"secret" not in Client().get(f"/sv/{path}").content


def test_a_full_occasion_gives_a_number_on_the_waiting_list() -> None:
    occasion = world.occasion(world.event(), capacity=1)
    world.registration(occasion)
    send("sv", occasion)
    assert "nummer 1 i kön" in last().text
    assert last().purpose == "events/waiting"
    assert last().calendar == ""  # a waiting list is no entry of a calendar
    assert "meet" not in last().text


def test_too_late_is_told_and_nothing_is_written() -> None:
    occasion = world.occasion(world.event(), closes=world.now() - timedelta(minutes=1))
    answer = send("sv", occasion)
    assert answer.status_code == 410
    assert "Anmälan är stängd" in answer.content.decode()
    assert Registration.objects.count() == 0


def test_a_page_left_open_past_the_closing_is_told_too() -> None:
    """One occasion closes while another is open: its choice is no choice any more."""
    event = world.event()
    world.occasion(event)
    closed = world.occasion(event, days=12, closes=world.now() - timedelta(seconds=1))
    answer = send("sv", closed)
    assert answer.status_code == 200
    assert Registration.objects.count() == 0


def test_an_address_that_is_known_gets_its_link_and_the_page_tells_nothing() -> None:
    occasion = world.occasion(world.event())
    first = send("sv", occasion)
    answer = send("sv", occasion, name="Somebody else")
    assert Registration.objects.get().name == "Åsa Öman"
    assert last().purpose == "events/link"
    assert "a…@example.org" in answer.content.decode()
    # Not by one word can a stranger see that the address had registered before.
    assert shown(answer) == shown(first)
    before = Letter.objects.count()
    send("sv", occasion)
    world.compose()
    assert Letter.objects.count() == before  # nobody can flood an address


def test_a_program_that_fills_in_the_hidden_field_registers_nobody() -> None:
    answer = send("sv", world.occasion(world.event()), website="http://spam.example")
    assert answer.status_code == 200
    assert Registration.objects.count() == 0
    assert Letter.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("municipality", "999"),
        ("role", "king"),
        ("name", ""),
        ("occasion", "0"),
        ("question_language", "de"),
    ],
)
def test_a_fault_is_told_and_what_was_written_is_kept(field: str, value: str) -> None:
    answer = send("en", world.occasion(world.event()), **{field: value})
    page = answer.content.decode()
    assert "One thing has to be mended" in page
    assert 'aria-invalid="true"' in page
    assert "Textning" in page
    assert Registration.objects.count() == 0


def test_a_script_in_a_name_stays_a_name() -> None:
    script = "<script>alert(1)</script>"
    held = world.unsaved(world.occasion(world.event()), name=script, needs=script)
    places.register(held, world.now())
    page = Client().get(f"/sv/events/registration/{links.token(held)}/").content.decode()
    assert script not in page
    assert page.count("&lt;script&gt;") == 2


@pytest.mark.parametrize("name", ["Win at http://x.example", "www.x.example", "<b>A</b>", "A\nB"])
def test_a_name_carries_no_advertisement_to_somebody_elses_address(name: str) -> None:
    send("en", world.occasion(world.event()), name=name)
    assert Registration.objects.count() == 0


def test_the_link_shows_half_of_the_address_and_changes_nothing_when_opened() -> None:
    send("sv", world.occasion(world.event()))
    url = letter_link()
    for _ in range(3):  # mail programs look into links
        page = Client().get(url)
    assert page.status_code == 200
    assert b"asa@example.org" not in page.content
    assert "a…@example.org" in page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0")
    held = Registration.objects.get()
    assert (held.state, held.nonce) == ("place", 0)


def test_changing_the_occasion_by_the_link_writes_a_letter_with_a_new_one() -> None:
    event = world.event()
    one, other = world.occasion(event), world.occasion(event, days=14)
    send("fi", one)
    old = letter_link()
    answer = Client().post(f"{old}move/", {"occasion": other.pk}, follow=True)
    assert "Tilaisuutesi on vaihdettu." in answer.content.decode()
    assert Registration.objects.get().occasion == other
    assert last().purpose == "events/changed"
    assert last().calendar_method == "REQUEST"
    assert letter_link() != old


def test_a_used_link_opens_nothing_and_offers_a_new_one_to_the_owner() -> None:
    """What a thief can do with an old link: have a letter sent to the one it was stolen from."""
    event = world.event()
    one, other = world.occasion(event), world.occasion(event, days=14)
    send("sv", one)
    old = letter_link()
    Client().post(f"{old}move/", {"occasion": other.pk})
    for path, method in (("", "get"), ("move/", "post"), ("cancel/", "post")):
        answer = getattr(Client(), method)(f"{old}{path}", {"occasion": one.pk})
        assert answer.status_code == 410
        assert "Åsa" not in answer.content.decode()
    assert Client().get(f"{old}calendar.ics").status_code == 410
    assert Registration.objects.get().state == "place"
    answer = Client().post(f"{old}link/")
    assert "a…@example.org" in answer.content.decode()
    assert last().purpose == "events/link"
    assert last().to == "asa@example.org"
    assert Client().get(letter_link()).status_code == 200


@pytest.mark.parametrize("spoil", [lambda t: t[:-4], lambda _: "nonsense", lambda t: t.upper()])
def test_a_broken_link_is_explained(spoil: Any) -> None:
    held = world.registration(world.occasion(world.event()))
    answer = Client().get(f"/en/events/registration/{spoil(links.token(held))}/")
    assert answer.status_code == 410
    assert "Copy the whole link" in answer.content.decode()


def test_a_link_dies_a_month_after_the_event() -> None:
    occasion = world.occasion(world.event(), days=-31)
    held = world.unsaved(occasion)
    held.state, held.queued, held.created, held.changed = "place", *[world.now()] * 3
    held.save()
    answer = Client().get(f"/en/events/registration/{links.token(held)}/")
    assert answer.status_code == 410
    assert "expired" in answer.content.decode()


def test_cancelling_by_the_link_promotes_and_tells_both() -> None:
    occasion = world.occasion(world.event(), capacity=1)
    send("sv", occasion)
    url = letter_link()
    send("fi", occasion, email="next@example.org", name="Next")
    Client().post(f"{url}cancel/")
    world.compose()
    told = {
        one.to: one
        for one in Letter.objects.filter(purpose__in=("events/cancelled", "events/promoted"))
    }
    assert told["asa@example.org"].calendar_method == "CANCEL"
    assert told["next@example.org"].purpose == "events/promoted"
    assert told["next@example.org"].language == "fi"
    assert places.line(occasion).taken == 1
    assert Client().post(f"{url}cancel/").status_code == 410  # the same link twice


def test_a_get_never_moves_or_cancels() -> None:
    send("sv", world.occasion(world.event()))
    url = letter_link()
    assert Client().get(f"{url}cancel/").status_code == 405
    assert Client().get(f"{url}move/").status_code == 405


def test_forms_from_elsewhere_are_refused() -> None:
    occasion = world.occasion(world.event())
    answer = Client(enforce_csrf_checks=True).post("/sv/events/plan/register/", filled(occasion))
    assert answer.status_code == 403
    assert Registration.objects.count() == 0


def test_an_event_that_is_not_published_is_not_there() -> None:
    world.occasion(world.event(published=False))
    for path in ("", "register/", "received/"):
        assert Client().get(f"/sv/events/plan/{path}").status_code == 404


def test_switching_language_keeps_the_page() -> None:
    world.event()
    page = Client().get("/sv/events/plan/?x=1").content.decode()
    assert 'href="/fi/events/plan/?x=1"' in page
    assert 'href="/en/events/plan/?x=1"' in page


def test_an_empty_form_is_drawn_anew_when_a_place_is_taken(client: Any) -> None:
    """It is kept between readers; places that are left and the language must not be kept."""
    event = world.event()
    one = world.occasion(event, capacity=2)
    assert "2 platser kvar" in client.get("/sv/events/plan/register/").content.decode()
    assert "2 paikkaa jäljellä" in client.get("/fi/events/plan/register/").content.decode()
    world.registration(one)
    assert "1 plats kvar" in client.get("/sv/events/plan/register/").content.decode()
    world.registration(one, 2)
    assert "kvar" not in client.get("/sv/events/plan/register/").content.decode()
