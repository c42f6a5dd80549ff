"""How allauth fits in: addresses in small letters, letters through our queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.mail import EmailMessage
from django.http import HttpRequest

from skolnat.web.common.guards import address_of
from skolnat.web.common.letters import queue
from skolnat.web.common.texts import reader_language


def told_address(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """Return the address with which somebody tries to sign in, for counting wrong passwords.

    allauth tells it as ``email``, the form as ``login``. It is never missing: what is counted
    without an address would lock out everybody behind the same network address.
    """
    told = dict(credentials or {})
    form = request.POST.get("login", "") if request is not None else ""
    return str(told.get("email") or told.get("username") or form).strip().casefold()[:254]


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts by e-mail."""

    def clean_email(self, email: str) -> str:
        """Return an address in small letters: a person has one account."""
        return str(super().clean_email(email)).strip().lower()

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return where somebody asks from, also behind a proxy, for counting who asks too often."""
        return address_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count nothing here: axes counts wrong passwords, for one address from one place.

        allauth would count the tries for one address from everywhere, so that anybody could keep
        anybody out. It still counts how often a network address tries to sign in at all.
        """

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue allauth's own letter, in the reader's language."""
        message: EmailMessage = self.render_mail(template_prefix, email, context)
        queue(email, reader_language(), template_prefix, str(message.subject), str(message.body))


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Accounts by a provider of OpenID Connect: its name and the reader's language are kept."""

    def populate_user(self, request: Any, sociallogin: Any, data: dict[str, Any]) -> Any:
        """Fill a new account with what the provider tells."""
        user = super().populate_user(request, sociallogin, data)
        told = sociallogin.account.extra_data or {}
        claims = {**told, **(told.get("userinfo") or {}), **(told.get("id_token") or {})}
        user.email = str(user.email or "").strip().lower()
        user.name = str(claims.get("name") or "")[:120]
        user.language = reader_language()
        return user
