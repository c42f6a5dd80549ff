"""The app of events."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Events and series, and who comes to them."""

    name = "skolnat.web.programme.events"
    label = "events"

    def ready(self) -> None:
        """Enter the main menu, have reminders sent, and let events be discussed."""
        from skolnat.web.common import navigation
        from skolnat.web.programme.discussion import subjects
        from skolnat.web.programme.events import (
            discussing,
            keeping,  # noqa: F401 - adds its rule and its part of a person's file
            reminders,  # noqa: F401 - schedules itself
        )

        navigation.add(navigation.Entry(10, "events:list", _("Events")))
        subjects.add(discussing.EVENT)
