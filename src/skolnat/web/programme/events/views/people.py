"""Who comes: the list, attendance, files; which municipalities, and which to call."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from skolnat.web.common.asked import number
from skolnat.web.common.audit import record
from skolnat.web.common.downloads import FORMS, Form, check_form, download
from skolnat.web.common.guards import guarded
from skolnat.web.programme.events import changes, coverage
from skolnat.web.programme.events.finland import picture
from skolnat.web.programme.events.models import Call, Event, Occasion, Registration

PAGE: Final = 50
REACH: Final = {
    "came": gettext_lazy("came"),
    "registered": gettext_lazy("registered"),
    "waiting": gettext_lazy("on the waiting list"),
    "none": gettext_lazy("nobody yet"),
    "outside": gettext_lazy("Åland: school law of its own"),
}


def _people(event: Event) -> Any:
    return Registration.objects.filter(event=event).select_related("occasion", "municipality")


@never_cache
@require_safe
@guarded("events.manage")
def table(request: HttpRequest, slug: str) -> HttpResponse:
    """List those who have registered, by occasion and state, with a search."""
    event = get_object_or_404(Event, slug=slug)
    rows = _people(event).order_by("occasion__begins", "queued", "pk")
    wish = {key: request.GET.get(key, "").strip() for key in ("q", "occasion", "state")}
    if occasion := number(wish["occasion"]):
        rows = rows.filter(occasion=occasion)
    if wish["state"] in Registration.State.values:
        rows = rows.filter(state=wish["state"])
    if wish["q"]:
        rows = rows.filter(Q(name__icontains=wish["q"]) | Q(email__icontains=wish["q"]))
    counts = Registration.objects.filter(event=event).order_by().values("state")
    found = {row["state"]: row["n"] for row in counts.annotate(n=Count("pk"))}
    context = {
        "event": event,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "occasions": event.occasions.all(),
        "states": [(*one, found.get(one[0], 0)) for one in Registration.State.choices],
        "wish": wish,
        "forms": FORMS,
    }
    return render(request, "events/people.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guarded("events.manage")
def attendance(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Write down who came to an occasion."""
    found = get_object_or_404(Occasion.objects.select_related("event"), pk=pk, event__slug=slug)
    placed = _people(found.event).filter(occasion=found, state=Registration.State.PLACE)
    if request.method == "POST":
        present = [number(one) for one in request.POST.getlist("came")]
        with transaction.atomic():
            changes.note_attendance(found, present)
            record(request.user, "events.attendance_noted", found, came=len(present))
        messages.success(request, _("Saved."), extra_tags="good")
        return redirect("events:coverage", slug=slug)
    context = {"event": found.event, "occasion": found, "rows": placed.order_by("name", "pk")}
    return render(request, "events/attendance.html", context)


@never_cache
@require_safe
@guarded("events.manage")
def export(request: HttpRequest, slug: str, form: Form) -> HttpResponse:
    """Give the list of people as a file."""
    event = get_object_or_404(Event, slug=slug)
    check_form(form)
    columns = [
        "name",
        "email",
        "municipality_code",
        "municipality",
        "role",
        "occasion",
        "state",
        "question_language",
        "needs",
        "registered",
        "attended",
    ]
    rows = [
        [
            one.name,
            one.email,
            one.municipality_id or "",
            str(one.municipality or ""),
            one.role,
            one.occasion.begins,
            one.state,
            one.question_language,
            one.needs,
            one.created,
            one.attended,
        ]
        for one in _people(event).order_by("occasion__begins", "queued", "pk")
    ]
    record(request.user, "events.people_exported", event, rows=len(rows), form=form)
    return download(form, f"{slug}-people", columns, rows)


class CallForm(forms.ModelForm[Call]):
    """What came of a call."""

    class Meta:
        model = Call
        fields = ("municipality", "note")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guarded("events.manage")
def coverage_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show which municipalities an event has reached, on a map and in a table."""
    event = get_object_or_404(Event, slug=slug)
    if request.method == "POST":
        form = CallForm(request.POST, instance=Call(event=event))
        if form.is_valid():
            form.instance.by_id = request.user.pk
            with transaction.atomic():
                record(request.user, "events.called", form.save())
            messages.success(request, _("Saved."), extra_tags="good")
        else:
            messages.error(request, _("The call could not be saved."), extra_tags="bad")
        return redirect(request.get_full_path())
    rows = coverage.of(event)
    names = {one.code: f"{one.name}: {REACH[one.reach]}" for one in rows}
    show = request.GET.get("show", "call")
    counts = coverage.counts(rows)
    chosen = [one for one in rows if one.to_call] if show == "call" else rows
    if show in REACH:
        chosen = [one for one in rows if one.reach == show]
    context = {
        "event": event,
        "map": picture(
            _("Municipalities that the event has reached"),
            {one.code: one.reach for one in rows},
            names,
        ),
        "counts": [(reach, REACH[reach], n) for reach, n in counts.items()],
        "to_call": sum(one.to_call for one in rows),
        "rows": [(one, REACH[one.reach]) for one in chosen],
        "show": show,
        "forms": FORMS,
    }
    return render(request, "events/coverage.html", context)


@never_cache
@require_safe
@guarded("events.manage")
def coverage_export(request: HttpRequest, slug: str, form: Form) -> HttpResponse:
    """Give the table of municipalities as a file."""
    event = get_object_or_404(Event, slug=slug)
    check_form(form)
    columns = [
        "code",
        "municipality",
        "region",
        "reach",
        "came",
        "registered",
        "waiting",
        "called",
        "note",
    ]
    rows = [
        [
            one.code,
            one.name,
            one.region,
            one.reach,
            one.came,
            one.registered,
            one.waiting,
            one.called.at if one.called else None,
            one.called.note if one.called else "",
        ]
        for one in coverage.of(event)
    ]
    return download(form, f"{slug}-coverage", columns, rows)
