"""One registration, for the association: it is moved or cancelled for somebody who calls."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from skolnat.web.common.asked import number
from skolnat.web.common.audit import record
from skolnat.web.common.guards import guarded
from skolnat.web.programme.events import letters, places
from skolnat.web.programme.events.models import Occasion, Registration


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guarded("events.manage")
def person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show a registration; move it, cancel it, or send its link, with the letters that follow."""
    rows = Registration.objects.select_related("event", "occasion", "municipality")
    held = get_object_or_404(rows, pk=pk, event__slug=slug)
    if request.method == "POST":
        try:
            with transaction.atomic():
                told = _done(request, held)
        except places.Refused:
            messages.error(request, _("Nothing was changed: it is too late."), extra_tags="bad")
        else:
            messages.success(request, told, extra_tags="good")
        return redirect("events:person", slug=slug, pk=pk)
    now = timezone.now()
    others = [
        one
        for one in held.event.occasions.exclude(pk=held.occasion_id)
        if not one.cancelled and now < one.begins
    ]
    lines = places.lines(others)
    context = {
        "event": held.event,
        "registration": held,
        "stands": held.state != Registration.State.CANCELLED and now < held.occasion.begins,
        "others": [(one, lines[one.pk]) for one in others if one.open_at(now)],
    }
    return render(request, "events/person.html", context)


def _done(request: HttpRequest, held: Registration) -> str:
    """Do what the officer asked for; return what to tell."""
    wish, now = request.POST.get("do", ""), timezone.now()
    if wish == "cancel":
        row, promoted = places.cancel(held, now)
        letters.write("cancelled", row)
        letters.promoted(promoted)
        told = _("The registration has been cancelled; a letter tells so.")
    elif wish == "move":
        chosen = number(request.POST.get("occasion"))
        to = get_object_or_404(Occasion, pk=chosen, event=held.event_id)
        row, promoted = places.move(held, to, now)
        letters.write("moved", row)
        letters.promoted(promoted)
        told = _("The occasion has been changed; a letter tells so.")
    elif wish == "link" and held.state != Registration.State.CANCELLED:
        letters.write("link", held)
        told = _("The link has been sent.")
    else:
        raise Http404
    record(request.user, "events.registration_changed", held, what=wish)
    return told
