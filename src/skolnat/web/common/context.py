"""What every page knows: its languages, where it stands, and who reads it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject

import skolnat
from skolnat.web.common.navigation import sections


def _languages(request: HttpRequest) -> list[dict[str, str]]:
    here = request.get_full_path()
    return [
        {"code": code, "name": name, "url": translate_url(here, code)}
        for code, name in settings.LANGUAGES
    ]


def page(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of a page needs."""
    return {
        "page_languages": SimpleLazyObject(lambda: _languages(request)),
        "page_sections": SimpleLazyObject(lambda: sections(request)),
        "version": skolnat.__version__,
    }
