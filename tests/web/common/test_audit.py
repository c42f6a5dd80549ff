"""The audit trail is worth nothing if anybody can edit it, whether through Django or past it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from skolnat.web.common.audit import record
from skolnat.web.common.models import AuditEntry
from webtests.sites import Site


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


ON_POSTGRESQL = """
from django.db import DatabaseError, connection, transaction
from skolnat.web.accounts.models import Municipality
from skolnat.web.common.audit import record
from skolnat.web.common.models import AuditEntry
record(None, "x", Municipality.objects.first())
for command in (
    "UPDATE common_auditentry SET action = 'y'",
    "DELETE FROM common_auditentry",
    "TRUNCATE common_auditentry",
):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(command)
    except DatabaseError as refused:
        print("cannot be edited" in str(refused))
print(connection.vendor, AuditEntry.objects.get(action="x").action)
"""


def test_postgresql_refuses_too(postgresql: str, tmp_path: Path) -> None:
    """The triggers of either database are other words; tests run on SQLite."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "skolnat.web.settings",
        "SKOLNAT_DATA": str(tmp_path),
        "SKOLNAT_DATABASE_URL": postgresql,
        "PYTHONPATH": os.pathsep.join(one for one in sys.path if one),
    }
    site = Site("", tmp_path, environment)
    site.command("seed", "--empty")
    told = site.django(ON_POSTGRESQL).split()
    assert told == ["True", "True", "True", "postgresql", "x"]
