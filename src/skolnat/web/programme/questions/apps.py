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
        from skolnat.web.common import navigation
        from skolnat.web.programme.questions import keeping  # noqa: F401 - adds its rule

        navigation.add(navigation.Entry(60, "questions:faq", _("Questions and answers")))
