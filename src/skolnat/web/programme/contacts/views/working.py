"""The questions that wait, for experts and the association: answer, pass on, give, close, keep."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skolnat.web.accounts.models import User
from skolnat.web.common.audit import record
from skolnat.web.common.downloads import Form, check_form, download
from skolnat.web.common.guards import check, guarded, signed_in
from skolnat.web.programme.contacts import enquiries
from skolnat.web.programme.contacts.forms import GiveForm, TextForm
from skolnat.web.programme.contacts.models import Enquiry, Expert

State = Enquiry.State


def _shown(request: HttpRequest) -> QuerySet[Enquiry]:
    """Return the questions of an expert; the association's people see all of them."""
    rows = Enquiry.objects.select_related("theme", "municipality", "expert")
    if request.user.has_perm("contacts.manage"):
        return rows
    return rows.filter(expert__user=request.user.pk)


@never_cache
@require_safe
@guarded("contacts.see_questions")
def board(request: HttpRequest) -> HttpResponse:
    """List the questions of a state, those that have waited longest first."""
    state = request.GET.get("state", State.WAITING)
    chosen = state if state in State.values else State.WAITING
    rows = _shown(request).filter(state=chosen)
    if chosen != State.WAITING:
        rows = rows.order_by("-asked", "-pk")
    counts = [(key, label, _shown(request).filter(state=key).count()) for key, label in _tabs()]
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {"page": page, "counts": counts, "chosen": chosen, "now": timezone.now()}
    return render(request, "contacts/board.html", context)


def _tabs() -> list[tuple[str, str]]:
    return [
        (State.WAITING, pgettext("questions", "Waiting")),
        (State.ANSWERED, pgettext("questions", "Answered")),
        (State.CLOSED, _("Closed")),
    ]


def _choices(enquiry: Enquiry, now: datetime) -> list[tuple[str, str]]:
    """Return who can be given a question: those of its theme first, each with their load."""
    from skolnat.web.programme.contacts import routing

    fit = routing.suitable(enquiry.theme, enquiry.language, now)
    others = [
        one
        for one in Expert.objects.filter(active=True).exclude(pk__in=[o.pk for o in fit])
        if one.serves(timezone.localdate(now))
    ]
    first = [(str(one.pk), _fit(one)) for one in fit]
    return first + [(str(one.pk), str(one)) for one in others]


def _fit(one: Expert) -> str:
    words = _("%(name)s (theme and language fit, %(load)s waiting)")
    return words % {"name": one, "load": getattr(one, "load", 0)}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a question with what has been written, and take an answer."""
    rows = Enquiry.objects.select_related("theme", "municipality", "expert", "faq")
    found = get_object_or_404(rows, pk=pk)
    check(request, "contacts.answer", found)
    now = timezone.now()
    form = TextForm(request.POST or None, label=_("Answer"), language=found.language)
    if request.method == "POST" and form.is_valid():
        enquiries.answer(found, form.cleaned_data["text"], request.user, now)
        messages.success(request, _("The answer has been sent."), extra_tags="good")
        return redirect("contacts:enquiry", pk=pk)
    context = {
        "enquiry": found,
        "replies": found.replies.select_related("expert", "by"),
        "form": form,
        "give_form": GiveForm(choices=_choices(found, now)),
    }
    return render(request, "contacts/enquiry.html", context)


@require_POST
@signed_in
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass a question on, give it to an expert, close it, or keep it."""
    found = get_object_or_404(Enquiry.objects.select_related("theme"), pk=pk)
    check(request, "contacts.answer", found)
    what, now = request.POST.get("do", ""), timezone.now()
    if what == "pass":
        enquiries.pass_on(found, request.user, now)
        messages.success(request, _("The question has been passed on."), extra_tags="good")
        return redirect("contacts:board")
    check(request, "contacts.manage")
    if what == "keep":
        return _keep(request, found)
    if what == "close":
        enquiries.close(found, request.user)
        return redirect("contacts:board")
    form = GiveForm(request.POST, choices=_choices(found, now))
    if what == "give" and form.is_valid():
        expert = Expert.objects.get(pk=form.cleaned_data["expert"])
        enquiries.give(found, expert, request.user, now)
        messages.success(request, _("The question has been given."), extra_tags="good")
    return redirect("contacts:enquiry", pk=pk)


def _keep(request: HttpRequest, found: Enquiry) -> HttpResponse:
    try:
        entry = enquiries.keep(found, request.user)
    except enquiries.Refused:
        messages.error(request, _("Answer the question first."), extra_tags="bad")
        return redirect("contacts:enquiry", pk=found.pk)
    words = _("A draft: take out what tells of people, translate it, and show it to everybody.")
    messages.success(request, words, extra_tags="good")
    return redirect("questions:edit_faq", pk=entry.pk)


_COLUMNS = (
    *("number", "theme", "language", "municipality", "name", "email", "state"),
    *("asked", "answered", "expert", "question"),
)


@require_safe
@guarded("contacts.manage")
def export(request: HttpRequest, form: Form) -> HttpResponse:
    """Give every question as a table."""
    check_form(form)
    rows = [
        (
            *(one.pk, str(one.theme), one.language),
            str(one.municipality) if one.municipality else "",
            *(one.name, one.email, one.state, one.asked, one.answered),
            str(one.expert) if one.expert else "",
            one.text,
        )
        for one in _shown(request)
    ]
    assert isinstance(request.user, User)
    record(request.user, "contacts.exported", request.user, rows=len(rows))
    return download(form, "questions", _COLUMNS, rows)
