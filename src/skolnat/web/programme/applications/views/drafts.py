"""An application: read, written by several at once, submitted, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skolnat.web.common import asked
from skolnat.web.common.guards import signed_in
from skolnat.web.programme.applications import attachments, drafting, fields, submitting
from skolnat.web.programme.applications.file_check import KINDS
from skolnat.web.programme.applications.forms import AskForm, FileForm, TextsForm
from skolnat.web.programme.applications.models import Application, Attachment, Call, Version
from skolnat.web.programme.applications.views.found import application_of, reader

PAGES = ["GET", "HEAD", "POST"]


def context_of(request: HttpRequest, application: Application) -> dict[str, Any]:
    """Return what every page of an application shows."""
    now = timezone.now()
    user = request.user
    open_ = application.is_draft and application.call.open_at(now)
    return {
        "application": application,
        "call": application.call,
        "texts": [
            (one, application.content.get(one.key, "")) for one in fields.texts_of(application.call)
        ],
        "partners": application.partners.select_related("municipality"),
        "files": application.attachments.all(),
        "open": open_,
        "may_edit": open_ and user.has_perm("applications.edit", application),
        "may_lead": user.has_perm("applications.lead", application),
        "may_discuss": user.has_perm("applications.discuss", application),
        "study": application.studies.first(),
    }


@require_safe
@signed_in
def application(request: HttpRequest, number: int) -> HttpResponse:
    """Show an application."""
    found = application_of(request, number)
    context = context_of(request, found)
    decision = getattr(found, "decision", None)
    context["decision"] = decision if decision and decision.published else None
    return render(request, "applications/application.html", context)


def late_page(request: HttpRequest, application: Application) -> HttpResponse:
    """Say that the application can no longer be changed, and by which clock."""
    context = {"application": application, "call": application.call, "now": timezone.now()}
    return render(request, "applications/late.html", context, status=409)


def _sent(request: HttpRequest, call: Call) -> dict[str, str]:
    keys = [one.key for one in fields.texts_of(call)]
    return {key: request.POST[key] for key in keys if key in request.POST}


def _base(request: HttpRequest) -> int:
    return asked.number(request.POST.get("revision"))


@require_http_methods(PAGES)
@signed_in
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Write an application; a save that meets another's keeps both."""
    found = application_of(request, number, "applications.view", "applications.edit")
    if request.method != "POST":
        if not (found.is_draft and found.call.open_at(timezone.now())):
            return redirect("applications:application", number=number)
        return _edit_page(request, found, TextsForm(found, initial=found.content))
    sent = _sent(request, found.call)
    try:
        saved = drafting.save(number, reader(request), _base(request), sent, timezone.now())
    except drafting.NotOpen:
        return late_page(request, found)
    found.refresh_from_db()
    if saved.conflicts or saved.too_long:
        shown = {**found.content, **{one.key: one.mine for one in saved.conflicts}}
        shown |= {key: sent[key] for key in saved.too_long}
        form = TextsForm(found, initial=shown)
        return _edit_page(request, found, form, saved, status=409)
    if "leave" in request.POST:
        return redirect("applications:submit", number=number)
    messages.success(request, _("The application has been saved."), extra_tags="good")
    return redirect("applications:edit", number=number)


def _edit_page(
    request: HttpRequest,
    found: Application,
    form: TextsForm,
    saved: drafting.Saved | None = None,
    status: int = 200,
) -> HttpResponse:
    context = context_of(request, found)
    context |= {
        "form": form,
        "ask": AskForm(found, initial={"language": reader(request).language}),
        "upload": FileForm(),
        "saved": saved,
        "told_conflicts": _named(found.call, saved),
        "too_long": _measured(found.call, saved),
    }
    return render(request, "applications/edit.html", context, status=status)


def _named(call: Call, saved: drafting.Saved | None) -> list[tuple[Any, drafting.Conflict]]:
    labels = {one.key: one.label for one in fields.texts_of(call)}
    return [(labels[one.key], one) for one in (saved.conflicts if saved else ())]


def _measured(call: Call, saved: drafting.Saved | None) -> list[tuple[fields.Text, int]]:
    texts = {one.key: one for one in fields.texts_of(call)}
    return [(texts[key], more) for key, more in (saved.too_long if saved else {}).items()]


