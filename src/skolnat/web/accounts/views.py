"""One's own account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from skolnat.web.accounts.forms import AccountForm
from skolnat.web.accounts.models import Membership, User
from skolnat.web.common.guards import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Show one's account, its roles and municipalities; change name and language."""
    user = request.user
    assert isinstance(user, User)
    form = AccountForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your account has been saved."), extra_tags="good")
        return redirect("account")
    held = Membership.objects.filter(user=user).select_related("municipality")
    return render(request, "accounts/account.html", {"form": form, "memberships": held})
