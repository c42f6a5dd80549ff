"""Submitted once, whole, on time by the server's clock; decided all at once."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from skolnat.web.common.models import AuditEntry, Letter
from skolnat.web.common.texts import Texts
from skolnat.web.programme.applications import deciding, drafting, exports, reviewing, submitting
from skolnat.web.programme.applications.decision_letter import letter
from skolnat.web.programme.applications.models import Pilot, Review
from webtests import applying


def test_an_unfinished_application_is_told_what_it_lacks(people: dict[str, Any]) -> None:
    made = applying.draft(people["member"])
    applying.asked(made, "111", people["member"])
    with pytest.raises(submitting.NotWhole) as found:
        submitting.submit(made.pk, people["member"], timezone.now())
    lacks = found.value.lacks
    question = made.call.questions.get().key
    assert [one.key for one in lacks.texts] == [
        "contact_name", "contact_email", "needs", "plan", "goals", question
    ]  # fmt: skip
    assert [one.pk for one in lacks.waiting] == ["111"]
    assert lacks.short == 1


def test_a_submission_is_acknowledged_once(people: dict[str, Any]) -> None:
    made = applying.written(people["member"])
    now = timezone.now()
    first = submitting.submit(made.pk, people["member"], now)
    again = submitting.submit(made.pk, people["member"], now + timedelta(minutes=1))
    assert (again.number, again.submitted) == (first.number, now)
    receipts = Letter.objects.filter(purpose="applications/receipt")
    readers = {"contact@example.org", "m111@example.org", "member@example.org"}
    assert {one.to for one in receipts} == readers
    assert len(receipts) == 3
    assert AuditEntry.objects.filter(action="applications.submitted").count() == 1


def test_a_late_application_is_refused_by_the_servers_clock(
    people: dict[str, Any], as_role: Any
) -> None:
    made = applying.written(people["member"])
    applying.close(made.call)
    url = reverse("applications:submit", kwargs={"number": made.pk})
    answer = as_role("member").post(url)
    assert answer.status_code == 409
    made.refresh_from_db()
    assert made.is_draft
    with pytest.raises(drafting.NotOpen):
        submitting.submit(made.pk, people["member"], made.call.closes)


def test_reviewers_with_a_tie_are_left_out(people: dict[str, Any]) -> None:
    made = applying.submitted(people["member"])
    member = people["member"]
    member.is_reviewer = True
    member.save()
    done = reviewing.assign(made, [people["reviewer"], member], people["officer"])
    assert [one.state for one in done] == [Review.State.ASSIGNED, Review.State.CONFLICT]
    assert Letter.objects.filter(purpose="applications/assigned").count() == 1


def test_scores_are_weighed(people: dict[str, Any]) -> None:
    made = applying.submitted(people["member"])
    applying.reviewed(made, people["reviewer"], (4, 8))
    applying.reviewed(made, people["officer"], (2, 10))
    (standing,) = reviewing.standings(made.call)
    # Criteria: 5 points of weight 3, 10 points of weight 1.
    one, two = 100 * (0.8 * 3 + 0.8) / 4, 100 * (0.4 * 3 + 1.0) / 4
    assert standing.total == pytest.approx((one + two) / 2)
    assert standing.spread == pytest.approx(one - two)
    assert sorted(standing.means.values()) == [3.0, 9.0]
    (row,) = exports.rows(made.call)
    told = dict(zip(exports.columns(made.call), row, strict=True))
    assert (told["score"], told["partners"]) == (round((one + two) / 2, 1), "Asikkala, Heinola")


def test_decisions_are_published_in_one_batch(people: dict[str, Any]) -> None:
    officer = people["officer"]
    chosen = applying.submitted(people["member"])
    other = applying.submitted(people["member"], chosen.call)
    now = chosen.call.closes + timedelta(days=30)
    reasons = Texts(sv="Bra plan.", fi="Hyvä suunnitelma.")
    deciding.prepare(chosen, "pilot", reasons, officer)
    deciding.prepare(other, "refused", Texts(sv="Bara svenska"), officer)
    with pytest.raises(deciding.NotReady) as early:
        deciding.publish(chosen.call, officer, timezone.now())
    assert early.value.early
    with pytest.raises(deciding.NotReady) as lacking:
        deciding.publish(chosen.call, officer, now)
    assert lacking.value.undecided == [other]
    assert not Letter.objects.filter(purpose="applications/decided").exists()
    deciding.prepare(other, "refused", reasons, officer)
    assert deciding.publish(chosen.call, officer, now) == 2
    assert deciding.publish(chosen.call, officer, now) == 0
    assert Letter.objects.filter(purpose="applications/decided").count() == 6
    pilot = Pilot.objects.get(call=chosen.call)
    assert {one.pk for one in pilot.municipalities.all()} == {"016", "111"}
    with pytest.raises(ValueError, match="before publishing"):
        deciding.prepare(chosen, "refused", reasons, officer)


@pytest.mark.parametrize(
    ("language", "words"),
    [("sv", ("Beslut: vald till pilot", "Bra plan.")), ("fi", ("Päätös: valittu pilotiksi",))],
)
def test_the_letter_is_an_accessible_pdf(
    language: Any, words: tuple[str, ...], people: dict[str, Any]
) -> None:
    from pypdf import PdfReader

    made = applying.submitted(people["member"])
    applying.reviewed(made, people["reviewer"])
    deciding.prepare(made, "pilot", Texts(sv="Bra plan.", fi="Hyvä #evil[x]."), people["officer"])
    deciding.publish(made.call, people["officer"], made.call.closes + timedelta(days=1))
    made.refresh_from_db()
    read = PdfReader(BytesIO(letter(made, language)))
    text = read.pages[0].extract_text()
    for word in (*words, made.number, "Asikkala", "Heinola"):
        assert word in text
    catalogue = read.trailer["/Root"]
    assert catalogue["/Lang"] == language
    assert catalogue["/MarkInfo"]["/Marked"]
    if language == "fi":
        assert "#evil[x]" in text  # what people write is no markup
