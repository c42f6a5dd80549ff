"""Addresses of static files bear a hash of what is in them, so that a new version is fetched."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


@cache
def _hash(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        return ""
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:10]


class AssetStorage(StaticFilesStorage):
    """Static files where they lie; nothing is collected."""

    def url(self, name: str | None) -> str:
        """Return the address of a file with the hash of its content."""
        address = super().url(name)
        mark = _hash(name or "")
        return f"{address}?v={mark}" if mark else address
