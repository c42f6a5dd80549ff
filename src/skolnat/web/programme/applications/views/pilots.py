"""Chosen pilots: for everybody to read, for their municipalities to tell how it goes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from skolnat.web.common.audit import record
from skolnat.web.common.guards import check, signed_in
from skolnat.web.common.texts import reader_language
from skolnat.web.programme.applications.forms import MilestoneForm, PilotForm, ResultForm
from skolnat.web.programme.applications.models import Milestone, Pilot, Result
from skolnat.web.programme.applications.views.found import reader

PAGES = ["GET", "HEAD", "POST"]


@require_safe
def pilots(request: HttpRequest) -> HttpResponse:
    """List the pilots by call."""
    found = Pilot.objects.select_related("call").prefetch_related("municipalities")
    found = found.filter(call__published=True, call__decided__isnull=False)
    return render(request, "applications/pilots.html", {"pilots": found})


@require_safe
def pilot(request: HttpRequest, number: int) -> HttpResponse:
    """Show a pilot, its milestones, and what it shares."""
    found = get_object_or_404(Pilot, pk=number)
    check(request, "applications.view_call", found.call)
    shared = found.results.select_related("by")
    follows = request.user.has_perm("applications.follow", found)
    if not (follows or request.user.has_perm("applications.apply")):
        shared = shared.filter(public=True)
    context = {
        "pilot": found,
        "milestones": found.milestones.all(),
        "results": shared,
        "follows": follows,
    }
    return render(request, "applications/pilot.html", context)


def _form_page(request: HttpRequest, found: Pilot, form: ModelForm[Any], done: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            Pilot.objects.select_for_update().get(pk=found.pk)
            if not _is_there(found, form):
                form.save()
                record(reader(request), done, found)
        messages.success(request, _("Saved."), extra_tags="good")
        return redirect("applications:pilot", number=found.pk)
    return render(request, "applications/pilot_form.html", {"pilot": found, "form": form})


def _is_there(found: Pilot, form: ModelForm[Any]) -> bool:
    """Whether a new milestone or result is the one that was saved just now, sent twice."""
    new = form.instance
    if new.pk:
        return False
    return bool(type(new).objects.filter(pilot=found, **form.cleaned_data).exists())


def _followed(request: HttpRequest, number: int) -> Pilot:
    found = get_object_or_404(Pilot, pk=number)
    check(request, "applications.follow", found)
    return found


@require_http_methods(PAGES)
@signed_in
def edit_pilot(request: HttpRequest, number: int) -> HttpResponse:
    """Write what is told of a pilot."""
    found = _followed(request, number)
    form = PilotForm(request.POST or None, instance=found)
    return _form_page(request, found, form, "applications.pilot_saved")


@require_http_methods(PAGES)
@signed_in
def milestone(request: HttpRequest, number: int, milestone: int = 0) -> HttpResponse:
    """Write a milestone."""
    found = _followed(request, number)
    held = (
        get_object_or_404(Milestone, pk=milestone, pilot=found)
        if milestone
        else Milestone(pilot=found, language=reader_language())
    )
    form = MilestoneForm(request.POST or None, instance=held)
    return _form_page(request, found, form, "applications.milestone_saved")


@require_http_methods(PAGES)
@signed_in
def result(request: HttpRequest, number: int, result: int = 0) -> HttpResponse:
    """Write what the pilot has learnt."""
    found = _followed(request, number)
    held = (
        get_object_or_404(Result, pk=result, pilot=found)
        if result
        else Result(pilot=found, language=reader_language(), by=reader(request))
    )
    form = ResultForm(request.POST or None, instance=held)
    return _form_page(request, found, form, "applications.result_saved")
