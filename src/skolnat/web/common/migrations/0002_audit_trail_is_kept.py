"""The database refuses to change or remove an entry of the audit trail, whoever asks."""

from __future__ import annotations

from typing import Any

from django.db import migrations

_SQLITE = [
    f"""CREATE TRIGGER audit_no_{verb} BEFORE {verb.upper()} ON common_auditentry
    BEGIN SELECT RAISE(ABORT, 'the audit trail cannot be edited'); END"""
    for verb in ("update", "delete")
]
_POSTGRESQL = [
    """CREATE FUNCTION audit_refuse() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION 'the audit trail cannot be edited'; END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON common_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON common_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
]


def keep(apps: Any, editor: Any) -> None:
    """Make the triggers."""
    for command in _SQLITE if editor.connection.vendor == "sqlite" else _POSTGRESQL:
        editor.execute(command)


class Migration(migrations.Migration):
    """Triggers on the audit trail; there is no way back."""

    dependencies = [("common", "0001_initial")]
    operations = [migrations.RunPython(keep)]
