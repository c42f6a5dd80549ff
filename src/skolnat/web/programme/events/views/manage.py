"""What the association does with events: overview, a new one, changes."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from skolnat.web.common.audit import record
from skolnat.web.common.guards import guarded
from skolnat.web.programme.events import places
from skolnat.web.programme.events.forms import EventForm
from skolnat.web.programme.events.models import Event, Series, Speaker


@require_safe
@guarded("events.manage")
def overview(request: HttpRequest) -> HttpResponse:
    """List every event and series, with how many have registered."""
    events = list(Event.objects.prefetch_related("occasions"))
    occasions = [occasion for one in events for occasion in one.occasions.all()]
    lines = places.lines(occasions)
    rows = [(one, [(each, lines[each.pk]) for each in one.occasions.all()]) for one in events]
    speakers = Speaker.objects.all()
    context = {"rows": rows, "series": Series.objects.all(), "speakers": speakers}
    return render(request, "events/manage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("events.manage")
def new(request: HttpRequest) -> HttpResponse:
    """Make an event."""
    form = EventForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            made = form.save()
            record(request.user, "events.made", made)
        return redirect("events:edit", slug=made.slug)
    return render(request, "events/new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("events.manage")
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change an event; see its occasions, programme and materials."""
    event = get_object_or_404(Event, slug=slug)
    form = EventForm(request.POST or None, instance=event)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            record(request.user, "events.changed", event, fields=form.changed_data)
        messages.success(request, _("The event has been saved."), extra_tags="good")
        return redirect("events:edit", slug=event.slug)
    event_now = get_object_or_404(Event, slug=slug)
    occasions = list(event.occasions.all())
    lines = places.lines(occasions)
    context = {
        "event": event_now,
        "form": form,
        "occasions": [(one, lines[one.pk]) for one in occasions],
        "points": event.points.prefetch_related("speakers"),
        "materials": event.materials.all(),
        "speakers": Speaker.objects.filter(programmepoint__event=event).distinct(),
    }
    return render(request, "events/edit.html", context)