@require_POST
@signed_in
def autosave(request: HttpRequest, number: int) -> HttpResponse:
    """Save while somebody writes; texts in conflict wait for a save by hand."""
    found = application_of(request, number, "applications.view", "applications.edit")
    waiting = set(request.POST.getlist("hold"))
    sent = {k: v for k, v in _sent(request, found.call).items() if k not in waiting}
    try:
        saved = drafting.save(number, reader(request), _base(request), sent, timezone.now())
    except drafting.NotOpen:
        return render(
            request, "applications/parts/state.html", {"closed": True, "call": found.call}
        )
    held = waiting | {one.key for one in saved.conflicts}
    context = {
        "revision": saved.revision,
        "at": timezone.now(),
        "told_conflicts": _named(found.call, saved),
        "too_long": _measured(found.call, saved),
        "hold": sorted(held),
    }
    return render(request, "applications/parts/state.html", context)


@require_safe
@signed_in
def history(request: HttpRequest, number: int) -> HttpResponse:
    """Show who changed what, and when."""
    found = application_of(request, number, "applications.view", "applications.edit")
    labels = {one.key: one.label for one in fields.texts_of(found.call)}
    told = [
        (one, [(key, labels.get(key, key), text) for key, text in one.changes.items()])
        for one in found.versions.select_related("by")[:200]
    ]
    context = context_of(request, found) | {"versions": told}
    return render(request, "applications/history.html", context)


@require_POST
@signed_in
def restore(request: HttpRequest, number: int, version: int, key: str) -> HttpResponse:
    """Put an earlier wording in again."""
    found = application_of(request, number, "applications.view", "applications.edit")
    kept = get_object_or_404(Version, pk=version, application=found, changes__has_key=key)
    try:
        drafting.restore(number, kept, key, reader(request), timezone.now())
    except drafting.NotOpen:
        return late_page(request, found)
    messages.success(request, _("The earlier wording stands again."), extra_tags="good")
    return redirect("applications:edit", number=number)


@require_http_methods(PAGES)
@signed_in
def submit(request: HttpRequest, number: int) -> HttpResponse:
    """Show what is lacking; submit once."""
    found = application_of(request, number, "applications.view", "applications.lead")
    if request.method == "POST":
        try:
            submitting.submit(number, reader(request), timezone.now())
        except drafting.NotOpen:
            return late_page(request, found)
        except submitting.NotWhole:
            return redirect("applications:submit", number=number)
        messages.success(
            request,
            _("The application has been received. A receipt is on its way by e-mail."),
            extra_tags="good",
        )
        return redirect("applications:application", number=number)
    if not found.is_draft:
        return redirect("applications:application", number=number)
    context = context_of(request, found) | {"lacks": submitting.unfinished(found)}
    return render(request, "applications/submit.html", context)


@require_POST
@signed_in
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take a submitted application back."""
    found = application_of(request, number, "applications.view", "applications.lead")
    try:
        submitting.withdraw(number, reader(request), timezone.now())
    except drafting.NotOpen:
        return late_page(request, found)
    messages.success(request, _("The application has been taken back."), extra_tags="good")
    return redirect("applications:application", number=number)


# --- files ---------------------------------------------------------------------------------------


@require_POST
@signed_in
def add_file(request: HttpRequest, number: int) -> HttpResponse:
    """Add a file that passes the check of its type."""
    found = application_of(request, number, "applications.view", "applications.edit")
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            attachments.add(number, form.cleaned_data["file"], reader(request), timezone.now())
        except drafting.NotOpen:
            return late_page(request, found)
        except ValidationError as wrong:
            form.add_error("file", wrong)
        else:
            messages.success(request, _("The file has been added."), extra_tags="good")
            return redirect("applications:edit", number=number)
    context = context_of(request, found) | {"upload": form}
    return render(request, "applications/file_refused.html", context, status=400)


@require_safe
@signed_in
def file(request: HttpRequest, number: int, attachment: int) -> HttpResponse:
    """Send a file, to be saved and never to be opened within the site."""
    found = application_of(request, number)
    held = get_object_or_404(Attachment, pk=attachment, application=found)
    # At most ten megabytes: they need no stream.
    with held.file.open("rb") as stored:
        answer = HttpResponse(stored.read(), content_type=KINDS[held.kind].media_type)
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=held.name
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@require_POST
@signed_in
def remove_file(request: HttpRequest, number: int, attachment: int) -> HttpResponse:
    """Take a file away."""
    found = application_of(request, number, "applications.view", "applications.edit")
    try:
        attachments.remove(number, attachment, reader(request), timezone.now())
    except drafting.NotOpen:
        return late_page(request, found)
    messages.success(request, _("The file has been removed."), extra_tags="good")
    return redirect("applications:edit", number=number)
