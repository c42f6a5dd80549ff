"""Who may see, write, review and decide applications."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from skolnat.web.common.texts import reader_language
from skolnat.web.programme.applications import attachments, links, studies
from skolnat.web.programme.applications.models import (
    Decision,
    Milestone,
    Pilot,
    Result,
    Review,
    StudyRun,
)
from webtests import applying
from webtests.routes import LOGIN, Route, Sees, everybody, officers

# Drafts are their group's alone; what is submitted is the association's as well.
GROUP = Sees(LOGIN, 403, 200, 403, 403)
DOES = Sees(LOGIN, 403, 302, 403, 403)
READERS = Sees(LOGIN, 403, 200, 403, 200)


def _call(_people: Any) -> dict[str, Any]:
    applying.call()
    return {"slug": "spring"}


def _draft(people: Any) -> dict[str, Any]:
    return {"number": applying.draft(people["member"]).pk}


def _written(people: Any) -> dict[str, Any]:
    return {"number": applying.written(people["member"]).pk}


def _submitted(people: Any) -> dict[str, Any]:
    return {"number": applying.submitted(people["member"]).pk}


def _for_review(people: Any) -> dict[str, Any]:
    made = applying.submitted(people["member"])
    Review.objects.create(application=made, reviewer=people["reviewer"], impartial=True)
    return {"number": made.pk}


def _undeclared(people: Any) -> dict[str, Any]:
    made = applying.submitted(people["member"])
    Review.objects.create(application=made, reviewer=people["reviewer"])
    return {"number": made.pk}


def _with_partner(people: Any) -> dict[str, Any]:
    made = applying.draft(people["member"])
    return {"number": made.pk, "partner": applying.asked(made, "111", people["member"]).pk}


def _own_partner(people: Any) -> dict[str, Any]:
    made = applying.draft(people["member"])
    return {"number": made.pk, "partner": made.partners.get().pk}


def _partner_link(people: Any) -> dict[str, Any]:
    made = applying.draft(people["member"])
    return {"token": links.token(applying.asked(made, "111", people["member"]))}


def _with_file(people: Any) -> dict[str, Any]:
    made = applying.draft(people["member"])
    upload = SimpleUploadedFile("plan.txt", b"A plan")
    held = attachments.add(made.pk, upload, people["member"], timezone.now())
    return {"number": made.pk, "attachment": held.pk}


def _with_version(people: Any) -> dict[str, Any]:
    made = applying.draft(people["member"])
    return {"number": made.pk, "version": made.versions.get().pk, "key": "title"}


def _with_report(people: Any) -> dict[str, Any]:
    made = applying.draft(people["member"])
    run = StudyRun.objects.create(application=made, state=StudyRun.State.DONE)
    language = reader_language()
    file = studies.report_file(run, language)
    file.parent.mkdir(parents=True, exist_ok=True)
    frame = '<!doctype html><html lang="{}"><title>R</title><main><h1>R</h1></main>'
    file.write_text(frame.format(language))
    return {"number": made.pk, "run": run.pk, "language": language}


def _decided(people: Any) -> dict[str, Any]:
    made = applying.submitted(people["member"])
    Decision.objects.create(
        application=made,
        outcome="pilot",
        reasons={"sv": "Bra", "fi": "Hyvä"},
        published=timezone.now(),
    )
    return {"number": made.pk, "language": "sv"}


def _ready(people: Any) -> dict[str, Any]:
    made = applying.submitted(people["member"])
    Decision.objects.create(application=made, outcome="pilot", reasons={"sv": "A", "fi": "B"})
    applying.close(made.call)
    return {"slug": "spring"}


def _pilot(**more: Any) -> Any:
    def made(_people: Any) -> dict[str, Any]:
        call = applying.call(decided=timezone.now())
        pilot = Pilot.objects.create(call=call, name={"sv": "Pilot"})
        pilot.municipalities.set(["016"])
        due = timezone.now().date() + timedelta(days=9)
        parts = {
            "milestone": Milestone.objects.create(pilot=pilot, title="Begin", due=due).pk,
            "result": Result.objects.create(pilot=pilot, title="Learnt", text="Much").pk,
        }
        return {"number": pilot.pk, **{name: parts[name] for name in more}}

    return made


def _call_form(_people: Any) -> dict[str, Any]:
    empty = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
    return {
        "slug": "new",
        "title_sv": "Ny",
        "opens": "2030-01-01T09:00",
        "closes": "2030-02-01T16:00",
        "least_partners": "2",
        **{f"{prefix}-{key}": value for prefix in ("questions", "criteria")
           for key, value in empty.items()},
    }  # fmt: skip


def _texts(_people: Any) -> dict[str, Any]:
    return {"revision": "1", **applying.WHOLE}


def _joins(_people: Any) -> dict[str, Any]:
    return {"signer": "Somebody", "signer_role": "director", "joins": "yes"}


def _file(_people: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("plan.txt", b"Another plan")}


FOLLOW = Sees(LOGIN, 403, 200, 403, 200)
FOLLOWS = Sees(LOGIN, 403, 302, 403, 302)

ROUTES = {
    "applications:calls": Route(everybody(200), kwargs=lambda p: _draft(p) and {}),
    "applications:call_new": Route(officers(), officers(302), data=_call_form),
    "applications:call": Route(everybody(200), kwargs=_call),
    "applications:call_edit": Route(officers(), officers(302), kwargs=_call, data=_call_form),
    "applications:begin": Route(
        Sees(LOGIN, 403, 200, 403, 403),
        DOES,
        kwargs=_call,
        data=lambda _: {"responsible": "016", "title": "New", "language": "fi"},
    ),
    "applications:board": Route(officers(), kwargs=_ready),
    "applications:export": Route(officers(), kwargs=lambda p: {**_ready(p), "form": "csv"}),
    "applications:publish": Route(None, officers(302), kwargs=_ready),
    "applications:application": Route(READERS, kwargs=_submitted),
    "applications:edit": Route(GROUP, DOES, kwargs=_draft, data=_texts),
    "applications:autosave": Route(None, GROUP, kwargs=_draft, data=_texts),
    "applications:history": Route(GROUP, kwargs=_draft),
    "applications:restore": Route(None, DOES, kwargs=_with_version),
    "applications:submit": Route(GROUP, DOES, kwargs=_written),
    "applications:withdraw": Route(None, DOES, kwargs=_submitted),
    "applications:add_file": Route(None, DOES, kwargs=_draft, data=_file),
    "applications:file": Route(GROUP, kwargs=_with_file),
    "applications:remove_file": Route(None, DOES, kwargs=_with_file),
    "applications:ask": Route(
        None, DOES, kwargs=_draft, data=lambda _: {"municipality": "398", "language": "fi"}
    ),
    # A member speaks for Asikkala, which has joined already and may look again.
    "applications:answer": Route(GROUP, GROUP, kwargs=_own_partner, data=_joins),
    "applications:leave": Route(None, DOES, kwargs=_with_partner),
    "applications:study": Route(GROUP, kwargs=_draft),
    "applications:ask_study": Route(None, DOES, kwargs=_written),
    "applications:report": Route(GROUP, kwargs=_with_report),
    "applications:review": Route(
        Sees(LOGIN, 403, 403, 200, 403),
        Sees(LOGIN, 403, 403, 302, 403),
        kwargs=_for_review,
        data=lambda _: {"statement": "So far"},
    ),
    "applications:discuss": Route(
        None, Sees(LOGIN, 403, 403, 302, 302), kwargs=_for_review, data=lambda _: {"text": "?"}
    ),
    "applications:assign": Route(
        None,
        officers(302),
        kwargs=_submitted,
        data=lambda people: {"reviewers": [people["reviewer"].pk]},
    ),
    "applications:decision": Route(
        officers(),
        officers(302),
        kwargs=_for_review,
        data=lambda _: {"outcome": "reserve", "reasons_sv": "Ja", "reasons_fi": "Kyllä"},
    ),
    "applications:letter": Route(READERS, kwargs=_decided),
    "applications:partner_link": Route(
        everybody(200), everybody(200), kwargs=_partner_link, data=_joins
    ),
    "applications:reviews": Route(
        Sees(LOGIN, 403, 403, 200, 403), kwargs=lambda p: _undeclared(p) and {}
    ),
    "applications:pilots": Route(everybody(200), kwargs=lambda p: _pilot()(p) and {}),
    "applications:pilot": Route(everybody(200), kwargs=_pilot()),
    "applications:pilot_edit": Route(
        FOLLOW, FOLLOWS, kwargs=_pilot(), data=lambda _: {"name_sv": "Nytt namn"}
    ),
    "applications:milestone_new": Route(
        FOLLOW, FOLLOWS, kwargs=_pilot(), data=lambda _: {"title": "M", "due": "2030-05-01"}
    ),
    "applications:milestone": Route(
        FOLLOW,
        FOLLOWS,
        kwargs=_pilot(milestone=True),
        data=lambda _: {"title": "M", "due": "2030-05-01"},
    ),
    "applications:result_new": Route(
        FOLLOW, FOLLOWS, kwargs=_pilot(), data=lambda _: {"title": "R", "text": "T"}
    ),
    "applications:result": Route(
        FOLLOW,
        FOLLOWS,
        kwargs=_pilot(result=True),
        data=lambda _: {"title": "R", "text": "T"},
    ),
}
