"""A site in processes of its own, and a PostgreSQL cluster that lives as long as it is needed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


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


@contextmanager
def running_site(
    data: Path, database_url: str = "", *, processes: int = 1, host: str = "127.0.0.1",
    more: Mapping[str, str] | None = None,
) -> Iterator[Site]:  # fmt: skip
    """Start a site on a data folder of its own, seeded; stop it at the end.

    ``host`` is the name under which it is reached on this machine, ``more`` further variables.
    """
    data.mkdir(parents=True, exist_ok=True)
    port = free_port()
    url = f"http://{host}:{port}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "skolnat.web.settings",
        "SKOLNAT_DATA": str(data),
        "SKOLNAT_DATABASE_URL": database_url,
        "SKOLNAT_URL": url,
        "PYTHONPATH": os.pathsep.join(one for one in sys.path if one),
        **(more or {}),
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


def postgres_program(name: str) -> str | None:
    """Return where a program of PostgreSQL lies, the newest version first."""
    places = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    found = [str(place / name) for place in places if (place / name).is_file()]
    return found[0] if found else shutil.which(name)


@contextmanager
def postgresql_cluster(folder: Path) -> Iterator[str]:
    """Start a PostgreSQL cluster in an empty folder; give the address of its empty database."""
    initdb, pg_ctl = postgres_program("initdb"), postgres_program("pg_ctl")
    assert initdb is not None
    assert pg_ctl is not None
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
    # A full machine takes longer than the minute for which pg_ctl waits by itself.
    run(pg_ctl, "-D", data, "-w", "-t", "240", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://skolnat@127.0.0.1:{port}/postgres"
    finally:
        # Nothing in it is wanted any more.
        run(pg_ctl, "-D", data, "-w", "-m", "immediate", "stop")
