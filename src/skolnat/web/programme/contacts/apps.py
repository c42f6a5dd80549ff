"""The app of contacts."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactsConfig(AppConfig):
    """Experts by theme and language, and questions on their way to them."""

    name = "skolnat.web.programme.contacts"
    label = "contacts"

    def ready(self) -> None:
        """Enter the main menu, and have reminders sent."""
        from skolnat.web.common import navigation, waiting
        from skolnat.web.programme.contacts import (  # noqa: F401 - schedule themselves
            keeping,
            reminders,
            routing,
        )

        told = _("Questions to the programme that wait for an answer")
        waiting.add(waiting.Waiting(20, told, "contacts:board", routing.waiting))

        navigation.add(navigation.Entry(65, "contacts:experts", _("Contacts")))
