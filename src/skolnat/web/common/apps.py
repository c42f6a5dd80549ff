"""The app that other apps stand on."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    """Texts in three languages, letters, audit trail, schedule, and the frame of every page."""

    name = "skolnat.web.common"
    label = "common"

    def ready(self) -> None:
        """Have what is old forgotten, and tell officers what waits for them."""
        from skolnat.web.common import (
            feedback,
            keeping,  # noqa: F401 - adds its rules
            letters,
            waiting,
        )

        waiting.add(
            waiting.Waiting(50, _("Feedback on accessibility to answer"), "feedback",
                            feedback.unanswered),
            waiting.Waiting(90, _("Letters that could not be sent"), "letters", letters.given_up),
        )  # fmt: skip
