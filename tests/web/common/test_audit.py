"""The audit trail is worth nothing if anybody can edit it, whether through Django or past it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from skolnat.web.common.audit import record
from skolnat.web.common.models import AuditEntry


def test_an_entry_names_people_by_number(people: dict[str, Any]) -> None:
    entry = record(people["officer"], "accounts.made", people["reader"], role="reader")
    assert entry.actor == people["officer"].pk
    assert (entry.kind, entry.key) == ("accounts.user", str(people["reader"].pk))
    assert record(None, "accounts.made", people["reader"]).actor is None


def test_django_refuses_to_edit_it(people: dict[str, Any]) -> None:
    entry = record(None, "x", people["reader"])
    with pytest.raises(PermissionDenied):
        entry.save()
    with pytest.raises(PermissionDenied):
        entry.delete()
    with pytest.raises(PermissionDenied):
        AuditEntry.objects.all().delete()
    with pytest.raises(PermissionDenied):
        AuditEntry.objects.update(action="y")


@pytest.mark.parametrize(
    "command", ["UPDATE common_auditentry SET action = 'y'", "DELETE FROM common_auditentry"]
)
def test_the_database_refuses_too(people: dict[str, Any], command: str) -> None:
    record(None, "x", people["reader"])
    with (
        pytest.raises(DatabaseError, match="cannot be edited"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(command)
    assert AuditEntry.objects.get().action == "x"
