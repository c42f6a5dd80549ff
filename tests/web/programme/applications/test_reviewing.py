"""Points are counted as by hand; whoever has a tie reads nothing; decisions come all at once."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import timezone, translation
from pypdf import PdfReader

from skolnat.web.accounts.models import Membership, User
from skolnat.web.common.models import Letter
from skolnat.web.common.texts import Texts
from skolnat.web.programme.applications import deciding, reviewing
from skolnat.web.programme.applications.models import Decision, Pilot, Review, Score
from webtests import applying

REASONS = Texts(sv="Planen är mogen.", fi="Suunnitelma on valmis.")


def reviewer(name: str) -> User:
    return User.objects.create_user(f"{name}@example.org", name=name, is_reviewer=True)


def test_points_are_weighed_as_by_hand(people: dict[str, Any]) -> None:
    """Criteria of weight 3 (of 5 points) and 1 (of 10): (4/5 * 3 + 8/10) / 4 and (1/5 * 3) / 4."""
    made = applying.submitted(people["member"])
    applying.reviewed(made, people["reviewer"], (4, 8))
    applying.reviewed(made, reviewer("other"), (1, 0))
    unfinished = Review.objects.create(application=made, reviewer=reviewer("third"))
    reviewing.declare(unfinished, impartial=True, conflict="")
    told = reviewing.standing(made)
    assert told is not None
    assert told.total == pytest.approx((80.0 + 15.0) / 2)
    assert told.spread == pytest.approx(65.0)
    assert sorted(told.means.values()) == [2.5, 4.0]
    assert (told.done, told.given, told.conflicts) == (2, 3, 0)


def test_who_speaks_for_the_group_is_not_given_the_application(people: dict[str, Any]) -> None:
    made = applying.submitted(people["member"])
    tied = reviewer("tied")
    Membership.objects.create(user=tied, municipality_id="111", state="granted")
    given = reviewing.assign(made, [people["reviewer"], tied], people["officer"])
    assert [one.state for one in given] == ["assigned", "conflict"]
    assert [one.to for one in Letter.objects.filter(purpose="applications/assigned")] == [
        "reviewer@example.org"
    ]


def test_nothing_is_read_before_or_after_a_conflict(people: dict[str, Any], as_role: Any) -> None:
    made = applying.submitted(people["member"])
    Review.objects.create(application=made, reviewer=people["reviewer"])
    client, page = as_role("reviewer"), f"/sv/applications/{made.pk}/"
    assert client.get(page).status_code in {403, 404}
    assert "Share grades" not in client.get(f"{page}review/").content.decode()
    client.post(f"{page}review/", {"choice": "none"})
    assert "Share grades" in client.get(f"{page}review/").content.decode()
    first, second = made.call.criteria.all()
    client.post(f"{page}review/", {f"points_{first.pk}": 4, f"points_{second.pk}": 8, "finish": 1})
    assert Score.objects.count() == 2
    # A tie that is seen only when one has read.
    client.post(f"{page}review/", {"tied": "1", "conflict": "My brother leads a school there."})
    own = Review.objects.get()
    assert (own.state, own.impartial, own.conflict) == (
        "conflict",
        False,
        "My brother leads a school there.",
    )
    assert not Score.objects.exists()
    for path in (page, f"{page}review/"):
        assert client.get(path).status_code in {403, 404}
        assert client.post(f"{page}review/", {"choice": "none"}).status_code in {403, 404}


def test_a_batch_is_published_whole_or_not_at_all(people: dict[str, Any]) -> None:
    call, officer = applying.call(), people["officer"]
    one, two = (applying.submitted(people["member"], call) for _ in range(2))
    deciding.prepare(one, "pilot", REASONS, officer)
    deciding.prepare(two, "refused", Texts(sv="Bara på svenska."), officer)
    with pytest.raises(deciding.NotReady) as early:
        deciding.publish(call, officer, timezone.now())
    assert (early.value.early, early.value.undecided) == (True, [two])
    applying.close(call)
    with pytest.raises(deciding.NotReady):
        deciding.publish(call, officer, timezone.now())
    assert not Decision.objects.exclude(published=None).exists()
    assert not Letter.objects.filter(purpose="applications/decided").exists()
    deciding.prepare(two, "refused", REASONS, officer)
    assert deciding.undecided() == 1
    assert deciding.publish(call, officer, timezone.now()) == 2
    assert deciding.publish(call, officer, timezone.now()) == 0  # twice is once
    assert deciding.undecided() == 0
    assert list(Pilot.objects.values_list("application", flat=True)) == [one.pk]
    told = Letter.objects.filter(purpose="applications/decided").values_list("to", flat=True)
    assert sorted(set(told)) == ["contact@example.org", "m111@example.org", "member@example.org"]
    with pytest.raises(ValueError, match="before publishing"):
        deciding.prepare(two, "pilot", REASONS, officer)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "sv",
            ("Beslut om en ansökan", "vald till pilot", "Planen är mogen.", "4,0", "The officer"),
        ),
        ("fi", ("Päätös hakemukseen", "valittu pilotiksi", "Suunnitelma on valmis.", "4,0")),
    ],
)
def test_the_letter_stands_in_both_languages(
    language: str, words: tuple[str, ...], people: dict[str, Any], as_role: Any
) -> None:
    made = applying.submitted(people["member"])
    applying.reviewed(made, people["reviewer"], (4, 8))
    deciding.prepare(made, "pilot", REASONS, people["officer"])
    applying.close(made.call)
    deciding.publish(made.call, people["officer"], timezone.now())
    with translation.override("en"):
        answer = as_role("member").get(f"/en/applications/{made.pk}/letter-{language}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    paper = PdfReader(io.BytesIO(answer.content))
    text = " ".join(page.extract_text() for page in paper.pages)
    for word in words:
        assert word in text, word
    assert paper.trailer["/Root"]["/Lang"] == language
