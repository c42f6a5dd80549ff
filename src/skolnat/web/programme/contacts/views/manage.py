"""What the association writes: themes and contacts; where nobody answers."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, ProtectedError, Q
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from skolnat.web.common.audit import record
from skolnat.web.common.guards import guarded
from skolnat.web.programme.contacts import routing
from skolnat.web.programme.contacts.forms import ExpertForm, ThemeForm
from skolnat.web.programme.contacts.models import TONGUES, Enquiry, Expert, Theme

PAGES = ["GET", "HEAD", "POST"]


@require_safe
@guarded("contacts.manage")
def overview(request: HttpRequest) -> HttpResponse:
    """Show contacts with their load, and the themes that nobody answers in a language."""
    waiting = Count("enquiries", filter=Q(enquiries__state=Enquiry.State.WAITING), distinct=True)
    experts = Expert.objects.annotate(load=waiting).prefetch_related("themes")
    context = {
        "experts": experts,
        "coverage": routing.coverage(timezone.now()),
        "tongues": TONGUES,
        "today": timezone.localdate(),
        "hidden": Theme.objects.filter(published=False),
        "free": Enquiry.objects.filter(state=Enquiry.State.WAITING, expert=None).count(),
    }
    return render(request, "contacts/manage.html", context)


def _form(
    request: HttpRequest, form: ModelForm[Expert] | ModelForm[Theme], title: str, kind: str
) -> HttpResponse:
    held = form.instance
    if request.method == "POST" and "remove" in request.POST and held.pk:
        try:
            with transaction.atomic():
                record(request.user, f"contacts.{kind}_removed", held)
                held.delete()
        except ProtectedError:
            words = _("Questions have been asked about this theme: hide it instead.")
            messages.error(request, words, extra_tags="bad")
        return redirect("contacts:manage")
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            record(request.user, f"contacts.{kind}_saved", form.save(), fields=form.changed_data)
        messages.success(request, _("Saved."), extra_tags="good")
        return redirect("contacts:manage")
    context = {"form": form, "title": title, "removable": bool(held.pk)}
    return render(request, "contacts/form.html", context)


@require_http_methods(PAGES)
@guarded("contacts.manage")
def expert(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Write a contact."""
    held = get_object_or_404(Expert, pk=pk) if pk else None
    form = ExpertForm(request.POST or None, instance=held)
    return _form(request, form, _("Contact") if pk else _("New contact"), "expert")


@require_http_methods(PAGES)
@guarded("contacts.manage")
def theme(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Write a theme."""
    held = get_object_or_404(Theme, pk=pk) if pk else None
    form = ThemeForm(request.POST or None, instance=held)
    return _form(request, form, _("Theme") if pk else _("New theme"), "theme")
