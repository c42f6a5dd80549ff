"""What comes back: a series, its feed, and what the association changes of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from skolnat.web.common.audit import record
from skolnat.web.common.guards import guarded
from skolnat.web.programme.events import calendars, recurrence
from skolnat.web.programme.events.forms import ExceptionForm, SeriesForm
from skolnat.web.programme.events.models import Series, SeriesException


def _visible(request: HttpRequest, slug: str) -> Series:
    found = Series.objects.filter(slug=slug).prefetch_related("exceptions").first()
    if found is None or not request.user.has_perm("events.view", found):
        raise Http404
    return found


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a series: when it is held next, how to subscribe."""
    found = _visible(request, slug)
    now = timezone.now()
    held = recurrence.held(found, found.exceptions.all())
    context = {
        "series": found,
        "coming": [one for one in held if one.ends > now],
        "past": [one for one in reversed(held) if one.ends <= now and not one.called_off][:12],
    }
    return render(request, "events/series.html", context)


@require_safe
def feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the feed to which calendars subscribe."""
    found = _visible(request, slug)
    text = calendars.feed(found, found.exceptions.all())
    answer = HttpResponse(text, content_type="text/calendar; method=PUBLISH; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{slug}.ics"'
    answer["Cache-Control"] = "max-age=900"
    return answer


def _form(request: HttpRequest, series: Series | None) -> HttpResponse:
    form = SeriesForm(request.POST or None, instance=series)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            saved = form.save(commit=False)
            saved.sequence = saved.sequence + 1 if saved.pk else 0
            saved.save()
            record(request.user, "events.series_saved", saved, fields=form.changed_data)
        messages.success(request, _("Saved."), extra_tags="good")
        return redirect("events:edit_series", slug=saved.slug)
    context: dict[str, Any] = {"form": form, "series": series}
    if series is not None:
        exceptions = list(series.exceptions.all())
        context |= {
            "times": recurrence.held(series, exceptions),
            "exceptions": exceptions,
            "exception_form": ExceptionForm(days=frozenset()),
        }
    return render(request, "events/series_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("events.manage")
def new(request: HttpRequest) -> HttpResponse:
    """Make a series."""
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("events.manage")
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a series."""
    return _form(request, get_object_or_404(Series, slug=slug))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("events.manage")
def except_day(request: HttpRequest, slug: str) -> HttpResponse:
    """Call one time of a series off, move it, or put it back."""
    series = get_object_or_404(Series, slug=slug)
    days = frozenset(one.date() for one in recurrence.times(series))
    day = request.GET.get("day", "")
    asked = _day(day)
    held = SeriesException.objects.filter(series=series, day=asked).first() if asked else None
    instance = held or SeriesException(series=series)
    form = ExceptionForm(request.POST or None, instance=instance, days=days, initial={"day": asked})
    if request.method == "POST":
        with transaction.atomic():
            if "remove" in request.POST and held is not None:
                record(request.user, "events.exception_removed", series, day=str(held.day))
                held.delete()
            elif form.is_valid():
                saved = form.save(commit=False)
                SeriesException.objects.filter(series=series, day=saved.day).exclude(
                    pk=saved.pk
                ).delete()
                saved.save()
                record(request.user, "events.exception_made", series, day=str(saved.day))
            else:
                context = {"series": series, "form": form, "held": held}
                return render(request, "events/exception.html", context)
            Series.objects.filter(pk=series.pk).update(
                sequence=F("sequence") + 1, changed=timezone.now()
            )
        messages.success(request, _("Saved."), extra_tags="good")
        return redirect("events:edit_series", slug=slug)
    return render(request, "events/exception.html", {"series": series, "form": form, "held": held})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
