"""What is said of personal data is what is done with them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import translation

from skolnat.web.common import personal_file, privacy
from skolnat.web.common.personal import Person, known_of
from skolnat.web.common.retention import periods
from skolnat.web.programme.events.models import Occasion, Registration
from webtests import applying, asking, talking, world

pytestmark = pytest.mark.django_db


def test_every_rule_is_told_with_its_period() -> None:
    assert set(privacy.WORDS) == set(periods())
    page = Client().get("/sv/privacy/").content.decode()
    assert "5 år: efter att ansökningstiden gått ut" in page
    assert "90 dagar" in page


@pytest.mark.parametrize(("days", "told"), [(1, "1 dag"), (90, "90 dagar"), (365, "1 år")])
def test_a_period_is_told_as_people_say_it(days: int, told: str) -> None:
    with translation.override("sv"):
        assert privacy.how_long(days) == told


def keys(value: Any) -> Iterator[str]:
    """Every key of a file, without texts in several languages."""
    if isinstance(value, Mapping):
        if not set(value) <= {"sv", "fi", "en"}:
            yield from value
            for one in value.values():
                yield from keys(one)
    elif isinstance(value, list):
        for one in value:
            yield from keys(one)


def filled(people: Any) -> Person:
    """Somebody of whom every app knows something."""
    member = people["member"]
    EmailAddress.objects.create(user=member, email=member.email, verified=True)
    application = applying.submitted(member)
    applying.reviewed(application, member)
    applying.asked(applying.draft(member, applying.call("autumn")), "398", member)
    world.registration(
        world.occasion(world.event("other")), email=member.email, needs="<b>Ramp</b>"
    )
    asking.enquiry(email=member.email)
    talking.reported(member, member)
    return Person(member, frozenset({member.email}))


def test_a_file_can_be_read_by_people(people: Any) -> None:
    person = filled(people)
    with translation.override("sv"), zipfile.ZipFile(
        io.BytesIO(personal_file.as_file(person).content)
    ) as packed:  # fmt: skip
        page = packed.read("skolnat-my-data.html").decode()
    assert '<html lang="sv">' in page
    assert "&lt;b&gt;Ramp&lt;/b&gt;" in page
    assert "<dt>Kommun</dt><dd>016</dd>" in page
    assert "Together over the border" in page
    assert "<dt>Läge</dt><dd>bekräftad</dd>" in page
    assert "<dt>Som</dt><dd>skribent</dd>" in page


def test_every_key_of_a_file_has_words(people: Any) -> None:
    told = known_of(filled(people))
    assert {name for name, rows in told.items() if rows} >= {
        "account", "applications", "audit_trail", "discussion", "questions_to_experts",
        "registrations",
    }  # fmt: skip
    assert set(keys(told)) - set(personal_file.LABELS) == set()


def test_an_officer_sees_what_goes_next_and_nobody_else_does(people: Any, as_role: Any) -> None:
    world.registration(world.occasion(world.event(), days=1))
    Registration.objects.update(created=world.now())
    Occasion.objects.update(
        begins=world.now() - timedelta(days=400), ends=world.now() - timedelta(days=399)
    )
    page = as_role("officer").get("/sv/privacy/").content.decode()
    shown = page.partition("Vad som tas bort härnäst")[2]
    assert '<span class="tag wait">1</span> Anmälningar' in shown
    assert Registration.objects.get().name == "Person 1"
    assert "Vad som tas bort" not in as_role("member").get("/sv/privacy/").content.decode()
