"""No word is lost: two tabs, two people, a call that closes while somebody writes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from skolnat.web.accounts.models import User
from skolnat.web.programme.applications import drafting
from skolnat.web.programme.applications.models import Application
from webtests import applying


def test_texts_of_two_writers_meet_where_they_differ(people: dict[str, Any]) -> None:
    writer, other = people["member"], people["officer"]
    number = applying.draft(writer).pk
    now = timezone.now()
    first = drafting.save(number, writer, 1, {"needs": "Fewer pupils", "plan": "Share"}, now)
    assert (first.revision, first.changed, first.conflicts) == (2, ("needs", "plan"), ())
    # The other began before that save; goals are only theirs, needs are both's.
    second = drafting.save(number, other, 1, {"needs": "Long ways", "goals": "Near"}, now)
    assert second.changed == ("goals",)
    (conflict,) = second.conflicts
    assert (conflict.key, conflict.theirs, conflict.mine) == ("needs", "Fewer pupils", "Long ways")
    assert conflict.by == writer
    application = Application.objects.get(pk=number)
    assert application.content["needs"] == "Fewer pupils"
    assert application.content["goals"] == "Near"
    kept = application.versions.get(aside=True)
    assert (kept.changes, kept.by) == ({"needs": "Long ways"}, other)
    # Saving again from the newest revision is done knowingly, and the former stays in the history.
    drafting.save(number, other, second.revision, {"needs": "Both"}, now)
    application.refresh_from_db()
    assert application.content["needs"] == "Both"
    assert application.versions.filter(changes__needs="Fewer pupils").exists()


def test_what_comes_too_late_is_kept_and_changes_nothing(people: dict[str, Any]) -> None:
    made = applying.draft(people["member"])
    late = made.call.closes + timedelta(seconds=1)
    with pytest.raises(drafting.NotOpen):
        drafting.save(made.pk, people["member"], 1, {"needs": "Late"}, late)
    made.refresh_from_db()
    assert "needs" not in made.content
    assert made.versions.get(aside=True).changes == {"needs": "Late"}
    # At the very moment of closing it is closed; a microsecond before, open.
    with pytest.raises(drafting.NotOpen):
        drafting.save(made.pk, people["member"], 1, {"needs": "A"}, made.call.closes)
    just = made.call.closes - timedelta(microseconds=1)
    assert drafting.save(made.pk, people["member"], 1, {"needs": "A"}, just).changed == ("needs",)


def test_a_text_that_is_too_long_is_told_and_not_cut(people: dict[str, Any]) -> None:
    made = applying.draft(people["member"])
    saved = drafting.save(
        made.pk, people["member"], 1, {"title": "x" * 163, "plan": "P"}, timezone.now()
    )
    assert saved.too_long == {"title": 3}
    assert saved.changed == ("plan",)


def test_an_earlier_wording_can_stand_again(people: dict[str, Any]) -> None:
    made, now = applying.draft(people["member"]), timezone.now()
    drafting.save(made.pk, people["member"], 1, {"needs": "First"}, now)
    drafting.save(made.pk, people["member"], 2, {"needs": "Second"}, now)
    first = made.versions.get(changes__needs="First")
    drafting.restore(made.pk, first, "needs", people["member"], now)
    made.refresh_from_db()
    assert (made.content["needs"], made.revision) == ("First", 4)
    assert drafting.wording_at(made, 3)["needs"] == "Second"


KEYS = ("needs", "plan", "goals")


class NothingIsLost(TestCase):
    """Whatever two writers send, every text that was sent stands somewhere."""

    @given(
        sent=st.lists(
            st.tuples(
                st.booleans(),
                st.integers(0, 3),
                st.dictionaries(st.sampled_from(KEYS), st.sampled_from("ABC"), min_size=1),
            ),
            max_size=6,
        )
    )
    def test_every_text_stands_in_the_application_or_its_history(self, sent: Any) -> None:
        one, _ = User.objects.get_or_create(email="one@example.org")
        two, _ = User.objects.get_or_create(email="two@example.org")
        made = applying.draft(one, applying.call(f"c{Application.objects.count()}"))
        now = timezone.now()
        told: set[tuple[str, str]] = set()
        for first, back, texts in sent:
            revision = Application.objects.get(pk=made.pk).revision
            base = max(1, revision - back)
            drafting.save(made.pk, one if first else two, base, texts, now)
            told |= set(texts.items())
        found = {pair for kept in made.versions.all() for pair in kept.changes.items()}
        assert told <= found
        made.refresh_from_db()
        assert made.content == drafting.wording_at(made, made.revision)
