"""The report of the main job for an application's municipalities."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from skolnat.common.languages import LANGUAGES
from skolnat.web.common.guards import signed_in
from skolnat.web.programme.applications import studies
from skolnat.web.programme.applications.models import StudyRun
from skolnat.web.programme.applications.views.drafts import context_of
from skolnat.web.programme.applications.views.found import application_of, reader

_REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""A report is one file with its own styles and pictures, and no scripts."""


@require_safe
@signed_in
def study(request: HttpRequest, number: int) -> HttpResponse:
    """Show how far the newest study has come; asked by htmx, that part alone."""
    found = application_of(request, number)
    context = context_of(request, found)
    context["runs"] = found.studies.select_related("asked_by")[:10]
    part = "parts/study_state" if request.headers.get("HX-Request") else "study"
    return render(request, f"applications/{part}.html", context)


@require_POST
@signed_in
def ask_study(request: HttpRequest, number: int) -> HttpResponse:
    """Have the main job run for exactly the municipalities that have joined."""
    found = application_of(request, number, "applications.view", "applications.edit")
    try:
        studies.ask(found, reader(request))
    except studies.CannotStudy:
        messages.error(
            request,
            _("Two municipalities must have joined, and no other study be under way."),
            extra_tags="bad",
        )
    return redirect("applications:study", number=number)


@require_safe
@signed_in
def report(request: HttpRequest, number: int, run: int, language: str) -> HttpResponse:
    """Show the report of a finished study."""
    found = application_of(request, number)
    held = get_object_or_404(StudyRun, pk=run, application=found, state=StudyRun.State.DONE)
    if language not in LANGUAGES:
        raise Http404
    file = studies.report_file(held, language)
    if not file.is_file():
        raise Http404
    answer = HttpResponse(file.read_bytes(), content_type="text/html; charset=utf-8")
    answer["Content-Security-Policy"] = _REPORT_POLICY
    return answer
