"""The moderator's screen: what is new, what is wanted most, and what is done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skolnat.web.common.asked import number
from skolnat.web.common.audit import record
from skolnat.web.common.downloads import FORMS, Form, check_form, download
from skolnat.web.common.guards import guarded
from skolnat.web.programme.events.models import Event
from skolnat.web.programme.questions import board, exports
from skolnat.web.programme.questions.forms import AnswerForm, FaqForm
from skolnat.web.programme.questions.models import FaqEntry, Question

State = Question.State


def _screen(slug: str) -> dict[str, Any]:
    event = get_object_or_404(Event, slug=slug)
    rows = list(
        Question.objects.filter(event=event)
        .exclude(state=State.MERGED)
        .select_related("answer", "faq")
        .prefetch_related("renderings")
    )
    groups = [
        (_("New"), sorted((o for o in rows if o.state == State.NEW), key=lambda o: o.asked)),
        (_("Shown, not answered"), [o for o in rows if o.state == State.SHOWN and not o.answered]),
        (
            pgettext("questions", "Answered"),
            [o for o in rows if o.state == State.SHOWN and o.answered],
        ),
        (_("Hidden"), [o for o in rows if o.state == State.HIDDEN]),
    ]
    return {"event": event, "groups": groups, "now": timezone.now()}


@never_cache
@require_safe
@guarded("questions.moderate")
def moderate(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every question of an event; the list updates itself."""
    context = {**_screen(slug), "still": "still" in request.GET, "forms": FORMS}
    return render(request, "questions/moderate.html", context)


@never_cache
@require_safe
@guarded("questions.moderate")
def moderate_live(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the moderator's list alone."""
    return render(request, "questions/_moderate.html", _screen(slug))


@never_cache
@require_safe
@guarded("questions.moderate")
def export(request: HttpRequest, slug: str, form: Form) -> HttpResponse:
    """Give the questions of an event as a file."""
    event = get_object_or_404(Event, slug=slug)
    check_form(form)
    record(request.user, "questions.exported", event, form=form)
    return download(form, f"{slug}-questions", exports.COLUMNS, exports.rows(event))


@require_POST
@guarded("questions.moderate")
def act(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show, hide, merge or keep a question."""
    found = get_object_or_404(Question, pk=pk, event__slug=slug)
    what = request.POST.get("do", "")
    try:
        with transaction.atomic():
            if what == "show":
                board.show(found)
            elif what == "hide":
                board.hide(found)
            elif what == "merge":
                into = get_object_or_404(Question, pk=number(request.POST.get("into")))
                board.merge(found, into)
            elif what == "keep":
                board.keep(found)
            record(request.user, "questions.moderated", found, what=what[:20])
    except board.Refused as refused:
        words = {
            "itself": _("It cannot be merged into that question."),
            "unanswered": _("Answer the question first."),
        }
        messages.error(request, words.get(refused.reason, refused.reason), extra_tags="bad")
    if request.headers.get("HX-Request"):
        return render(request, "questions/_moderate.html", _screen(slug))
    return redirect("questions:moderate", slug=slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guarded("questions.moderate")
def question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Translate, answer, merge or keep one question."""
    found = get_object_or_404(Question.objects.select_related("event"), pk=pk, event__slug=slug)
    form = AnswerForm(request.POST or None, question=found)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            for language, text in form.renderings().items():
                board.render(found, language, text, request.user)
            if form.cleaned_data["answer"]:
                board.answer(found, form.cleaned_data["answer"], request.user, timezone.now())
            record(request.user, "questions.answered", found)
        messages.success(request, _("Saved."), extra_tags="good")
        return redirect("questions:moderate", slug=slug)
    others = Question.objects.filter(event=found.event, state__in=(State.NEW, State.SHOWN))
    context = {
        "event": found.event,
        "question": found,
        "form": form,
        "others": others.exclude(pk=found.pk),
    }
    return render(request, "questions/question.html", context)


def _faq(request: HttpRequest, entry: FaqEntry | None) -> HttpResponse:
    if request.method == "POST" and "remove" in request.POST and entry is not None:
        with transaction.atomic():
            record(request.user, "questions.faq_removed", entry)
            entry.delete()
        return redirect("questions:faq")
    form = FaqForm(request.POST or None, instance=entry)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            record(request.user, "questions.faq_saved", form.save())
        return redirect("questions:faq")
    return render(request, "questions/faq_form.html", {"form": form, "entry": entry})


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("questions.moderate")
def new_faq(request: HttpRequest) -> HttpResponse:
    """Write a question that is asked often."""
    return _faq(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("questions.moderate")
def edit_faq(request: HttpRequest, pk: int) -> HttpResponse:
    """Change or remove a question that is asked often."""
    return _faq(request, get_object_or_404(FaqEntry, pk=pk))
