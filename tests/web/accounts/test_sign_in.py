"""Ways to sign in that need more than our own pages: a provider, a passkey, a second step.

A real provider runs in a process of its own, and Chromium holds the passkey, so that what is tested
is the whole way, our content security policy included.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import pytest
from playwright.sync_api import expect

from webtests.sites import Site, free_port, running_site

pytestmark = pytest.mark.browser
PASSWORD = "rather-long-and-dull"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A provider of OpenID Connect, with people of whom it knows an address, shown or not."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    words = [sys.executable, "-m", "oidc_provider_mock", "-p", str(port)]
    with (tmp_path_factory.mktemp("provider") / "log").open("w+", encoding="utf-8") as log:
        running = subprocess.Popen(words, stdout=log, stderr=log)
        yield from _answering(running, url, log)


def _answering(running: subprocess.Popen[bytes], url: str, log: TextIO) -> Iterator[str]:
    try:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{url}/.well-known/openid-configuration", timeout=5):
                    break
            except OSError:
                assert running.poll() is None, log.seek(0) or log.read()
                time.sleep(0.1)
        _known(url, "nina", "nina@example.org", verified=True, name="Nina Ny")
        _known(url, "held", "held@example.org", verified=True, name="Held")
        _known(url, "thief", "other@example.org", verified=False, name="Thief")
        yield url
    finally:
        running.terminate()
        running.wait(timeout=20)


def _known(url: str, sub: str, email: str, *, verified: bool, name: str) -> None:
    claims = {"email": email, "email_verified": verified, "name": name}
    asked = urllib.request.Request(
        f"{url}/users/{sub}", json.dumps(claims).encode(), {"Content-Type": "application/json"},
        method="PUT",
    )  # fmt: skip
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 204


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, provider: str) -> Iterator[Site]:
    """A site that knows the provider, under a name that passkeys can be bound to."""
    more = {
        "SKOLNAT_OIDC_URL": provider,
        "SKOLNAT_OIDC_CLIENT": "skolnat",
        "SKOLNAT_OIDC_SECRET": "of-the-test",
        "SKOLNAT_OIDC_NAME": "Kommunens inloggning",
        "SKOLNAT_OFFICERS_TWO_STEP": "1",
    }
    folder: Path = tmp_path_factory.mktemp("sign-in")
    with running_site(folder, host="localhost", more=more) as running:
        running.django(
            "from allauth.account.models import EmailAddress\n"
            "from skolnat.web.accounts.models import User\n"
            "for name in ('held', 'other', 'keys', 'officer'):\n"
            f"    user = User.objects.create_user(name + '@example.org', {PASSWORD!r}, name=name)\n"
            "    user.is_officer = name == 'officer'\n"
            "    user.save()\n"
            "    EmailAddress.objects.create(user=user, email=user.email, verified=True,"
            " primary=True)\n"
        )
        yield running


@pytest.fixture
def page(browser: Any, site: Site) -> Iterator[Any]:
    context = browser.new_context(base_url=site.url, locale="sv-FI")
    opened = context.new_page()
    yield opened
    context.close()


def by_provider(page: Any, who: str) -> None:
    page.goto("/sv/account/login/")
    page.get_by_role("link", name="Kommunens inloggning").click()
    if not page.get_by_placeholder("sub").count():
        page.locator("main form button").first.click()  # go on to the provider
    page.get_by_placeholder("sub").fill(who)
    page.get_by_role("button", name="Authorize").click()


def by_password(page: Any, who: str) -> None:
    page.goto("/sv/account/login/")
    page.locator("input[name=login]").fill(f"{who}@example.org")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/login/" not in url)


def accounts(site: Site) -> dict[str, int]:
    told = site.django(
        "import json\nfrom skolnat.web.accounts.models import User\n"
        "print(json.dumps(dict(User.objects.values_list('email', 'pk'))))"
    )
    found: dict[str, int] = json.loads(told.splitlines()[-1])
    return found


def test_whom_the_provider_knows_gets_an_account_with_name_and_language(
    page: Any, site: Site
) -> None:
    by_provider(page, "nina")
    page.goto("/sv/account/")
    expect(page.get_by_text("nina@example.org")).to_be_visible()
    assert page.locator("input[name=name]").input_value() == "Nina Ny"
    assert "nina@example.org" in accounts(site)


def test_an_address_that_the_provider_has_verified_is_the_account_that_is_held(
    page: Any, site: Site
) -> None:
    before = accounts(site)
    by_provider(page, "held")
    page.goto("/sv/account/")
    expect(page.get_by_text("held@example.org")).to_be_visible()
    assert accounts(site)["held@example.org"] == before["held@example.org"]


def test_an_address_that_is_not_verified_takes_nobodys_account(page: Any, site: Site) -> None:
    before = accounts(site)
    by_provider(page, "thief")
    page.goto("/sv/account/")
    expect(page).to_have_url(re.compile("/account/login/"))
    assert accounts(site) == before


def test_a_passkey_is_made_and_signs_in(page: Any) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    by_password(page, "keys")
    page.goto("/sv/account/2fa/webauthn/add/")
    # To add a key one shows again who one is.
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.locator("input[name=name]").fill("Min nyckel")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    page.goto("/sv/account/2fa/webauthn/")
    expect(page.get_by_text("Min nyckel").first).to_be_visible()
    page.goto("/sv/")
    page.get_by_role("button", name="Logga ut").click()
    page.goto("/sv/account/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto("/sv/account/")
    expect(page.get_by_text("keys@example.org")).to_be_visible()


def test_an_officer_without_a_second_step_is_led_to_it(page: Any) -> None:
    by_password(page, "officer")
    page.goto("/sv/events/manage/")
    expect(page).to_have_url(re.compile("/account/2fa/$"))
    page.goto("/sv/account/")
    expect(page.get_by_text("officer@example.org")).to_be_visible()
