"""The group: municipalities are asked, and answer by their own account or by a signed link."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from skolnat.web.accounts.rules import memberships
from skolnat.web.common.guards import signed_in
from skolnat.web.common.links import BadLink
from skolnat.web.programme.applications import drafting, fields, group, links
from skolnat.web.programme.applications.forms import AnswerForm, AskForm, partners_of_today
from skolnat.web.programme.applications.models import Partner
from skolnat.web.programme.applications.views.drafts import context_of, late_page
from skolnat.web.programme.applications.views.found import application_of, reader

PAGES = ["GET", "HEAD", "POST"]


@require_POST
@signed_in
def ask(request: HttpRequest, number: int) -> HttpResponse:
    """Ask a municipality to join."""
    found = application_of(request, number, "applications.view", "applications.edit")
    form = AskForm(found, request.POST)
    if not form.is_valid():
        context = context_of(request, found) | {"ask": form}
        return render(request, "applications/ask.html", context, status=400)
    given = form.cleaned_data
    municipality = partners_of_today().get(code=given["municipality"])
    try:
        group.ask(
            number,
            municipality,
            given["email"],
            given["language"],
            reader(request),
            timezone.now(),
        )
    except drafting.NotOpen:
        return late_page(request, found)
    told = _("%(municipality)s has been asked to join.") % {"municipality": municipality}
    messages.success(request, told, extra_tags="good")
    return redirect("applications:edit", number=number)


@require_POST
@signed_in
def leave(request: HttpRequest, number: int, partner: int) -> HttpResponse:
    """Take a municipality out of the group."""
    found = application_of(request, number, "applications.view", "applications.lead")
    try:
        group.leave_out(number, partner, reader(request), timezone.now())
    except drafting.NotOpen:
        return late_page(request, found)
    return redirect("applications:edit", number=number)


@require_http_methods(PAGES)
@signed_in
def answer(request: HttpRequest, number: int, partner: int) -> HttpResponse:
    """Answer for a municipality that one speaks for."""
    found = application_of(request, number)
    held = get_object_or_404(Partner, pk=partner, application=found)
    user = reader(request)
    if held.municipality_id not in memberships(user):
        raise PermissionDenied
    form = AnswerForm(request.POST or None, initial={"signer": user.name})
    return _answered(request, held, form, group.Signature("", "", user))


@require_http_methods(PAGES)
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Answer for a municipality by the link in its letter; the account is not needed."""
    try:
        partner, standing = links.opened(token, timezone.now())
    except BadLink as bad:
        return render(request, "applications/link_bad.html", {"reason": bad.reason}, status=404)
    if standing == "used":
        return _done(request, partner, status=410 if request.method == "POST" else 200)
    user = request.user if request.user.is_authenticated else None
    who = group.Signature("", "", user)
    return _answered(request, partner, AnswerForm(request.POST or None), who)


def _done(request: HttpRequest, partner: Partner, status: int = 200) -> HttpResponse:
    context = {"partner": partner, "application": partner.application}
    return render(request, "applications/answered.html", context, status=status)


def _answered(
    request: HttpRequest, partner: Partner, form: AnswerForm, who: group.Signature
) -> HttpResponse:
    application = partner.application
    if request.method == "POST" and form.is_valid() and not form.is_trap:
        given = form.cleaned_data
        try:
            partner = group.answer(
                partner.pk,
                joins=given["joins"] == "yes",
                by=group.Signature(given["signer"], given["signer_role"], who.user),
                reason=given["reason"],
                nonce=partner.nonce,
                now=timezone.now(),
            )
        except drafting.NotOpen:
            return late_page(request, application)
        return _done(request, partner)
    texts = [
        (one, application.content.get(one.key, ""))
        for one in fields.texts_of(application.call)
        if not one.key.startswith("contact_")
    ]
    context = {
        "partner": partner,
        "application": application,
        "call": application.call,
        "texts": texts,
        "partners": application.partners.select_related("municipality"),
        "form": form,
        "open": application.is_draft and application.call.open_at(timezone.now()),
    }
    return render(request, "applications/answer.html", context)
