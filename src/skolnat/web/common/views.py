"""The frame's own pages: accessibility statement with feedback, faults, a sign of life."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skolnat.web.common.feedback import answer, due, receive
from skolnat.web.common.forms import HoneypotMixin
from skolnat.web.common.guards import guarded, too_often
from skolnat.web.common.models import Feedback
from skolnat.web.common.privacy import old
from skolnat.web.common.privacy import told as kept
from skolnat.web.common.texts import reader_language


class FeedbackForm(HoneypotMixin, forms.ModelForm[Feedback]):
    """What is difficult to use."""

    class Meta:
        model = Feedback
        fields = ("text", "address")
        widgets = {
            "text": forms.Textarea(attrs={"rows": 5}),
            "address": forms.EmailInput(attrs={"autocomplete": "email"}),
        }


_MOST: Final = 10
"""Feedback from one network address in ten minutes; each is a letter to every officer."""


@require_http_methods(["GET", "HEAD", "POST"])
def accessibility(request: HttpRequest) -> HttpResponse:
    """Tell how accessible the site is, and take feedback."""
    form = FeedbackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if too_often(request, "feedback", _MOST):
            form.add_error(None, _("You have written much in a short time. Wait a while."))
        else:
            if not form.is_trap:
                form.instance.language = reader_language()
                form.instance.page = request.GET.get("page", "")[:300]
                receive(form.instance)
            return redirect("accessibility_thanks")
    return render(request, "common/accessibility.html", {"form": form})


@require_safe
def accessibility_thanks(request: HttpRequest) -> HttpResponse:
    """Say that the feedback has come."""
    return render(request, "common/accessibility_thanks.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Tell what the site knows of people, what for, and how long."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    context: dict[str, Any] = {"kinds": kept(), "address": address}
    if request.user.has_perm("accounts.manage"):
        context["old"] = old()
    return render(request, "common/privacy.html", context)


@require_safe
@guarded("accounts.manage")
def feedback(request: HttpRequest) -> HttpResponse:
    """List what has been said of accessibility; who waits longest stands first."""
    today = timezone.localdate()
    waiting = [
        (one, due(one), due(one) < today)
        for one in Feedback.objects.filter(answered=None).order_by("created")
    ]
    answered = Feedback.objects.exclude(answered=None).select_related("answered_by")[:50]
    context = {"waiting": waiting, "answered": answered}
    return render(request, "common/feedback.html", context)


@require_POST
@guarded("accounts.manage")
def feedback_answer(request: HttpRequest, number: int) -> HttpResponse:
    """Send an answer."""
    get_object_or_404(Feedback, pk=number)
    try:
        answer(number, request.POST.get("answer", "")[:6000], request.user)
    except ValueError:
        told = _("Nothing was sent: it has been answered already, or the answer is empty.")
        messages.error(request, told, extra_tags="bad")
    else:
        messages.success(request, _("The feedback has been answered."), extra_tags="good")
    return redirect("feedback")


@require_safe
def choose_language(request: HttpRequest) -> HttpResponse:
    """Send a reader who asked for no language to the start page in the browser's."""
    language = get_language_from_request(request)
    answer = redirect(f"/{language}/")
    answer["Vary"] = "Accept-Language"
    return answer


@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """Tell whether the site and its database answer, for those who watch the machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def _fault(request: HttpRequest, name: str, status: int) -> HttpResponse:
    return render(request, f"errors/{name}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request was broken."""
    return _fault(request, "400", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that this reader may not see the page."""
    return _fault(request, "403", 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page."""
    return _fault(request, "404", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours."""
    return render(request, "errors/500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "", **_named: Any) -> HttpResponse:
    """Say that the form was too old or came from elsewhere, and what to do."""
    return _fault(request, "csrf", 403)
