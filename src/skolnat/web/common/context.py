"""What every page knows: its languages, where it stands, and who reads it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

import skolnat
from skolnat.web.common.navigation import sections


def _languages(request: HttpRequest) -> list[dict[str, str]]:
    # Addresses differ in their first part alone; asking Django for each would resolve it anew.
    prefix = f"/{get_language()}/"
    here = request.get_full_path()
    rest = here.removeprefix(prefix) if here.startswith(prefix) else ""
    return [
        {"code": code, "name": name, "url": f"/{code}/{rest}"} for code, name in settings.LANGUAGES
    ]


def page(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of a page needs."""
    return {
        "page_languages": SimpleLazyObject(lambda: _languages(request)),
        "page_sections": SimpleLazyObject(lambda: sections(request)),
        "version": skolnat.__version__,
    }
