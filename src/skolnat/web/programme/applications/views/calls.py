"""Calls: for everybody to read, for the association to write, for municipalities to answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from skolnat.web.accounts.rules import memberships
from skolnat.web.common.audit import record
from skolnat.web.common.guards import guarded, signed_in
from skolnat.web.programme.applications import drafting
from skolnat.web.programme.applications.forms import (
    BeginForm,
    CallForm,
    CriterionForms,
    QuestionForms,
    partners_of_today,
)
from skolnat.web.programme.applications.models import Application, Call, Partner
from skolnat.web.programme.applications.views.found import call_of, reader

PAGES = ["GET", "HEAD", "POST"]


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """List the calls, and the reader's own applications."""
    now = timezone.now()
    shown = Call.objects.all()
    if not request.user.has_perm("applications.manage"):
        shown = shown.filter(published=True)
    listed = [(one, one.phase(now)) for one in shown]
    codes = memberships(request.user)
    own = (
        Application.objects.filter(
            partners__municipality_id__in=codes,
            partners__state__in=(Partner.State.ASKED, Partner.State.CONFIRMED),
        )
        .select_related("call", "responsible")
        .distinct()
        if codes
        else []
    )
    asked = Partner.objects.filter(
        municipality_id__in=codes, state=Partner.State.ASKED, application__state="draft"
    ).select_related("application__call", "municipality")
    return render(request, "applications/calls.html", {"calls": listed, "own": own, "asked": asked})


@require_safe
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a call with its dates, questions and criteria."""
    found = call_of(request, slug)
    now = timezone.now()
    chosen = found.pilots.prefetch_related("municipalities") if found.decided else []
    context = {"call": found, "phase": found.phase(now), "pilots": chosen}
    return render(request, "applications/call.html", context)


@require_http_methods(PAGES)
@guarded("applications.manage")
def edit_call(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Write a call with its questions and criteria."""
    found = call_of(request, slug, "applications.manage") if slug else Call()
    form = CallForm(request.POST or None, instance=found)
    questions = QuestionForms(request.POST or None, instance=found, prefix="questions")
    criteria = CriterionForms(request.POST or None, instance=found, prefix="criteria")
    if request.method == "POST" and _save_call(request, form, questions, criteria):
        messages.success(request, _("The call has been saved."), extra_tags="good")
        return redirect("applications:call", slug=found.slug)
    context = {"call": found, "form": form, "questions": questions, "criteria": criteria}
    return render(request, "applications/call_edit.html", context)


def _save_call(request: HttpRequest, form: CallForm, questions: Any, criteria: Any) -> bool:
    whole = [form.is_valid(), questions.is_valid(), criteria.is_valid()]
    if not all(whole):
        return False
    with transaction.atomic():
        saved = form.save()
        questions.save()
        criteria.save()
        record(reader(request), "applications.call_saved", saved, changed=form.changed_data)
    return True


@require_http_methods(PAGES)
@signed_in
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin an application for a municipality that one speaks for."""
    found = call_of(request, slug)
    user = reader(request)
    if not found.open_at(timezone.now()):
        return render(request, "applications/closed.html", {"call": found}, status=409)
    form = BeginForm(user, request.POST or None, initial={"language": user.language})
    if not user.has_perm("applications.apply"):
        return render(request, "applications/begin_needs_member.html", {"call": found}, status=403)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = drafting.begin(
            found,
            partners_of_today().get(code=given["responsible"]),
            given["title"],
            given["language"],
            user,
            timezone.now(),
        )
        return redirect("applications:edit", number=made.pk)
    return render(request, "applications/begin.html", {"call": found, "form": form})
