"""The app that other apps stand on."""

from __future__ import annotations

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Texts in three languages, letters, audit trail, schedule, and the frame of every page."""

    name = "skolnat.web.common"
    label = "common"

    def ready(self) -> None:
        """Have what is old forgotten."""
        from skolnat.web.common import keeping  # noqa: F401 - adds its rules
