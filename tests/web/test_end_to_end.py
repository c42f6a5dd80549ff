"""The whole way of a person in a real browser: register, change, ask, answer, cancel.

A site of its own runs with its workers; letters are read where it puts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import expect

from webtests.letters import letters, words
from webtests.sites import Site

pytestmark = pytest.mark.browser

WORLD = """
from webtests import world
event = world.event("together")
world.occasion(event, days=10, capacity=5, link="https://meet.example.org/one")
world.occasion(event, days=12)
"""


@pytest.fixture
def page(browser: Any, site: Site) -> Iterator[Any]:
    context = browser.new_context(base_url=site.url, locale="sv-FI")
    opened = context.new_page()
    yield opened
    context.close()


def link(message: EmailMessage) -> str:
    found = re.search(r"http\S+/events/registration/\S+/", words(message))
    assert found is not None
    return found[0]


def entry(message: EmailMessage) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            body = part.get_payload(decode=True)
            assert isinstance(body, bytes)
            return body.decode().replace("\r\n ", "")
    raise AssertionError("no entry")


def test_from_the_start_page_to_a_place_another_day_and_out_again(page: Any, site: Site) -> None:
    site.django(WORLD)
    page.goto("/")
    expect(page).to_have_url(re.compile("/sv/$"))
    page.get_by_role("link", name="Evenemang", exact=True).click()
    page.get_by_role("link", name="Planera").click()
    page.get_by_role("link", name="Anmäl dig").click()
    page.get_by_label(re.compile("5 platser kvar")).check()
    page.get_by_label("Ditt namn").fill("Åsa Öman")
    page.get_by_label("Din e-post").fill("asa@example.org")
    page.get_by_label("Din kommun").select_option("Lahtis")
    page.get_by_label("Din roll").select_option("Rektor")
    page.get_by_role("button", name="Anmäl dig").click()
    expect(page.get_by_text("Din anmälan har tagits emot.")).to_be_visible()

    (first,) = letters(site, "asa@example.org", 1)
    assert "https://meet.example.org/one" in words(first)
    page.goto(link(first))
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Byt tillfälle").click()
    expect(page.get_by_text("Ditt tillfälle har bytts.")).to_be_visible()

    second = letters(site, "asa@example.org", 2)[1]
    uid = re.search(r"UID:(\S+)", entry(first))
    assert uid is not None
    assert uid[0] in entry(second)
    assert "SEQUENCE:1" in entry(second)
    page.goto(link(first))  # the link of the old letter
    expect(page.get_by_role("heading", name="Länken fungerar inte")).to_be_visible()

    page.goto(link(second))
    page.get_by_role("button", name="Avboka min anmälan").click()
    expect(page.get_by_text("Din anmälan har avbokats.")).to_be_visible()
    third = letters(site, "asa@example.org", 3)[2]
    assert "METHOD:CANCEL" in entry(third)


def signed_in(browser: Any, site: Site) -> Any:
    """A browser in which somebody of the association signs in, from the first link on."""
    made = site.command("officer", "officer@example.org").strip().splitlines()[-1]
    context = browser.new_context(base_url=site.url, locale="sv-FI")
    page = context.new_page()
    page.goto(made)
    secret = "lingon-och-blåbär-2022"
    page.locator("#id_password1").fill(secret)
    page.locator("#id_password2").fill(secret)
    page.locator("main button").first.click()
    page.goto("/sv/account/login/")
    page.locator("#id_login").fill("officer@example.org")
    page.locator("#id_password").fill(secret)
    page.locator("main form button").first.click()
    expect(page.get_by_role("button", name="Logga ut")).to_be_visible()
    return page


def test_a_question_is_asked_shown_voted_for_and_answered_without_reloading(
    page: Any, site: Site, browser: Any
) -> None:
    officer = signed_in(browser, site)
    officer.goto("/sv/questions/webinar-2022/moderate/")
    page.goto("/fi/questions/webinar-2022/board/")
    page.get_by_label("Kysymyksesi").fill("Kuka maksaa <b>kuljetukset</b>?")
    page.get_by_role("button", name="Lähetä kysymys").click()
    expect(page.get_by_text("Moderaattori lukee kysymyksesi")).to_be_visible()

    # The moderator's screen updates itself.
    asked = officer.get_by_text("Kuka maksaa <b>kuljetukset</b>?").first
    expect(asked).to_be_visible(timeout=15_000)
    officer.get_by_role("button", name=re.compile("Visa.*Kuka maksaa")).click()
    # So does everybody's board.
    expect(page.get_by_text("Kuka maksaa <b>kuljetukset</b>?").first).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Haluan tietää tämän minäkin").click()
    expect(page.get_by_role("button", name="Peru äänesi")).to_be_visible(timeout=15_000)

    officer.get_by_role("link", name=re.compile("Svara.*Kuka maksaa")).click()
    officer.get_by_label("Svenska").first.fill("Vem betalar skjutsarna?")
    officer.locator("#id_answer_1").fill("Kunta maksaa kuljetukset.")
    officer.get_by_role("button", name="Spara").click()
    expect(page.get_by_text("Kunta maksaa kuljetukset.")).to_be_visible(timeout=15_000)
    # The page of questions is asked for once, so it waits until the answer has been moved there.
    with officer.expect_response(lambda answer: answer.request.method == "POST"):
        officer.get_by_role("button", name=re.compile("Till frågor.*Kuka maksaa")).click()
    page.goto("/sv/questions/")
    page.get_by_text("Vem betalar skjutsarna?").click()
    expect(page.get_by_text("Kunta maksaa kuljetukset.")).to_be_visible()
    officer.context.close()


def test_a_page_works_without_scripts_and_by_keyboard_alone(browser: Any, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False, locale="fi-FI")
    page = context.new_page()
    page.goto("/fi/questions/webinar-2022/board/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Siirry sisältöön")).to_be_focused()
    page.get_by_label("Kysymyksesi").fill("Ilman skriptejä?")
    page.get_by_label("Kysymyksesi").press("Tab")
    page.get_by_role("button", name="Lähetä kysymys").press("Enter")
    expect(page.get_by_text("Moderaattori lukee kysymyksesi")).to_be_visible()
    context.close()
