"""A question reaches somebody who can answer it, is shared out fairly, and is never forgotten."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from skolnat.web.common.links import BadLink
from skolnat.web.common.models import AuditEntry, Letter
from skolnat.web.programme.contacts import enquiries, links, reminders, routing
from skolnat.web.programme.contacts.models import Enquiry, Expert, Reply
from skolnat.web.programme.questions.models import FaqEntry
from webtests import asking, world

pytestmark = pytest.mark.django_db

MONDAY = datetime(2030, 3, 4, 8, tzinfo=UTC)


def letters(purpose: str) -> list[Letter]:
    return list(Letter.objects.filter(purpose=f"contacts/{purpose}").order_by("pk"))


def path(letter: Letter) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", letter.text)
    assert found is not None
    return found[1]


def test_a_question_goes_to_an_expert_of_its_theme_and_language() -> None:
    asking.expert("Finnish", ("fi",))
    swedish = asking.expert("Swedish", ("sv",))
    other = asking.expert("Other theme", ("sv",))
    other.themes.set([asking.theme("money")])
    assert asking.enquiry().expert == swedish
    (asked,), (to_expert,) = letters("received"), letters("given")
    assert (asked.to, asked.language) == ("asker@example.org", "sv")
    assert (to_expert.to, "Hur börjar vi?" in to_expert.text) == ("swedish@example.org", True)


def test_load_is_spread_and_a_quiet_week_too() -> None:
    """Six questions to three experts are two each, in turn, also when each is answered at once."""
    experts = [asking.expert(f"Expert {n}") for n in "ABC"]
    for number in range(6):
        asking.enquiry(f"{number}?", browser=str(number), municipality_id=None)
    assert [one.enquiries.count() for one in experts] == [2, 2, 2]
    Enquiry.objects.update(state="answered")
    for number in range(6, 9):
        made = asking.enquiry(f"{number}?", browser=str(number), municipality_id=None)
        enquiries.answer(made, "Så.", None, world.now())
    assert [one.enquiries.count() for one in experts] == [3, 3, 3]


def test_among_equals_goes_first_who_knows_the_municipality() -> None:
    first, second = asking.expert("A"), asking.expert("B")
    made = asking.enquiry("1?", municipality_id="398")
    assert made.expert == first
    enquiries.give(made, second, None, world.now())
    enquiries.answer(made, "Så.", None, world.now())
    # A has been given nothing that still stands, and would be next by turn.
    assert asking.enquiry("2?", municipality_id="398").expert == second
    assert asking.enquiry("3?", municipality_id="398").expert == first  # B has more to do


def test_nobody_away_hidden_or_without_an_address_is_given_a_question(people: Any) -> None:
    today = world.now().date()
    asking.expert("Away", away_until=today + timedelta(days=1))
    asking.expert("Hidden", active=False)
    asking.expert("Silent", email="")
    made = asking.enquiry()
    assert made.expert is None
    (told,) = letters("nobody")
    assert told.to == "officer@example.org"
    asking.expert("Back", away_until=today - timedelta(days=2))
    (theme, counts), *_ = routing.coverage(world.now())
    assert (theme, dict(counts)) == (asking.theme(), {"sv": 1, "fi": 1, "en": 0})


def test_a_question_sent_twice_is_one_and_one_browser_cannot_flood() -> None:
    asking.expert()
    first = asking.enquiry()
    assert asking.enquiry() == first
    for number in range(enquiries.MOST - 1):
        asking.enquiry(f"{number}?")
    with pytest.raises(enquiries.Refused):
        asking.enquiry("one more?")
    asking.enquiry("one more?", browser="another")
    assert len(letters("received")) == enquiries.MOST + 1


def test_the_asker_follows_by_link_and_the_expert_answers_by_link() -> None:
    expert = asking.expert()
    made = asking.enquiry()
    by_expert, by_asker = path(letters("given")[0]), path(letters("received")[0])
    client = Client()
    assert "väntar på svar" in client.get(by_asker).content.decode()
    for _ in range(2):  # pressed twice, sent once
        assert client.post(by_expert, {"text": "Med <b>kartan</b>."}).status_code == 302
    made.refresh_from_db()
    assert (made.state, Reply.objects.count(), len(letters("answered"))) == ("answered", 1, 1)
    page = client.get(by_asker).content.decode()
    assert "Med &lt;b&gt;kartan&lt;/b&gt;." in page
    assert str(expert) in page
    client.post(by_asker, {"text": "Och sedan?"})
    made.refresh_from_db()
    assert (made.state, made.expert, len(letters("added"))) == ("waiting", expert, 1)


def test_a_link_of_another_purpose_or_of_who_passed_it_on_opens_nothing() -> None:
    asking.expert("A")
    second = asking.expert("B")
    made = asking.enquiry()
    old = path(letters("given")[0])
    token = old.rstrip("/").rpartition("/")[2]
    with pytest.raises(BadLink):
        links.opened_by_asker(token)
    client = Client()
    assert client.get(old).status_code == 200
    assert client.post(old, {"do": "pass"}).status_code == 200
    made.refresh_from_db()
    assert made.expert == second
    assert client.get(old).status_code == 404
    assert client.post(old, {"text": "Too late"}).status_code == 404
    assert client.get("/sv/contacts/follow/forged/").status_code == 404
    assert Reply.objects.count() == 0


def test_passed_on_by_the_only_one_it_comes_to_the_association(people: Any) -> None:
    asking.expert()
    made = enquiries.pass_on(asking.enquiry(), None, world.now())
    assert made.expert is None
    assert len(letters("nobody")) == 1
    # It does not go back to who passed it on when reminders are sent.
    reminders.remind(world.now() + timedelta(days=30))
    made.refresh_from_db()
    assert made.expert is None


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2030, 3, 4), date(2030, 3, 4), 0),
        (date(2030, 3, 1), date(2030, 3, 4), 1),  # Friday to Monday
        (date(2030, 3, 4), date(2030, 3, 11), 5),
        (date(2030, 3, 2), date(2030, 3, 3), 0),  # over a weekend
    ],
)
def test_weekends_are_no_working_days(first: date, last: date, days: int) -> None:
    assert reminders.working_days(first, last) == days


def test_what_stays_is_reminded_of_and_then_told_to_the_association(people: Any) -> None:
    asking.expert()
    made = enquiries.ask(asking.unsaved(), "b", MONDAY)
    for days, to_expert, to_officers in (
        (2, 0, 0),
        (3, 1, 0),  # Thursday
        (4, 1, 0),
        (7, 1, 0),  # Monday: five working days
        (8, 2, 1),  # Tuesday: six
        (8, 2, 1),  # asked twice, told once
    ):
        reminders.remind(MONDAY + timedelta(days=days))
        assert (len(letters("waits")), len(letters("stays"))) == (to_expert, to_officers), days
    enquiries.answer(made, "Så.", None, MONDAY + timedelta(days=9))
    assert reminders.remind(MONDAY + timedelta(days=60)) == 0


def test_whose_expert_is_away_is_given_to_another() -> None:
    first = asking.expert("A")
    made = enquiries.ask(asking.unsaved(), "b", MONDAY)
    assert made.expert == first
    second = asking.expert("B")
    Expert.objects.filter(pk=first.pk).update(away_until=MONDAY.date() + timedelta(days=20))
    reminders.remind(MONDAY + timedelta(days=1))
    made.refresh_from_db()
    assert made.expert == second


def test_an_answer_is_kept_among_what_is_asked_often_as_a_draft(as_role: Any) -> None:
    asking.expert()
    made = asking.enquiry()
    officer = as_role("officer")
    act = f"/sv/contacts/questions/{made.pk}/do/"
    officer.post(act, {"do": "keep"})
    assert FaqEntry.objects.count() == 0
    officer.post(f"/sv/contacts/questions/{made.pk}/", {"text": "Med kartan."})
    for _ in range(2):
        officer.post(act, {"do": "keep"})
    entry = FaqEntry.objects.get()
    assert (entry.question, entry.answer) == ({"sv": "Hur börjar vi?"}, {"sv": "Med kartan."})
    assert "Hur börjar vi?" not in Client().get("/sv/questions/").content.decode()
    assert {"contacts.answered", "contacts.kept"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )


def test_an_expert_sees_after_signing_in_their_own_questions_and_no_others(
    people: Any, as_role: Any
) -> None:
    mine = asking.enquiry("Min fråga?")
    enquiries.give(mine, asking.expert("Mine", user=people["reader"]), None, world.now())
    other = asking.enquiry("Din fråga?", browser="c")
    enquiries.give(other, asking.expert("Theirs"), None, world.now())
    client = as_role("reader")
    page = client.get("/sv/contacts/questions/").content.decode()
    assert ("Min fråga?" in page, "Din fråga?" in page) == (True, False)
    assert client.get(f"/sv/contacts/questions/{mine.pk}/").status_code == 200
    assert client.get(f"/sv/contacts/questions/{other.pk}/").status_code == 403
    assert client.post(f"/sv/contacts/questions/{mine.pk}/do/", {"do": "close"}).status_code == 403
    assert client.get("/sv/contacts/questions.csv").status_code == 403


def test_a_formula_in_a_name_is_a_text_in_the_file(as_role: Any) -> None:
    asking.enquiry(name="=1+1")
    text = as_role("officer").get("/sv/contacts/questions.csv").content.decode("utf-8-sig")
    assert ";'=1+1;" in text


def test_a_program_that_fills_in_everything_is_thanked_and_forgotten() -> None:
    asking.expert()
    data = {
        "theme": asking.theme().pk,
        "language": "sv",
        "text": "Buy",
        "municipality": "016",
        "name": "X",
        "email": "x@example.org",
        "website": "https://example.org",
    }
    assert Client().post("/sv/contacts/ask/", data).status_code == 302
    assert Enquiry.objects.count() == 0
    del data["website"]
    Client().post("/sv/contacts/ask/", data)
    assert Enquiry.objects.get().municipality_id == "016"


def test_contacts_are_shown_by_language_and_addresses_only_where_chosen() -> None:
    asking.expert("Swedish", ("sv",), address_shown=True)
    asking.expert("Finnish", ("fi",))
    page = Client().get("/en/contacts/?language=fi").content.decode()
    assert ("Finnish" in page, "swedish@example.org" in page) == (True, False)
    page = Client().get("/en/contacts/").content.decode()
    assert "swedish@example.org" in page
    assert "finnish@example.org" not in page


def test_an_account_is_one_contacts_only(people: Any, as_role: Any) -> None:
    asking.expert("A", user=people["reader"])
    data = {"title_sv": "x", "order": 0, "account": "reader@example.org"}
    page = as_role("officer").post("/en/contacts/manage/new/", data).content.decode()
    assert "belongs to another contact" in page
    data["account"] = "nobody@example.org"
    page = as_role("officer").post("/en/contacts/manage/new/", data).content.decode()
    assert "There is no account" in page
