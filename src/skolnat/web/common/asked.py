"""What stands in a request and is not yet known to be sense."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase

_DIGITS: Final = 18
"""So many fit into a column of numbers of either database."""


def number(text: str | None) -> int:
    """Return the number of a row that a request names; 0, which no row has, for anything else."""
    told = (text or "").strip()
    return int(told) if told.isdecimal() and len(told) <= _DIGITS else 0


class NoNullMiddleware:
    """Refuses addresses with a null character: PostgreSQL keeps none, and nobody types one.

    Forms refuse them by themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or refuse with status 400."""
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path_info:
            raise SuspiciousOperation("a null character in the address")
        return self.get_response(request)
