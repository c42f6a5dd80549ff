"""How long each page takes on SQLite with 308 municipalities, 50 events and 5,000 registrations.

    .venv/bin/python benchmarks/pages.py [--json]

Opens every page of the route table as somebody who may see it, in Swedish, 15 times in one
process, and prints the median of each, the slowest first. Rows that other apps bring are made by
their own ``webtests.crowd_*`` modules.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TIMES = 15
LIMIT_MS = 150.0


def crowd() -> None:
    """Fill the database: 50 events, two occasions and 100 registrations each, questions."""
    from datetime import timedelta

    from skolnat.web.accounts.models import Municipality
    from skolnat.web.programme.events.models import Registration
    from webtests import world

    codes = list(Municipality.objects.values_list("pk", flat=True))
    now = world.now()
    for number in range(50):
        event = world.event(f"event-{number}")
        both = [world.occasion(event, days=days + number, capacity=40) for days in (5, 9)]
        rows = []
        for person in range(100):
            one = world.unsaved(both[person % 2], person, municipality_id=codes[person * 3 % 308])
            one.state = "place" if person < 80 else "waiting"
            one.queued = one.created = one.changed = now - timedelta(seconds=100 - person)
            rows.append(one)
        Registration.objects.bulk_create(rows)
        for each in range(20):
            world.question(event, f"Fråga {each}?", state="shown" if each % 2 else "new")


def main() -> None:
    """Fill, measure, print."""
    sys.path.insert(0, str(ROOT / "tests/web/support"))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SKOLNAT_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "skolnat.web.settings"
        rows = measured()
    if "--json" in sys.argv:
        print(json.dumps(rows))
        return
    for name, median in sorted(rows.items(), key=lambda pair: -pair[1]):
        print(f"{median:7.1f} ms  {name}{'  over the limit' if median > LIMIT_MS else ''}")


def measured() -> dict[str, float]:
    """Return the median of each page in milliseconds."""
    import logging

    import django

    django.setup()
    logging.disable(logging.WARNING)
    from django.core.management import call_command
    from django.db import transaction
    from django.test import Client
    from django.urls import reverse
    from django.utils import translation

    from skolnat.web.accounts.models import Membership, User
    from skolnat.web.seed import fill
    from webtests.routes import all_routes

    call_command("migrate", verbosity=0)
    fill(empty=False)
    crowd()
    people: dict[str, Any] = {"visitor": None}
    for role in ("reader", "member", "reviewer", "officer"):
        flags = {"is_officer": role == "officer", "is_reviewer": role == "reviewer"}
        people[role] = User.objects.create_user(f"{role}@example.org", "", **flags)
    Membership.objects.create(user=people["member"], municipality_id="016", state="granted")
    out: dict[str, float] = {}
    busy = {"events:list": {}, "events:manage": {}}
    for name in ("event", "register", "edit", "people", "coverage"):
        busy[f"events:{name}"] = {"slug": "event-7"}
    for name in ("board", "live", "moderate", "moderate_live"):
        busy[f"questions:{name}"] = {"slug": "event-7"}
    for name, route in sorted(all_routes().items()):
        if route.get is None:
            continue
        roles = ("officer", "reviewer", "member", "reader", "visitor")
        role = next((r for r in roles if getattr(route.get, r) == 200), None)
        if role is None:
            continue
        client = Client(SERVER_NAME="localhost")
        if people[role] is not None:
            client.force_login(people[role], "django.contrib.auth.backends.ModelBackend")
        with transaction.atomic():
            kwargs = busy[name] if name in busy else route.kwargs(people)
            with translation.override("sv"):
                url = reverse(name, kwargs=kwargs)
            spent = []
            for _ in range(TIMES):
                start = time.perf_counter()
                client.get(url)
                spent.append((time.perf_counter() - start) * 1000)
            transaction.set_rollback(True)
        out[name] = round(statistics.median(spent), 1)
    return out


if __name__ == "__main__":
    main()
