"""How long each page takes on SQLite with the programme of a whole country in it.

308 municipalities, 50 events, 5,000 registrations, 1,000 questions, 200 applications with reviews
and decisions, 200 pilots, 500 questions to experts, 200 threads, 5,000 entries of the audit trail,
300 letters that could not be sent.

    .venv/bin/python benchmarks/pages.py [--json]

Opens every page of the route table (a test fails on an address that is not in it) as the one who
sees most of it, in Swedish, 15 times in one process, and prints the median of each, the slowest
first. Pages that show a row which everybody crowds about (an event, a call, an application) show
the fullest one; the others show the row of the route table.
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


def crowd_of_applications(people: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Fill a call with 200 applications of five municipalities; return the busiest addresses."""
    from datetime import timedelta

    from skolnat.web.accounts.models import Municipality, User
    from skolnat.web.programme.applications.models import (
        Application,
        Decision,
        Milestone,
        Note,
        Partner,
        Pilot,
        Result,
        Review,
        Score,
        Version,
    )
    from webtests import applying, world

    call = applying.call("crowd")
    past = applying.call("past", days=-5, decided=world.now())
    criteria = list(call.criteria.all())
    codes = list(
        Municipality.objects.filter(aland=False, current=True).values_list("pk", flat=True)
    )
    reviewers = [people["reviewer"]] + [
        User.objects.create_user(f"r{n}@example.org", name=f"R {n}", is_reviewer=True)
        for n in range(4)
    ]
    words = "Barnen blir färre i våra kommuner, och vägen till skolan längre. " * 40
    content = dict.fromkeys(("needs", "plan", "goals"), words)
    content |= {"contact_name": "C", "contact_email": "c@example.org"}
    now = world.now()
    for number in range(200):
        one = Application.objects.create(
            call=call, responsible_id=codes[number], language="sv", state="submitted",
            content={**content, "title": f"Ansökan {number}"}, revision=40, number=f"2026-{number}",
            submitted=now, created_by=people["member"],
        )  # fmt: skip
        own = ["016", *codes[number + 1 : number + 5]]
        Partner.objects.bulk_create(
            Partner(application=one, municipality_id=code, state="confirmed", answered=now,
                    signer="S", language="sv") for code in dict.fromkeys(own)
        )  # fmt: skip
        Version.objects.bulk_create(
            Version(application=one, revision=n, by=people["member"], changes={"needs": words})
            for n in range(1, 41 if number == 0 else 3)
        )
        for who in reviewers[:3]:
            review = Review.objects.create(
                application=one, reviewer=who, impartial=True, state="done", statement=words
            )
            Score.objects.bulk_create(
                Score(review=review, criterion=each, points=number % 5, reason=words[:300])
                for each in criteria
            )
        Note.objects.create(application=one, author=people["officer"], text=words, language="sv")
        Decision.objects.create(
            application=one,
            outcome="pilot",
            reasons={"sv": "A", "fi": "B"},
            published=now if number == 0 else None,
        )
        pilot = Pilot.objects.create(call=past, name={"sv": f"Pilot {number}"})
        pilot.municipalities.set(own)
        for n in range(5):
            day = (now + timedelta(days=n)).date()
            Milestone.objects.create(pilot=pilot, title=f"M {n}", due=day)
            Result.objects.create(pilot=pilot, title=f"R {n}", text=words)
    first = Application.objects.filter(call=call).earliest("pk").pk
    open_ = applying.written(people["member"], call).pk
    at: dict[str, dict[str, Any]] = {"applications:calls": {}, "applications:pilots": {}}
    at |= {f"applications:{name}": {"slug": "crowd"} for name in ("call", "call_edit", "board")}
    at |= {f"applications:{name}": {"number": first} for name in ("application", "review")}
    at |= {f"applications:{name}": {"number": open_} for name in ("edit", "submit", "study")}
    at |= {
        "applications:reviews": {},
        "applications:decision": {"number": first},
        "applications:history": {"number": first},
        "applications:letter": {"number": first, "language": "sv"},
        "applications:export": {"slug": "crowd", "form": "xlsx"},
        "applications:pilot": {"number": Pilot.objects.filter(call=past).earliest("pk").pk},
    }
    return at


def crowd_of_talk(people: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Fill contacts, discussion, audit trail, accounts, letters; return the busiest addresses."""
    from skolnat.web.accounts.models import User
    from skolnat.web.common.models import AuditEntry, Feedback, Letter
    from skolnat.web.programme.discussion import moderating, writing
    from skolnat.web.programme.discussion.models import Post
    from skolnat.web.programme.events.models import Event
    from webtests import asking, talking, world

    asking.expert()
    for number in range(500):
        asking.enquiry(f"Fråga {number}?", browser=f"b{number}", email=f"a{number}@example.org")
    about = talking.subject(Event.objects.get(slug="event-7"))
    words = "Barnen blir färre i våra kommuner, och vägen till skolan längre. " * 8
    for number in range(200):
        author = User.objects.create_user(f"t{number}@example.org", name=f"T {number}")
        thread = talking.thread(author, f"Tråd {number}", words, about=about)
        if number < 50:
            moderating.report(thread.posts.get(), "Fel", people["reader"], world.now())
    for _ in range(60):
        Post.objects.create(
            thread=thread, author=author, language="sv", text=words, at=world.now(), folded=words
        )
    writing.fold(thread.posts.first())
    AuditEntry.objects.bulk_create(
        AuditEntry(actor=people["officer"].pk, action="x", kind="events.event", key=str(n))
        for n in range(5000)
    )
    Letter.objects.bulk_create(
        Letter(to=f"a{n}@example.org", language="sv", purpose="x", subject="Kallelse", tries=8)
        for n in range(300)
    )
    Feedback.objects.bulk_create(Feedback(text=words, language="sv") for _ in range(100))
    at: dict[str, dict[str, Any]] = {
        name: {}
        for name in ("home", "accounts_people", "audit", "contacts:board", "discussion:list",
                     "discussion:reports", "feedback", "letters")
    }  # fmt: skip
    at |= {name: {"form": "xlsx"} for name in ("accounts_people_file", "audit_file")}
    at["discussion:about"] = {"kind": "event", "key": about.key}
    at["discussion:thread"] = {"pk": thread.pk}
    at["contacts:export"] = {"form": "xlsx"}
    return at


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
        people[role] = User.objects.create_user(f"{role}@example.org", **flags)
    Membership.objects.create(user=people["member"], municipality_id="016", state="granted")
    out: dict[str, float] = {}
    busy = {"events:list": {}, "events:manage": {}, **crowd_of_applications(people)}
    busy |= crowd_of_talk(people)
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
                answer = client.get(url)
                spent.append((time.perf_counter() - start) * 1000)
                assert answer.status_code == 200, (name, answer.status_code)
            transaction.set_rollback(True)
        out[name] = round(statistics.median(spent), 1)
    return out


if __name__ == "__main__":
    main()
