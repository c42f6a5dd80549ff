"""The app of questions."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuestionsConfig(AppConfig):
    """Questions and what is asked often."""

    name = "skolnat.web.programme.questions"
    label = "questions"

    def ready(self) -> None:
        """Enter the main menu."""
        from skolnat.web.common import navigation, waiting
        from skolnat.web.programme.questions import (
            board,
            keeping,  # noqa: F401 - adds its rule
        )

        told = _("Questions at events that nobody has read")
        waiting.add(waiting.Waiting(15, told, "questions:faq", board.unread))

        navigation.add(navigation.Entry(60, "questions:faq", _("Questions and answers")))
