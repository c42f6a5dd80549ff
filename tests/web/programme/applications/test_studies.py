"""A study is the real main job, run for exactly the municipalities that have joined."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from skolnat.common.languages import LANGUAGES
from skolnat.web.accounts.models import Membership, Municipality
from skolnat.web.programme.applications import studies
from skolnat.web.programme.applications.models import StudyRun
from skolnat.web.programme.applications.study_file import study_file
from webtests import applying


def test_two_municipalities_get_their_report(
    people: dict[str, Any], as_role: Any, do_tasks: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    member = people["member"]
    Membership.objects.filter(user=member).update(municipality="047")  # Enontekiö, with Muonio
    made = applying.draft(member)
    made.responsible = Municipality.objects.get(code="047")
    made.save()
    made.partners.update(municipality="047")
    with pytest.raises(studies.CannotStudy):
        studies.ask(made, member)  # alone
    applying.joined(made, "498", member)
    run = studies.ask(made, member)
    with pytest.raises(studies.CannotStudy):
        studies.ask(made, member)  # one is under way
    do_tasks()
    run.refresh_from_db()
    assert (run.state, run.share, run.message) == (StudyRun.State.DONE, 1.0, {})
    summary = json.loads((studies.place(run) / "out" / "summary.json").read_text("utf-8"))
    assert summary["region"]["municipalities"] == ["047", "498"]
    url = reverse(
        "applications:report", kwargs={"number": made.pk, "run": run.pk, "language": "sv"}
    )
    answer = as_role("member").get(url)
    assert answer.status_code == 200
    assert "Enontekis" in answer.content.decode()
    assert "script-src" not in answer["Content-Security-Policy"]
    assert as_role("reader").get(url).status_code == 403


def test_a_run_with_faults_says_them_in_every_language(
    people: dict[str, Any], do_tasks: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    made = applying.draft(people["member"])
    run = StudyRun.objects.create(application=made, codes=["016", "999"])
    studies.compute.enqueue(run.pk)
    do_tasks()
    run.refresh_from_db()
    assert run.state == StudyRun.State.FAILED
    assert all("999" in run.message[code] for code in ("sv", "fi", "en"))


def test_a_run_that_broke_off_is_begun_anew(people: dict[str, Any]) -> None:
    made = applying.draft(people["member"])
    states = StudyRun.State
    for state in (states.RUNNING, states.DONE, states.FAILED):
        StudyRun.objects.create(application=made, state=state, share=0.4, step="network")
    assert studies.go_on() == 1
    assert sorted(StudyRun.objects.values_list("state", "share")) == [
        ("done", 0.4),
        ("failed", 0.4),
        ("queued", 0.0),
    ]
    (queued,) = DBTaskResult.objects.ready().filter(task_path=studies.compute.module_path)
    assert queued.args_kwargs["args"] == [StudyRun.objects.get(state=states.QUEUED).pk]


def test_what_is_being_done_is_told_as_on_the_command_line() -> None:
    with translation.override("sv"):
        assert StudyRun(step="journeys").doing == "Mäter skolvägarna"
        assert StudyRun(step="").doing == ""


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["Asikkala", "Heinola"], "Asikkala ja Heinola"),
        (["A", "B", "C", "D", "E"], "A, B, C, D ja E"),
        (["A", "B", "C", "D", "E", "F"], "A ja 5 muuta kuntaa"),
    ],
)
def test_the_report_speaks_of_the_group_by_its_municipalities(names: list[str], told: str) -> None:
    file = tomllib.loads(study_file(["016", "111"], dict.fromkeys(LANGUAGES, names)))
    assert file["study"]["name"]["fi"] == told


def test_a_name_cannot_break_out_of_the_study_file() -> None:
    bad = '"\n[network]\neffort = "x" # \\'
    file = tomllib.loads(study_file(["016", "111"], {key: [bad] for key in LANGUAGES}))
    assert file["study"]["name"]["sv"] == bad
    assert file["study"]["municipalities"] == ["016", "111"]
