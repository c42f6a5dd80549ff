"""Contacts and drafts go in time; the application, and who answered for whom, stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from skolnat.web.common.personal import Person, known_of
from skolnat.web.programme.applications import attachments, keeping
from skolnat.web.programme.applications.models import Application
from webtests import applying


def test_contacts_go_from_every_wording_and_the_rest_stays(people: dict[str, Any]) -> None:
    made = applying.submitted(people["member"])
    before, later = timezone.now(), timezone.now() + timedelta(days=11)
    assert not keeping.old_contacts(before).exists()  # the call is open
    assert list(keeping.old_contacts(later)) == [made]
    keeping.forget_contacts(keeping.old_contacts(later))
    assert not keeping.old_contacts(later).exists()
    made.refresh_from_db()
    assert set(made.content) & set(keeping.CONTACT) == set()
    assert made.content["plan"] == "Share grades 7–9."
    told = [key for one in made.versions.all() for key in one.changes]
    assert set(told) & set(keeping.CONTACT) == set()
    assert "plan" in told
    heinola = made.partners.get(municipality="111")
    assert (heinola.email, heinola.signer) == ("", "Director")


def test_a_draft_goes_with_its_files(
    people: dict[str, Any], django_capture_on_commit_callbacks: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    made = applying.draft(people["member"])
    file = SimpleUploadedFile("a.txt", b"plan")
    attachments.add(made.pk, file, people["member"], timezone.now())
    assert len([one for one in tmp_path.rglob("*") if one.is_file()]) == 1
    later = timezone.now() + timedelta(days=11)
    with django_capture_on_commit_callbacks(execute=True):
        keeping.forget_drafts(keeping.old_drafts(later))
    assert not Application.objects.exists()
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


def test_a_person_is_told_where_they_are_named(people: dict[str, Any]) -> None:
    applying.submitted(people["member"])
    contact = Person(None, frozenset({"contact@example.org"}))
    assert [one["as"] for one in known_of(contact)["applications"]] == ["contact"]
    heinola = Person(None, frozenset({"m111@example.org"}))
    (told,) = known_of(heinola)["applications"]
    assert (told["as"], told["municipality"], told["role"]) == ("partner", "111", "director")
    writer = known_of(Person(people["member"], frozenset()))["applications"]
    assert "Fewer pupils every year." in [one["text"] for one in writer if one["as"] == "writer"]
    nobody = Person(people["reader"], frozenset({"reader@example.org"}))
    assert known_of(nobody)["applications"] == []
