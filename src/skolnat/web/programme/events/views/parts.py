"""The parts of an event that the association writes: occasions, programme, materials, speakers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from skolnat.web.common.audit import record
from skolnat.web.common.guards import guarded
from skolnat.web.programme.events import changes
from skolnat.web.programme.events.forms import MaterialForm, OccasionForm, PointForm, SpeakerForm
from skolnat.web.programme.events.models import (
    Event,
    Material,
    Occasion,
    ProgrammePoint,
    Registration,
    Speaker,
)

FORM = require_http_methods(["GET", "HEAD", "POST"])


def _page(
    request: HttpRequest, event: Event | None, form: forms.ModelForm[Any], title: str, **more: Any
) -> HttpResponse:
    context = {"event": event, "form": form, "title": title, **more}
    return render(request, "events/part.html", context)


def _told(request: HttpRequest, letters: int) -> None:
    words = ngettext(
        "Saved. %(n)s letter is on its way.", "Saved. %(n)s letters are on their way.", letters
    )
    messages.success(request, words % {"n": letters} if letters else _("Saved."), extra_tags="good")


@FORM
@guarded("events.manage")
def new_occasion(request: HttpRequest, slug: str) -> HttpResponse:
    """Add an occasion."""
    event = get_object_or_404(Event, slug=slug)
    form = OccasionForm(request.POST or None, instance=Occasion(event=event))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            record(request.user, "events.occasion_made", form.save())
        return redirect("events:edit", slug=slug)
    return _page(request, event, form, _("New occasion"))


@FORM
@guarded("events.manage")
def occasion(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change an occasion; everybody it concerns is told."""
    found = get_object_or_404(Occasion.objects.select_related("event"), pk=pk, event__slug=slug)
    form = OccasionForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            count = changes.save(form.save(commit=False), form.changed_data, timezone.now())
            record(request.user, "events.occasion_changed", found, fields=form.changed_data)
        _told(request, count)
        return redirect("events:edit", slug=slug)
    coming = Registration.objects.filter(occasion=found).exclude(state=Registration.State.CANCELLED)
    return _page(request, found.event, form, _("Occasion"), occasion=found, coming=coming.count())


@require_POST
@guarded("events.manage")
def call_off(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Call an occasion off; everybody is told."""
    found = get_object_or_404(Occasion, pk=pk, event__slug=slug)
    with transaction.atomic():
        count = changes.call_off(found, timezone.now())
        record(request.user, "events.occasion_called_off", found)
    _told(request, count)
    return redirect("events:edit", slug=slug)


def _part(
    request: HttpRequest, form: forms.ModelForm[Any], event: Event, title: str
) -> HttpResponse:
    """Save, remove or show one part of an event."""
    part = form.instance
    if request.method == "POST" and "remove" in request.POST and part.pk:
        with transaction.atomic():
            record(request.user, "events.part_removed", part)
            part.delete()
        return redirect("events:edit", slug=event.slug)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            record(request.user, "events.part_saved", form.save())
        return redirect("events:edit", slug=event.slug)
    return _page(request, event, form, title, removable=bool(part.pk))


@FORM
@guarded("events.manage")
def new_point(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a point to the programme."""
    event = get_object_or_404(Event, slug=slug)
    instance = ProgrammePoint(event=event, order=event.points.count() + 1)
    form = PointForm(request.POST or None, instance=instance)
    return _part(request, form, event, _("New point of the programme"))


@FORM
@guarded("events.manage")
def point(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change or remove a point of the programme."""
    found = get_object_or_404(
        ProgrammePoint.objects.select_related("event"), pk=pk, event__slug=slug
    )
    form = PointForm(request.POST or None, instance=found)
    return _part(request, form, found.event, _("Point of the programme"))


@FORM
@guarded("events.manage")
def new_material(request: HttpRequest, slug: str) -> HttpResponse:
    """Add something to read, see or hear."""
    event = get_object_or_404(Event, slug=slug)
    form = MaterialForm(request.POST or None, instance=Material(event=event))
    return _part(request, form, event, _("New material"))


@FORM
@guarded("events.manage")
def material(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change or remove a material."""
    found = get_object_or_404(Material.objects.select_related("event"), pk=pk, event__slug=slug)
    form = MaterialForm(request.POST or None, instance=found)
    return _part(request, form, found.event, _("Material"))


def _back(request: HttpRequest) -> tuple[Event | None, HttpResponse]:
    """Return the event whose page led here, if one did, and the way back."""
    event = Event.objects.filter(slug=request.GET.get("event", "")).first()
    if event is None:
        return None, redirect("events:manage")
    return event, redirect("events:edit", slug=event.slug)


def _speaker(request: HttpRequest, held: Speaker | None, title: str) -> HttpResponse:
    event, back = _back(request)
    if request.method == "POST" and "remove" in request.POST and held is not None:
        with transaction.atomic():
            record(request.user, "events.speaker_removed", held)
            held.delete()
        return back
    form = SpeakerForm(request.POST or None, instance=held)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            saved = form.save()
            record(request.user, "events.speaker_saved", saved, fields=form.changed_data)
        messages.success(request, _("Saved."), extra_tags="good")
        return back
    points = held.programmepoint_set.select_related("event") if held is not None else ()
    return _page(request, event, form, title, removable=held is not None, points=points)


@FORM
@guarded("events.manage")
def new_speaker(request: HttpRequest) -> HttpResponse:
    """Add somebody who speaks."""
    return _speaker(request, None, _("New speaker"))


@FORM
@guarded("events.manage")
def speaker(request: HttpRequest, pk: int) -> HttpResponse:
    """Change or remove somebody who speaks."""
    return _speaker(request, get_object_or_404(Speaker, pk=pk), _("Speaker"))
