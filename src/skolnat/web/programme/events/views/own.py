"""What somebody without an account does with a registration: details, data, their removal."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from functools import wraps
from typing import Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skolnat.web.common.audit import record
from skolnat.web.common.links import BadLink, read
from skolnat.web.common.personal import Person
from skolnat.web.common.personal_file import as_file
from skolnat.web.programme.events import keeping, letters, links, places
from skolnat.web.programme.events.forms import DetailsForm
from skolnat.web.programme.events.models import Registration
from skolnat.web.programme.events.views.registering import broken

_FILE_HOLDS: Final = timedelta(hours=1)
"""How long the link to a person's file can be used."""
View = Callable[[HttpRequest, Registration, str], HttpResponse]


def _linked(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Give a view the registration of a link that stands; explain any other link."""

    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        with transaction.atomic() if request.method == "POST" else nullcontext():
            try:
                held, standing = links.opened(token, timezone.now())
            except BadLink as bad:
                return broken(request, token, bad.reason)
            if standing != "good":
                return broken(request, token, standing)
            return view(request, held, token)

    return opened


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_linked
def details(request: HttpRequest, held: Registration, token: str) -> HttpResponse:
    """Change name, municipality, role, language and needs; the place stays."""
    if held.state == Registration.State.CANCELLED:
        return redirect("events:registration", token=token)
    form = DetailsForm(request.POST or None, instance=held)
    if request.method == "POST" and form.is_valid():
        made = form.changed()
        made.changed = timezone.now()
        made.save(
            update_fields=[
                "name", "municipality", "role", "question_language", "needs", "changed",
            ]
        )  # fmt: skip
        messages.success(request, _("Saved."), extra_tags="good")
        return redirect("events:registration", token=token)
    context = {"form": form, "event": held.event, "token": token}
    return render(request, "events/details.html", context)


@never_cache
@require_POST
@_linked
def data(request: HttpRequest, held: Registration, _token: str) -> HttpResponse:
    """Send a link to everything that is known of the address of a registration.

    The link of a registration may have come into other hands (a calendar that others read), and
    tells half of the address alone; the file tells all of it, so it goes to the address itself.
    """
    row = Registration.objects.select_for_update(of=("self",)).get(pk=held.pk)
    now = timezone.now()
    if links.may_send_again(row, now):
        row.link_sent = now
        row.save(update_fields=["link_sent"])
        letters.write("own_data", row)
    return render(request, "events/link_sent.html", {"email": links.half_hidden(held.email)})


@never_cache
@require_safe
def data_file(request: HttpRequest, token: str) -> HttpResponse:
    """Give everything that is known of the address of a registration as a file."""
    try:
        number = read(letters.OWN_DATA, token, _FILE_HOLDS)
    except BadLink as bad:
        return broken(request, token, bad.reason)
    held = Registration.objects.filter(pk=number).exclude(email__endswith=keeping.NOBODY).first()
    if held is None:
        return broken(request, token, "expired")
    record(None, "events.data_given", held)
    return as_file(Person(None, frozenset((held.email.lower(),))))


@never_cache
@require_POST
@_linked
def forgotten(request: HttpRequest, held: Registration, _token: str) -> HttpResponse:
    """Cancel a registration that still stands, and forget who it was."""
    now = timezone.now()
    if held.state != Registration.State.CANCELLED and now < held.occasion.begins:
        held, promoted = places.cancel(held, now)
        letters.promoted(promoted)
        # At once, before the address is forgotten: somebody else may have had the link.
        letters.compose.call("cancelled", held.pk, held.sequence)
    keeping.forget(Registration.objects.filter(pk=held.pk))
    record(None, "events.forgotten", held)
    told = _("Your name, address and needs have been removed from the registration.")
    messages.success(request, told, extra_tags="good")
    return redirect("events:event", slug=held.event.slug)
