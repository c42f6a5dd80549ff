"""The app of discussion."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscussionConfig(AppConfig):
    """Threads, their moderation, and letters about them."""

    name = "skolnat.web.programme.discussion"
    label = "discussion"

    def ready(self) -> None:
        """Enter the main menu, and have digests sent."""
        from skolnat.web.common import navigation, waiting
        from skolnat.web.programme.discussion import (  # noqa: F401 - schedule themselves
            digests,
            keeping,
            moderating,
        )

        told = _("Reported posts")
        waiting.add(waiting.Waiting(30, told, "discussion:reports", moderating.open_reports))

        navigation.add(navigation.Entry(55, "discussion:list", _("Discussion")))
