"""What everybody sees: who answers what, and how to ask."""

from __future__ import annotations

from typing import Final

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from skolnat.web.common.browsers import browser
from skolnat.web.common.guards import too_often
from skolnat.web.common.texts import NAMES
from skolnat.web.programme.contacts import enquiries
from skolnat.web.programme.contacts.forms import AskForm
from skolnat.web.programme.contacts.models import TONGUES, Expert, Theme


@require_safe
def experts(request: HttpRequest) -> HttpResponse:
    """Show who answers what, by theme; those who answer in one language if it is chosen."""
    language = request.GET.get("language", "")
    chosen = language if language in NAMES else ""
    shown = Expert.objects.filter(active=True)
    themes = Theme.objects.filter(published=True).prefetch_related(
        Prefetch("experts", queryset=shown)
    )
    rows = [
        (theme, [one for one in theme.experts.all() if not chosen or chosen in one.languages])
        for theme in themes
    ]
    context = {"rows": rows, "tongues": TONGUES, "chosen": chosen}
    return render(request, "contacts/experts.html", context)


_MOST: Final = 30
"""Questions from one network address in ten minutes."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take a question to the programme."""
    theme = Theme.objects.filter(slug=request.GET.get("theme", ""), published=True).first()
    user = request.user
    known = {"name": user.name, "email": user.email} if user.is_authenticated else {}
    form = AskForm(request.POST or None, initial={"theme": theme, **known})
    if request.method == "POST" and form.is_valid():
        if _taken(request, form):
            return redirect("contacts:received")
        words = _("You have asked many questions in a short time. Wait a while.")
        form.add_error(None, words)
    return render(request, "contacts/ask.html", {"form": form})


def _taken(request: HttpRequest, form: AskForm) -> bool:
    """Take a question; False where too many come from one browser or one network address."""
    if too_often(request, "contacts.ask", _MOST):
        return False
    try:
        if not form.is_trap:
            enquiries.ask(form.enquiry(), browser(request), timezone.now())
    except enquiries.Refused:
        return False
    return True


@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """Say that a question has come."""
    return render(request, "contacts/received.html")
