"""Pages behind the links of letters: the asker follows a question, an expert answers it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from skolnat.web.common.links import BadLink
from skolnat.web.programme.contacts import enquiries, links
from skolnat.web.programme.contacts.forms import TextForm


def _bad(request: HttpRequest, bad: BadLink, whose: str) -> HttpResponse:
    context = {"reason": bad.reason, "whose": whose}
    return render(request, "contacts/link_bad.html", context, status=404)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Show the asker the question and its answers, and take what is added."""
    try:
        enquiry = links.opened_by_asker(token)
    except BadLink as bad:
        return _bad(request, bad, "asker")
    form = TextForm(
        request.POST or None, label=_("Add to your question"), language=enquiry.language
    )
    if request.method == "POST" and form.is_valid():
        try:
            if not form.is_trap:
                enquiries.add(enquiry, form.cleaned_data["text"], timezone.now())
        except enquiries.Refused:
            form.add_error(None, _("You have written much in a short time. Wait a while."))
        else:
            messages.success(request, _("Thank you. It has been sent on."), extra_tags="good")
            return redirect("contacts:follow", token=token)
    context = {"enquiry": enquiry, "replies": enquiry.replies.select_related("expert", "by")}
    return render(request, "contacts/follow.html", {**context, "form": form, "asker": True})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Let the expert who has a question answer it, or pass it on."""
    try:
        enquiry = links.opened_by_expert(token)
    except BadLink as bad:
        return _bad(request, bad, "expert")
    passing = request.method == "POST" and request.POST.get("do") == "pass"
    form = TextForm(
        None if passing else request.POST or None, label=_("Answer"), language=enquiry.language
    )
    now = timezone.now()
    if passing:
        enquiries.pass_on(enquiry, None, now)
        return render(request, "contacts/passed_on.html")
    if request.method == "POST" and form.is_valid():
        if not form.is_trap:
            enquiries.answer(enquiry, form.cleaned_data["text"], None, now)
        messages.success(request, _("The answer has been sent."), extra_tags="good")
        return redirect("contacts:answer", token=token)
    context = {"enquiry": enquiry, "replies": enquiry.replies.select_related("expert", "by")}
    return render(request, "contacts/answer.html", {**context, "form": form})
