"""An application in a real browser, from three municipalities to a published decision.

Asikkala begins and writes, Heinola joins by the link of its letter, Hartola by its own account; a
reviewer declares and gives points; the association decides and publishes. Only the closing of the
call is moved, since nobody waits ten days for a test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import expect

from webtests.letters import letter_with, letters, words
from webtests.sites import Site

pytestmark = pytest.mark.browser

SECRET = "lingon-och-blåbär-2022"
WORLD = f"""
from allauth.account.models import EmailAddress
from skolnat.web.accounts.models import Membership, User
from webtests import applying
applying.call("autumn")
for name, code in (("asikkala", "016"), ("hartola", "081"), ("reviewer", ""), ("board", "")):
    email = f"{{name}}@example.org"
    user = User.objects.create_user(
        email, {SECRET!r}, name=name.title(), language="sv",
        is_reviewer=name == "reviewer", is_officer=name == "board",
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    if code:
        Membership.objects.create(user=user, municipality_id=code, state="granted")
"""
CLOSE = """
from skolnat.web.programme.applications.models import Call
from webtests import applying
applying.close(Call.objects.get(slug="autumn"))
"""
TITLE = "Gemensam skola vid Päijänne"


@contextmanager
def signed_in(browser: Any, site: Site, name: str) -> Iterator[Any]:
    context = browser.new_context(base_url=site.url, locale="sv-FI")
    page = context.new_page()
    page.goto("/sv/account/login/")
    page.locator("#id_login").fill(f"{name}@example.org")
    page.locator("#id_password").fill(SECRET)
    page.locator("main form button").first.click()
    expect(page.get_by_role("button", name="Logga ut")).to_be_visible()
    yield page
    context.close()


def test_three_municipalities_apply_are_reviewed_and_learn_the_decision(
    browser: Any, site: Site
) -> None:
    site.django(WORLD)
    with (
        signed_in(browser, site, "asikkala") as asikkala,
        signed_in(browser, site, "hartola") as hartola,
        signed_in(browser, site, "reviewer") as reviewer,
        signed_in(browser, site, "board") as officer,
    ):
        number = begun_and_written(asikkala)
        joined(asikkala, hartola, browser, site)
        submitted(asikkala, site, number)
        reviewed(officer, reviewer, number)
        site.django(CLOSE)
        decided(officer, number)
        learnt(asikkala, hartola, site, number)


def begun_and_written(page: Any) -> str:
    """Begin, and write two texts of which one is saved by itself."""
    page.goto("/sv/calls/")
    # Other tests of the same site may have made calls of the same name.
    page.locator('main a[href="/sv/calls/autumn/"]').first.click()
    page.get_by_role("link", name="Påbörja en ansökan").click()
    page.get_by_label("Ansvarig kommun").select_option("Asikkala")
    page.get_by_label("Ansökans namn").fill(TITLE)
    page.get_by_role("button", name="Börja").click()
    expect(page.get_by_role("heading", name="Skriv ansökan")).to_be_visible()
    page.wait_for_load_state("load")  # the script that saves listens from then on
    page.get_by_label("Lokala behov").fill("Barnen blir färre.")
    expect(page.get_by_text(re.compile("^Sparad"))).to_be_visible(timeout=15_000)
    page.reload()
    expect(page.get_by_label("Lokala behov")).to_have_value("Barnen blir färre.")
    page.get_by_label("Kontaktperson", exact=True).fill("Aino Virtanen")
    page.get_by_label("Kontaktpersonens e-post").fill("aino@example.org")
    page.get_by_label("Preliminär plan").fill("Gemensamma årskurser 7–9.")
    page.get_by_label("Mål").fill("Fler språk att välja.")
    page.get_by_label("Språk?").fill("Tyska")
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.get_by_text("Ansökan har sparats.")).to_be_visible()
    found = re.search(r"/applications/(\d+)/", page.url)
    assert found is not None
    return found[1]


def joined(asikkala: Any, hartola: Any, browser: Any, site: Site) -> None:
    """Heinola joins by the letter's link, Hartola by its account; the link works once."""
    for name, address in (("Heinola", "heinola@example.org"), ("Gustav Adolfs", "")):
        asikkala.get_by_text("Be en kommun gå med").click()
        asikkala.locator("#id_municipality").select_option(name)
        asikkala.locator("#id_email").fill(address)
        asikkala.locator("#id_language").select_option("fi")
        asikkala.get_by_role("button", name="Skicka förfrågan").click()
        expect(asikkala.get_by_text(name, exact=True).first).to_be_visible()

    (letter,) = letters(site, "heinola@example.org", 1)
    assert letter["Content-Language"] == "fi"
    found = re.search(r"http\S+/partner/\S+", words(letter))
    assert found is not None
    context = browser.new_context(base_url=site.url, locale="fi-FI")
    heinola = context.new_page()
    heinola.goto(found[0])
    expect(heinola.get_by_role("heading", level=1)).to_contain_text("Heinola")
    expect(heinola.get_by_text("Gemensamma årskurser 7–9.")).to_be_visible()
    heinola.locator("#id_signer").fill("Heli Heino")
    heinola.locator("#id_signer_role").fill("sivistysjohtaja")
    heinola.get_by_role("radio").first.check()
    heinola.locator("main form button").last.click()
    expect(heinola.get_by_text("Heli Heino")).to_be_visible()
    heinola.goto(found[0])
    expect(heinola.locator("#id_signer")).to_have_count(0)
    context.close()

    hartola.goto("/sv/calls/")
    hartola.get_by_role("link", name=re.compile("Gustav Adolfs.*Päijänne")).click()
    hartola.locator("#id_signer").fill("Hanna Hartonen")
    hartola.locator("#id_signer_role").fill("rektor")
    hartola.get_by_role("radio").first.check()
    hartola.get_by_role("button", name="Skicka svaret").click()
    expect(hartola.get_by_text("Hanna Hartonen").first).to_be_visible()


def submitted(page: Any, site: Site, number: str) -> None:
    """Submit; the receipt tells the number, and nothing can be changed any more."""
    page.goto(f"/sv/applications/{number}/edit/")
    page.get_by_role("button", name="Spara och gå till inlämning").click()
    for name in ("Asikkala", "Heinola", "Gustav Adolfs"):
        expect(page.get_by_text(name, exact=True).first).to_be_visible()
    page.get_by_role("button", name="Lämna in ansökan").click()
    told = page.get_by_text(re.compile(r"Nummer \d{4}-\d+-\d+"))
    expect(told).to_be_visible()
    given = re.search(r"\d{4}-\d+-\d+", told.inner_text())
    assert given is not None
    letter_with(site, "asikkala@example.org", given[0])  # the receipt
    page.goto(f"/sv/applications/{number}/edit/")
    expect(page.get_by_label("Preliminär plan")).to_have_count(0)


def reviewed(officer: Any, reviewer: Any, number: str) -> None:
    """The association gives it to a reviewer, who declares first and then gives points."""
    officer.goto(f"/sv/applications/{number}/decision/")
    officer.get_by_label("Reviewer").check()
    officer.get_by_role("button", name="Tilldela", exact=True).click()
    reviewer.goto("/sv/reviews/")
    reviewer.get_by_role("link", name=TITLE).click()
    expect(reviewer.get_by_text("Gemensamma årskurser 7–9.")).to_have_count(0)
    reviewer.get_by_role("radio", name="Nej, jag är ojävig").check()
    reviewer.get_by_role("button", name="Meddela").click()
    expect(reviewer.get_by_text("Gemensamma årskurser 7–9.")).to_be_visible()
    reviewer.get_by_label("Nytta").select_option("4")
    reviewer.get_by_label("Plan", exact=True).select_option("8")
    reviewer.get_by_role("button", name="Slutför bedömningen").click()
    expect(reviewer.get_by_text("Bedömningen är klar.")).to_be_visible()


def decided(officer: Any, number: str) -> None:
    """4 of 5 weighs 3, 8 of 10 weighs 1: 80 of 100. Then all decisions are published at once."""
    officer.goto("/sv/calls/autumn/board/")
    expect(officer.get_by_role("cell", name="80,0")).to_be_visible()
    officer.get_by_role("link", name=TITLE).first.click()
    officer.locator("#id_outcome").select_option("pilot")
    officer.locator("#id_reasons_0").fill("En tydlig plan.")
    officer.locator("#id_reasons_1").fill("Selkeä suunnitelma.")
    officer.get_by_role("button", name="Bered beslutet").click()
    officer.goto("/sv/calls/autumn/board/")
    officer.get_by_role("button", name="Publicera alla beslut").click()
    expect(officer.get_by_text(re.compile("1 beslut"))).to_be_visible()


def learnt(asikkala: Any, hartola: Any, site: Site, number: str) -> None:
    """The group reads the decision, gets its letter as PDF, and is a pilot that all can see."""
    assert letter_with(site, "asikkala@example.org", "En tydlig plan.")
    assert letter_with(site, "heinola@example.org", "Selkeä suunnitelma.")
    hartola.goto(f"/sv/applications/{number}/")
    expect(hartola.get_by_text("En tydlig plan.")).to_be_visible()
    for language in ("sv", "fi"):
        answer = hartola.request.get(f"/sv/applications/{number}/letter-{language}.pdf")
        assert answer.body().startswith(b"%PDF-")
    asikkala.goto("/sv/pilots/")
    asikkala.get_by_role("link", name=TITLE).click()
    expect(asikkala.get_by_text("Asikkala, Gustav Adolfs, Heinola")).to_be_visible()
