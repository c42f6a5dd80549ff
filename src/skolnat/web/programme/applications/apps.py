"""The app of applications."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    """Calls, applications, reviews, decisions and pilots."""

    name = "skolnat.web.programme.applications"
    label = "applications"

    def ready(self) -> None:
        """Enter the main menu, have reminders sent, and let what there is be discussed."""
        from skolnat.web.accounts.rules import is_reviewer
        from skolnat.web.common import navigation, waiting
        from skolnat.web.programme.applications import (
            deciding,
            discussing,
            keeping,  # noqa: F401 - adds its rules and its part of a person's file
            reminders,  # noqa: F401 - schedules itself
        )
        from skolnat.web.programme.discussion import subjects

        navigation.add(
            navigation.Entry(20, "applications:calls", _("Calls and applications")),
            navigation.Entry(22, "applications:reviews", _("Reviews"), is_reviewer),
            navigation.Entry(25, "applications:pilots", _("Pilots")),
        )
        told = _("Calls that have closed and are to be decided")
        waiting.add(waiting.Waiting(40, told, "applications:calls", deciding.undecided))
        subjects.add(*discussing.KINDS)
