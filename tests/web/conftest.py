"""What tests of the web share: compiled catalogues, people of every role, a site that runs."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from skolnat.web.accounts.models import User

# Playwright runs a loop in the thread of the tests, and Django would refuse to ask the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
ROLES = ("visitor", "reader", "member", "reviewer", "officer")
"""A visitor has not signed in; a member speaks for Asikkala (016); the others as in rules.py."""


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    from skolnat.web.catalogues import compile_all

    compile_all()


@pytest.fixture(autouse=True)
def _quick_and_quiet(settings: Any) -> None:
    """Hash passwords quickly; keep letters in memory; tasks wait in the database."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


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


# --- a site that runs ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Site:
    """A site in processes of its own.

    Parameters
    ----------
    url
        Its address.
    data
        Its data folder; letters that were sent lie in ``data/mail``.
    environment
        Variables under which it runs.
    """

    url: str
    data: Path
    environment: dict[str, str]

    def command(self, *words: str) -> str:
        """Run ``skolnat-web`` on the site's data and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "skolnat.web.command", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def django(self, code: str) -> str:
        """Run Python on the site's data and return what it prints."""
        start = "import django; django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", start + code],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def running_site(data: Path, database_url: str = "", *, processes: int = 1) -> Iterator[Site]:
    """Start a site on a data folder of its own, seeded; stop it at the end."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "skolnat.web.settings",
        "SKOLNAT_DATA": str(data),
        "SKOLNAT_DATABASE_URL": database_url,
        "SKOLNAT_URL": url,
    }
    words = ("serve", "--port", str(port), "--processes", str(processes))
    log = (data / "serve.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "skolnat.web.command", *words],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{url}/health", timeout=5):
                    break
            except OSError:
                assert server.poll() is None, (data / "serve.log").read_text()
                time.sleep(0.1)
        else:
            raise AssertionError((data / "serve.log").read_text())
        yield Site(url, data, environment)
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A seeded site on SQLite, shared by all tests of this process that open pages."""
    yield from running_site(tmp_path_factory.mktemp("site"))


# --- what a machine may lack --------------------------------------------------------------------


def lacking(what: str) -> None:
    """Skip where a program is not installed; fail where the whole check has to be made."""
    reason = f"{what} is not installed (.ci/run installs it)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _postgres_program(name: str) -> str | None:
    places = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    found = [str(place / name) for place in places if (place / name).is_file()]
    return found[0] if found else shutil.which(name)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty PostgreSQL database in a cluster that lives as long as the tests."""
    initdb, pg_ctl = _postgres_program("initdb"), _postgres_program("pg_ctl")
    if initdb is None or pg_ctl is None:
        lacking("PostgreSQL")
    assert initdb is not None
    assert pg_ctl is not None
    folder = tmp_path_factory.mktemp("postgresql")
    # PostgreSQL refuses to run as root; Debian brings a user for it.
    who = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if who:
        for place in (folder, *folder.parents[:3]):
            if place.stat().st_uid == 0 and place != Path("/tmp"):
                place.chmod(0o711)
        shutil.chown(folder, "postgres")
    port = free_port()
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    data = str(folder / "data")

    def run(*words: str) -> None:
        subprocess.run([*who, *words], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    run(initdb, "-A", "trust", "-U", "skolnat", "-E", "UTF8", "-D", data)
    run(pg_ctl, "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://skolnat@127.0.0.1:{port}/postgres"
    finally:
        run(pg_ctl, "-D", data, "-w", "-m", "fast", "stop")


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
