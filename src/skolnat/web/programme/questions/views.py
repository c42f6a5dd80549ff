"""What everybody sees of questions: the board of an event, and what is asked often."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skolnat.web.common.browsers import known_voice, voice
from skolnat.web.common.guards import too_often
from skolnat.web.programme.events.models import Event
from skolnat.web.programme.events.views.public import visible
from skolnat.web.programme.questions import board as questions
from skolnat.web.programme.questions.forms import QuestionForm
from skolnat.web.programme.questions.models import FaqEntry, Question, Vote

_MOST: Final = 200
"""Questions from one network address in ten minutes: a whole hall may ask by one."""


def _board(request: HttpRequest, event: Event) -> dict[str, Any]:
    rows = list(questions.seen(event))
    mine: set[int] = set()
    waiting: list[Question] = []
    if own := known_voice(request):
        votes = Vote.objects.filter(question__event=event, voter=own)
        mine = set(votes.values_list("question", flat=True))
        asked = Question.objects.filter(event=event, asker=own, state=Question.State.NEW)
        waiting = list(asked.order_by("asked", "pk"))
    listed = [(one, one.pk in mine) for one in rows]
    return {"event": event, "rows": listed, "waiting": waiting}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the questions of an event, and take one."""
    event = visible(request, slug)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refused = _refused(request, event, form)
        if refused is not None:
            form.add_error(
                None,
                _("This event takes no more questions.")
                if refused == "closed"
                else _("You have asked many questions in a short time. Wait a while."),
            )
        else:
            thanks = _("Thank you. The moderator reads your question before others see it.")
            messages.success(request, thanks, extra_tags="good")
            return redirect("questions:board", slug=slug)
    context = {
        **_board(request, event),
        "form": form if event.questions_open else None,
        "still": "still" in request.GET,
    }
    return render(request, "questions/board.html", context)


def _refused(request: HttpRequest, event: Event, form: QuestionForm) -> questions.Refusal | None:
    """Take a question; return why it is not taken."""
    if too_often(request, "questions.ask", _MOST):
        return "often"
    try:
        if not form.is_trap:
            questions.ask(form.save(commit=False), event, voice(request), timezone.now())
    except questions.Refused as refused:
        return refused.reason
    return None


@never_cache
@require_safe
def live(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the questions alone, for a board that updates itself."""
    return render(request, "questions/_rows.html", _board(request, visible(request, slug)))


@require_POST
def vote(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Vote for a question, or take the vote back; asked twice it stays as it was asked for."""
    event = visible(request, slug)
    found = get_object_or_404(Question, pk=pk, event=event, state=Question.State.SHOWN)
    questions.vote(found, voice(request), wants=request.POST.get("wants") != "no")
    if request.headers.get("HX-Request"):
        return render(request, "questions/_rows.html", _board(request, event))
    return redirect("questions:board", slug=slug)


@require_safe
def faq(request: HttpRequest) -> HttpResponse:
    """Show what is asked often, and the boards of the events."""
    entries = FaqEntry.objects.filter(published=True)
    if request.user.has_perm("questions.moderate"):
        entries = FaqEntry.objects.all()
    events = Event.objects.filter(published=True)
    return render(request, "questions/faq.html", {"entries": entries, "events": events})
