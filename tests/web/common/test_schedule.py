"""Scheduled work is queued when it is due, once, however many processes look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django_tasks_db.models import DBTaskResult

from skolnat.web.common.models import Run
from skolnat.web.common.schedule import names, run_due

LATE = "skolnat.web.common.letters.send_late"
NOON = datetime(2022, 3, 25, 10, tzinfo=UTC)


def test_work_is_queued_once_until_its_time_has_passed(db: None) -> None:
    assert LATE in names()
    assert LATE in run_due(NOON)
    assert LATE not in run_due(NOON + timedelta(minutes=9, seconds=59))
    assert LATE in run_due(NOON + timedelta(minutes=10))
    assert DBTaskResult.objects.filter(task_path=LATE).count() == 2
    assert Run.objects.get(name=LATE).last == NOON + timedelta(minutes=10)
