"""A municipality joins by its own word: by link once, by account, and never through another."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skolnat.web.accounts.models import Membership, Municipality, User
from skolnat.web.common.models import Letter
from skolnat.web.programme.applications import drafting, group, links
from skolnat.web.programme.applications.models import Partner
from webtests import applying

SAYS = {"signer": "Director", "signer_role": "director of education", "joins": "yes"}


def page(partner: Partner) -> str:
    return reverse("applications:partner_link", kwargs={"token": links.token(partner)})


def test_the_link_of_the_letter_answers_once(people: dict[str, Any]) -> None:
    made = applying.draft(people["member"])
    partner = applying.asked(made, "111", people["member"])
    letter = Letter.objects.get(to="m111@example.org")
    assert letter.language == "fi"
    url, visitor = page(partner), Client()
    assert visitor.get(url).status_code == 200
    partner.refresh_from_db()
    assert partner.state == Partner.State.ASKED  # opening changes nothing: mail programs look in
    assert visitor.post(url, SAYS).status_code == 200
    partner.refresh_from_db()
    assert (partner.state, partner.signer) == (Partner.State.CONFIRMED, "Director")
    # Whoever has the link later sees the answer, and cannot turn it.
    assert visitor.post(url, SAYS | {"joins": "no"}).status_code == 410
    partner.refresh_from_db()
    assert partner.is_confirmed


def test_a_forged_link_opens_nothing(people: dict[str, Any]) -> None:
    made = applying.draft(people["member"])
    good = page(applying.asked(made, "111", people["member"]))
    for bad in (good[:-9] + "/", good.replace("partner/", "partner/x")):
        assert Client().get(bad).status_code == 404


def test_a_new_letter_makes_the_old_link_stop(people: dict[str, Any]) -> None:
    made = applying.draft(people["member"])
    old = page(applying.asked(made, "111", people["member"]))
    applying.asked(made, "111", people["member"])
    assert Client().post(old, SAYS).status_code == 410
    assert made.partners.get(municipality="111").state == Partner.State.ASKED


def test_the_responsible_municipality_cannot_leave(people: dict[str, Any]) -> None:
    made = applying.draft(people["member"])
    for partner in (made.partners.get(), applying.joined(made, "111", people["member"])):
        group.leave_out(made.pk, partner.pk, people["member"], timezone.now())
    assert [one.municipality_id for one in made.partners.all()] == ["016"]


def test_nobody_joins_after_the_call_has_closed(people: dict[str, Any]) -> None:
    made = applying.draft(people["member"])
    partner = applying.asked(made, "111", people["member"])
    applying.close(made.call)
    who = group.Signature("Director")
    with pytest.raises(drafting.NotOpen):
        group.answer(
            partner.pk, joins=True, by=who, reason="", nonce=partner.nonce, now=timezone.now()
        )


def test_aland_cannot_be_asked(people: dict[str, Any], as_role: Any) -> None:
    made = applying.draft(people["member"])
    url = reverse("applications:ask", kwargs={"number": made.pk})
    answer = as_role("member").post(url, {"municipality": "478", "language": "sv"})
    assert answer.status_code == 400
    assert made.partners.count() == 1


def test_who_speaks_for_a_municipality_learns_of_an_answer_in_its_name(
    people: dict[str, Any],
) -> None:
    """The responsible municipality chooses where the link goes: it could be its own address."""
    heinola = User.objects.create_user("own@heinola.example", language="fi")
    Membership.objects.create(user=heinola, municipality_id="111", state="granted")
    made = applying.draft(people["member"])
    member = people["member"]
    town = Municipality.objects.get(code="111")
    partner = group.ask(made.pk, town, "thief@example.org", "fi", member, timezone.now())
    Client().post(page(partner), SAYS)
    told = {one.to: one for one in Letter.objects.filter(purpose="applications/answered")}
    assert set(told) == {"own@heinola.example", "member@example.org"}
    assert "thief@example.org" in told["own@heinola.example"].text
    assert told["own@heinola.example"].language == "fi"
