"""Letters that have not left, for the association: which, why, and to try again."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from skolnat.web.common.audit import record
from skolnat.web.common.guards import guarded
from skolnat.web.common.letters import TRIES, send
from skolnat.web.common.models import Letter

PAGE: Final = 100


@never_cache
@require_safe
@guarded("accounts.manage")
def letters(request: HttpRequest) -> HttpResponse:
    """List the letters that wait or could not be sent, the newest first."""
    rows = Letter.objects.filter(sent=None).defer("text", "calendar")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "most": TRIES, "left": Letter.objects.exclude(sent=None).count()}
    return render(request, "common/letters.html", context)


@require_POST
@guarded("accounts.manage")
def again(request: HttpRequest, number: int) -> HttpResponse:
    """Try a letter again that could not be sent, or throw it away."""
    with transaction.atomic():
        letter = get_object_or_404(Letter.objects.select_for_update(), pk=number, sent=None)
        if "remove" in request.POST:
            record(request.user, "common.letter_removed", letter, purpose=letter.purpose)
            letter.delete()
            told = _("The letter has been thrown away.")
        else:
            letter.tries, letter.error = 0, ""
            letter.save(update_fields=["tries", "error"])
            record(request.user, "common.letter_again", letter, purpose=letter.purpose)
            send.enqueue(letter.pk)
            told = _("The letter is tried again.")
    messages.success(request, told, extra_tags="good")
    return redirect("letters")
