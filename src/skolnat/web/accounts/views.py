"""One's own account, its data as a file, and its end."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skolnat.web.accounts import members
from skolnat.web.accounts.forms import AccountForm, AskForm, ConfirmForm
from skolnat.web.accounts.keeping import forget_account
from skolnat.web.accounts.models import Membership, User
from skolnat.web.common.audit import record
from skolnat.web.common.guards import signed_in
from skolnat.web.common.links import BadLink
from skolnat.web.common.personal import Person
from skolnat.web.common.personal_file import as_file


def holder(request: HttpRequest) -> User:
    """Return who has signed in."""
    assert isinstance(request.user, User)
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Show one's account, its roles and municipalities; change name and language."""
    user = holder(request)
    form = AccountForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your account has been saved."), extra_tags="good")
        return redirect("account")
    held = Membership.objects.filter(user=user).exclude(state=Membership.State.ENDED)
    context = {
        "form": form,
        "memberships": held.select_related("municipality").order_by("municipality"),
        "ask_form": AskForm(),
    }
    return render(request, "accounts/account.html", context)


@require_POST
@signed_in
def ask(request: HttpRequest) -> HttpResponse:
    """Ask to speak for a municipality."""
    form = AskForm(request.POST)
    if form.is_valid():
        members.ask(holder(request), form.cleaned_data["municipality"])
        told = _("Your wish has been sent. You get a letter when it is decided.")
        messages.success(request, told, extra_tags="good")
    else:
        messages.error(request, _("Choose a municipality."), extra_tags="bad")
    return redirect("account")


@require_POST
@signed_in
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Speak no more for a municipality."""
    held = get_object_or_404(Membership, pk=pk, user=holder(request))
    members.decide(held, granted=False, by=request.user)
    messages.success(request, _("You no longer speak for it."), extra_tags="good")
    return redirect("account")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; accept it by POST, so that opening a link changes nothing."""
    if request.method != "POST":
        return render(request, "accounts/invitation.html", {"token": token})
    try:
        held = members.accept(token, holder(request))
    except BadLink as bad:
        return render(request, "accounts/no_invitation.html", {"reason": bad.reason}, status=410)
    except members.NotInvited as bad:
        return render(request, "accounts/no_invitation.html", {"reason": bad.reason}, status=403)
    told = _("You now speak for %(place)s.") % {"place": held.municipality}
    messages.success(request, told, extra_tags="good")
    return redirect("account")


@never_cache
@require_safe
@signed_in
def data(request: HttpRequest) -> HttpResponse:
    """Give everything that is known of whoever has signed in as a file."""
    user = holder(request)
    record(user, "accounts.data_given", user)
    return as_file(Person(user, members.verified_addresses(user)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def remove(request: HttpRequest) -> HttpResponse:
    """Give up one's account."""
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = holder(request)
        forget_account(user, user)
        logout(request)
        messages.success(request, _("Your account has been removed."), extra_tags="good")
        return redirect("home")
    return render(request, "accounts/remove.html", {"form": form})
