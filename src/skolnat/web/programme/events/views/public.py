"""What everybody sees: which events there are, and one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from skolnat.web.programme.events import places, recurrence
from skolnat.web.programme.events.models import Event, Occasion, Series


def visible(request: HttpRequest, slug: str) -> Event:
    """Return an event that this reader may see, with its occasions.

    Raises
    ------
    django.http.Http404
        There is none; one that is not published yet does not betray itself.
    """
    found = (
        Event.objects.filter(slug=slug)
        .prefetch_related(Prefetch("occasions", Occasion.objects.order_by("begins", "pk")))
        .first()
    )
    if found is None or not request.user.has_perm("events.view", found):
        raise Http404
    return found


def split(events: list[Event], now: datetime) -> tuple[list[Event], list[Event]]:
    """Return the events that are to come, the next one first, and those that are over."""
    coming: list[Event] = []
    past: list[Event] = []
    for one in events:
        ends = [o.ends for o in one.occasions.all() if not o.cancelled]
        (coming if any(end > now for end in ends) else past).append(one)

    def first(one: Event) -> datetime:
        return min((o.begins for o in one.occasions.all()), default=one.created)

    return sorted(coming, key=first), sorted(past, key=first, reverse=True)


def next_times(now: datetime, count: int = 3) -> list[dict[str, Any]]:
    """Return every published series with its next times."""
    found = []
    for one in Series.objects.filter(published=True).prefetch_related("exceptions"):
        times = recurrence.coming(one, one.exceptions.all(), now)
        found.append({"series": one, "times": times[:count]})
    return found


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """List the events that are to come, the series, and the events that are over."""
    now = timezone.now()
    rows = list(Event.objects.filter(published=True).prefetch_related("occasions"))
    coming, past = split(rows, now)
    context = {"coming": coming, "past": past, "series": next_times(now)}
    return render(request, "events/list.html", context)


@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one event: when, what, who speaks, what to read, what was recorded."""
    found = visible(request, slug)
    now = timezone.now()
    occasions = list(found.occasions.all())
    lines = places.lines(occasions)
    shown = Q(shown_from=None) | Q(shown_from__lte=now)
    context = {
        "event": found,
        "occasions": [(one, lines[one.pk], one.open_at(now), one.ends <= now) for one in occasions],
        "open": any(one.open_at(now) for one in occasions),
        "over": all(one.ends <= now or one.cancelled for one in occasions),
        "points": found.points.prefetch_related("speakers"),
        "materials": found.materials.filter(shown),
    }
    return render(request, "events/event.html", context)
