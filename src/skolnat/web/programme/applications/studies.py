"""The main job for the municipalities of an application, as a task with progress.

The computing is done in a process of its own (:mod:`.study_process`): the worker stays small, and
a run that breaks takes nothing with it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from skolnat.common.languages import LANGUAGES, Language
from skolnat.web.accounts.models import Municipality, User
from skolnat.web.common.audit import record
from skolnat.web.common.texts import Texts
from skolnat.web.programme.applications.models import Application, Partner, StudyRun
from skolnat.web.programme.applications.study_file import study_file

STEPS: Final = (
    "forecast", "journeys", "compile", "network", "evaluate", "cooperation", "sensitivity",
    "tables", "report",
)  # fmt: skip
"""Steps of a run, in order; only their count is used, to tell how far it has come."""
LONGEST: Final = timedelta(minutes=45)


class CannotStudy(Exception):  # noqa: N818 - what it is, not what went wrong in the code
    """The group is too small for a study, or one is under way."""


def place(run: StudyRun) -> Path:
    """Return the folder of a run."""
    return Path(settings.MEDIA_ROOT) / "studies" / str(run.pk)


def report_file(run: StudyRun, language: str) -> Path:
    """Return the report of a finished run in a language."""
    return place(run) / "out" / "report" / language / "index.html"


def ask(application: Application, user: User) -> StudyRun:
    """Queue a study of exactly the municipalities that have joined.

    Raises
    ------
    CannotStudy
        Fewer than two municipalities have joined, or a run of this application is not over.
    """
    with transaction.atomic():
        held = Application.objects.select_for_update().get(pk=application.pk)
        joined = held.partners.filter(state=Partner.State.CONFIRMED)
        codes = sorted(joined.values_list("municipality_id", flat=True))
        under_way = held.studies.filter(
            state__in=(StudyRun.State.QUEUED, StudyRun.State.RUNNING),
            asked__gt=timezone.now() - 2 * LONGEST,
        )
        if len(codes) < 2 or under_way.exists():
            raise CannotStudy
        run = StudyRun.objects.create(application=held, codes=codes, asked_by=user)
        record(user, "applications.study_asked", held, municipalities=codes)
        compute.enqueue(run.pk)
    return run


@task(queue_name="studies")
def compute(number: int) -> None:
    """Run one study; one that is over is left alone."""
    run = StudyRun.objects.select_related("application").filter(pk=number).first()
    if run is None or run.is_over:
        return
    run.state, run.begun = StudyRun.State.RUNNING, timezone.now()
    run.save()
    folder = place(run)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    file = folder / "study.toml"
    file.write_text(study_file(run.codes, _names(run)), encoding="utf-8")
    _follow(run, file, folder / "out")
    run.ended = timezone.now()
    run.save()


def _names(run: StudyRun) -> dict[Language, list[str]]:
    rows = {one.pk: one for one in Municipality.objects.filter(pk__in=run.codes)}
    # The code itself where there is no such municipality: the study says so, in words.
    order = sorted(run.codes, key=lambda code: (code != run.application.responsible_id, code))
    return {
        language: [rows[code].names.told(language).text if code in rows else code for code in order]
        for language in LANGUAGES
    }


def go_on() -> int:
    """Begin anew what broke off when the worker was stopped; return how many.

    For the worker of studies to call when it starts: it is the only one, so that nothing which
    is said to be under way can be.
    """
    broken = list(StudyRun.objects.filter(state=StudyRun.State.RUNNING))
    for run in broken:
        with transaction.atomic():
            run.state, run.step, run.share = StudyRun.State.QUEUED, "", 0.0
            run.save()
            compute.enqueue(run.pk)
    return len(broken)


def _follow(run: StudyRun, file: Path, out: Path) -> None:
    words = [sys.executable, "-m", "skolnat.web.programme.applications.study_process"]
    limit = run.begun + LONGEST if run.begun else timezone.now() + LONGEST
    with (
        (out.parent / "log").open("w+", encoding="utf-8") as log,
        subprocess.Popen(
            [*words, str(file), str(out)], stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        # A step may say nothing for minutes; the clock must not wait for its next word.
        clock = threading.Timer(max(0.0, (limit - timezone.now()).total_seconds()), process.kill)
        clock.daemon = True
        clock.start()
        done = 0
        for line in process.stdout or ():
            told = json.loads(line)
            if "fault" in told:
                run.message = Texts(told["fault"])
                continue
            done += told["ended"]
            run.step, run.share = told["step"], min(1.0, done / len(STEPS))
            run.save(update_fields=["step", "share"])
        clock.cancel()
    run.state = StudyRun.State.FAILED if process.returncode else StudyRun.State.DONE
    if not process.returncode:
        run.share = 1.0
