"""Who may open a page: asks the rules, sends visitors to the sign-in, refuses others."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

_WINDOW: Final = 600
"""Seconds within which :func:`too_often` counts."""
_PROXY: Final = ("127.0.0.1", "::1")
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


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Send a visitor to the sign-in and back.

    A part of a page that updates or saves itself gets status 401 instead: the sign-in would be put
    into the page in its place.
    """
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    return redirect_to_login(request.get_full_path())


def guarded(permission: str) -> Callable[[View], View]:
    """Let only those with a permission (on nothing in particular) see a page.

    A visitor is sent to the sign-in and back; who has signed in and may not gets status 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guard(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            check(request, permission)
            return view(request, *args, **named)

        return guard

    return decorate


def signed_in(view: View) -> View:
    """Let only those who have signed in see a page; others are sent to the sign-in and back."""

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(request, *args, **named)

    return guard


def too_often(request: HttpRequest, purpose: str, most: int) -> bool:
    """Whether a network address asks for something more than ``most`` times in ten minutes.

    For what sends letters to others and needs no account: who throws cookies away is counted all
    the same. A whole town hall may stand behind one address, so ``most`` is generous. Each process
    of the site counts for itself.
    """
    key = f"often:{purpose}:{address_of(request)}"
    if cache.add(key, 1, _WINDOW):
        return False
    try:
        return bool(cache.incr(key) > most)
    except ValueError:  # it has just run out
        return False


def address_of(request: HttpRequest) -> str:
    """Return the network address of a reader, for counting failed sign-ins.

    A proxy on the same machine says for whom it asks, in the last part of ``X-Forwarded-For``;
    what anybody else says in that header is not believed.
    """
    told = str(request.META.get("REMOTE_ADDR", ""))
    last = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    return last or told if told in _PROXY else told
