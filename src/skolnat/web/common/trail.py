"""The audit trail, to be read and saved; nothing on these pages changes it."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from skolnat.web.common.asked import number
from skolnat.web.common.downloads import FORMS, Form, check_form, download
from skolnat.web.common.guards import guarded
from skolnat.web.common.models import AuditEntry

PAGE: Final = 100
MOST: Final = 50_000
"""Rows of a file."""
KEYS: Final = ("action", "actor", "kind", "key", "since", "until")


def _found(wish: dict[str, str]) -> Any:
    rows = AuditEntry.objects.all()
    if wish["action"]:
        rows = rows.filter(action=wish["action"])
    if actor := number(wish["actor"]):
        rows = rows.filter(actor=actor)
    for name in ("kind", "key"):
        if wish[name]:
            rows = rows.filter(**{name: wish[name]})
    for name, look_up in (("since", "at__date__gte"), ("until", "at__date__lte")):
        day = _day(wish[name])
        if day is not None:
            rows = rows.filter(**{look_up: day})
    return rows


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _wish(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip() for name in KEYS}


@never_cache
@require_safe
@guarded("accounts.manage")
def trail(request: HttpRequest) -> HttpResponse:
    """List what has been done, the latest first, with filters."""
    wish = _wish(request)
    page = Paginator(_found(wish), PAGE).get_page(request.GET.get("page"))
    numbers = {one.actor for one in page if one.actor is not None}
    names = {user.pk: str(user) for user in get_user_model().objects.filter(pk__in=numbers)}
    context = {
        "page": page,
        "rows": [(one, names.get(one.actor or 0, "")) for one in page],
        "actions": AuditEntry.objects.order_by("action")
        .values_list("action", flat=True)
        .distinct(),
        "wish": wish,
        "forms": FORMS,
        "query": request.GET.urlencode(),
    }
    return render(request, "common/trail.html", context)


@never_cache
@require_safe
@guarded("accounts.manage")
def trail_file(request: HttpRequest, form: Form) -> HttpResponse:
    """Give what the filters find as a file."""
    check_form(form)
    columns = ["at", "actor", "action", "kind", "key", "details"]
    rows = [
        [one.at, one.actor, one.action, one.kind, one.key, str(one.details)]
        for one in _found(_wish(request))[:MOST]
    ]
    return download(form, "audit-trail", columns, rows)
