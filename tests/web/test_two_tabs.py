"""Two tabs write the same application in a real browser: neither loses a word, also by autosave."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from webtests.sites import Site

pytestmark = pytest.mark.browser

SECRET = "hjortron-och-tranbär-2022"
WORLD = f"""
from allauth.account.models import EmailAddress
from skolnat.web.accounts.models import Membership, User
from webtests import applying
user = User.objects.create_user("tabs@example.org", {SECRET!r}, language="sv")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
Membership.objects.create(user=user, municipality_id="016", state="granted")
print(applying.draft(user, applying.call("tabs")).pk)
"""


def test_what_both_tabs_wrote_is_kept(browser: Any, site: Site) -> None:
    number = site.django(WORLD).strip()
    context = browser.new_context(base_url=site.url, locale="sv-FI")
    one = context.new_page()
    one.goto("/sv/account/login/")
    one.locator("#id_login").fill("tabs@example.org")
    one.locator("#id_password").fill(SECRET)
    one.locator("main form button").first.click()
    expect(one.get_by_role("button", name="Logga ut")).to_be_visible()
    address = f"/sv/applications/{number}/edit/"
    one.goto(address)
    two = context.new_page()
    two.goto(address)

    one.get_by_label("Mål").fill("Ur den första fliken.")
    expect(one.get_by_text(re.compile("^Sparad"))).to_be_visible(timeout=15_000)
    # Another text goes in beside it; the same text meets the other's words.
    two.get_by_label("Preliminär plan").fill("Planen ur den andra.")
    two.get_by_label("Mål").fill("Ur den andra fliken.")
    expect(two.get_by_text("Ur den första fliken.")).to_be_visible(timeout=15_000)
    expect(two.get_by_label("Mål")).to_have_value("Ur den andra fliken.")

    one.reload()
    expect(one.get_by_label("Mål")).to_have_value("Ur den första fliken.")
    expect(one.get_by_label("Preliminär plan")).to_have_value("Planen ur den andra.")
    one.get_by_role("link", name="Vem som ändrat vad").click()
    for words in ("Ur den första fliken.", "Ur den andra fliken."):
        expect(one.get_by_text(words)).to_have_count(1)
    expect(one.get_by_text("sparad vid sidan av")).to_be_visible()
    context.close()


def test_what_could_not_be_saved_is_told_and_saved_later(browser: Any, site: Site) -> None:
    number = site.django(WORLD.replace('"tabs', '"lost')).strip()
    context = browser.new_context(base_url=site.url, locale="sv-FI")
    page = context.new_page()

    def sign_in(tab: Any) -> None:
        tab.goto("/sv/account/login/")
        tab.locator("#id_login").fill("lost@example.org")
        tab.locator("#id_password").fill(SECRET)
        tab.locator("main form button").first.click()
        expect(tab.get_by_role("button", name="Logga ut")).to_be_visible()

    sign_in(page)
    page.goto(f"/sv/applications/{number}/edit/")
    page.wait_for_load_state("load")
    told = page.get_by_role("alert")
    context.set_offline(True)
    page.get_by_label("Mål").fill("Skrivet utan nät.")
    expect(told).to_contain_text("förbindelsen är bruten", timeout=15_000)
    context.set_offline(False)
    expect(told).to_be_hidden(timeout=20_000)
    expect(page.get_by_text(re.compile("^Sparad"))).to_be_visible()

    # Signed out, and in again, in another tab: the key against forged forms is another one then.
    other = context.new_page()
    other.goto("/sv/")
    other.get_by_role("button", name="Logga ut").click()
    page.get_by_label("Mål").fill("Skrivet utan inloggning.")
    expect(told).to_contain_text("du har loggats ut", timeout=15_000)
    sign_in(other)
    expect(told).to_be_hidden(timeout=20_000)
    page.reload()
    expect(page.get_by_label("Mål")).to_have_value("Skrivet utan inloggning.")
    context.close()
