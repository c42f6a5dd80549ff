"""The start page: what is coming, and where to go. It knows every app; no app knows it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the programme as it stands today."""
    return render(request, "home.html")
