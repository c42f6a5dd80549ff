"""What tests of the web share: compiled catalogues, people of every role, a site that runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from webtests.sites import Site, postgres_program, postgresql_cluster, running_site

if TYPE_CHECKING:
    from skolnat.web.accounts.models import User

# Playwright runs a loop in the thread of the tests, and Django would refuse to ask the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
ROLES = ("visitor", "reader", "member", "reviewer", "officer")
"""A visitor has not signed in; a member speaks for Asikkala (016); the others as in rules.py."""


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    from django.utils.translation import trans_real

    from skolnat.web.catalogues import compile_all

    compile_all()
    # Django keeps what it has read, and may have read before there was anything to read.
    trans_real._translations.clear()
    trans_real._default = None


@pytest.fixture(autouse=True)
def _quick_and_quiet(settings: Any) -> None:
    """Hash passwords quickly; keep letters in memory; tasks wait in the database."""
    from django.core.cache import cache

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()  # who asks too often is counted there


@pytest.fixture
def people(db: None) -> dict[str, User | None]:
    """Somebody of every role."""
    from skolnat.web.accounts.models import Membership, User

    made: dict[str, User | None] = {"visitor": None}
    for role in ROLES[1:]:
        made[role] = User.objects.create_user(
            f"{role}@example.org", name=f"The {role}", language="en"
        )
    reviewer, officer = made["reviewer"], made["officer"]
    assert reviewer is not None
    assert officer is not None
    reviewer.is_reviewer = officer.is_officer = True
    reviewer.save()
    officer.save()
    Membership.objects.create(
        user=made["member"], municipality_id="016", state=Membership.State.GRANTED
    )
    return made


@pytest.fixture
def as_role(people: dict[str, User | None]) -> Any:
    """Return a browser (Django's test client) in which somebody of a role has signed in."""
    from django.test import Client

    def made(role: str) -> Client:
        client = Client()
        user = people[role]
        if user is not None:
            client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return client

    return made


@pytest.fixture
def do_tasks() -> Any:
    """Return a function that does all queued tasks, as the worker does."""
    from django.core.management import call_command

    def done() -> None:
        call_command("db_worker", queue_name="*", batch=True, startup_delay=False, verbosity=0)

    return done


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A seeded site on SQLite, shared by all tests of this process that open pages."""
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


# --- what a machine may lack --------------------------------------------------------------------


def lacking(what: str) -> None:
    """Skip where a program is not installed; fail where the whole check has to be made."""
    reason = f"{what} is not installed (.ci/run installs it)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty PostgreSQL database in a cluster that lives as long as the tests."""
    if postgres_program("initdb") is None:
        lacking("PostgreSQL")
    with postgresql_cluster(tmp_path_factory.mktemp("postgresql")) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        lacking("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()
