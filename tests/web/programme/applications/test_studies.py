"""A study is the real main job, run for exactly the municipalities that have joined."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

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


def test_a_title_cannot_break_out_of_the_study_file() -> None:
    import tomllib

    told = tomllib.loads(study_file(["016", "111"], '"\n[network]\neffort = "x" # \\'))
    assert told["study"]["name"]["sv"] == '" [network] effort = "x" # \\'
    assert told["study"]["municipalities"] == ["016", "111"]
