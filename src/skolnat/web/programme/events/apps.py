"""The app of events."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Events and series, and who comes to them."""

    name = "skolnat.web.programme.events"
    label = "events"

    def ready(self) -> None:
        """Enter the main menu, and have reminders sent."""
        from skolnat.web.common import navigation
        from skolnat.web.programme.events import keeping, reminders  # noqa: F401 - schedule themselves

        navigation.add(navigation.Entry(10, "events:list", _("Events")))
