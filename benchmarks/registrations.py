"""300 people register within ten seconds for the last 100 places, from a real load on a real site.

    .venv/bin/python benchmarks/registrations.py [--json]

Runs the site as ``make serve`` does (two processes, its workers beside it) on SQLite and on a
PostgreSQL cluster of its own, lets locust open the page and send the form 300 times within ten
seconds, and counts what the database holds afterwards. They come evenly, and then in waves: thirty
at the same moment, once a second. ``…_s`` are processor seconds.
"""

from __future__ import annotations

import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

PEOPLE, SECONDS, PLACES = 300, 10, 100
ROOT = Path(__file__).parents[1]
SUPPORT = ROOT / "tests/web/support"
WORLD = f"""
from webtests import world
print(world.occasion(world.event("rush"), capacity={PLACES}).pk)
"""
COUNT = """
from collections import Counter
from skolnat.web.programme.events.models import Registration
states = Counter(Registration.objects.values_list("state", flat=True))
print(states["place"], states["waiting"])
"""

if "RUSH_LOG" in os.environ:  # read by locust
    import random

    from locust import HttpUser, constant, events, task

    _TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
    _PATH = "/sv/events/rush/register/"

    class Person(HttpUser):
        """Opens the page, fills in the form, sends it, and is done."""

        wait_time = constant(3600)
        count = 0

        @task
        def register(self) -> None:
            """Register once."""
            if os.environ["RUSH_WAVES"] != "1":
                time.sleep(random.random())
            Person.count += 1
            number = Person.count
            page = self.client.get(_PATH, name="page")
            found = _TOKEN.search(page.text)
            data = {
                "csrfmiddlewaretoken": found[1] if found else "",
                "occasion": os.environ["RUSH_OCCASION"],
                "name": f"Person {number}",
                "email": f"p{number}@example.org",
                "municipality": random.choice(["016", "398", "081", "098"]),
                "role": "head",
                "question_language": "sv",
            }
            self.client.post(_PATH, data, name="form", allow_redirects=False)

    @events.request.add_listener
    def note(name: str, response_time: float, response: object, **_more: object) -> None:
        """Write one line an answer."""
        status = getattr(response, "status_code", 0)
        with Path(os.environ["RUSH_LOG"]).open("a") as log:
            log.write(json.dumps([name, response_time, status]) + "\n")


def processor_seconds() -> dict[str, float]:
    """Return processor seconds so far of the site, its workers, the load and the database."""
    used: dict[str, float] = {}
    for one in psutil.process_iter(["cmdline", "name", "cpu_times"]):
        words = " ".join(one.info["cmdline"] or ())
        if "gunicorn" in words:
            name = "site"
        elif "skolnat.web.command work" in words:
            name = "workers"
        elif "postgres" in (one.info["name"] or ""):
            name = "database"
        else:
            continue
        times = one.info["cpu_times"]
        used[name] = used.get(name, 0.0) + times.user + times.system
    load = resource.getrusage(resource.RUSAGE_CHILDREN)
    used["load"] = load.ru_utime + load.ru_stime
    return used


def rush(kind: str, folder: Path, database_url: str, *, waves: bool) -> dict[str, object]:
    """Run the load against one database."""
    from webtests.sites import running_site

    with running_site(folder / "data", database_url, processes=2) as site:
        occasion = site.django(WORLD).strip()
        before = processor_seconds()
        log = folder / "log"
        environment = {**os.environ, "RUSH_LOG": str(log), "RUSH_OCCASION": occasion}
        environment["RUSH_WAVES"] = "1" if waves else "0"
        words = ("-u", str(PEOPLE), "-r", str(PEOPLE / SECONDS), "-t", f"{SECONDS + 12}s")
        subprocess.run(
            [
                sys.executable,
                "-m",
                "locust",
                "-f",
                __file__,
                "--headless",
                "--only-summary",
                "--host",
                site.url,
                *words,
            ],
            env=environment,
            check=False,
            capture_output=True,
        )
        after = processor_seconds()
        places, waiting = map(int, site.django(COUNT).split())
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    forms = [time for name, time, _ in lines if name == "form"]
    pages = [time for name, time, _ in lines if name == "page"]
    return {
        "database": kind,
        "arrive": "in waves" if waves else "evenly",
        "sent": len(forms),
        "places": places,
        "waiting": waiting,
        "errors": sum(status >= 400 or status == 0 for _, _, status in lines),
        "form_median_ms": round(statistics.median(forms)),
        "form_p95_ms": round(statistics.quantiles(forms, n=20)[-1]),
        "page_median_ms": round(statistics.median(pages)),
        **{f"{name}_s": round(after[name] - before.get(name, 0.0), 1) for name in after},
    }


def main() -> None:
    """Measure both databases and print a table."""
    sys.path.insert(0, str(SUPPORT))
    from webtests.sites import postgresql_cluster

    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for waves in (False, True):
            here = folder / str(waves)
            for part in ("sqlite", "postgresql", "cluster"):
                (here / part).mkdir(parents=True)
            rows.append(rush("SQLite", here / "sqlite", "", waves=waves))
            with postgresql_cluster(here / "cluster") as url:
                rows.append(rush("PostgreSQL", here / "postgresql", url, waves=waves))
    if "--json" in sys.argv:
        print(json.dumps(rows))
        return
    for row in rows:
        print("  ".join(f"{key} {value}" for key, value in row.items()))


if __name__ == "__main__":
    main()
