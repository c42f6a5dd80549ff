"""Finds what an address tells of, and asks whether the reader may see it."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from skolnat.web.accounts.models import User
from skolnat.web.common.guards import check
from skolnat.web.programme.applications.models import Application, Call


def reader(request: HttpRequest) -> User:
    """Return who has signed in."""
    assert isinstance(request.user, User)
    return request.user


def call_of(request: HttpRequest, slug: str, permission: str = "applications.view_call") -> Call:
    """Return a call."""
    call = get_object_or_404(Call, slug=slug)
    check(request, permission, call)
    return call


def application_of(request: HttpRequest, number: int, *permissions: str) -> Application:
    """Return an application on which the reader has every one of some permissions."""
    application = get_object_or_404(
        Application.objects.select_related("call", "responsible"), pk=number
    )
    for permission in permissions or ("applications.view",):
        check(request, permission, application)
    return application
