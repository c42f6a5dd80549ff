"""Pages on which membership and roles are managed: by a municipality, and by the association."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skolnat.web.accounts import members
from skolnat.web.accounts.forms import InviteForm, RolesForm
from skolnat.web.accounts.models import Membership, Municipality, User
from skolnat.web.accounts.views import holder
from skolnat.web.common.audit import record
from skolnat.web.common.downloads import FORMS, Form, check_form, download
from skolnat.web.common.guards import check, guarded, signed_in

PAGE: Final = 50
State = Membership.State


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def municipality(request: HttpRequest, code: str) -> HttpResponse:
    """Show who speaks for a municipality or asks to; invite somebody by POST."""
    place = get_object_or_404(Municipality, pk=code)
    check(request, "accounts.manage_members", place)
    form = InviteForm(request.POST or None, initial={"language": holder(request).language})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        members.invite(told["email"], told["language"], place, holder(request))
        messages.success(request, _("The invitation has been sent."), extra_tags="good")
        return redirect("accounts_members", code=code)
    context = {"place": place, "rows": members.members_of(place), "form": form}
    return render(request, "accounts/members.html", context)


@require_POST
@signed_in
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant, refuse or end a membership, or let a member manage."""
    held = get_object_or_404(Membership.objects.select_related("municipality"), pk=pk)
    check(request, "accounts.manage_members", held.municipality)
    wish = request.POST.get("wish", "")
    if wish in ("grant", "end"):
        members.decide(held, granted=wish == "grant", by=request.user)
    elif wish in ("manager", "no_manager"):
        members.let_manage(held, manages=wish == "manager", by=request.user)
    else:
        raise Http404
    messages.success(request, _("Saved."), extra_tags="good")
    return redirect("accounts_members", code=held.municipality_id)


def _municipalities() -> Any:
    counts = {
        state: Count("memberships", filter=Q(memberships__state=state), distinct=True)
        for state in (State.GRANTED, State.ASKED)
    }
    managing = Count(
        "memberships", filter=Q(memberships__manages=True, memberships__state=State.GRANTED),
        distinct=True,
    )  # fmt: skip
    rows = Municipality.objects.filter(current=True)
    return rows.annotate(
        members=counts[State.GRANTED], asking=counts[State.ASKED], managing=managing
    ).order_by("-asking", "code")


@never_cache
@require_safe
@guarded("accounts.manage")
def municipalities(request: HttpRequest) -> HttpResponse:
    """List the municipalities with how many speak for them; those with somebody who asks first."""
    context = {"rows": _municipalities(), "forms": FORMS}
    return render(request, "accounts/municipalities.html", context)


@never_cache
@require_safe
@guarded("accounts.manage")
def municipalities_file(request: HttpRequest, form: Form) -> HttpResponse:
    """Give that list as a file."""
    check_form(form)
    columns = ["code", "name_sv", "name_fi", "region", "members", "asking", "managing"]
    rows = [
        [one.code, one.names.get("sv", ""), one.names.get("fi", ""), one.region, one.members,
         one.asking, one.managing]
        for one in _municipalities()
    ]  # fmt: skip
    return download(form, "municipalities", columns, rows)


def _people(request: HttpRequest) -> Any:
    wish = request.GET.get("q", "").strip()
    rows = User.objects.order_by("-is_officer", "-is_reviewer", "name", "pk")
    if wish:
        rows = rows.filter(Q(name__icontains=wish) | Q(email__icontains=wish))
    return rows.prefetch_related("memberships__municipality")


@never_cache
@require_safe
@guarded("accounts.manage")
def people(request: HttpRequest) -> HttpResponse:
    """List the accounts, with a search."""
    page = Paginator(_people(request), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "wish": request.GET.get("q", ""), "forms": FORMS}
    return render(request, "accounts/people.html", context)


@never_cache
@require_safe
@guarded("accounts.manage")
def people_file(request: HttpRequest, form: Form) -> HttpResponse:
    """Give the accounts as a file."""
    check_form(form)
    columns = ["email", "name", "language", "officer", "reviewer", "active", "municipalities",
               "joined", "last_sign_in"]  # fmt: skip
    rows = [
        [one.email, one.name, one.language, one.is_officer, one.is_reviewer, one.is_active,
         ", ".join(m.municipality_id for m in one.memberships.all() if m.state == State.GRANTED),
         one.joined, one.last_login]
        for one in _people(request)
    ]  # fmt: skip
    record(request.user, "accounts.people_saved", holder(request), form=form)
    return download(form, "people", columns, rows)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guarded("accounts.manage")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an account and set its roles; nobody takes the last officer's role away."""
    user = get_object_or_404(User, pk=pk)
    before = (user.is_officer, user.is_reviewer, user.is_active)
    form = RolesForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        if _last_officer(pk) and not (user.is_officer and user.is_active):
            told = _("The association needs an officer: give somebody else that role first.")
            form.add_error(None, told)
        else:
            with transaction.atomic():
                form.save()
                now = (user.is_officer, user.is_reviewer, user.is_active)
                if now != before:
                    roles = dict(zip(("officer", "reviewer", "active"), now, strict=True))
                    record(request.user, "accounts.roles_set", user, **roles)
            messages.success(request, _("Saved."), extra_tags="good")
            return redirect("accounts_people")
    held = Membership.objects.filter(user=user).select_related("municipality")
    context = {"person": user, "form": form, "memberships": held}
    return render(request, "accounts/person.html", context)


def _last_officer(pk: int) -> bool:
    others = User.objects.filter(is_officer=True, is_active=True).exclude(pk=pk)
    return not others.exists()
