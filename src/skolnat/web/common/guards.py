"""Who may open a page: asks the rules, sends visitors to the sign-in, refuses others."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


def check(request: HttpRequest, permission: str, on: Any = None) -> None:
    """Refuse a reader who lacks a permission on an object.

    Raises
    ------
    PermissionDenied
        The reader may not; the page of status 403 says so.
    """
    if not request.user.has_perm(permission, on):
        raise PermissionDenied


def guarded(permission: str) -> Callable[[View], View]:
    """Let only those with a permission (on nothing in particular) see a page.

    A visitor is sent to the sign-in and back; who has signed in and may not gets status 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guard(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            check(request, permission)
            return view(request, *args, **named)

        return guard

    return decorate


def signed_in(view: View) -> View:
    """Let only those who have signed in see a page; others are sent to the sign-in and back."""

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **named)

    return guard
