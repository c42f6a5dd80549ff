"""Officers sign in by two steps or a passkey, where the installation asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

_FREE: Final = (
    "account",
    "accessibility",
    "accessibility_thanks",
    "health",
    "choose_language",
    "privacy",
)
"""Pages that an officer without a second step may see, by name."""
_SIGNING_IN: Final = ("account_", "mfa_", "openid_connect_", "socialaccount_")
"""How the names of allauth's own pages begin."""


class TwoStepMiddleware:
    """Leads an officer without a second step to where one is set up, from every other page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _named: Any
    ) -> HttpResponseBase | None:
        """Lead on, when it is known which page is asked for."""
        if settings.OFFICERS_TWO_STEP and lacks_step(request):
            told = _("Officers sign in by two steps: set up an app or a passkey to go on.")
            messages.warning(request, told)
            return redirect(reverse("mfa_index"))
        return None


def lacks_step(request: HttpRequest) -> bool:
    """Tell whether an officer without a second step asks for a page that needs one."""
    user = request.user
    if not (user.is_authenticated and getattr(user, "is_officer", False)):
        return False
    name = request.resolver_match.view_name if request.resolver_match else ""
    if name in _FREE or name.startswith(_SIGNING_IN):
        return False
    from allauth.mfa.models import Authenticator

    held = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return not held.exists()
