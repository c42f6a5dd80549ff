"""The audit trail is of use only when an officer finds an entry, and gets it as a file."""

from __future__ import annotations

import json
from typing import Any

from django.urls import reverse

from skolnat.web.common.audit import record


def test_entries_are_found_by_what_who_and_when(people: dict[str, Any], as_role: Any) -> None:
    record(people["officer"], "events.moved", people["reader"])
    record(people["member"], "events.moved", people["reader"])
    record(people["member"], "accounts.made", people["reader"], note="=1+1")
    client = as_role("officer")

    def found(**wish: Any) -> list[dict[str, Any]]:
        answer = client.get(reverse("audit_file", kwargs={"form": "json"}), wish)
        rows: list[dict[str, Any]] = json.loads(answer.content)
        return rows

    assert len(found()) == 3
    assert len(found(action="events.moved")) == 2
    assert [one["action"] for one in found(actor=people["officer"].pk)] == ["events.moved"]
    assert found(action="events.moved", actor=people["member"].pk)[0]["kind"] == "accounts.user"
    assert found(until="2001-01-01") == []
    assert len(found(since="2001-01-01")) == 3
    # What is no day or no number finds everything, and breaks nothing.
    assert len(found(since="2001-13-77", actor="x")) == 3
    page = client.get(reverse("audit"), {"action": "accounts.made"}).content.decode()
    assert page.count("accounts.made") >= 2  # in the list of what there is, and in the row
    assert "=1+1" in page


def test_nobody_can_change_it_by_these_pages(as_role: Any) -> None:
    for name, kwargs in (("audit", {}), ("audit_file", {"form": "csv"})):
        assert as_role("officer").post(reverse(name, kwargs=kwargs)).status_code == 405
