"""Decisions of a call: standings, preparation, publishing in one batch, letters, exports."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skolnat.common.languages import Language
from skolnat.web.common.downloads import FORMS, Form, check_form, download
from skolnat.web.common.guards import guarded, signed_in
from skolnat.web.common.texts import marked
from skolnat.web.programme.applications import deciding, exports
from skolnat.web.programme.applications.decision_letter import letter
from skolnat.web.programme.applications.forms import AssignForm, DecisionForm, NoteForm
from skolnat.web.programme.applications.models import Application, Decision
from skolnat.web.programme.applications.reviewing import Standing, standings
from skolnat.web.programme.applications.views.drafts import context_of
from skolnat.web.programme.applications.views.found import application_of, call_of, reader

PAGES = ["GET", "HEAD", "POST"]


@require_safe
@guarded("applications.manage")
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every application of a call, what reviewers say, and what is decided."""
    call = call_of(request, slug, "applications.manage")
    drafts = call.applications.filter(state=Application.State.DRAFT).select_related("responsible")
    context = {
        "call": call,
        "phase": call.phase(timezone.now()),
        "rows": [_row(one) for one in standings(call, titles_only=True)],
        "criteria": list(call.criteria.all()),
        "drafts": drafts,
        "unready": deciding.unready(call),
        "forms": FORMS,
    }
    return render(request, "applications/board.html", context)


def _row(one: Standing) -> dict[str, Any]:
    """Return what the board shows of an application, ready to be laid out: they are hundreds."""
    application = one.application
    partners = application.partners.all()
    return {
        "number": application.pk,
        "title": marked(getattr(application, "named", None) or "", application.language),
        "reference": application.number,
        "group": ", ".join(str(each.municipality) for each in partners if each.is_confirmed),
        "total": "–" if one.total is None else floatformat(one.total, 1),
        "spread": "–" if one.total is None else floatformat(one.spread, 1),
        "reviews": f"{one.done} / {one.given}",
        "decision": getattr(application, "decision", None),
    }


@require_safe
@guarded("applications.manage")
def export(request: HttpRequest, slug: str, form: Form) -> HttpResponse:
    """Send a call's applications as a table."""
    call = call_of(request, slug, "applications.manage")
    check_form(form)
    return download(form, call.slug, exports.columns(call), exports.rows(call))


@require_http_methods(PAGES)
@guarded("applications.manage")
def decision(request: HttpRequest, number: int) -> HttpResponse:
    """Read an application with its reviews; give it to reviewers; prepare the decision."""
    found = application_of(request, number, "applications.view")
    known = Decision.objects.filter(application=found).first()
    form = DecisionForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            deciding.prepare(found, given["outcome"], given["reasons"], reader(request))
        except ValueError:
            messages.error(request, _("A published decision cannot be changed."), extra_tags="bad")
        else:
            messages.success(request, _("The decision has been prepared."), extra_tags="good")
        return redirect("applications:decision", number=number)
    context = context_of(request, found)
    context |= {
        "form": form,
        "known": known,
        "reviews": found.reviews.select_related("reviewer").prefetch_related("scores__criterion"),
        "assign": AssignForm(
            initial={"reviewers": found.reviews.values_list("reviewer_id", flat=True)}
        ),
        "notes": found.notes.select_related("author"),
        "note": NoteForm(),
    }
    return render(request, "applications/decision.html", context)


@require_POST
@guarded("applications.manage")
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish every decision of a call at once."""
    call = call_of(request, slug, "applications.manage")
    try:
        count = deciding.publish(call, reader(request), timezone.now())
    except deciding.NotReady as not_ready:
        told = (
            _("The call has not closed yet.")
            if not_ready.early
            else _("Every application needs a decision, with reasons in Swedish and in Finnish.")
        )
        messages.error(request, told, extra_tags="bad")
    else:
        told = _("%(count)d decisions have been published.") % {"count": count}
        messages.success(request, told, extra_tags="good")
    return redirect("applications:board", slug=slug)


@require_safe
@signed_in
def letter_file(request: HttpRequest, number: int, language: str) -> HttpResponse:
    """Send the letter of a published decision as PDF."""
    found = application_of(request, number)
    known = Decision.objects.filter(application=found, published__isnull=False).first()
    if known is None or language not in {"sv", "fi"}:
        raise Http404
    answer = HttpResponse(letter(found, cast("Language", language)), content_type="application/pdf")
    name = f"{found.number}-{language}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
