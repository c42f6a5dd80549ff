"""What who has no account can do with their data: have them as a file, have them removed."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from skolnat.web.accounts.views import as_file
from skolnat.web.common.audit import record
from skolnat.web.common.links import BadLink
from skolnat.web.common.personal import Person
from skolnat.web.programme.events import keeping, letters, links, places
from skolnat.web.programme.events.models import Registration
from skolnat.web.programme.events.views.registering import broken


@never_cache
@require_safe
def data(request: HttpRequest, token: str) -> HttpResponse:
    """Give everything that is known of the address of a registration as a file."""
    try:
        held, standing = links.opened(token, timezone.now())
    except BadLink as bad:
        return broken(request, token, bad.reason)
    if standing != "good":
        return broken(request, token, standing)
    record(None, "events.data_given", held)
    return as_file(Person(None, frozenset((held.email.lower(),))))


@never_cache
@require_POST
def forgotten(request: HttpRequest, token: str) -> HttpResponse:
    """Cancel a registration that still stands, and forget who it was."""
    now = timezone.now()
    with transaction.atomic():
        try:
            held, standing = links.opened(token, now)
        except BadLink as bad:
            return broken(request, token, bad.reason)
        if standing != "good":
            return broken(request, token, standing)
        if held.state != Registration.State.CANCELLED and now < held.occasion.begins:
            held, promoted = places.cancel(held, now)
            letters.promoted(promoted)
        keeping.forget(Registration.objects.filter(pk=held.pk))
        record(None, "events.forgotten", held)
    told = _("Your name, address and needs have been removed from the registration.")
    messages.success(request, told, extra_tags="good")
    return redirect("events:event", slug=held.event.slug)
