"""Registering without an account, and the link with which one changes it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skolnat.web.common.asked import number
from skolnat.web.common.links import BadLink, read, sign
from skolnat.web.programme.events import calendars, letters, links, places
from skolnat.web.programme.events.forms import RegistrationForm
from skolnat.web.programme.events.models import Event, Occasion, Registration
from skolnat.web.programme.events.views.public import visible

RECEIVED = "received"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a registration; too late, say so."""
    event = visible(request, slug)
    now = timezone.now()
    occasions = [one for one in event.occasions.all() if one.open_at(now)]
    if not occasions:
        status = 410 if request.method == "POST" else 200
        return render(request, "events/closed.html", {"event": event}, status=status)
    form = RegistrationForm(request.POST or None, occasions=occasions)
    if request.method == "POST" and form.is_valid():
        if form.is_trap:
            return redirect("events:received", slug=slug)
        try:
            with transaction.atomic():
                made = places.register(form.registration(), now)
                waits = made.state == Registration.State.WAITING
                letters.write("waiting" if waits else "confirmed", made)
        except places.Refused as refused:
            if refused.reason == "known":
                _send_link(event, form.cleaned_data["email"])
                return _thanks(form)
            form.add_error(
                "occasion", _("Registration for this occasion has just closed. Choose another.")
            )
        else:
            return _thanks(form)
    context = {"event": event, "form": form.drawn(places.lines(occasions))}
    return render(request, "events/register.html", context)


def _thanks(form: RegistrationForm) -> HttpResponse:
    """Lead on to the same page whether the address had registered before or not.

    So nobody can learn by the form who comes; who has a place is told by letter.
    """
    chosen: Occasion = form.cleaned_data["occasion"]
    token = sign(RECEIVED, [chosen.pk, links.half_hidden(form.cleaned_data["email"])])
    page = reverse("events:received", kwargs={"slug": chosen.event.slug})
    return redirect(f"{page}?r={token}")


def _send_link(event: Event, email: str) -> None:
    """Send whoever has registered already a fresh link, instead of telling a stranger so."""
    with transaction.atomic():
        held = (
            Registration.objects.select_for_update(of=("self",))
            .select_related("event", "occasion")
            .exclude(state=Registration.State.CANCELLED)
            .filter(event=event, email=email)
            .first()
        )
        if held is not None:
            _fresh(held)


def _fresh(held: Registration) -> bool:
    """Queue a letter with a fresh link; False where one has just been sent."""
    now = timezone.now()
    if not links.may_send_again(held, now):
        return False
    held.nonce += 1
    held.link_sent = now
    held.save(update_fields=["nonce", "link_sent"])
    letters.write("link", held)
    return True


@never_cache
@require_safe
def received(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that a registration has come, and where its letter goes."""
    event = visible(request, slug)
    context: dict[str, Any] = {"event": event}
    try:
        number, context["email"] = read(RECEIVED, request.GET.get("r", ""))
    except BadLink:
        pass  # sent by a program: nothing is told
    else:
        context["occasion"] = event.occasions.filter(pk=number).first()
    return render(request, "events/received.html", context)


def _standing(registration: Registration) -> dict[str, Any]:
    waits = registration.state == Registration.State.WAITING
    return {
        "waits": waits,
        "number": places.place_in_line(registration) if waits else 0,
        "cancelled": registration.state == Registration.State.CANCELLED,
    }


def broken(request: HttpRequest, token: str, reason: str) -> HttpResponse:
    """Say that a link opens nothing (any more), and what to do."""
    return render(request, "events/old_link.html", {"reason": reason, "token": token}, status=410)


@never_cache
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Show a registration; nothing is changed by opening a link."""
    now = timezone.now()
    try:
        held, standing = links.opened(token, now)
    except BadLink as bad:
        return broken(request, token, bad.reason)
    if standing != "good":
        return broken(request, token, standing)
    others = [
        one
        for one in Occasion.objects.filter(event=held.event_id).exclude(pk=held.occasion_id)
        if one.open_at(now)
    ]
    lines = places.lines(others)
    context = {
        "registration": held,
        "event": held.event,
        "occasion": held.occasion,
        "others": [(one, lines[one.pk]) for one in others],
        "email": links.half_hidden(held.email),
        "token": token,
        "begun": now >= held.occasion.begins,
        **_standing(held),
    }
    return render(request, "events/registration.html", context)


@never_cache
@require_POST
def move(request: HttpRequest, token: str) -> HttpResponse:
    """Change the occasion."""
    now = timezone.now()
    with transaction.atomic():
        try:
            held, standing = links.opened(token, now)
        except BadLink as bad:
            return broken(request, token, bad.reason)
        if standing != "good":
            return broken(request, token, standing)
        chosen = number(request.POST.get("occasion"))
        to = Occasion.objects.filter(event=held.event_id, pk=chosen).first()
        if to is None:
            messages.error(request, _("Choose an occasion."), extra_tags="bad")
            return redirect("events:registration", token=token)
        try:
            held, promoted = places.move(held, to, now)
        except places.Refused:
            messages.error(
                request, _("The occasion could not be changed: it is too late."), extra_tags="bad"
            )
            return redirect("events:registration", token=token)
        letters.write("changed", held)
        letters.promoted(promoted)
    messages.success(request, _("Your occasion has been changed."), extra_tags="good")
    return redirect("events:registration", token=links.token(held))


@never_cache
@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Give up the place."""
    now = timezone.now()
    with transaction.atomic():
        try:
            held, standing = links.opened(token, now)
        except BadLink as bad:
            return broken(request, token, bad.reason)
        if standing != "good":
            return broken(request, token, standing)
        try:
            held, promoted = places.cancel(held, now)
        except places.Refused:
            messages.error(request, _("Nothing was cancelled: it is too late."), extra_tags="bad")
            return redirect("events:registration", token=token)
        letters.write("cancelled", held)
        letters.promoted(promoted)
    messages.success(request, _("Your registration has been cancelled."), extra_tags="good")
    return redirect("events:registration", token=links.token(held))


@never_cache
@require_POST
def fresh_link(request: HttpRequest, token: str) -> HttpResponse:
    """Send a fresh link to the address of a registration whose link was used already."""
    try:
        held, standing = links.opened(token, timezone.now())
    except BadLink as bad:
        return broken(request, token, bad.reason)
    if standing == "expired":
        return broken(request, token, standing)
    with transaction.atomic():
        row = (
            Registration.objects.select_for_update(of=("self",))
            .select_related("event", "occasion")
            .get(pk=held.pk)
        )
        _fresh(row)
    context = {"email": links.half_hidden(held.email), "renewed": True}
    return render(request, "events/link_sent.html", context)


@never_cache
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Give the entry for a calendar as a file."""
    now = timezone.now()
    try:
        held, standing = links.opened(token, now)
    except BadLink as bad:
        return broken(request, token, bad.reason)
    if standing != "good":
        return broken(request, token, standing)
    text, method = calendars.invitation(held, now)
    answer = HttpResponse(text, content_type=f"text/calendar; method={method}; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="skolnat.ics"'
    return answer
