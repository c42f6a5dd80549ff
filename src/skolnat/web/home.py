"""The start page: what is coming, and where to go. It knows every app; no app knows it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from skolnat.web.accounts.rules import is_officer
from skolnat.web.common import waiting
from skolnat.web.programme.applications.models import Call, Pilot
from skolnat.web.programme.events.models import Event
from skolnat.web.programme.events.views.public import next_times, split
from skolnat.web.programme.questions.models import FaqEntry


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the programme as it stands today."""
    now = timezone.now()
    events = list(Event.objects.filter(published=True).prefetch_related("occasions"))
    coming, past = split(events, now)
    calls = Call.objects.filter(published=True, opens__lte=now, closes__gt=now)
    context = {
        "waiting": waiting.now() if is_officer(request.user) else [],
        "open": calls.order_by("closes").first(),
        "pilots": Pilot.objects.filter(call__published=True).exclude(call__decided=None)[:8],
        "coming": coming[:4],
        "past": past[:2],
        "series": [one for one in next_times(now, 2) if one["times"]],
        "faq": FaqEntry.objects.filter(published=True)[:4],
    }
    return render(request, "home.html", context)
